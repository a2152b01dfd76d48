/** Documents of destroyed keys: gone for good, and in nobody's way. */

import { ChangeFeedStartFrom } from "@azure/cosmos";
import type { HeadRecord, KeyEntry, ScopeRecord } from "@cosmoseal/core";
import { type SealEvent, sealErrorsOf } from "cosmoseal";
import { beforeAll, expect, test } from "vitest";
import { Key } from "../../core/src/crypto/key.js";
import { bucketHash, makeEntry, makeHead, makeRecord } from "../../core/src/keys/records.js";
import { codeOf, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 1 });

/** Destroys every key that documents of the container were sealed under, and puts new ones in their place. */
async function destroyKeys(container: string): Promise<void> {
  const { store, keyring, pin } = world();
  const head = (await store.readHead()) as HeadRecord;
  const root = Key.take(await keyring.unwrap(head.wraps[0]!, pin));
  const buckets = await Promise.all(Object.keys(head.tree).map((bucket) => store.readBucket(bucket)));
  const records = buckets.flat() as ScopeRecord[];
  const old = records.find(({ scope }) => scope[0] === "container" && scope[1] === container)!;
  const keys = old.keys.flatMap(({ wrapped, ...entry }): KeyEntry[] => {
    if (entry.kind === "index" || entry.kind === "identity") return [{ ...entry, wrapped: wrapped! }];
    const { kind, group } = entry;
    return [
      { ...entry, state: "destroyed" },
      makeEntry(root, { scope: old.scope, kind, group, generation: 2, created: Date.now() }),
    ];
  });
  const record = makeRecord(root, old.scope, old.revision + 1, keys);
  const beside = records.filter((other) => other !== old && other.bucket === record.bucket);
  const { mac: _mac, v: _v, previous: _previous, ...current } = head;
  const tree = { ...head.tree, [record.bucket]: bucketHash(root, record.bucket, [...beside, record]) };
  const next = makeHead(root, { ...current, epoch: head.epoch + 1, revision: head.revision + 1, tree }, head);
  await store.write({ expected: head.revision, head: next, records: [record] });
}

beforeAll(async () => {
  for (const id of ["a", "b"]) await world().customers.items.create({ id, tenantId: "t", email: `${id}@example.org` });
  await destroyKeys("customers");
  await world().client.keys.refresh();
  await world().customers.items.create({ id: "c", tenantId: "t", email: "c@example.org" });
});

const idsOf = (rows: readonly unknown[]): unknown[] => rows.map((row) => (row as { readonly id: unknown }).id);
const gone = (page: object): unknown[] => sealErrorsOf(page).map(({ id, code }) => [id, code]);
const GONE = [
  ["a", "ERR_KEY_DESTROYED"],
  ["b", "ERR_KEY_DESTROYED"],
];

test("documents of destroyed keys are left out of lists and feeds and counted there, even under `throw`", async () => {
  const events: SealEvent[] = [];
  const client = world().connect({ onBadDocument: "throw", onEvent: (event) => events.push(event) });
  const { items } = client.database("shop").container("customers");
  const all = await items.readAll({ partitionKey: "t" }).fetchAll();
  expect([idsOf(all.resources), gone(all)]).toEqual([["c"], GONE]);
  const feed = await items.changeFeed("t", { startFromBeginning: true }).fetchNext();
  expect([idsOf(feed.result), gone(feed)]).toEqual([["c"], GONE]);
  const pull = items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning("t") });
  const page = await pull.readNext();
  expect([idsOf(page.result), gone(page)]).toEqual([["c"], GONE]);
  const outcomes = events.flatMap((event) => (event.type === "badDocument" ? [event.outcome] : []));
  expect(outcomes).toEqual(Array.from({ length: 6 }, () => "destroyed"));
  client.dispose();
});

test("a point read of one says that it is gone", async () => {
  expect(await codeOf(() => world().customers.item("a", "t").read())).toBe("ERR_KEY_DESTROYED");
});
