/**
 * The weaker predicate loses no row and the residual adds none: for arbitrary conditions over sealed and public paths, what the
 * server answers to the pushed text, opened and filtered, is what the condition says of the documents themselves.
 */
import { compile, type Json, parse } from "@cosmoseal/sql";
import { type CosmosealError, createKeyStore, isCosmosealError, memoryKeyStore, staticKeyring } from "cosmoseal";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type SealContext, sealContext } from "../src/options/seal-options.js";
import { bindQuery } from "../src/query/bind.js";
import { openPage } from "../src/query/page.js";
import { planQuery } from "../src/query/plan.js";
import { compileResidual } from "../src/query/residual.js";
import { sealForWriting } from "../src/sealing/write.js";
import { customers, KEYRING_SECRET } from "./support/world.js";

const VALUES = {
  email: ["a@x", "A@X", "b@x", "c@x"],
  name: ["n1", "n2", null],
  age: [1, 2, -0, 1.5],
  tags: ["t1", "t2", "t3"],
};

const DOCUMENTS: readonly { readonly [name: string]: Json }[] = Array.from({ length: 48 }, (_, i) => ({
  id: `d${i}`,
  tenantId: "t",
  ...(i % 5 ? { plan: ["free", "pro"][i % 2]! } : {}),
  rank: i % 7,
  labels: [`l${i % 2}`],
  ...(i % 4 ? { email: VALUES.email[i % 4]! } : {}),
  ...(i % 6 ? { name: VALUES.name[i % 3]! } : {}),
  ...(i % 8 ? { age: VALUES.age[i % 4]! } : {}),
  vip: i % 3 === 0,
  tags: VALUES.tags.filter((_, n) => (i >> n) & 1),
  cards: [{ brand: "visa", pan: `p${i % 3}` }],
}));

const quoted = (value: unknown): string => (typeof value === "string" ? `'${value}'` : String(value));
const among = (values: readonly unknown[]): fc.Arbitrary<string> => fc.constantFrom(...values.map(quoted));

const sealedAtom = fc.oneof(
  among(VALUES.email).map((value) => `c.email = ${value}`),
  among(VALUES.age).map((value) => `${value} = c.age`),
  among([true, false]).map((value) => `c.vip = ${value}`),
  fc.tuple(among(VALUES.name), among(["n1", "none"])).map((values) => `c.name IN (${values.join(", ")})`),
  among(VALUES.tags).map((value) => `ARRAY_CONTAINS(c.tags, ${value})`),
  among(["p0", "p1"]).map((value) => `c.cards[0].pan = ${value}`),
  among([1, "a@x"]).map((value) => `NOT (c.email != ${value})`),
  among(VALUES.age).map((value) => `NOT c.age NOT IN (${value}, 2)`),
);
const publicAtom = fc.oneof(
  among(["free", "pro"]).map((value) => `c.plan = ${value}`),
  fc.integer({ min: 0, max: 6 }).map((value) => `c.rank > ${value}`),
  fc.constantFrom("IS_DEFINED(c.plan)", "ARRAY_CONTAINS(c.labels, 'l1')", "c.plan != 'pro'", "true", "false"),
);

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthSize: "large" },
    sealedAtom,
    publicAtom,
    publicAtom.map((atom) => `NOT (${atom})`),
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]) => `(${a} AND ${b})`),
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]) => `(${a} OR ${b})`),
    tie("condition").map((a) => `NOT (${a})`),
  ),
}));

let context: SealContext;
let stored: readonly Json[];

beforeAll(async () => {
  const keyring = staticKeyring(KEYRING_SECRET);
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [customers] });
  context = sealContext({ keyring, store, pin, containers: { "shop/customers": customers } });
  stored = await Promise.all(DOCUMENTS.map((document) => sealForWriting(context, customers, document)));
});

test("for 1,500 arbitrary conditions the answer is the plaintext answer, or a refusal", async () => {
  let answered = 0;
  let narrowed = 0;
  await fc.assert(
    fc.asyncProperty(condition, async (where) => {
      const text = `SELECT * FROM c WHERE ${where}`;
      const outcome = await answer(text).catch((error: CosmosealError) => error);
      if (outcome instanceof Error) {
        if (!isCosmosealError(outcome, "ERR_QUERY_NOT_SUPPORTED")) throw outcome;
        expect(where).toMatch(/NOT/);
        return;
      }
      const expected = [...compile(parse(text)).run(DOCUMENTS)].map((row) => (row as { id: string }).id);
      expect(outcome.rows).toEqual(expected);
      answered++;
      if (outcome.fetched < DOCUMENTS.length) narrowed++;
    }),
    { numRuns: 1500 },
  );
  expect(answered).toBeGreaterThan(700);
  expect(narrowed).toBeGreaterThan(400);
}, 120_000);

async function answer(text: string): Promise<{ readonly rows: readonly unknown[]; readonly fetched: number }> {
  const plan = planQuery(customers, text);
  const residual = compileResidual(customers, plan, {});
  const pushed = await bindQuery(context, customers, plan, {});
  const parameters = Object.fromEntries((pushed.parameters ?? []).map(({ name, value }) => [name, value as Json]));
  const fetched = [...compile(parse(pushed.query)).run(stored, parameters)].map((row) => structuredClone(row));
  for (const value of ["a@x", "n1", "t1", "p0"]) expect(pushed.query).not.toContain(`'${value}'`);
  const check = { plan, residual, partition: undefined, signal: undefined };
  const { rows } = await openPage(context, customers, fetched, check);
  return { rows: rows.map(({ id }) => id), fetched: fetched.length };
}
