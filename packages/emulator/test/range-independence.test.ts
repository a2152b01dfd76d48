// However many ranges a container has, a query has one answer: generated queries over generated documents, on one, two and
// five ranges, and under one partition key, where the server answers alone and nothing is planned or merged.

import { CosmosClient } from "@azure/cosmos";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/index.js";

interface Doc {
  readonly id: string;
  readonly pk: string;
  /** Different in every document. */
  readonly n: number;
  readonly s: string;
  readonly few: number;
  readonly flag: boolean;
  readonly list: readonly number[];
  readonly opt?: number;
}

const RANGES = [1, 2, 5];
let emulators: Emulator[];
let clients: CosmosClient[];

beforeAll(async () => {
  emulators = await Promise.all(RANGES.map((ranges) => createEmulator({ ranges })));
  clients = emulators.map((emulator) => new CosmosClient(emulator.connectionString));
  for (const client of clients) await client.databases.create({ id: "db" });
});
afterAll(async () => {
  for (const client of clients) client.dispose();
  for (const emulator of emulators) await emulator.close();
});

const documents: fc.Arbitrary<readonly Doc[]> = fc
  .array(
    fc.record(
      {
        pk: fc.constantFrom("a", "b", "c", "d", "e", "f"),
        // Never empty: the SDK drops falsy values when it merges a DISTINCT.
        s: fc.constantFrom("x", "y", "Zoë", "ž", " "),
        few: fc.integer({ min: -2, max: 2 }),
        flag: fc.boolean(),
        list: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
        opt: fc.integer({ min: 0, max: 5 }),
      },
      { requiredKeys: ["pk", "s", "few", "flag", "list"] },
    ),
    { maxLength: 30 },
  )
  .map((docs) => docs.map((doc, at) => ({ ...doc, id: `d${at}`, n: (at * 7919) % 1009 })));

const where = fc.constantFrom(
  "",
  " WHERE c.few > 0",
  " WHERE c.flag AND NOT (c.s = 'x')",
  " WHERE c.opt >= 2 OR c.n < 300",
  " WHERE IS_DEFINED(c.opt)",
  " WHERE c.n < 0",
  " WHERE EXISTS(SELECT VALUE l FROM l IN c.list WHERE l = 2)",
);
const direction = fc.constantFrom("", " ASC", " DESC");
const limit = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc.tuple(fc.nat(6), fc.nat(12)).map(([offset, count]) => ` OFFSET ${offset} LIMIT ${count}`),
);

interface Generated {
  readonly text: string;
  readonly ordered: boolean;
}

// Ordered by `n`, which has no ties: so that the whole sequence is determined.
const ordered = fc
  .tuple(
    fc.constantFrom("*", "VALUE c.n", "c.n, c.s AS name", "TOP 4 VALUE c", "VALUE c.opt", "VALUE {a: c.n, b: [c.s]}"),
    where,
    direction,
    limit,
  )
  .map(
    ([select, condition, way, range]): Generated => ({
      text: `SELECT ${select} FROM c${condition} ORDER BY c.n${way}${select.startsWith("TOP") ? "" : range}`,
      ordered: true,
    }),
  );

const unordered = fc
  .tuple(fc.constantFrom("*", "VALUE c.n", "c.n, c.opt", "VALUE [c.n, c.s]"), where)
  .map(([select, condition]): Generated => ({ text: `SELECT ${select} FROM c${condition}`, ordered: false }));

const distinct = fc
  .tuple(fc.constantFrom("VALUE c.s", "c.few, c.flag", "VALUE [c.few]", "c.s"), where)
  .map(([select, condition]): Generated => ({ text: `SELECT DISTINCT ${select} FROM c${condition}`, ordered: false }));

const aggregate = fc
  .tuple(
    fc.constantFrom(
      "COUNT(1)",
      "COUNT(c.opt)",
      "SUM(c.few)",
      "MIN(c.n)",
      "MAX(c.n)",
      "MAX(c.s)",
      "COUNTIF(c.flag)",
      "AVG(c.few)",
      "MIN(c.opt)",
    ),
    where,
    fc.boolean(),
  )
  .map(
    ([call, condition, value]): Generated => ({
      text: `SELECT ${value ? `VALUE ${call}` : `${call} AS result`} FROM c${condition}`,
      ordered: false,
    }),
  );

const grouped = fc
  .tuple(
    fc.constantFrom("c.s", "c.few", "c.flag", "c.opt"),
    fc.subarray(
      ["COUNT(1) AS count", "SUM(c.few) AS sum", "MIN(c.n) AS least", "MAX(c.n) AS most", "COUNT(c.opt) AS opts"],
      { minLength: 1 },
    ),
    where,
  )
  .map(
    ([key, calls, condition]): Generated => ({
      text: `SELECT ${key} AS key, ${calls.join(", ")} FROM c${condition} GROUP BY ${key}`,
      ordered: false,
    }),
  );

const joined = fc.tuple(fc.constantFrom("VALUE l", "c.n, l", "VALUE [c.n, l]"), where, fc.boolean()).map(
  ([select, condition, sorted]): Generated => ({
    text: `SELECT ${select} FROM c JOIN l IN c.list${condition}${sorted ? " ORDER BY c.n" : ""}`,
    ordered: sorted,
  }),
);

const query = fc.oneof(ordered, unordered, distinct, aggregate, grouped, joined);

let made = 0;

async function answers(docs: readonly Doc[], generated: Generated, pageSize: number): Promise<unknown[][]> {
  const id = `c${++made}`;
  const all: unknown[][] = [];
  for (const client of clients) {
    const { container } = await client
      .database("db")
      .containers.create({ id, partitionKey: { paths: ["/pk"], version: 2 } });
    for (const doc of docs) await container.items.create(doc);
    const { resources } = await container.items.query(generated.text, { maxItemCount: pageSize }).fetchAll();
    all.push(comparable(resources, generated));
    await container.delete();
  }
  // Everything under one key of a hierarchical container is answered by the server alone.
  const partitionKey = { paths: ["/all", "/pk"], kind: "MultiHash", version: 2 } as never;
  const { container } = await clients[1]!.database("db").containers.create({ id, partitionKey });
  for (const doc of docs) await container.items.create({ ...doc, all: "one" });
  const { resources } = await container.items
    .query(generated.text, { partitionKey: ["one"], maxItemCount: pageSize })
    .fetchAll();
  all.push(comparable(resources, generated));
  await container.delete();
  return all;
}

// System properties differ between containers; rows without an order compare as a set with multiplicity.
function comparable(rows: readonly unknown[], generated: Generated): unknown[] {
  const texts = rows.map((row) =>
    JSON.stringify(row, (name, value: unknown) =>
      name === "all" || /^_(rid|self|etag|ts|attachments)$/.test(name) ? undefined : value,
    ),
  );
  return generated.ordered ? texts : texts.sort();
}

test("a query has one answer, whatever the number of ranges and the size of the pages", async () => {
  await fc.assert(
    fc.asyncProperty(documents, query, fc.constantFrom(1, 3, 100), async (docs, generated, pageSize) => {
      const [first, ...others] = await answers(docs, generated, pageSize);
      for (const other of others) expect([generated.text, other]).toEqual([generated.text, first]);
    }),
    { numRuns: 200 },
  );
}, 240_000);
