/** A query over a sealed container answers what it answers over the same documents in plaintext, or refuses before it is sent. */
import { type Container, type FeedOptions, FeedResponse, QueryIterator, type SqlQuerySpec } from "@azure/cosmos";
import { compile, type Json, parse } from "@cosmoseal/sql";
import { beforeAll, describe, expect, test } from "vitest";
import { planQuery } from "../src/query/plan.js";
import { bare, codeOf, customers, failureOf, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 3 });

const DOCUMENTS = Array.from({ length: 60 }, (_, i) => ({
  id: `c${String(i).padStart(2, "0")}`,
  tenantId: `t-${i % 4}`,
  ...(i % 7 === 0 ? {} : { plan: ["free", "pro", "max"][i % 3] }),
  rank: i % 5 === 0 ? `r${i}` : i / 2,
  visits: i,
  labels: [`l${i % 3}`, `l${i % 2}`],
  ...(i % 6 === 0 ? {} : { email: `User${i % 20}@Example.org` }),
  name: i % 8 === 0 ? null : `Näme ${i % 10} 😀`,
  age: i % 30,
  vip: i % 2 === 0,
  tags: i % 9 === 0 ? [] : [`tag${i % 5}`, `tag${i % 3}`],
  cards: [{ brand: i % 2 ? "visa" : "amex", pan: `41${i % 6}` }],
  address: { street: `${i} Main`, city: "Oslo" },
}));

beforeAll(async () => {
  for (const document of DOCUMENTS) {
    await world().customers.items.create(document);
    await world().plain.items.create(document);
  }
});

/** Rows without what the service sets, wherever a whole document stands in them. */
function bareRow(row: unknown): unknown {
  if (Array.isArray(row)) return row.map(bareRow);
  if (typeof row !== "object" || row === null) return row;
  const kept = "_rid" in row ? bare(row) : row;
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, bareRow(value)]));
}

type Query = string | SqlQuerySpec;
const withParameters = (query: string, values: Readonly<Record<string, unknown>>): SqlQuerySpec => ({
  query,
  parameters: Object.entries(values).map(([name, value]) => ({ name, value: value as string })),
});

