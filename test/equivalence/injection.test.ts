/** Values can't become part of a query: whatever a value holds, what is sent has the shape that it has for a harmless one. */
import { type Json, type Parameters, parse } from "@cosmoseal/sql";
import { defineContainer, sealed } from "cosmoseal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { canonicalRow } from "./rows.js";
import type { EquivalenceSchema } from "./schemas/schema.js";
import { constantsOf, leaksIn, sentQueries } from "./secrets.js";
import { openStage, type SealedAnswer, type Stage, type Twins } from "./stage.js";

const HOSTILE: readonly string[] = [
  "' OR true --",
  "' OR '1'='1",
  '" OR true OR "" = "',
  "\\' OR true OR c.name = \\'",
  "x' /* comment */ OR true",
  "*/ OR true /*",
  "-- everything else",
  "@seal0 OR @seal1",
  "@value",
  "c.name = c.name",
  "line\nbreak\r\u2028\u2029",
  "null\u0000byte",
  "') OR EXISTS(SELECT 1",
  "%' ESCAPE '%",
  "$[0]{{curly}}$" + "{dollar}",
  '"]["_seal"]["x"]',
  "😀'😀\"😀",
  `${"long'".repeat(2000)}`,
];

/** As long as the longest prefix that has a token, so that it has as many tokens as the others. */
const HARMLESS = "harmless";

const DEFINITION = {
  name: "injected",
  partitionKey: "/pk",
  schema: z.object({
    id: z.string(),
    pk: z.string(),
    plan: z.string(),
    name: sealed(z.string(), { equality: true, prefix: { max: 4 }, substring: { maxLength: 40 } }),
    nick: sealed(z.string(), { equality: { normalize: "lowercase" } }),
    age: sealed(z.number(), { equality: true, range: { min: 0, max: 1000, precision: 1 } }),
    tags: sealed(z.array(z.string()), { equality: true }),
    note: sealed(z.string()),
    cards: z.array(z.object({ brand: z.string(), pan: sealed(z.string(), { equality: true }) })),
  }),
} as const;

const schema: EquivalenceSchema = {
  name: "injected",
  partitionKey: ["/pk"],
  define: () => defineContainer(DEFINITION),
  sealed: ["/name", "/nick", "/age", "/tags", "/note", "/cards/[]/pan"],
  documents: () =>
    HOSTILE.map((text, n) => ({
      id: `d${n}`,
      pk: `p${n % 3}`,
      plan: "free",
      name: text,
      nick: text,
      age: n,
      tags: [text, "plain"],
      note: text,
      cards: [{ brand: "visa", pan: text }],
    })),
};

/** With `?` in the place of the value. */
const ON_SEALED: readonly string[] = [
  "SELECT * FROM c WHERE c.name = ?",
  "SELECT c.id FROM c WHERE ? = c.name AND c.plan = 'free'",
  "SELECT VALUE c.id FROM c WHERE c.name IN (?, 'other')",
  "SELECT * FROM c WHERE NOT (c.name != ?)",
  "SELECT * FROM c WHERE c.name != ? AND c.plan = 'free'",
  "SELECT * FROM c WHERE LOWER(c.nick) = LOWER(?)",
  "SELECT * FROM c WHERE StringEquals(c.nick, ?, true)",
  "SELECT * FROM c WHERE STARTSWITH(c.name, ?)",
  "SELECT * FROM c WHERE ARRAY_CONTAINS(c.tags, ?)",
  "SELECT * FROM c WHERE ARRAY_CONTAINS([?, 'plain'], c.name)",
  "SELECT * FROM c WHERE c.note = ? AND c.age < 900",
  "SELECT * FROM c WHERE c.plan = 'free' AND (c.name = ? OR c.age = 3)",
  "SELECT VALUE COUNT(1) FROM c WHERE c.name = ?",
  "SELECT c.id, c.note = ? AS same FROM c WHERE c.age < 5",
  "SELECT * FROM c WHERE c.cards[0].pan = ?",
  "SELECT * FROM c WHERE EXISTS(SELECT VALUE k FROM k IN c.cards WHERE k.brand = 'visa' AND k.pan = ?)",
  "SELECT c.id, k.brand FROM c JOIN k IN c.cards WHERE k.pan = ?",
  "SELECT TOP 3 * FROM c WHERE c.name = ? ORDER BY c.id",
];

let stage: Stage;
let twins: Twins;
/** By query and parameters: one harmless query stands beside many others. */
const harmlessShapes = new Map<string, readonly string[]>();

beforeAll(async () => {
  stage = await openStage(2, [schema]);
  twins = await stage.twins(schema, schema.documents(0));
});

afterAll(() => stage.close());

describe("a value with quotes, comments or names changes neither the shape of what is sent nor what leaks", () => {
  test.each(ON_SEALED)("as a parameter: %s", async (query) => {
    const text = query.replace("?", "@value");
    for (const hostile of HOSTILE) await expectHarmless(text, { "@value": hostile }, { "@value": HARMLESS });
  });

  test.each(ON_SEALED)("written in the text: %s", async (query) => {
    for (const [n, hostile] of HOSTILE.entries()) {
      const quote = n % 2 === 0 ? "'" : '"';
      const harmless = query.replace("?", () => written(HARMLESS, quote));
      await expectHarmless(
        query.replace("?", () => written(hostile, quote)),
        {},
        {},
        harmless,
      );
    }
  });
});

