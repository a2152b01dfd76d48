// The change feed of all versions and deletes: every change once, with what was there before, for as long as the policy says.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChangeFeedIteratorOptions, Container } from "@azure/cosmos";
import { expect, test } from "vitest";
import { createEmulator } from "../src/index.js";
import { describeSetups, refusal, SDKS, type Sdk } from "./sdk.js";
import { send } from "./wire.js";

interface Row {
  readonly current?: { readonly id: string; readonly n: number };
  readonly previous?: { readonly id: string; readonly n: number };
  readonly metadata: {
    readonly operationType: string;
    readonly lsn: number;
    readonly crts: number;
    readonly previousImageLSN?: number;
    readonly timeToLiveExpired?: boolean;
  };
}

async function drain(sdk: Sdk, container: Container, options: Partial<ChangeFeedIteratorOptions>) {
  const iterator = container.items.getChangeFeedIterator<Row>({
    changeFeedMode: sdk.ChangeFeedMode.AllVersionsAndDeletes,
    ...options,
  });
  const rows: Row[] = [];
  for (;;) {
    const page = await iterator.readNext();
    if (page.statusCode === 304) return { rows, token: page.continuationToken };
    rows.push(...page.result);
  }
}

const short = (row: Row) => [row.metadata.operationType, row.previous?.n, row.current?.n];

describeSetups("all versions and deletes", (setup) => {
  const kept = () => ({ changeFeedPolicy: { retentionDuration: 10 } as never });

  test("every version comes once, in order, with the image before it; a deletion with what was deleted", async () => {
    const { sdk } = setup();
    const container = await setup().container(kept());
    const { token } = await drain(sdk, container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Now() });
    await container.items.create({ id: "a", pk: "k", n: 1 });
    await container.items.upsert({ id: "a", pk: "k", n: 2 });
    await container.item("a", "k").patch([{ op: "incr", path: "/n", value: 1 }]);
    await container.item("a", "k").delete();
    await container.items.create({ id: "a", pk: "k", n: 9 });
    const { rows } = await drain(sdk, container, {
      maxItemCount: 2,
      changeFeedStartFrom: sdk.ChangeFeedStartFrom.Continuation(token),
    });
    expect(rows.map(short)).toEqual([
      ["create", undefined, 1],
      ["replace", 1, 2],
      ["replace", 2, 3],
      ["delete", 3, undefined],
      ["create", undefined, 9],
    ]);
    const lsns = rows.map((row) => row.metadata.lsn);
    expect(rows.slice(1, 4).map((row) => row.metadata.previousImageLSN)).toEqual(lsns.slice(0, 3));
    expect(rows.every((row) => Math.abs(row.metadata.crts - Date.now() / 1000) < 60)).toBe(true);
  });

  test("by key and by feed range it holds just their changes", async () => {
    const { sdk } = setup();
    const container = await setup().container(kept());
    for (let n = 0; n < 10; n++) await container.items.create({ id: `d${n}`, pk: `k${n % 5}`, n });
    await container.item("d3", "k3").delete();
    const one = await drain(sdk, container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning("k3") });
    expect(one.rows.map(short)).toEqual([
      ["create", undefined, 3],
      ["create", undefined, 8],
      ["delete", 3, undefined],
    ]);
    const rows: Row[] = [];
    for (const range of await container.getFeedRanges()) {
      rows.push(
        ...(await drain(sdk, container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning(range) })).rows,
      );
    }
    expect(rows.map(short).filter(([kind]) => kind === "create")).toHaveLength(10);
    expect(rows).toHaveLength(11);
  });

  test("it goes on across a split", async () => {
    const { sdk, emulator } = setup();
    const container = await setup().container(kept());
    for (let n = 0; n < 10; n++) await container.items.create({ id: `d${n}`, pk: `k${n % 5}`, n });
    const first = await drain(sdk, container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning() });
    expect(first.rows).toHaveLength(10);
    await emulator.splitRange(`dbs/shop/colls/${container.id}`);
    for (let n = 0; n < 5; n++) await container.item(`d${n}`, `k${n % 5}`).delete();
    const resumed = await drain(sdk, container, {
      changeFeedStartFrom: sdk.ChangeFeedStartFrom.Continuation(first.token),
    });
    expect(resumed.rows.map((row) => row.previous?.id).sort()).toEqual(["d0", "d1", "d2", "d3", "d4"]);
    const again = await drain(sdk, container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning() });
    expect(again.rows).toHaveLength(15);
  });

  test("a container without a policy has no such feed, and a request in another wire format is refused", async () => {
    const { sdk, emulator } = setup();
    const container = await setup().container();
    const refused = await refusal(drain(sdk, container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Now() }));
    expect(refused.code).toBe(400);
    expect(refused.message).toContain("changeFeedPolicy");
    const with_ = await setup().container(kept());
    const ranges = (await with_.readPartitionKeyRanges().fetchAll()).resources;
    const headers = { "a-im": "Full-Fidelity Feed", "x-ms-documentdb-partitionkeyrangeid": ranges[0]!.id };
    const path = `/dbs/shop/colls/${with_.id}/docs`;
    expect((await send(emulator, { method: "GET", path, headers })).status).toBe(400);
    const format = { "x-ms-cosmos-changefeed-wire-format-version": "2021-09-15" };
    expect((await send(emulator, { method: "GET", path, headers: { ...headers, ...format } })).status).toBe(304);
  });
});