const ANSWERED: readonly (readonly [Query, FeedOptions?])[] = [
  // Nothing sealed in it
  ["SELECT * FROM c"],
  ["SELECT VALUE c FROM c WHERE c.plan = 'pro' ORDER BY c.id"],
  ["SELECT VALUE r FROM root r WHERE r.rank > 10 AND r.rank <= 20 ORDER BY r.rank DESC"],
  ["SELECT TOP 7 * FROM c WHERE NOT (c.plan = 'pro') ORDER BY c.visits"],
  ["SELECT * FROM c ORDER BY c.visits DESC OFFSET 5 LIMIT 11"],
  ["SELECT * FROM c WHERE c.plan IN ('free', 'max') AND STARTSWITH(c.id, 'c1') ORDER BY c.id"],
  ["SELECT * FROM c WHERE NOT IS_DEFINED(c.plan) ORDER BY c.id"],
  ["SELECT * FROM c WHERE ARRAY_CONTAINS(c.labels, 'l2') ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.cards[0].brand = 'visa' ORDER BY c.id"],
  ["SELECT * FROM c WHERE EXISTS(SELECT VALUE l FROM l IN c.labels WHERE l = 'l2') ORDER BY c.id"],
  ["SELECT VALUE c FROM c JOIN l IN c.labels WHERE l = 'l1' ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.rank = 'r10' OR c.rank = 6", { partitionKey: "t-2" }],
  [withParameters("SELECT * FROM c WHERE c.plan = @p ORDER BY c.id", { "@p": "pro", "@unused": "x" })],
  // The server's word
  ["SELECT VALUE COUNT(1) FROM c WHERE c.plan = 'pro'"],
  ["SELECT VALUE SUM(c.visits) FROM c"],
  ["SELECT c.plan, COUNT(1) AS n FROM c GROUP BY c.plan"],
  ["SELECT DISTINCT VALUE c.plan FROM c"],
  ["SELECT c.visits FROM c WHERE c.plan = 'pro' ORDER BY c.visits"],
  ["SELECT VALUE 1 FROM c WHERE c.plan = 'max'"],
  // Equality on sealed paths
  ["SELECT * FROM c WHERE c.email = 'User3@Example.org' ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.email = 'user3@example.org' ORDER BY c.id"],
  ["SELECT * FROM c WHERE 'User3@Example.org' = c.email ORDER BY c.id"],
  ["SELECT * FROM c WHERE LOWER(c.email) = 'user3@example.org' ORDER BY c.id"],
  ["SELECT * FROM c WHERE LOWER(c.email) IN ('user3@example.org', 'User4@Example.org') ORDER BY c.id"],
  ["SELECT * FROM c WHERE c['email'] = \"User3@Example.org\" ORDER BY c.id"],
  ["SELECT VALUE x FROM x WHERE x.name = 'Näme 3 😀' AND x.plan != 'pro' ORDER BY x.id"],
  ["SELECT * FROM c WHERE c.name = null ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.name = 5"],
  ["SELECT * FROM c WHERE c.age = 7 ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.age = -7"],
  ["SELECT * FROM c WHERE c.vip = true ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.vip = false AND c.age IN (1, 2, 3, 4) ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.email = 'User3@Example.org' OR c.age = 4 OR c.plan = 'max' ORDER BY c.id"],
  [
    "SELECT * FROM c WHERE (c.email = 'User3@Example.org' OR c.plan = 'pro') AND (c.age = 3 OR c.rank > 2) ORDER BY c.id",
  ],
  ["SELECT * FROM c WHERE ARRAY_CONTAINS(c.tags, 'tag1') ORDER BY c.id"],
  ["SELECT * FROM c WHERE ARRAY_CONTAINS(c.tags, 'tag1') AND NOT (c.plan = 'pro') ORDER BY c.id DESC"],
  ["SELECT * FROM c WHERE NOT (c.age != 7) ORDER BY c.id"],
  ["SELECT * FROM c WHERE NOT (c.age NOT IN (7, 8) OR c.plan = 'pro') ORDER BY c.id"],
  ["SELECT * FROM c WHERE NOT NOT (c.age = 7) ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.cards[0].pan = '413' ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.tags = 'tag1'"],
  ["SELECT TOP 2 * FROM c WHERE c.vip = true ORDER BY c.id"],
  ["SELECT TOP 0 * FROM c WHERE c.vip = true"],
  ["SELECT * FROM c WHERE c.vip = true ORDER BY c.visits DESC OFFSET 3 LIMIT 4"],
  [withParameters("SELECT * FROM c WHERE c.vip = true ORDER BY c.id OFFSET @o LIMIT @l", { "@o": 25, "@l": 10 })],
  [
    withParameters("SELECT * FROM c WHERE c.email = @e OR c.name IN (@n, @m) ORDER BY c.id", {
      "@e": "User1@Example.org",
      "@n": "Näme 2 😀",
      "@m": null,
    }),
  ],
  [withParameters("SELECT * FROM c WHERE c.email = @e AND c.plan = @e", { "@e": "User1@Example.org" })],
  ["SELECT * FROM c WHERE c.age = 3 ORDER BY c.id", { partitionKey: "t-3" }],
  ["SELECT * FROM c WHERE c.age = 3 AND CONTAINS(c.id, '3') AND c.visits % 2 = 1 ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.age = 3 AND GetCurrentTimestamp() > 0 ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.age = 3 AND NOT IS_DEFINED(c.computed) ORDER BY c.id"],
  ["SELECT * FROM c WHERE c._ts > 0 AND c.age = 3 ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.plan = c.plan AND c.labels != c.id AND c.plan < 'm' ORDER BY c.id"],
  // Public conditions that narrow what sealed ones don't
  ["SELECT * FROM c WHERE c.plan = 'pro' AND c.note = 'x'"],
  ["SELECT * FROM c WHERE c.plan = 'pro' AND c.age > 12 ORDER BY c.id"],
  ["SELECT * FROM c WHERE c.age > 12 ORDER BY c.id", { partitionKey: "t-3" }],
  ["SELECT * FROM c WHERE c.email = CONCAT('User', '3@Example.org') ORDER BY c.id"],
  // Parts of documents
  ["SELECT c.id, c.plan FROM c ORDER BY c.id"],
  ["SELECT TOP 5 c.id, c.plan AS p FROM c WHERE c.visits > 20 ORDER BY c.visits DESC"],
  ["SELECT c.id, c.email, c.name FROM c ORDER BY c.id OFFSET 4 LIMIT 9"],
  ["SELECT VALUE c.email FROM c"],
  ["SELECT c AS doc FROM c"],
  ["SELECT VALUE {'d': c, 'n': [c.name]} FROM c WHERE c.age = 3"],
  ["SELECT VALUE UPPER(c.email) FROM c WHERE c.age = 3"],
  ["SELECT VALUE c.cards FROM c"],
  ["SELECT c.visits FROM c WHERE c.age = 3 ORDER BY c.visits"],
  ["SELECT VALUE ObjectToArray(c.address) FROM c"],
  ["SELECT VALUE (SELECT VALUE c.email) FROM c"],
  ["SELECT VALUE (SELECT VALUE c).email FROM c"],
  ["SELECT c._seal, c.id FROM c ORDER BY c.id"],
  // Elements of arrays, sealed and public
  ["SELECT VALUE k FROM k IN c.cards"],
  ["SELECT * FROM k IN c.cards WHERE k.pan = '413'"],
  ["SELECT * FROM c.address"],
  ["SELECT a.city FROM c.address AS a"],
  ["SELECT c.id, k.pan FROM c JOIN k IN c.cards WHERE k.brand = 'visa' ORDER BY c.id"],
  ["SELECT VALUE c FROM c JOIN k IN c.cards WHERE k.brand = 'visa'"],
  ["SELECT c.id, t FROM c JOIN t IN c.tags WHERE t = 'tag1' ORDER BY c.id"],
  ["SELECT c.id, t, l FROM c JOIN t IN c.tags JOIN l IN c.labels WHERE t = 'tag1' AND l = 'l1' ORDER BY c.id"],
  ["SELECT VALUE c FROM c JOIN l IN c.labels WHERE l = 'l1' AND c.age = 3 ORDER BY c.id"],
  ["SELECT TOP 5 c.id, t FROM c JOIN t IN c.tags WHERE c.plan = 'pro' ORDER BY c.id"],
  [
    "SELECT * FROM c WHERE EXISTS(SELECT VALUE k FROM k IN c.cards WHERE k.pan = '413' AND k.brand = 'visa') ORDER BY c.id",
  ],
  ["SELECT * FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'tag1' OR t = 'tag4') ORDER BY c.id"],
  // Sorted, grouped and counted in the client
  ["SELECT VALUE COUNT(1) FROM c WHERE c.age = 3"],
  ["SELECT COUNT(1) AS n, MAX(c.age) AS m FROM c WHERE c.vip = true"],
  ["SELECT VALUE AVG(c.age) FROM c WHERE c.plan = 'pro'"],
  ["SELECT c.age, COUNT(1) AS n FROM c WHERE c.plan = 'pro' GROUP BY c.age"],
  ["SELECT c.plan, MIN(c.age) AS youngest FROM c WHERE c.vip = true GROUP BY c.plan"],
  ["SELECT DISTINCT VALUE c.email FROM c WHERE c.vip = true"],
  ["SELECT * FROM c WHERE c.vip = true ORDER BY c.age, c.id"],
  ["SELECT c.id, c.email FROM c WHERE c.plan = 'pro' ORDER BY c.email DESC, c.id"],
  ["SELECT * FROM c WHERE c.plan = 'pro' ORDER BY c.age, c.id OFFSET 3 LIMIT 6"],
  ["SELECT VALUE COUNT(1) FROM c JOIN t IN c.tags WHERE t = 'tag1'"],
  ["SELECT VALUE COUNT(1) FROM c JOIN k IN c.cards WHERE k.brand = 'visa'"],
];

