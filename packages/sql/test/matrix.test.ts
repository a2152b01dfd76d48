/** Every cell of the matrix, the argument given as a literal, as a property and as a parameter. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAggregate } from "../src/evaluate/scope.js";
import { builtinFunctions } from "../src/functions/registry.js";
import { compile, type Json, parse } from "../src/index.js";
import { type Expected, jsonTypes, type Row } from "./matrix/cell.js";
import { matrix } from "./matrix/matrix.js";
import { renderMatrix } from "./matrix/render.js";

const now = () => new Date("2024-02-29T12:34:56.789Z");

for (const [index, row] of matrix.entries()) {
  const mode = row.equality === undefined ? "" : ` with equality ${row.equality}`;
  describe(`${index + 1}. ${row.expression}${mode}${row.beside === undefined ? "" : ` beside ${JSON.stringify(row.beside)}`}`, () => {
    for (const type of jsonTypes) {
      it(`${type} gives ${JSON.stringify(row.cells[type]) ?? "no value"}`, () => {
        expect(Object.hasOwn(row.cells, type)).toBe(true);
        for (const answer of row.beside === undefined ? scalarAnswers(row, type) : aggregateAnswers(row, type)) {
          agree(answer, row.cells[type], row.near);
        }
      });
    }
  });
}

describe("the matrix", () => {
  it("has a row for every function that is built", () => {
    const covered = new Set(matrix.map((row) => row.name));
    expect([...builtinFunctions.keys()].filter((name) => !covered.has(name))).toEqual([]);
    expect(
      ["COUNT", "SUM", "AVG", "MIN", "MAX", "COUNTIF", "MAKELIST", "MAKESET"].filter(
        (name) => !covered.has(name) || !isAggregate(name),
      ),
    ).toEqual([]);
  });

  it("has a row for every argument of every function", () => {
    for (const { name, arity } of builtinFunctions.values()) {
      const rows = matrix.filter((row) => row.name === name && row.expression.startsWith(`${name}(`));
      const positions = new Set(rows.map((row) => argumentPosition(row.expression)));
      // The arguments of an open list behave alike: the first of them stands for all.
      const wanted = arity[1] === Number.POSITIVE_INFINITY ? 2 : arity[1];
      if (!(wanted > 0 && positions.size < wanted)) continue;
      expect.fail(`${name} has rows for ${positions.size} of ${wanted} arguments`);
    }
  });

  it("is the one that docs/sql-matrix.md shows; `pnpm --filter @cosmoseal/sql matrix` writes it anew", () => {
    const page = readFileSync(new URL("../../../docs/sql-matrix.md", import.meta.url), "utf8");
    expect(page).toBe(renderMatrix());
  });
});

function scalarAnswers(row: Row, type: (typeof jsonTypes)[number]): Expected[] {
  const sample = row.samples[type];
  const document: Json = sample === undefined ? {} : { x: sample };
  return [
    answerOf(row, `SELECT VALUE {"r": ${filled(row, literal(sample))}}`, [], {}),
    answerOf(row, `SELECT VALUE {"r": ${filled(row, "c.x")}} FROM c`, [document], {}),
    answerOf(row, `SELECT VALUE {"r": ${filled(row, "@x")}} FROM c`, [document], { "@x": sample }),
  ];
}

function aggregateAnswers(row: Row, type: (typeof jsonTypes)[number]): Expected[] {
  const sample = row.samples[type];
  const documents: Json[] = [sample === undefined ? {} : { x: sample }, ...row.beside!.map((x) => ({ x }))];
  const expression = filled(row, "c.x");
  return [
    answerOf(row, `SELECT VALUE {"r": ${expression}} FROM c`, documents, {}),
    answerOf(row, `SELECT ${expression} AS r FROM c GROUP BY c.none`, documents, {}),
  ];
}

/** `?` stands for the argument where it is one: in a ternary the first `?` or the one after it. */
function filled(row: Row, argument: string): string {
  const ternary = /^(\? |true |false )\? (\?|0|1) : (\?|0|1)$/.exec(row.expression);
  if (ternary === null) {
    return row.name === "??"
      ? row.expression.replace(/(^|\s)\?(?=\s|$)/, `$1${argument}`)
      : row.expression.replace("?", () => argument);
  }
  const [condition, then, otherwise] = ternary.slice(1).map((part) => (part.trim() === "?" ? argument : part.trim()));
  return `${condition} ? ${then} : ${otherwise}`;
}

function literal(value: Expected): string {
  return value === undefined ? "undefined" : JSON.stringify(value);
}

function answerOf(
  { equality = "observed" }: Row,
  query: string,
  rows: readonly Json[],
  parameters: Readonly<Record<string, Json | undefined>>,
): Expected {
  const [row] = [...compile(parse(query), { now, equality }).run(rows, parameters)];
  return (row as { readonly r?: Json }).r;
}

function agree(actual: Expected, expected: Expected, near: boolean): void {
  if (near && typeof actual === "number" && typeof expected === "number") {
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
  } else {
    expect(actual).toEqual(expected);
  }
}

/** Which argument of the outermost call the `?` is in. */
function argumentPosition(expression: string): number {
  let depth = 0;
  let position = 0;
  for (const [at, unit] of [...expression].entries()) {
    if (unit === "?") return position;
    if ("([{".includes(unit)) depth++;
    if (")]}".includes(unit)) depth--;
    if (unit === "," && depth === 1 && at > 0) position++;
  }
  return position;
}
