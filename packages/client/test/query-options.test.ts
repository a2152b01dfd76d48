/** What an application says of a query beside the SDK's options: whether everything may be read, and whose word the rows are. */
import type { Container, FeedOptions } from "@azure/cosmos";
import {
  CosmosClient,
  defineContainer,
  type Integrity,
  type QueryOptions,
  type SealOptions,
  sealed,
  sealStatsOf,
  type UnindexedPolicy,
} from "cosmoseal";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { CONTAINERS, codeOf, failureOf, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 3 });
const visitsSchema = z.object({ id: z.string(), ward: z.string(), day: z.string(), finding: sealed(z.string()) });
const visits = defineContainer({ name: "visits", partitionKey: ["/ward", "/day"], schema: visitsSchema });

beforeAll(async () => {
  for (let i = 0; i < 12; i++) {
    const plan = ["free", "pro"][i % 2]!;
    await world().customers.items.create({ id: `d${i}`, tenantId: `t-${i % 2}`, plan, age: i, note: "a note" });
  }
});

function customersWith(seal: Partial<SealOptions>): Container {
  return world().connect(seal).database("shop").container("customers");
}

const UNINDEXED: readonly string[] = [
  "SELECT * FROM c WHERE c.note = 'a note'",
  "SELECT * FROM c ORDER BY c.age",
  "SELECT VALUE SUM(c.age) FROM c",
  "SELECT DISTINCT c.note FROM c",
  "SELECT c.note, COUNT(1) AS n FROM c GROUP BY c.note",
];

describe.each(UNINDEXED)("%s reads every document", (query) => {
  const rows = async (container: Container, options?: FeedOptions & QueryOptions): Promise<unknown> =>
    (await container.items.query(query, options).fetchAll()).resources.length > 0;

  test("and is refused for that, with the path and what to do, before anything is sent", async () => {
    const since = world().sent().length;
    const error = await failureOf(() => rows(world().customers));
    expect(error.code).toBe("ERR_QUERY_NEEDS_SCAN");
    expect((error as { path?: string }).path).toMatch(/^\/(note|age)$/);
    expect((error as { remedy?: string }).remedy).toContain("unindexed");
    expect(error.message).not.toContain("a note");
    expect(world().sent(since)).toEqual([]);
  });

  test("unless the query, the container or the client allows it; the nearest word counts", async () => {
    expect(await rows(world().customers, { unindexed: "scan" })).toBe(true);
    expect(await rows(customersWith({ unindexed: "scan" }))).toBe(true);
    const unindexed = (container: string): UnindexedPolicy => (container === "customers" ? "scan" : "refuse");
    expect(await rows(customersWith({ unindexed }))).toBe(true);
    const other = customersWith({ unindexed: (container) => (container === "customers" ? "refuse" : "scan") });
    expect(await codeOf(() => rows(other))).toBe("ERR_QUERY_NEEDS_SCAN");
    expect(await codeOf(() => rows(customersWith({ unindexed: "scan" }), { unindexed: "refuse" }))).toBe(
      "ERR_QUERY_NEEDS_SCAN",
    );
  });

  test("or it is bound to a whole partition key", async () => {
    expect(await rows(world().customers, { partitionKey: "t-1" })).toBe(true);
  });
});

test("the beginning of a hierarchical partition key is no whole one", async () => {
  const client = world().connect({ containers: { ...CONTAINERS, "shop/visits": visits } });
  await client.keys.createScope(visits);
  const partitionKey = { paths: ["/ward", "/day"], kind: "MultiHash", version: 2 } as never;
  await client.database("shop").containers.create({ id: "visits", partitionKey });
  const { items } = client.database("shop").container("visits");
  await items.create({ id: "v1", ward: "w", day: "d", finding: "f" });
  const query = "SELECT VALUE c.finding FROM c WHERE c.finding = 'f'";
  expect((await items.query(query, { partitionKey: ["w", "d"] }).fetchAll()).resources).toEqual(["f"]);
  expect(await codeOf(() => items.query(query, { partitionKey: ["w"] }).fetchAll())).toBe("ERR_QUERY_NEEDS_SCAN");
});