describe("over a sealed container a query answers as over plaintext", () => {
  test.each(ANSWERED.map(([query, options]) => ({ query, options })))("$query", async ({ query, options }) => {
    const sealed = await world().customers.items.query(query, options).fetchAll();
    const plain = await world().plain.items.query(query, options).fetchAll();
    const isOrdered = /ORDER BY/.test(JSON.stringify(query));
    const rows = (all: readonly unknown[]): unknown[] => all.map(bareRow);
    if (isOrdered) expect(rows(sealed.resources)).toEqual(rows(plain.resources));
    else expect(new Set(rows(sealed.resources))).toEqual(new Set(rows(plain.resources)));
    expect(sealed.resources.length).toBe(plain.resources.length);
    expect(sealed).toBeInstanceOf(FeedResponse);
    expect(Object.keys(sealed).sort()).toEqual(Object.keys(plain).sort());
    expect(sealed.hasMoreResults).toBe(false);
    expect(sealed.requestCharge).toBeGreaterThan(0);
    expect(sealed.diagnostics.clientSideRequestStatistics.gatewayStatistics.length).toBeGreaterThan(0);
  });

  test("readAll answers every document", async () => {
    const { resources } = await world().customers.items.readAll().fetchAll();
    expect(resources.map(bare).sort((a, b) => String(a["id"]).localeCompare(String(b["id"])))).toEqual(DOCUMENTS);
  });
});

