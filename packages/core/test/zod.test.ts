/** The committed table of zod methods and types, held to the installed zod; docs/zod.md is made of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { defineContainer, type PlanNode, sealed } from "@cosmoseal/core";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { METHODS, OTHER_METHODS, type Row, TYPES } from "./support/zod-table.js";

const page = new URL("../../../docs/zod.md", import.meta.url);

describe.each([
  ["method", METHODS],
  ["type", TYPES],
] as const)("zod %s", (_, rows) => {
  test.each(rows.map((row) => [row.name, row.outcome, row] as const))(
    "%s: the treatment is %s",
    (_name, outcome, row) => {
      if (outcome === "refused") {
        expect(() => planOf(row)).toThrow(/ERR_SCHEMA_UNSUPPORTED|ERR_SCHEMA_TREATED_TWICE/);
      } else {
        expect(hidesEverything(planOf(row))).toBe(true);
      }
    },
  );
});

test("every method of every type of schema is in the table", () => {
  const known = new Set([...METHODS.map(({ name }) => name.split(" ")[0]!), ...OTHER_METHODS]);
  const kinds = [
    z.string(),
    z.number(),
    z.bigint(),
    z.boolean(),
    z.date(),
    z.object({}),
    z.array(z.string()),
    z.tuple([z.string()]),
    z.record(z.string(), z.string()),
    z.enum(["a"]),
    z.literal("a"),
    z.union([z.string()]),
    z.intersection(z.any(), z.any()),
    z.string().optional(),
    z.string().nullable(),
    z.string().default(""),
    z.string().prefault(""),
    z.string().catch(""),
    z.string().readonly(),
    z.lazy(() => z.string()),
    z.any(),
    z.unknown(),
    z.instanceof(Uint8Array),
    z.email(),
    z.iso.date(),
    z.int(),
    z.nan(),
    z.null(),
    z.templateLiteral(["a"]),
    z.discriminatedUnion("k", [z.object({ k: z.literal(1) })]),
  ];
  expect([...new Set(kinds.flatMap(methodsOf))].filter((name) => !known.has(name))).toEqual([]);
});

test("a schema that was sealed stays public where it is used elsewhere", () => {
  const shared = z.string();
  const plan = defineContainer({
    name: "c",
    partitionKey: "/pk",
    schema: z.object({ pk: z.string(), open: shared, x: sealed(shared) }),
  }).plan;
  expect(plan.root.members!.get("open")!.treatment).toBe("signed");
  expect(plan.root.members!.get("x")!.treatment).toBe("sealed");
});

test("docs/zod.md is what the table says", () => {
  const text = pageText();
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
});

function planOf({ make }: Row): PlanNode {
  const { plan } = defineContainer({
    name: "c",
    partitionKey: "/pk",
    schema: z.object({ pk: z.string(), x: make() }) as z.ZodObject<{ pk: z.ZodString }>,
  });
  return plan.root.members!.get("x")!;
}

/** Every scalar that a document may have at the place is sealed, wherever the mark stands. */
function hidesEverything(node: PlanNode): boolean {
  if (node.treatment === "sealed") return true;
  const below = [
    ...(node.members?.values() ?? []),
    ...(node.rest ? [node.rest] : []),
    ...(node.element ? [node.element] : []),
  ];
  return below.some(hidesEverything) && node.seals;
}

function methodsOf(schema: z.ZodType): string[] {
  const names = new Set<string>();
  for (
    let object: object | null = schema;
    object !== null && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  ) {
    for (const name of Object.getOwnPropertyNames(object)) names.add(name);
  }
  return [...names].filter(
    (name) => name !== "parent" && typeof (schema as unknown as Record<string, unknown>)[name] === "function",
  );
}

function pageText(): string {
  const line = ({ name, outcome }: Row): string => `| \`${name}\` | ${outcome} |`;
  const table = (rows: readonly Row[]): string =>
    ["| zod | treatment |", "| --- | --- |", ...rows.map(line)].join("\n");
  return `# What becomes of a treatment in zod

\`sealed(schema)\` and \`unsigned(schema)\` mark a clone, and everything inside it. The mark stands in the schema's definition, which zod copies
into what it derives. **kept**: what the method returns is sealed as before. **looked through**: the result is a wrapper, and the place is
sealed. **refused**: \`defineContainer\` throws, since it can't be told what is stored. Every row is a test (\`packages/core/test/zod.test.ts\`), and
a method that a new zod brings fails the test until it has a row.

## Methods of a sealed schema

${table(METHODS)}

## Types, sealed or with something sealed inside

${table(TYPES)}
`;
}