describe("rows of public paths", () => {
  let forged: string;
  beforeAll(async () => {
    const stolen = world().stolen("customers");
    forged = "d5";
    const { resource } = await stolen.item(forged, "t-1").read();
    await stolen.item(forged, "t-1").replace({ ...resource, plan: "forged" });
  });
  const ask = async (query: string, integrity?: Integrity, seal: Partial<SealOptions> = {}) => {
    const { items } = customersWith(seal);
    return items.query<unknown>(query, { partitionKey: "t-1", ...(integrity && { integrity }) }).fetchAll();
  };

  test.each(["SELECT c.id, c.plan FROM c", "SELECT VALUE c.plan FROM c ORDER BY c.id", "SELECT TOP 9 c.plan FROM c"])(
    "%s are made of verified documents, so that a forged one is found out, unless `fast` is said",
    async (query) => {
      expect(await codeOf(() => ask(query))).toBe("ERR_INTEGRITY");
      expect(await codeOf(() => ask(query, "strict"))).toBe("ERR_INTEGRITY");
      const fast = await ask(query, "fast");
      expect(JSON.stringify(fast.resources)).toContain("forged");
      expect(sealStatsOf(fast)).toBeUndefined();
    },
  );

  test.each([
    "SELECT VALUE COUNT(1) FROM c WHERE c.plan = 'forged'",
    "SELECT DISTINCT VALUE c.plan FROM c",
    "SELECT c.plan, COUNT(1) AS n FROM c GROUP BY c.plan",
  ])("%s is the server's word, unless `strict` is said by the query, the container or the client", async (query) => {
    expect((await ask(query)).resources.length).toBeGreaterThan(0);
    expect(await codeOf(() => ask(query, "strict"))).toBe("ERR_INTEGRITY");
    expect(await codeOf(() => ask(query, undefined, { integrity: "strict" }))).toBe("ERR_INTEGRITY");
    const integrity = (container: string): Integrity => (container === "customers" ? "strict" : "fast");
    expect(await codeOf(() => ask(query, undefined, { integrity }))).toBe("ERR_INTEGRITY");
    expect((await ask(query, "rows", { integrity })).resources.length).toBeGreaterThan(0);
  });

  test("under `strict` count what the documents say", async () => {
    const { items } = world().customers;
    const query = "SELECT c.plan, COUNT(1) AS n FROM c GROUP BY c.plan";
    const options = { integrity: "strict", partitionKey: "t-0" } as const;
    const response = await items.query(query, options).fetchAll();
    expect(response.resources).toEqual([{ plan: "free", n: 6 }]);
    expect(sealStatsOf(response)).toEqual({ fetched: 6, returned: 1 });
  });
});

describe("an option of a query that is none", () => {
  test.each([
    ["unindexed", { unindexed: "yes" }],
    ["integrity", { integrity: "paranoid" }],
    ["onBadDocument", { onBadDocument: "ignore" }],
  ])("%s is refused before anything is sent, by the query and by the client", async (name, options) => {
    const since = world().sent().length;
    const query = "SELECT * FROM c";
    const given = options as unknown as QueryOptions;
    const failures = [
      await failureOf(() => world().customers.items.query(query, given).fetchNext()),
      await failureOf(() => customersWith(given).items.query(query).fetchNext()),
    ];
    for (const { code, message } of failures)
      expect([code, new RegExp(`\`(seal\\.)?${name}\``).test(message)]).toEqual(["ERR_OPTIONS_INVALID", true]);
    expect(world().sent(since)).toEqual([]);
  });

  test.each([{ maxBufferedRows: -1 }, { maxBufferedBytes: Number.NaN }, { maxBufferedRows: "9" as never }])(
    "%o is refused when the client is made",
    async (bounds) => {
      const { keyring, store, pin, emulator } = world();
      const seal = { keyring, store, pin, containers: CONTAINERS, ...bounds };
      expect(await codeOf(() => new CosmosClient({ connectionString: emulator.connectionString, seal }))).toBe(
        "ERR_OPTIONS_INVALID",
      );
    },
  );
});