test("a value that is searched for by its parts is sent as tokens of its parts alone", async () => {
  const search = (text: string): Parameters => ({ "@value": text });
  for (const hostile of HOSTILE.filter((text) => [...text].length > 2)) {
    // As many different runs of three as the hostile text has, which is what the number of tokens tells.
    const runs = new Set([...hostile].slice(2).map((_, i) => [...hostile].slice(i, i + 3).join(""))).size;
    const harmless = Array.from({ length: runs + 2 }, (_, i) => String.fromCharCode(0x4e00 + i)).join("");
    await expectHarmless("SELECT * FROM c WHERE CONTAINS(c.name, @value)", search(hostile), search(harmless));
  }
});

test.each<[string, Json, Json]>([
  ["a number", 512.25, 7],
  ["a number beyond every bound", 1e300, 1e200],
  ["a boolean", true, false],
  ["null", null, null],
  ["an array", ["' OR true --"], ["x"]],
  ["an object", { "' OR true": "--" }, { a: "b" }],
  ["an empty text", "", ""],
])("a parameter that is %s is a value as any other", async (_, value, harmless) => {
  for (const query of ON_SEALED) {
    await expectHarmless(query.replace("?", "@value"), { "@value": value }, { "@value": harmless });
  }
});

test("a value beside a public path travels as one literal or one parameter", async () => {
  for (const hostile of HOSTILE) {
    for (const rest of ["", " AND c.name = 'x'", " OR c.name = 'x'"]) {
      const where = `SELECT * FROM c WHERE c.plan = ?${rest}`;
      const harmless = where.replace("?", () => written("free", "'"));
      await expectHarmless(
        where.replace("?", () => written(hostile, "'")),
        {},
        {},
        harmless,
      );
      await expectHarmless(where.replace("?", "@value"), { "@value": hostile }, { "@value": "free" });
    }
  }
});

test("a parameter that has the name of one of ours keeps its value", async () => {
  for (const name of ["@seal0", "@seal_0", "@seal", "@SEAL0", "@p0", "@0"]) {
    const query = `SELECT * FROM c WHERE c.name = ${name} AND c.plan = @plan AND c.age < 900`;
    const parameters = { [name]: HOSTILE[0]!, "@plan": "free" };
    const answer = await askSealed(query, parameters);
    expect(rowsOf(answer)).toEqual(await plainRows(query, parameters));
    expect(rowsOf(answer)).toHaveLength(1);
    expect(leaksOf(answer, query, parameters)).toEqual([]);
  }
});

test("a parameter that only sealed paths are compared with, or nothing is, doesn't travel", async () => {
  const query = "SELECT * FROM c WHERE c.name = @value";
  const answer = await askSealed(query, { "@value": "nobody-at-all", "@unused": "never-asked-for" });
  const sent = Buffer.concat(answer.sent.map(({ requestBody }) => requestBody)).toString("utf8");
  expect(sentQueries(answer.sent).length).toBeGreaterThan(0);
  expect(sent).not.toContain("nobody-at-all");
  expect(sent).not.toContain("never-asked-for");
});

/** The answer is the plaintext answer, nothing of the value was sent, and the shape is that of the harmless query. */
async function expectHarmless(
  query: string,
  parameters: Parameters,
  harmless: Parameters,
  harmlessQuery = query,
): Promise<void> {
  const answer = await askSealed(query, parameters);
  const key = JSON.stringify([harmlessQuery, harmless]);
  const shapes = harmlessShapes.get(key) ?? shapesOf(await askSealed(harmlessQuery, harmless));
  harmlessShapes.set(key, shapes);
  expect(shapesOf(answer)).toEqual(shapes);
  expect(leaksOf(answer, query, parameters)).toEqual([]);
  expect(rowsOf(answer)).toEqual(await plainRows(query, parameters));
}

async function askSealed(query: string, parameters: Parameters): Promise<SealedAnswer> {
  const answer = await twins.askSealed({ query, parameters, partitionKey: undefined }, "scan");
  if (answer.error !== undefined) throw answer.error;
  return answer;
}

function rowsOf({ rows }: SealedAnswer): readonly string[] {
  return rows!.map((row) => canonicalRow(row, 0)).sort();
}

async function plainRows(query: string, parameters: Parameters): Promise<readonly string[]> {
  const rows = await twins.askPlain({ query, parameters, partitionKey: undefined });
  return rows.map((row) => canonicalRow(row, 0)).sort();
}

function leaksOf({ sent }: SealedAnswer, query: string, parameters: Parameters): readonly string[] {
  return leaksIn(sent, [], constantsOf(schema, query, parameters));
}

/** The trees that were sent, without the names of parameters and the values of literals; each once, since pages repeat them. */
function shapesOf({ sent }: SealedAnswer): readonly string[] {
  return [...new Set(sentQueries(sent).map((text) => JSON.stringify(parse(text), hideValues)))].sort();
}

function hideValues(name: string, value: unknown): unknown {
  if (name === "at") return undefined;
  if (typeof value !== "object" || value === null || !("kind" in value)) return value;
  if (value.kind === "Parameter") return { kind: "Parameter" };
  return value.kind === "Literal" && "value" in value ? { kind: "Literal", type: typeof value.value } : value;
}

function written(text: string, quote: "'" | '"'): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return quote === '"' ? `"${escaped}"` : `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
