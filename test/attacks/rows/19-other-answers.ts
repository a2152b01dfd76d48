/** Row 19: another valid document in the answer: another id, one that fails the WHERE, one twice; change-feed entries again. */
import { ChangeFeedStartFrom, type Container } from "@azure/cosmos";
import type { SealEvent } from "cosmoseal";
import type { Bed, Side } from "../bed/bed.js";
import { bare } from "../bed/documents.js";
import { lootOf, ordered, type Stored } from "../bed/forge.js";
import { type Answer, liar, withDocuments } from "../bed/liar.js";
import { another, onAll } from "../bed/sides.js";
import { accepted, outcomeOf, PREVENTED } from "../outcome.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 19,
  attacker:
    "answers a read or query with another valid document (another id, one failing the WHERE, one twice), replays change-feed entries",
  must: "detected",
  run: (bed) => Promise.all(Object.entries(LIES).map(([name, lie]) => onAll(bed, name, "answer", tell(bed, lie)))),
};

interface Lie {
  readonly ask: (container: Container, tenantId: string) => Promise<unknown>;
  readonly answer: (
    body: string,
    loot: { readonly victim: Stored; readonly other: Stored; readonly before: Stored },
  ) => Answer | undefined;
}

const query =
  (text: string): Lie["ask"] =>
  async (container, tenantId) =>
    (await container.items.query(text, { partitionKey: tenantId }).fetchAll()).resources;

const LIES: Readonly<Record<string, Lie>> = {
  "a read with another document": {
    ask: async (container, tenantId) => [(await container.item("victim", tenantId).read()).resource],
    answer: (_, { other }) => ({ body: JSON.stringify(other) }),
  },
  "a query with one of another id": {
    ask: query("SELECT * FROM c WHERE c.id = 'victim'"),
    answer: (body, { other }) => withDocuments(body, () => [other]),
  },
  "a query with one that fails the WHERE": {
    ask: query("SELECT * FROM c WHERE c.rank < 2"),
    answer: (body, { other, victim }) => withDocuments(body, () => [victim, other]),
  },
  "a query of public paths with one that fails the WHERE": {
    ask: query("SELECT c.id, c.plan FROM c WHERE c.rank < 2"),
    answer: (body, { other, victim }) =>
      withDocuments(body, (documents) => [...documents, "_seal" in victim ? other : { id: "other", plan: "free" }]),
  },
  "a query with one twice": {
    ask: query("SELECT * FROM c WHERE c.rank < 2"),
    answer: (body, { victim }) => withDocuments(body, () => [victim, victim]),
  },
  "a batch with its results exchanged": {
    ask: async (container, tenantId) => {
      const read = (id: string) => ({ operationType: "Read" as const, id });
      const { result = [] } = await container.items.batch([read("victim"), read("other")], tenantId);
      return result.map(({ resourceBody }) => resourceBody);
    },
    answer: (body) => {
      const results = JSON.parse(body) as unknown;
      return Array.isArray(results) ? { body: JSON.stringify(results.reverse()) } : undefined;
    },
  },
  "a change feed with an entry twice": {
    ask: async (container, tenantId) =>
      (
        await container.items
          .getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(tenantId) })
          .readNext()
      ).result,
    answer: (body) => withDocuments(body, (documents) => [...documents, ...documents]),
  },
  "a change feed of a partition with an entry twice": {
    ask: async (container, tenantId) =>
      (await container.items.readChangeFeed(tenantId, { startFromBeginning: true }).fetchNext()).result,
    answer: (body) => withDocuments(body, (documents) => [...documents, ...documents]),
  },
  "a change feed with an older entry after the newer one": {
    ask: async (container, tenantId) =>
      (
        await container.items
          .getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(tenantId) })
          .readNext()
      ).result,
    answer: (body, { before }) => withDocuments(body, (documents) => [...documents, before]),
  },
  "a change feed with the page before again": {
    ask: async (container, tenantId) => {
      const feed = container.items.getChangeFeedIterator({
        changeFeedStartFrom: ChangeFeedStartFrom.Beginning(tenantId),
        maxItemCount: 1,
      });
      const seen: unknown[] = [];
      for (let page = 0; page < 2; page++) seen.push(...(await feed.readNext()).result);
      return seen;
    },
    answer: (body, { victim }) => withDocuments(body, () => [victim]),
  },
  "a change feed with an entry of another partition": {
    ask: async (container) =>
      (
        await container.items
          .getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning("elsewhere") })
          .readNext()
      ).result,
    answer: (_, { victim }) => ({ status: 200, body: JSON.stringify({ Documents: [victim], _count: 1, _rid: "x" }) }),
  },
};

function tell(bed: Bed, { answer, ask }: Lie) {
  return async (side: Side) => {
    const tenantId = bed.partition();
    const loot = await lootOf(side, tenantId);
    // The partition that is asked for has something in it.
    await side.customers.items.upsert({ id: "x", tenantId: "elsewhere", plan: "pro" });
    const honest = viewOf(await ask(side.customers, tenantId));
    const httpClient = liar((body, { method }) => (method === "DELETE" ? undefined : answer(body, loot)));
    const told: SealEvent[] = [];
    const container = another(bed, side, { httpClient }, (event) => told.push(event));
    return outcomeOf(
      async () => viewOf(await ask(container, tenantId)),
      (seen) => {
        if (seen === honest) return PREVENTED;
        // A feed may honestly tell of a change more than once, so that an error would be a false alarm.
        const isTold = told.some(({ type }) => type === "warning");
        return isTold ? { kind: "detected", code: "a warning" } : accepted("read as data");
      },
    );
  };
}

function viewOf(rows: unknown): string {
  return JSON.stringify(ordered((rows as readonly unknown[]).map((row) => (row == null ? null : bare(row)))));
}
