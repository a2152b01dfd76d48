/** One document that doesn't open: it is never a row, never passed over in silence, and spoils nothing else. */
import { inspect } from "node:util";
import { ChangeFeedStartFrom, type Container, FeedResponse } from "@azure/cosmos";
import {
  type BadDocument,
  BadDocumentError,
  type BadDocumentOptions,
  isCosmosealError,
  isIntegrityError,
  type SealEvent,
  sealErrorsOf,
} from "cosmoseal";
import { beforeAll, describe, expect, test } from "vitest";
import { codeOf, failureOf, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 1 });
const PAGES = 10;
const SIZE = 3;
const BAD = "d07"; // third page
const GOOD = Array.from({ length: PAGES * SIZE }, (_, i) => `d${String(i).padStart(2, "0")}`).filter(
  (id) => id !== BAD,
);

const events: SealEvent[] = [];
let etag: string;
let customers: Container;

beforeAll(async () => {
  customers = world()
    .connect({ onEvent: (event) => events.push(event) })
    .database("shop")
    .container("customers");
  for (let i = 0; i < PAGES * SIZE; i++) {
    const id = `d${String(i).padStart(2, "0")}`;
    await customers.items.create({ id, tenantId: "t", plan: "pro", email: `${id}@example.org`, rank: i });
  }
  const stolen = world().stolen("customers").item(BAD, "t");
  const { resource } = await stolen.read();
  // In its place in the feed too: the thief's write comes last, so the good ones are written again around it.
  for (const id of GOOD.slice(0, 7)) await touch(id);
  const forged = await stolen.replace({ ...resource, plan: "forged" });
  etag = forged.etag;
  for (const id of GOOD.slice(7)) await touch(id);
});

async function touch(id: string): Promise<void> {
  const item = customers.item(id, "t");
  await item.replace((await item.read()).resource);
}

const quarantine: BadDocumentOptions = { onBadDocument: "quarantine" };
const idsOf = (rows: readonly unknown[] | undefined): unknown[] =>
  (rows ?? []).map((row) => (row as { id: unknown }).id);

function expectBad(documents: readonly BadDocument[]): void {
  expect(documents.map(({ error, ...facts }) => facts)).toEqual([
    { code: "ERR_INTEGRITY", container: "customers", id: BAD, partitionKey: ["t"], etag },
  ]);
  expect(isIntegrityError(documents[0]?.error)).toBe(true);
}

function expectThrown(error: unknown, rows: readonly string[]): asserts error is BadDocumentError {
  expect(error).toBeInstanceOf(BadDocumentError);
  const thrown = error as BadDocumentError;
  expect(isCosmosealError(thrown, "ERR_INTEGRITY")).toBe(true);
  expect([thrown.id, thrown.partitionKey, thrown.etag]).toEqual([BAD, ["t"], etag]);
  expect(idsOf(thrown.rows)).toEqual(rows);
  expectBad(thrown.sealErrors);
}