/** Nothing narrows them: refused, unless every document may be read. */
const SCANS: readonly (readonly [Query, string])[] = [
  ["SELECT * FROM c WHERE c.note = 'x'", "/note"],
  ["SELECT * FROM c WHERE c.diagnosis IN ('x')", "/diagnosis"],
  ["SELECT * FROM c WHERE c.address.city = 'Oslo'", "/address/city"],
  ["SELECT * FROM c WHERE c.address = 'Oslo'", "/address"],
  ["SELECT * FROM c WHERE c.plan != 'pro' AND c.age > 3", "/age"],
  ["SELECT * FROM c WHERE c.plan = 'pro' OR c.age > 3", "/age"],
  ["SELECT * FROM c WHERE c.age > 3", "/age"],
  ["SELECT * FROM c WHERE c.age BETWEEN 3 AND 4", "/age"],
  ["SELECT * FROM c WHERE c.email != 'User3@Example.org'", "/email"],
  ["SELECT * FROM c WHERE NOT (c.email = 'User3@Example.org')", "/email"],
  ["SELECT * FROM c WHERE NOT ARRAY_CONTAINS(c.tags, 'tag1')", "/tags"],
  ["SELECT * FROM c WHERE c.email NOT IN ('User3@Example.org')", "/email"],
  ["SELECT * FROM c WHERE c.email LIKE 'User1%'", "/email"],
  ["SELECT * FROM c WHERE LOWER(c.name) = 'näme 3 😀'", "/name"],
  ["SELECT * FROM c WHERE UPPER(c.email) = 'USER3@EXAMPLE.ORG'", "/email"],
  ["SELECT * FROM c WHERE STARTSWITH(c.email, 'User1')", "/email"],
  ["SELECT * FROM c WHERE IS_DEFINED(c.email)", "/email"],
  ["SELECT * FROM c WHERE c.email = c.plan", "/email"],
  ["SELECT * FROM c WHERE (c.email ?? 'x') = 'x'", "/email"],
  ["SELECT * FROM c WHERE (c.email = 'User3@Example.org') ? true : false", "/email"],
  ["SELECT * FROM c WHERE c.name = {'a': 1}", "/name"],
  ["SELECT * FROM c WHERE c.name = undefined", "/name"],
  ["SELECT * FROM c WHERE c.tags = ['tag1']", "/tags"],
  ["SELECT * FROM c WHERE ARRAY_CONTAINS(c.tags, 'tag1', true)", "/tags"],
  [withParameters("SELECT * FROM c WHERE c.name = @v", { "@v": { secret: 1 } }), "/name"],
  ["SELECT * FROM c WHERE c['e' || 'mail'] = 'User3@Example.org'", "/[*]"],
  [withParameters("SELECT * FROM c WHERE c[@p] = 'User3@Example.org'", { "@p": "email" }), "/[*]"],
  ["SELECT * FROM c WHERE IS_DEFINED(c._seal)", "/_seal"],
  ["SELECT * FROM c WHERE c._seal.x.e12345 = 'x'", "/_seal"],
  ["SELECT * FROM c ORDER BY c._seal.n", "/_seal"],
  ["SELECT VALUE MAX(c._seal.n) FROM c", "/_seal"],
  ["SELECT * FROM c WHERE [c][0].email = 'User3@Example.org'", ""],
  ["SELECT * FROM c WHERE {'a': c.email}.a = 'User3@Example.org'", "/email"],
  ["SELECT VALUE COUNT(1) FROM c WHERE ARRAY_LENGTH(c.cards) > 1", "/cards"],
  ["SELECT * FROM c WHERE ToString(c) = 'x'", ""],
  ["SELECT * FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags)", "/tags"],
  ["SELECT * FROM c WHERE EXISTS(SELECT VALUE COUNT(1) FROM t IN c.tags WHERE t = 'tag1')", "/tags"],
  ["SELECT * FROM c ORDER BY c.address.street", "/address/street"],
  ["SELECT * FROM c ORDER BY c.visits, c.age", "/age"],
  ["SELECT DISTINCT VALUE c.email FROM c", "/email"],
  ["SELECT VALUE COUNT(c) FROM c", ""],
  ["SELECT VALUE MAX(c.age) FROM c", "/age"],
  ["SELECT c.age, COUNT(1) AS n FROM c GROUP BY c.age", "/age"],
  ["SELECT VALUE s FROM (SELECT VALUE c FROM c WHERE c.email = 'User3@Example.org') AS s", ""],
];

