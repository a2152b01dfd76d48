// What an index rules out is nothing that a scan would find: queries over a large container, while it is written to.

import { type Container, CosmosClient } from "@azure/cosmos";
import { compile, type Json, parse } from "@cosmoseal/sql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmulator, type Emulator } from "../src/index.js";

let emulator: Emulator;
let container: Container;
const stored = new Map<string, { [name: string]: Json }>();

const documentOf = (n: number, shift = 0): { [name: string]: Json } & { id: string; pk: string } => ({
  id: `d${n}`,
  pk: `p${n % 7}`,
  n: (n + shift) % 40,
  ...(n % 3 ? { text: `t${(n + shift) % 90}` } : {}),
  ...(n % 5 ? { deep: { a: n % 2 === 0 ? (n + shift) % 11 : `${(n + shift) % 11}`, "odd name": null } } : {}),
  list: [`l${(n + shift) % 20}`, (n + shift) % 6, { o: 1 }],
  at: n / 4,
});

beforeAll(async () => {
  emulator = await createEmulator({ port: 0, ranges: 2 });
  const client = new CosmosClient(emulator.connectionString);
  const { database } = await client.databases.create({ id: "db" });
  const created = await database.containers.create({ id: "c", partitionKey: { paths: ["/pk"] } });
  container = created.container;
  for (let from = 0; from < 3_000; from += 500) {
    const documents = Array.from({ length: 500 }, (_, i) => documentOf(from + i));
    await container.items.executeBulkOperations(
      documents.map((document) => ({
        operationType: "Create",
        partitionKey: document.pk,
        resourceBody: document as never,
      })),
    );
    for (const document of documents) stored.set(document.id, document);
  }
});
afterAll(() => emulator.close());

const QUERIES = [
  "SELECT * FROM c WHERE c.text = 't14'",
  "SELECT * FROM c WHERE 't14' = c.text AND c.n > 3",
  "SELECT * FROM c WHERE c.text IN ('t14', 't15', 5) OR c.deep.a = 3",
  "SELECT * FROM c WHERE c.deep.a = '3'",
  "SELECT * FROM c WHERE c.deep['odd name'] = null AND c.n = 4",
  "SELECT * FROM c WHERE ARRAY_CONTAINS(c.list, 'l3')",
  "SELECT * FROM c WHERE ARRAY_CONTAINS(c.list, 5) AND NOT (c.text = 't5')",
  "SELECT * FROM c WHERE c.text = 't1' OR c.n >= 39",
  "SELECT * FROM c WHERE c.text = 't1' OR c.at < 2",
  "SELECT * FROM c WHERE c.text = 't1' OR NOT IS_DEFINED(c.text)",
  "SELECT c.id, l FROM c JOIN l IN c.list WHERE c.text = 't7' AND l = 'l7'",
  "SELECT VALUE COUNT(1) FROM c WHERE c.text = 't3'",
  "SELECT DISTINCT VALUE c.n FROM c WHERE ARRAY_CONTAINS(c.list, 'l1')",
  "SELECT * FROM c WHERE c.text = 'nothing'",
];

test("answers are those of a scan, before and after items are replaced and removed", async () => {
  await check();
  for (let n = 0; n < 400; n += 3) {
    await container.items.upsert(documentOf(n, 5));
    stored.set(`d${n}`, documentOf(n, 5));
  }
  for (let n = 1; n < 400; n += 7) {
    await container.item(`d${n}`, `p${n % 7}`).delete();
    stored.delete(`d${n}`);
  }
  await check();
}, 60_000);

test("a range that was split has indexes of its own", async () => {
  await emulator.splitRange({ database: "db", container: "c" });
  // Another client: one that knows the range as it was never ends a query that it plans.
  container = new CosmosClient(emulator.connectionString).database("db").container("c");
  await check();
}, 60_000);

async function check(): Promise<void> {
  for (const query of QUERIES) {
    const { resources } = await container.items.query(query, { maxItemCount: 17 }).fetchAll();
    const expected = [...compile(parse(query)).run([...stored.values()])];
    expect(sorted(resources), query).toEqual(sorted(expected));
  }
}

function sorted(rows: readonly unknown[]): readonly string[] {
  const bare = (row: unknown): unknown => {
    if (typeof row !== "object" || row === null) return row;
    const { _rid, _self, _etag, _ts, _attachments, ...rest } = row as Record<string, unknown>;
    return rest;
  };
  return rows.map((row) => JSON.stringify(bare(row))).sort();
}