describe("a bad document on page 3 of 10 of a query", () => {
  const query = "SELECT * FROM c WHERE c.tenantId = 't'";
  const options = { maxItemCount: SIZE, partitionKey: "t" };

  test("under `throw` ends the call at that page, and tells which it is, the good rows, and how to go on", async () => {
    const iterator = customers.items.query(query, options);
    for (const page of [1, 2]) expect([page, idsOf((await iterator.fetchNext()).resources).length]).toEqual([page, 3]);
    const error = await failureOf(() => iterator.fetchNext());
    expectThrown(error, ["d06", "d08"]);
    const { continuationToken } = error;
    expect(typeof continuationToken).toBe("string");
    const on = customers.items.query(query, { ...options, continuationToken: continuationToken! });
    expect(idsOf((await on.fetchAll()).resources)).toEqual(GOOD.slice(8));
  });

  test("under `throw` lets the same iterator go on behind the page", async () => {
    const iterator = customers.items.query(query, options);
    const rows: unknown[] = [];
    let thrown = 0;
    while (iterator.hasMoreResults()) {
      try {
        rows.push(...idsOf((await iterator.fetchNext()).resources));
      } catch (error) {
        expectThrown(error, ["d06", "d08"]);
        rows.push(...idsOf(error.rows));
        thrown++;
      }
    }
    expect([rows, thrown]).toEqual([GOOD, 1]);
  });

  test("under `throw` ends fetchAll with all good rows up to the page, and the async iterator at the page", async () => {
    expectThrown(await failureOf(() => customers.items.query(query, options).fetchAll()), GOOD.slice(0, 8));
    const seen: unknown[] = [];
    const error = await failureOf(async () => {
      for await (const { resources } of customers.items.query(query, options).getAsyncIterator())
        seen.push(...idsOf(resources));
    });
    expectThrown(error, ["d06", "d08"]);
    expect(seen).toEqual(GOOD.slice(0, 6));
  });

  test("is told by no print of the error beyond its place", async () => {
    const error = await failureOf(() => customers.items.query(query, options).fetchAll());
    const print = [inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), String(error)].join();
    expect(print).toContain(BAD);
    expect(print).not.toContain("example.org");
    expect(print).not.toContain("forged");
  });

  test("under `quarantine` is left out, listed, and told by an event", async () => {
    const since = events.length;
    const pages: unknown[][] = [];
    const listed: (readonly BadDocument[])[] = [];
    const iterator = customers.items.query(query, { ...options, ...quarantine });
    while (iterator.hasMoreResults()) {
      const page = await iterator.fetchNext();
      expect(page).toBeInstanceOf(FeedResponse);
      expect(Object.hasOwn(page, "sealErrors")).toBe(sealErrorsOf(page).length > 0);
      if (page.resources === undefined) continue;
      pages.push(idsOf(page.resources));
      listed.push(sealErrorsOf(page));
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 2, 3, 3, 3, 3, 3, 3, 3]);
    expect(pages.flat()).toEqual(GOOD);
    expect(listed.map((list) => list.length)).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expectBad(listed[2]!);
    const told = events.slice(since).filter((event) => event.type === "badDocument");
    expect(told.map(({ outcome, document: { id } }) => [outcome, id])).toEqual([["quarantined", BAD]]);
    const opened = events.slice(since).filter((event) => event.type === "opened");
    expect(opened.map(({ documents, bad }) => [documents, bad])[2]).toEqual([2, 1]);
  });

  test.each([
    ["fetchAll", () => customers.items.query(query, { ...options, ...quarantine }).fetchAll()],
    ["readAll", () => customers.items.readAll({ partitionKey: "t", ...quarantine }).fetchAll()],
    [
      "a query over all partitions, in order",
      () => customers.items.query("SELECT * FROM c ORDER BY c.rank", { maxItemCount: SIZE, ...quarantine }).fetchAll(),
    ],
    [
      "a query by tokens",
      () =>
        customers.items
          .query(`SELECT * FROM c WHERE c.email IN (${[...GOOD, BAD].map((id) => `'${id}@example.org'`).join()})`, {
            ...options,
            ...quarantine,
          })
          .fetchAll(),
    ],
  ])("under `quarantine` is listed by %s", async (_, ask) => {
    const all = await ask();
    expect(idsOf(all.resources)).toEqual(GOOD);
    expectBad(sealErrorsOf(all));
  });

  test("doesn't count where the client counts, under either policy", async () => {
    const top = `SELECT TOP 8 * FROM c WHERE c.email IN (${[...GOOD, BAD].map((id) => `'${id}@example.org'`).join()})`;
    const all = await customers.items.query(top, { ...options, ...quarantine }).fetchAll();
    expect(idsOf(all.resources)).toEqual(GOOD.slice(0, 8));
    const iterator = customers.items.query(top, options);
    const rows: unknown[] = [];
    while (iterator.hasMoreResults()) {
      try {
        rows.push(...idsOf((await iterator.fetchNext()).resources));
      } catch (error) {
        rows.push(...idsOf((error as BadDocumentError).rows));
      }
    }
    expect(rows).toEqual(GOOD.slice(0, 8));
  });

  test("throws by a point read under either policy", async () => {
    const strict = world().connect({ onBadDocument: "quarantine" });
    const item = strict.database("shop").container("customers").item(BAD, "t");
    expect(await codeOf(() => item.read())).toBe("ERR_INTEGRITY");
    strict.dispose();
  });
});