describe("a query that would read every document is refused before it is sent, unless that is allowed", () => {
  test.each(SCANS.map(([query, path]) => ({ query, path })))("$query", async ({ query, path }) => {
    const since = world().sent().length;
    const failure = await failureOf(() => world().customers.items.query(query).fetchAll());
    expect(failure.code).toBe("ERR_QUERY_NEEDS_SCAN");
    expect((failure as { path?: string }).path).toMatch(new RegExp(`^${path.replaceAll(/[[\]*]/g, "\\$&")}`));
    expect(failure.message).not.toMatch(/User3|tag1|secret/);
    expect(world().sent(since)).toEqual([]);

    const sealed = await world().customers.items.query(query, { unindexed: "scan" }).fetchAll();
    const plain = await world().plain.items.query(query).fetchAll();
    const rows = (all: readonly unknown[]): Set<unknown> => new Set(all.map(bareRow));
    expect(rows(sealed.resources)).toEqual(rows(plain.resources));
    expect(sealed.resources.length).toBe(plain.resources.length);
  });
});

const REFUSED: readonly (readonly [Query, string, string?])[] = [
  ["SELECT * FROM c WHERE c.emial = 'x'", "ERR_PATH_UNDECLARED", "/emial"],
  ["SELECT * FROM c WHERE c.Email = 'x'", "ERR_PATH_UNDECLARED", "/Email"],
  ["SELECT * FROM c WHERE c.plan = 'pro' OR c.diagnosys = 'x'", "ERR_PATH_UNDECLARED", "/diagnosys"],
  ["SELECT * FROM c WHERE udf.f(c.email)", "ERR_QUERY_NOT_SUPPORTED"],
  ["SELECT * FROM c WHERE c.age = 3 OR udf.f(c.plan)", "ERR_QUERY_NOT_SUPPORTED"],
  ["SELECT udf.f(c.plan) FROM c", "ERR_QUERY_NOT_SUPPORTED"],
  ["SELECT * FROM c WHERE c.age = 3 OR ST_DISTANCE(c.plan, c.plan) < 5", "ERR_QUERY_NOT_SUPPORTED"],
  ["SELECT * FROM c WHERE c.age = 3 OR c.computed = 'x'", "ERR_QUERY_NOT_SUPPORTED", "/computed"],
  ["SELECT c.id, c.computed FROM c", "ERR_QUERY_NOT_SUPPORTED", "/computed"],
  ["SELECT * FROM c WHERE c.email = 'canary", "ERR_QUERY_SYNTAX"],
  ["SELECT * FROM c WHERE email = 'canary'", "ERR_QUERY_SYNTAX"],
  ["", "ERR_QUERY_SYNTAX"],
  [undefined as never, "ERR_QUERY_SYNTAX"],
  ["SELECT * FROM c WHERE c.email = @missing", "ERR_QUERY_SYNTAX"],
  ["SELECT TOP @n * FROM c WHERE c.age = 3", "ERR_QUERY_SYNTAX"],
  [withParameters("SELECT * FROM c WHERE c.age = 3 OFFSET @o LIMIT 1", { "@o": -1 }), "ERR_QUERY_SYNTAX"],
];

