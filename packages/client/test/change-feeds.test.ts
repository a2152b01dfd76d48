/** Change feeds of a sealed container: pages, tokens and ends are the service's, rows are opened. */

import * as sdk from "@azure/cosmos";
import { ChangeFeedIteratorResponse, ChangeFeedResponse, ChangeFeedStartFrom } from "@azure/cosmos";
import { beforeEach, describe, expect, test } from "vitest";
import { bare, codeOf, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 3 });
let partition = 0;
let tenantId: string;

beforeEach(() => {
  tenantId = `feed-${++partition}`;
});

async function write(count: number, tenant = tenantId): Promise<void> {
  for (let i = 0; i < count; i++) {
    await world().customers.items.create({ id: `c${i}`, tenantId: tenant, email: `c${i}@example.org`, plan: "pro" });
  }
}

const emails = (rows: readonly unknown[]): unknown[] => rows.map((row) => (row as { email?: unknown }).email);

describe("the feed of one partition (changeFeed, readChangeFeed)", () => {
  test("gives every document, opened, in pages of the size asked for, and ends with 304 and an empty result", async () => {
    await write(5);
    const iterator = world().customers.items.changeFeed(tenantId, { startFromBeginning: true, maxItemCount: 2 });
    expect(iterator).toBeInstanceOf(sdk.ChangeFeedIterator);
    const sizes: number[] = [];
    const seen: unknown[] = [];
    while (iterator.hasMoreResults) {
      const page = await iterator.fetchNext();
      expect(page).toBeInstanceOf(ChangeFeedResponse);
      expect(Object.isFrozen(page.headers)).toBe(true);
      expect(page.count).toBe(page.result.length);
      sizes.push(page.count);
      seen.push(...page.result);
      if (page.statusCode === 304) expect(page.result).toEqual([]);
    }
    expect(sizes).toEqual([2, 2, 1, 0]);
    expect(emails(seen)).toEqual(["c0", "c1", "c2", "c3", "c4"].map((name) => `${name}@example.org`));
    expect(seen.every((row) => !Object.hasOwn(row as object, "_seal"))).toBe(true);
  });

  test("answers in each of its overloads as over plaintext", async () => {
    await write(2);
    for (const id of ["c0", "c1"]) await world().plain.items.create({ id, tenantId, email: `${id}@example.org` });
    const { customers, plain } = world();
    const asks: readonly ((items: sdk.Items) => sdk.ChangeFeedIterator<unknown>)[] = [
      (items) => items.changeFeed(tenantId, { startFromBeginning: true }),
      (items) => items.changeFeed([tenantId], { startFromBeginning: true }),
      (items) => items.changeFeed<unknown>(tenantId, { startFromBeginning: true }),
      (items) => items.readChangeFeed(tenantId, { startFromBeginning: true }),
      (items) => items.readChangeFeed<unknown>(tenantId, { startFromBeginning: true }),
      (items) => items.changeFeed(tenantId),
      (items) => items.readChangeFeed(tenantId),
      (items) => items.changeFeed(tenantId, { startTime: new Date(0) }),
    ];
    for (const ask of asks) {
      const [ours, theirs] = await Promise.all([customers, plain].map(({ items }) => ask(items).fetchNext()));
      expect(ours!.statusCode).toBe(theirs!.statusCode);
      expect(emails(ours!.result as unknown[])).toEqual(emails(theirs!.result as unknown[]));
      expect(Object.keys(ours!)).toEqual(Object.keys(theirs!));
    }
    for (const { items } of [customers, plain]) {
      await expect(items.changeFeed().fetchNext()).rejects.toThrow("no partition key");
      await expect(items.readChangeFeed({ startFromBeginning: true }).fetchNext()).rejects.toThrow("no partition key");
    }
  });

  test("goes on from a page's continuation, which is the service's own", async () => {
    await write(3);
    const options = { startFromBeginning: true, maxItemCount: 2 };
    const first = await world().customers.items.changeFeed(tenantId, options).fetchNext();
    const stolen = await world().stolen("customers").items.changeFeed(tenantId, options).fetchNext();
    expect(first.continuation).toBe(stolen.continuation);
    expect(first.etag).toBe(first.continuation);
    const next = await world().customers.items.changeFeed(tenantId, { continuation: first.continuation }).fetchNext();
    expect(emails(next.result)).toEqual(["c2@example.org"]);
  });

  test("its async iterator yields the pages that hold something, then ends", async () => {
    await write(3);
    const pages: unknown[][] = [];
    const options = { startFromBeginning: true, maxItemCount: 2 };
    for await (const page of world().customers.items.changeFeed(tenantId, options).getAsyncIterator()) {
      pages.push(emails(page.result));
    }
    expect(pages).toEqual([["c0@example.org", "c1@example.org"], ["c2@example.org"]]);
  });

  test("of a sealed partition key asks by its token alone", async () => {
    const ward = `ward-${tenantId}`;
    await world().patients.items.create({ id: "p", ward, finding: "none" });
    const since = world().sent().length;
    const page = await world().patients.items.changeFeed(ward, { startFromBeginning: true }).fetchNext();
    expect(page.result.map(bare)).toEqual([{ id: "p", ward, finding: "none", _lsn: expect.any(Number) }]);
    const headers = world()
      .sent(since)
      .flatMap(({ requestHeaders }) => requestHeaders);
    expect(headers.length).toBeGreaterThan(0);
    expect(headers.filter((text) => text.includes(ward))).toEqual([]);
  });
});