describe("29 good pages of a change feed around a bad one", () => {
  const from = () => ChangeFeedStartFrom.Beginning("t");

  /** The ids of each page; of a bad page those beside it, behind an exclamation mark. */
  async function pagesOf(next: () => Promise<{ statusCode: number; result: unknown[] }>): Promise<string[]> {
    const pages: string[] = [];
    for (;;) {
      try {
        const page = await next();
        if (page.statusCode === 304) return pages;
        const bad = sealErrorsOf(page);
        if (bad.length > 0) expectBad(bad);
        pages.push(`${bad.map(({ id }) => `-${id}`).join()}${idsOf(page.result).join()}`);
      } catch (error) {
        expectThrown(error, []);
        pages.push("!");
      }
    }
  }
  const around = (mark: string): string[] => [...GOOD.slice(0, 7), mark, ...GOOD.slice(7)];

  test("under `throw` all come, and the bad one is told once", async () => {
    const pull = customers.items.getChangeFeedIterator({ changeFeedStartFrom: from(), maxItemCount: 1 });
    expect(await pagesOf(() => pull.readNext())).toEqual(around("!"));
    const feed = customers.items.changeFeed("t", { startFromBeginning: true, maxItemCount: 1 });
    expect(await pagesOf(() => feed.fetchNext())).toEqual(around("!"));
  });

  test("under `quarantine` all come, and the bad one is listed once", async () => {
    const options = { maxItemCount: 1, ...quarantine };
    const pull = customers.items.getChangeFeedIterator({ changeFeedStartFrom: from(), ...options });
    expect(await pagesOf(() => pull.readNext())).toEqual(around(`-${BAD}`));
    const feed = customers.items.changeFeed("t", { startFromBeginning: true, ...options });
    expect(await pagesOf(() => feed.fetchNext())).toEqual(around(`-${BAD}`));
    let listed = 0;
    let rows = 0;
    for await (const page of customers.items
      .changeFeed("t", { startFromBeginning: true, ...options })
      .getAsyncIterator()) {
      listed += sealErrorsOf(page).length;
      rows += page.count;
    }
    expect([rows, listed]).toEqual([29, 1]);
  });

  test("the error's token goes on behind it in another process", async () => {
    const pull = customers.items.getChangeFeedIterator({ changeFeedStartFrom: from(), maxItemCount: 8 });
    const error = await failureOf(() => pull.readNext());
    expectThrown(error, GOOD.slice(0, 7));
    const on = customers.items.getChangeFeedIterator({
      changeFeedStartFrom: ChangeFeedStartFrom.Continuation(error.continuationToken!),
    });
    expect(idsOf((await on.readNext()).result)).toEqual(GOOD.slice(7));
    const feed = customers.items.changeFeed("t", { startFromBeginning: true, maxItemCount: 8 });
    const legacy = await failureOf(() => feed.fetchNext());
    expectThrown(legacy, GOOD.slice(0, 7));
    const next = customers.items.changeFeed("t", { continuation: legacy.continuationToken! });
    expect(idsOf((await next.fetchNext()).result)).toEqual(GOOD.slice(7));
  });
});

describe("the policy", () => {
  const all = (container: Container, options: BadDocumentOptions = {}) =>
    container.items.readAll({ partitionKey: "t", ...options }).fetchAll();

  test("is the client's, one for each definition, or the call's, which comes first", async () => {
    const quarantining = world().connect({ onBadDocument: "quarantine" });
    const container = quarantining.database("shop").container("customers");
    expect(idsOf((await all(container)).resources)).toEqual(GOOD);
    expect(await codeOf(() => all(container, { onBadDocument: "throw" }))).toBe("ERR_INTEGRITY");
    const asked: string[] = [];
    const byName = world().connect({
      onBadDocument: (name) => {
        asked.push(name);
        return name === "customers" ? "quarantine" : "throw";
      },
    });
    expect(idsOf((await all(byName.database("shop").container("customers"))).resources)).toEqual(GOOD);
    expect(asked).toEqual(["customers"]);
    quarantining.dispose();
    byName.dispose();
  });

  test("that is none is refused before anything is sent", async () => {
    const since = world().sent().length;
    const wrong = { onBadDocument: "ignore" } as unknown as BadDocumentOptions;
    expect(await codeOf(() => all(customers, wrong))).toBe("ERR_OPTIONS_INVALID");
    expect(world().sent(since)).toEqual([]);
  });

  test("is not for what isn't a document's fault: an answer from another partition, a store that is away", async () => {
    const { store } = world();
    const away = { ...store, readHead: async () => Promise.reject(new Error("away")) };
    const client = world().connect({ store: away, onBadDocument: "quarantine" });
    await expect(all(client.database("shop").container("customers"))).rejects.toThrow();
    client.dispose();
  });
});