describe("a query that can't be answered is refused before it is sent", () => {
  test.each(REFUSED.map(([query, code, path]) => ({ query, code, path })))(
    "$query: $code",
    async ({ query, code, path }) => {
      const since = world().sent().length;
      const failure = await failureOf(() => world().customers.items.query(query).fetchAll());
      expect(failure.code).toBe(code);
      if (path !== undefined)
        expect((failure as { path?: string }).path).toMatch(
          path === "" ? /^$/ : new RegExp(`^${path.replaceAll("[]", "\\[\\]")}`),
        );
      expect(failure.message).not.toContain("canary");
      expect(world().sent(since)).toEqual([]);
    },
  );

  test("by every way of reading pages", async () => {
    const iterator = (): QueryIterator<unknown> => world().customers.items.query("SELECT * FROM c ORDER BY c.email");
    expect(await codeOf(() => iterator().fetchAll())).toBe("ERR_QUERY_NEEDS_SCAN");
    expect(await codeOf(() => iterator().fetchNext())).toBe("ERR_QUERY_NEEDS_SCAN");
    expect(
      await codeOf(async () => {
        for await (const page of iterator().getAsyncIterator()) expect(page).toBe(undefined);
      }),
    ).toBe("ERR_QUERY_NEEDS_SCAN");
  });
});

describe("pages", () => {
  const query = withParameters("SELECT * FROM c WHERE c.vip = @v", { "@v": true });
  const expected = DOCUMENTS.filter(({ vip }) => vip).map(({ id }) => id);
  const ids = (rows: readonly unknown[] | undefined): string[] => (rows ?? []).map((row) => (row as { id: string }).id);

  test("are the same rows by fetchAll, fetchNext and the async iterator", async () => {
    const { items } = world().customers;
    const iterator = items.query(query, { maxItemCount: 7 });
    expect(iterator).toBeInstanceOf(QueryIterator);
    expect(iterator.hasMoreResults()).toBe(true);
    const next: string[] = [];
    let charge = 0;
    while (iterator.hasMoreResults()) {
      const page = await iterator.fetchNext();
      expect(page).toBeInstanceOf(FeedResponse);
      expect(page.diagnostics.clientSideRequestStatistics).toBeDefined();
      charge += page.requestCharge;
      next.push(...ids(page.resources));
    }
    expect(next.sort()).toEqual(expected);
    iterator.reset();
    expect(iterator.hasMoreResults()).toBe(true);
    const looped: string[] = [];
    for await (const page of iterator.getAsyncIterator()) looped.push(...ids(page.resources));
    expect(looped.sort()).toEqual(expected);
    const all = await iterator.fetchAll();
    expect(ids(all.resources).sort()).toEqual(expected);
    expect(all.requestCharge).toBeCloseTo(charge, 5);
    expect(ids((await iterator.fetchAll()).resources).sort()).toEqual(expected);
  });

  test("go on from a continuation token, in another iterator", async () => {
    const { items } = world().customers;
    const found: string[] = [];
    let continuationToken: string | undefined;
    do {
      const options = { maxItemCount: 7, partitionKey: "t-2", ...(continuationToken && { continuationToken }) };
      const page = await items.query(query, options).fetchNext();
      found.push(...ids(page.resources));
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined);
    expect(found.sort()).toEqual(
      DOCUMENTS.filter(({ vip, tenantId }) => vip && tenantId === "t-2").map(({ id }) => id),
    );
  });

  test("of what the client counts end where it has enough", async () => {
    const { items } = world().customers;
    const counted = "SELECT TOP 3 * FROM c WHERE c.vip = true";
    const iterator = items.query(counted, { maxItemCount: 2, partitionKey: "t-2" });
    const found: string[] = [];
    while (iterator.hasMoreResults()) found.push(...ids((await iterator.fetchNext()).resources));
    expect(found.length).toBe(3);
    const past = await iterator.fetchNext();
    expect([past.resources, past.hasMoreResults, past.requestCharge]).toEqual([undefined, false, 0]);
  });

  test("past the end have no resources, as the SDK's", async () => {
    const { items } = world().customers;
    const iterator = items.query("SELECT * FROM c WHERE c.age = 3", { partitionKey: "t-3" });
    await iterator.fetchAll();
    while (iterator.hasMoreResults()) await iterator.fetchNext();
    expect((await iterator.fetchNext()).resources).toBeUndefined();
  });

  test("of a query whose parameters the caller changes later are those of the call", async () => {
    const spec = withParameters("SELECT * FROM c WHERE c.id = @id", { "@id": "c01" });
    const iterator = world().customers.items.query(spec);
    spec.parameters![0]!.value = "c02";
    expect(ids((await iterator.fetchAll()).resources)).toEqual(["c01"]);
  });

  test("come through with query control and a forced plan", async () => {
    const { items } = world().customers;
    for (const options of [{ forceQueryPlan: true }, { enableQueryControl: true }, { maxDegreeOfParallelism: 3 }]) {
      const { resources } = await items.query(query, { maxItemCount: 5, ...options }).fetchAll();
      expect(ids(resources).sort()).toEqual(expected);
    }
  });
});