describe("the pull model (getChangeFeedIterator)", () => {
  /** Reads until nothing is new. */
  async function drain(iterator: sdk.ChangeFeedPullModelIterator<unknown>): Promise<{
    rows: sdk.Resource[];
    token: string;
  }> {
    const rows: sdk.Resource[] = [];
    for (;;) {
      const page = await iterator.readNext();
      expect(page).toBeInstanceOf(ChangeFeedIteratorResponse);
      expect(iterator.hasMoreResults).toBe(true);
      if (page.statusCode === 304) {
        expect(page.result).toEqual([]);
        return { rows, token: page.continuationToken };
      }
      rows.push(...(page.result as sdk.Resource[]));
    }
  }

  test("reads a partition from the beginning, from a time and from now, and goes on from a token", async () => {
    await write(3);
    const { items } = world().customers;
    const beginning = items.getChangeFeedIterator({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning(tenantId),
      maxItemCount: 2,
    });
    const { rows, token } = await drain(beginning);
    expect(emails(rows)).toEqual(["c0@example.org", "c1@example.org", "c2@example.org"]);
    const time = ChangeFeedStartFrom.Time(new Date(0), tenantId);
    expect((await drain(items.getChangeFeedIterator({ changeFeedStartFrom: time }))).rows.length).toBe(3);
    const now = items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Now(tenantId) });
    expect((await drain(now)).rows).toEqual([]);
    await items.upsert({ id: "c1", tenantId, email: "changed@example.org" });
    expect(emails((await drain(now)).rows)).toEqual(["changed@example.org"]);
    const on = items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Continuation(token) });
    expect(emails((await drain(on)).rows)).toEqual(["changed@example.org"]);
  });

  test("reads the whole container as its feed ranges do together, whatever the ranges", async () => {
    await Promise.all([1, 2, 3, 4, 5, 6].map((n) => write(2, `${tenantId}-${n}`)));
    const { customers } = world();
    const all = customers.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
    const keysOf = (rows: sdk.Resource[]) =>
      (rows as unknown as Record<string, string>[])
        .map((row) => `${row["tenantId"]}/${row["id"]}/${row["email"]}`)
        .sort();
    const whole = keysOf((await drain(all)).rows);
    const parts: sdk.Resource[] = [];
    const ranges = await customers.getFeedRanges();
    expect(ranges.length).toBe(3);
    for (const range of ranges) {
      const one = customers.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range) });
      parts.push(...(await drain(one)).rows);
    }
    expect(keysOf(parts)).toEqual(whole);
    expect(whole.filter((key) => key.startsWith(`${tenantId}-`)).length).toBe(12);
  });

  test("starts from now for the whole container without options, and refuses wrong ones at the call, as the SDK does", async () => {
    const iterator = world().customers.items.getChangeFeedIterator();
    expect((await drain(iterator)).rows).toEqual([]);
    await write(1);
    expect(emails((await drain(iterator)).rows)).toEqual(["c0@example.org"]);
    for (const { items } of [world().customers, world().plain]) {
      expect(() => items.getChangeFeedIterator({ maxItemCount: 0 })).toThrow("maxItemCount must be a positive number");
    }
  });

  test("of a sealed partition key holds only its token, in requests and in continuations", async () => {
    const ward = `ward-${tenantId}`;
    const { items } = world().patients;
    for (const id of ["p1", "p2"]) await items.create({ id, ward, finding: "none" });
    await items.create({ id: "p3", ward: `${ward}-other`, finding: "none" });
    const since = world().sent().length;
    for (const from of [
      ChangeFeedStartFrom.Beginning(ward),
      ChangeFeedStartFrom.Beginning([ward]),
      ChangeFeedStartFrom.Time(new Date(0), ward),
    ]) {
      const { rows, token } = await drain(items.getChangeFeedIterator({ changeFeedStartFrom: from, maxItemCount: 1 }));
      expect(rows.map(({ id }) => id)).toEqual(["p1", "p2"]);
      expect(token).not.toContain(ward);
      const on = items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Continuation(token) });
      expect((await drain(on)).rows).toEqual([]);
    }
    const sent = world()
      .sent(since)
      .flatMap(({ requestHeaders, path }) => [...requestHeaders, path]);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((text) => text.includes(ward))).toEqual([]);
  });

  test("its async iterator never ends and gives 304 pages too", async () => {
    await write(1);
    const from = ChangeFeedStartFrom.Beginning(tenantId);
    const statuses: number[] = [];
    for await (const page of world()
      .customers.items.getChangeFeedIterator({ changeFeedStartFrom: from })
      .getAsyncIterator()) {
      statuses.push(page.statusCode);
      if (statuses.length === 3) break;
    }
    expect(statuses).toEqual([200, 304, 304]);
  });

  test("a start that fails for want of keys is tried again at the next page", async () => {
    let down = true;
    const { store, pin } = world();
    const client = world().connect({
      pin,
      store: {
        ...store,
        readHead: async () => {
          if (down) throw new Error("down");
          return store.readHead();
        },
      },
    });
    const iterator = client
      .database("shop")
      .container("patients")
      .items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning("w") });
    await expect(iterator.readNext()).rejects.toThrow();
    down = false;
    expect((await iterator.readNext()).statusCode).toBe(304);
    client.dispose();
  });
});

describe("what the server answers a feed with is held against the question", () => {
  test("a document of another partition is an error", async () => {
    const other = `${tenantId}-other`;
    await write(1, other);
    const { createDefaultHttpClient } = await import("@azure/core-rest-pipeline");
    const inner = createDefaultHttpClient();
    const client = world().connect(
      {},
      {
        httpClient: {
          sendRequest: (request) => {
            // The thief in the middle asks for another partition.
            if (request.headers.get("a-im") !== undefined)
              request.headers.set("x-ms-documentdb-partitionkey", JSON.stringify([other]));
            return inner.sendRequest(request);
          },
        },
      },
    );
    const { items } = client.database("shop").container("customers");
    expect(await codeOf(() => items.changeFeed(tenantId, { startFromBeginning: true }).fetchNext())).toBe(
      "ERR_ANSWER_MISMATCH",
    );
    const from = ChangeFeedStartFrom.Beginning(tenantId);
    expect(await codeOf(() => items.getChangeFeedIterator({ changeFeedStartFrom: from }).readNext())).toBe(
      "ERR_ANSWER_MISMATCH",
    );
    client.dispose();
  });
});
