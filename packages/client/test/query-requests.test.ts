/** What a query costs in requests, and that texts which are kept for the next call never keep values of the last. */
import type { FeedOptions, SqlQuerySpec } from "@azure/cosmos";
import type { RecordedExchange } from "@cosmoseal/emulator";
import { beforeAll, describe, expect, test } from "vitest";
import { withLateQueryPlan } from "../src/sdk/internals.js";
import { useWorld } from "./support/world.js";

const world = useWorld({ ranges: 3 });

const DOCUMENTS = Array.from({ length: 24 }, (_, i) => ({
  id: `c${i}`,
  tenantId: `t-${i % 3}`,
  plan: ["free", "pro"][i % 2]!,
  email: `user${i % 8}@example.org`,
  age: i,
}));

beforeAll(async () => {
  for (const document of DOCUMENTS) {
    await world().customers.items.create({ ...document });
    await world().plain.items.create({ ...document });
  }
});

function isPlan({ requestHeaders }: RecordedExchange): boolean {
  const at = requestHeaders.findIndex((name) => name.toLowerCase() === "x-ms-cosmos-is-query-plan-request");
  return at !== -1 && requestHeaders[at + 1] === "True";
}

function queriesOf(exchanges: readonly RecordedExchange[]): readonly RecordedExchange[] {
  return exchanges.filter(({ method, path }) => method === "POST" && path.endsWith("/docs"));
}

describe("a query that the service answers without a plan", () => {
  const QUERIES: [query: string, options?: FeedOptions][] = [
    ["SELECT * FROM c WHERE c.email = 'user1@example.org'"],
    ["SELECT * FROM c WHERE c.email = 'user1@example.org'", { partitionKey: "t-1" }],
    ["SELECT c.id, c.age FROM c WHERE c.plan = 'pro'"],
    ["SELECT VALUE SUM(c.age) FROM c WHERE c.email = 'user1@example.org'"],
    ["SELECT * FROM c WHERE c.plan = 'pro'"],
  ];

  test.each(QUERIES)("asks for none: %s", async (query, options) => {
    const since = world().sent().length;
    const { resources } = await world().customers.items.query(query, options).fetchAll();
    const { resources: wanted } = await world().plain.items.query(query, options).fetchAll();
    expect(resources).toHaveLength(wanted.length);
    expect(wanted.length).toBeGreaterThan(0);
    const sent = queriesOf(world().sent(since)).filter(({ path }) => path.includes("customers"));
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter(isPlan)).toHaveLength(0);
  });
});

describe("a query that the SDK merges by a plan", () => {
  const QUERIES: [query: string, options?: FeedOptions][] = [
    ["SELECT * FROM c WHERE c.plan = 'pro' ORDER BY c.id"],
    ["SELECT TOP 3 * FROM c WHERE c.plan = 'pro'"],
    ["SELECT VALUE COUNT(1) FROM c WHERE c.plan = 'pro'"],
    ["SELECT * FROM c WHERE c.email = 'user1@example.org'", { forceQueryPlan: true }],
  ];

  test.each(QUERIES)("asks for one, once: %s", async (query, options) => {
    const since = world().sent().length;
    await world().customers.items.query(query, options).fetchAll();
    expect(queriesOf(world().sent(since)).filter(isPlan)).toHaveLength(1);
  });
});

describe("an iterator that plans late", () => {
  test("has the plan where the service refuses to answer without one", async () => {
    const since = world().sent().length;
    const { resources } = await withLateQueryPlan(
      world().plain.items.query("SELECT * FROM c ORDER BY c.age DESC"),
    ).fetchAll();
    expect(resources.map(({ age }) => age)).toEqual(DOCUMENTS.map(({ age }) => age).reverse());
    const sent = queriesOf(world().sent(since));
    expect(sent.findIndex(isPlan)).toBe(1);
    expect(sent.filter(isPlan)).toHaveLength(1);
  });

  test("tells what is wrong with a query as any other does", async () => {
    const query = "SELECT * FROM c ORDER BY c.age";
    const refusing = world().emulator.injectFault({ when: { operation: "queryPlan" }, fault: { status: 403 } });
    try {
      await expect(withLateQueryPlan(world().plain.items.query(query)).fetchAll()).rejects.toMatchObject({ code: 403 });
      await expect(world().plain.items.query(query).fetchAll()).rejects.toMatchObject({ code: 403 });
    } finally {
      refusing.remove();
    }
  });
});

describe("a text that was asked before", () => {
  const asked = async (query: SqlQuerySpec, name: "customers" | "plain"): Promise<readonly string[]> => {
    const { resources } = await world()[name].items.query<{ id: string }>(query).fetchAll();
    return resources.map(({ id }) => id).sort();
  };

  const LISTS = [
    ["user1@example.org"],
    ["user2@example.org", "user3@example.org"],
    ["USER1@EXAMPLE.ORG"],
    ["none"],
    [],
  ];
  test.each([...LISTS, ...LISTS].map((list) => [list]))("is answered for the values given now: %s", async (list) => {
    const query = "SELECT * FROM c WHERE ARRAY_CONTAINS(@list, c.email) OR c.email = @other";
    for (const other of ["user5@example.org", "user6@example.org", null]) {
      const parameters = [
        { name: "@list", value: list },
        { name: "@other", value: other },
      ];
      expect(await asked({ query, parameters }, "customers").catch(codeOf)).toEqual(
        list.length === 0 ? "ERR_QUERY_NEEDS_SCAN" : await asked({ query, parameters }, "plain"),
      );
    }
  });
});

function codeOf(error: { readonly code?: unknown }): unknown {
  return error.code;
}