test("a value that only sealed conditions use doesn't travel, in text, parameters or plan", async () => {
  const since = world().sent().length;
  const { items } = world().customers;
  await items
    .query("SELECT * FROM c WHERE c.email = 'Canary-17@Example.org' AND c.plan = 'pro' ORDER BY c.id")
    .fetchAll();
  await items
    .query(
      withParameters("SELECT * FROM c WHERE c.name IN (@canary1, 'canary-x') OR ARRAY_CONTAINS(c.tags, @canary2)", {
        "@canary1": "canary-17",
        "@canary2": "canary-18",
        "@unused": "canary-19",
      }),
    )
    .fetchAll();
  const bodies = world()
    .sent(since)
    .map(({ requestBody }) => requestBody.toString());
  expect(bodies.length).toBeGreaterThan(2);
  for (const body of bodies) expect(body).not.toMatch(/canary/i);
});

test("comments of a query don't travel", () => {
  for (const text of ["SELECT * FROM c -- c.email = 'hidden'", "SELECT * FROM c WHERE /* hidden */ c.plan = 'pro'"]) {
    expect(planQuery(customers, text).pushed.text).not.toContain("hidden");
  }
});

test("an order that the SDK can't merge is sorted in the client", async () => {
  // By whole tokens, so that it is the server's to sort; by numbers and texts, at which the SDK stops.
  const query = "SELECT c.id FROM c WHERE c.age IN (0, 1, 2, 3, 5, 10, 11) ORDER BY c.rank";
  const plain = world().plain.items;
  await expect(plain.query(query, { maxItemCount: 7 }).fetchAll()).rejects.toThrow("mixed types");
  const { resources } = await world().customers.items.query<{ id: string }>(query, { maxItemCount: 7 }).fetchAll();
  const all = await plain.query<Record<string, unknown>>("SELECT * FROM c").fetchAll();
  const expected = [...compile(parse(query)).run(all.resources as readonly Json[])];
  expect(resources).toEqual(expected);
});

describe("an order at which the SDK stops after pages went out", () => {
  const tenants = Array.from({ length: 8 }, (_, i) => `resort-${i}`);
  const order = (more = "") => `SELECT c.tenantId, c.rank FROM c WHERE c.age = 77 ORDER BY c.rank${more}`;

  async function pagesOf(container: Container, query: string): Promise<unknown[]> {
    const rows: unknown[] = [];
    const iterator = container.items.query(query, { maxItemCount: 5 });
    while (iterator.hasMoreResults()) rows.push(...((await iterator.fetchNext()).resources ?? []));
    return rows;
  }

  beforeAll(async () => {
    for (const [t, tenantId] of tenants.entries()) {
      // The order ends in all ranges with texts, and numbers come in rows that are the same.
      const ranks = [...Array.from({ length: 12 }, (_, i) => i % 4), `z${t}`];
      for (const [i, rank] of ranks.entries()) {
        const body = { id: `r${i}`, tenantId, age: 77, rank };
        await world().plain.items.create(body);
        await world().customers.items.create(body);
      }
    }
  });

  test("goes on behind them, sorted in the client: no row is missing and none comes twice", async () => {
    await expect(pagesOf(world().plain, order())).rejects.toThrow("mixed types");
    const rows = await pagesOf(world().customers, order());
    const all = await world().plain.items.query<Record<string, unknown>>("SELECT * FROM c").fetchAll();
    const wanted = [...compile(parse(order())).run(all.resources as readonly Json[])] as { rank: Json }[];
    expect(rows.map((row) => (row as { rank: Json }).rank)).toEqual(wanted.map(({ rank }) => rank));
    expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(wanted.map((row) => JSON.stringify(row)).sort());
  });

  test("stays within a bound", async () => {
    const rows = await pagesOf(world().customers, order(" OFFSET 0 LIMIT 99"));
    expect(rows.length).toBe(99);
    expect(new Set(rows.slice(96).map((row) => typeof (row as { rank: Json }).rank))).toEqual(new Set(["string"]));
  });

  test("behind an OFFSET ends as over plaintext: which of the rows with one key it left out can't be told", async () => {
    await expect(pagesOf(world().customers, order(" OFFSET 2 LIMIT 100"))).rejects.toThrow("mixed types");
  });
});
