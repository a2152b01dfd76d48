/** Unique indexes: one whole token to a document, of scalars alone. SPEC §5.4. */
import {
  type ContainerDefinition,
  defineContainer,
  type IndexPlan,
  indexName,
  open,
  seal,
  sealed,
} from "@cosmoseal/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { testKeys } from "./support/keys.js";

const members = defineContainer({
  name: "members",
  partitionKey: "/pk",
  schema: z.object({
    id: z.string(),
    pk: z.string(),
    email: sealed(z.string().nullable(), { unique: { normalize: "lowercase" } }).optional(),
    number: sealed(z.union([z.number(), z.string()]), { unique: true, equality: true }).optional(),
  }),
});

const loose = defineContainer({
  name: "loose",
  partitionKey: "/pk",
  paths: { "/code": sealed({ unique: true }) },
});

async function codeOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return (error as { readonly code?: unknown }).code;
  }
  throw new Error("nothing was thrown");
}

async function tokensOf(document: object): Promise<Record<string, unknown>> {
  const { keys } = await testKeys(members as ContainerDefinition);
  const stored = await seal(members, keys, { id: "1", pk: "p", ...document }, { stamp: 1 });
  return ((stored["_seal"] as Record<string, unknown>)["x"] ?? {}) as Record<string, unknown>;
}

describe("a unique index", () => {
  const email = indexName("unique", "/email");
  const number = indexName("unique", "/number");

  test("has one token of 128 bits to a value, another than equality has", async () => {
    const tokens = await tokensOf({ number: 5 });
    expect(Object.keys(tokens).sort()).toEqual([indexName("equality", "/number"), number].sort());
    expect(tokens[number]).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(tokens[number]).not.toBe(tokens[indexName("equality", "/number")]);
    expect(members.plan.indexes.map(({ kind }: IndexPlan) => kind)).toEqual(["unique", "equality", "unique"]);
  });

  test("takes for the same what is declared to be, and nothing else", async () => {
    const { keys } = await testKeys(members as ContainerDefinition);
    const of = async (document: object): Promise<unknown> => {
      const stored = await seal(members, keys, { id: "1", pk: "p", ...document }, { stamp: 1 });
      return (stored["_seal"] as { x: Record<string, unknown> }).x;
    };
    expect(await of({ email: "Ann@Example.org" })).toEqual(await of({ email: "ann@example.ORG" }));
    expect(await of({ number: 5 })).not.toEqual(await of({ number: "5" }));
    expect(await of({ number: "a" })).not.toEqual(await of({ number: "A" }));
  });

  test("has no token for null and for what is absent", async () => {
    expect(Object.keys(await tokensOf({ email: null }))).toEqual([]);
    expect(Object.keys(await tokensOf({ email: "a" }))).toEqual([email]);
    expect(await tokensOf({})).toEqual({});
  });

  test("doesn't stand in the way of opening", async () => {
    const { keys } = await testKeys(members as ContainerDefinition);
    const document = { id: "1", pk: "p", email: "Ann", number: "x" };
    expect(await open(members, keys, await seal(members, keys, document, { stamp: 1 }), { now: 1 })).toEqual(document);
  });

  test.each([[["a"]], [{ a: 1 }], [[]]])(
    "refuses %j on writing where the schema doesn't say what it is",
    async (code) => {
      const { keys } = await testKeys(loose as ContainerDefinition);
      expect(await codeOf(() => seal(loose, keys, { id: "1", pk: "p", code }, { stamp: 1 }))).toBe(
        "ERR_VALUE_UNSUPPORTED",
      );
    },
  );

  test.each<readonly [string, () => unknown]>([
    ["an array", () => ({ "/a/[]": sealed({ unique: true }) })],
    ["a member of a record", () => ({ "/a/*/b": sealed({ unique: true }) })],
    ["a member of an array's elements", () => ({ "/a/[]/b": sealed({ unique: true }) })],
    ["the id", () => ({ "/id": sealed({ unique: true }) })],
    ["the partition key", () => ({ "/pk": sealed({ unique: true }) })],
    ["bytes", () => ({ "/a": sealed({ unique: true, keeps: "bytes" }) })],
  ])("is refused on %s", async (_, paths) => {
    const define = () => defineContainer({ name: "x", partitionKey: "/pk", paths: paths() as never });
    expect(await codeOf(define)).toBe("ERR_INDEX_UNSUPPORTED");
  });

  test("has no bits to choose, since its token is always whole", async () => {
    // @ts-expect-error there is no such option
    const blurred = () => sealed(z.string(), { unique: { bits: 8 } });
    expect(await codeOf(blurred)).toBe("ERR_SCHEMA_INVALID");
    expect(await codeOf(() => sealed({ unique: { bits: 8 } as object }))).toBe("ERR_SCHEMA_INVALID");
  });

  test("is refused by the types and by the plan on what is no scalar", async () => {
    // @ts-expect-error an array is no scalar
    const tags = () => sealed(z.array(z.string()), { unique: true });
    // @ts-expect-error an object is no scalar
    const address = () => sealed(z.object({ city: z.string() }), { unique: true });
    for (const make of [tags, address]) {
      const schema = z.object({ id: z.string(), pk: z.string(), field: make() });
      const define = () => defineContainer({ name: "x", partitionKey: "/pk", schema });
      expect(await codeOf(define)).toBe("ERR_INDEX_UNSUPPORTED");
    }
  });
});
