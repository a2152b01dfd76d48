/** Runs every entry of the catalogue; see catalogue/README.md. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile, type Json, parse, print, SqlError } from "../src/index.js";
import { type Entry, fixtures } from "./catalogue/entry.js";
import { catalogue } from "./catalogue/index.js";
import { canonical } from "./catalogue/plain.js";

const entries: readonly Entry[] = Object.values(catalogue).flat();

for (const [area, items] of Object.entries(catalogue)) {
  describe(area, () => {
    for (const entry of items) {
      if (entry.open) it.fails(`${entry.name} (open: ${entry.open})`, () => check(entry));
      else it(entry.name, () => check(entry));
    }
  });
}

describe("the catalogue itself", () => {
  it("has the same rows in the same order, or the same error, by run and by runAsync", async () => {
    for (const entry of entries) {
      expect(await outcome(() => runAsync(entry)), entry.name).toEqual(await outcome(async () => run(entry)));
    }
  });

  it("has no name twice and no query twice over the same fixture", () => {
    expect(repeated(entries.map((entry) => entry.name))).toEqual([]);
    expect(repeated(entries.map((entry) => `${entry.fixture}: ${entry.query} ${canonical(entry.parameters)}`))).toEqual(
      [],
    );
  });

  it("has at least 700 entries, 150 of them from the reference and 370 from plain JavaScript", () => {
    expect(entries.length).toBeGreaterThanOrEqual(700);
    expect(count("reference")).toBeGreaterThanOrEqual(150);
    expect(count("javascript")).toBeGreaterThanOrEqual(370);
  });

  it("is counted rightly in its README", () => {
    const readme = readFileSync(new URL("./catalogue/README.md", import.meta.url), "utf8").replaceAll(/ {2,}/g, " ");
    for (const row of countRows()) expect(readme).toContain(row);
  });

  it("has its own queries printed and parsed back to the same tree", () => {
    for (const { query, expected } of entries) {
      if ("error" in expected) continue;
      const tree = parse(query);
      expect(withoutPlaces(parse(print(tree)))).toEqual(withoutPlaces(tree));
    }
  });
});

function check(entry: Entry): void {
  if ("error" in entry.expected) {
    expect(codeOf(() => run(entry))).toBe(entry.expected.error);
    return;
  }
  const actual = run(entry).map(canonical);
  const expected = entry.expected.map(canonical);
  if (entry.ordered) expect(actual).toEqual(expected);
  else expect(actual.sort()).toEqual(expected.sort());
}

/** The rows as they would travel: JSON and nothing else. */
function run({ query, fixture, parameters, options }: Entry): readonly Json[] {
  const rows = fixtures[fixture] as readonly unknown[] as readonly Json[];
  return [...compile(parse(query), options).run(rows, parameters)];
}

async function runAsync({ query, fixture, parameters, options }: Entry): Promise<readonly Json[]> {
  const rows: Json[] = [];
  const documents = fixtures[fixture] as readonly unknown[] as readonly Json[];
  for await (const row of compile(parse(query), options).runAsync(documents, parameters)) rows.push(row);
  return rows;
}

async function outcome(act: () => Promise<readonly Json[]>): Promise<readonly Json[] | string> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof SqlError) return error.code;
    throw error;
  }
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SqlError) return error.code;
    throw error;
  }
  return "no error";
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function count(source: string): number {
  return entries.filter((entry) => entry.source.startsWith(source)).length;
}

/** The lines of the README's table. */
function countRows(): string[] {
  const sources = ["reference", "javascript", "reasoned"].map((source) => `| ${source} | ${count(source)} |`);
  return [
    ...sources,
    `| in all | ${entries.length} |`,
    `| with a doubt | ${entries.filter((entry) => entry.doubt).length} |`,
    `| open | ${entries.filter((entry) => entry.open).length} |`,
  ];
}

function withoutPlaces(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (name, value: unknown) =>
      name === "at" ? undefined : value === undefined ? "(undefined)" : value,
    ),
  );
}