for (const [name, sdk] of SDKS) {
  test(`an item whose time to live is over is a deletion that says so, and old versions go with the policy's time (${name})`, async () => {
    const began = Math.floor(Date.now() / 1000) * 1000;
    let now = began;
    const emulator = await createEmulator({ clock: () => now, ranges: 1 });
    const client = new sdk.CosmosClient(emulator.connectionString);
    const { database } = await client.databases.create({ id: "shop" });
    const { container } = await database.containers.create({
      id: "c",
      partitionKey: { paths: ["/pk"] },
      defaultTtl: -1,
      changeFeedPolicy: { retentionDuration: 5 } as never,
    });
    await container.items.create({ id: "a", pk: "k", n: 1, ttl: 30 });
    const first = await drain(sdk, container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning() });
    expect(first.rows.map(short)).toEqual([["create", undefined, 1]]);
    now += 60_000;
    const second = await drain(sdk, container, {
      changeFeedStartFrom: sdk.ChangeFeedStartFrom.Continuation(first.token),
    });
    expect(second.rows.map((row) => [...short(row), row.metadata.timeToLiveExpired, row.metadata.crts])).toEqual([
      ["delete", 1, undefined, true, began / 1000 + 30],
    ]);
    await container.items.create({ id: "b", pk: "k", n: 2 });
    now += 301_000;
    await container.items.create({ id: "c", pk: "k", n: 3 });
    const late = drain(sdk, container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Continuation(first.token) });
    expect((await refusal(late)).message).toContain("older than the versions");
    const kept = await drain(sdk, container, { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning() });
    expect(kept.rows.map(short)).toEqual([["create", undefined, 3]]);
    client.dispose();
    await emulator.close();
  });

  test(`versions and deletions outlast a restart (${name})`, async () => {
    const directory = mkdtempSync(join(tmpdir(), "cosmoseal-versions-"));
    let emulator = await createEmulator({ directory });
    let client = new sdk.CosmosClient(emulator.connectionString);
    const { database } = await client.databases.create({ id: "shop" });
    const { container } = await database.containers.create({
      id: "c",
      partitionKey: { paths: ["/pk"] },
      changeFeedPolicy: { retentionDuration: 5 } as never,
    });
    await container.items.create({ id: "a", pk: "k", n: 1 });
    await container.items.upsert({ id: "a", pk: "k", n: 2 });
    await container.item("a", "k").delete();
    const options = { changeFeedStartFrom: sdk.ChangeFeedStartFrom.Beginning() };
    const before = await drain(sdk, container, options);
    expect(before.rows.map(short)).toEqual([
      ["create", undefined, 1],
      ["replace", 1, 2],
      ["delete", 2, undefined],
    ]);
    client.dispose();
    await emulator.close();
    emulator = await createEmulator({ directory });
    client = new sdk.CosmosClient(emulator.connectionString);
    expect((await drain(sdk, client.database("shop").container("c"), options)).rows).toEqual(before.rows);
    client.dispose();
    await emulator.close();
    rmSync(directory, { recursive: true });
  });
}
