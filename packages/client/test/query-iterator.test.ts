/**
 * The iterator of a query over a sealed container, however its rows are made: by the server, of each document as it comes, or of
 * all documents together. Through the real SDK, with one range and with three.
 */
import {
  BulkOperationType,
  type Container,
  type FeedOptions,
  FeedResponse,
  type QueryIterator,
  type QueryMetrics,
  type SqlQuerySpec,
} from "@azure/cosmos";
import { type KeyStore, type QueryOptions, type SealEvent, sealErrorsOf, sealStatsOf } from "cosmoseal";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { repeating } from "./support/repeating.js";
import { bare, codeOf, failureOf, useWorld } from "./support/world.js";

const FULL = process.env["COSMOSEAL_FULL"] === "1";

const DOCUMENTS = Array.from({ length: 60 }, (_, i) => ({
  id: `c${String(i).padStart(2, "0")}`,
  tenantId: `t-${i % 4}`,
  ...(i % 5 === 4 ? {} : { plan: ["free", "pro", "max"][i % 3]! }),
  visits: (i * 37) % 60,
  labels: Array.from({ length: i % 4 }, (_, n) => `l${n}`),
  email: `User${i % 20}@Example.org`,
  age: (i * 7) % 30,
  vip: i % 2 === 0,
  tags: Array.from({ length: i % 5 }, (_, n) => `tag${n}`),
}));

interface Mode {
  readonly query: string | SqlQuerySpec;
  /** Rows come in the order that the query says. */
  readonly ordered?: boolean;
  /** Which rows are among the first isn't said. */
  readonly some?: boolean;
  /** Pages have tokens wherever the SDK has them, so that reading goes on in another iterator. */
  readonly tokens?: boolean;
  readonly options?: FeedOptions & QueryOptions;
}

const scan = { unindexed: "scan" } as const;
const MODES: Readonly<Record<string, Mode>> = {
  "counted by the server": { query: "SELECT VALUE COUNT(1) FROM c WHERE c.plan = 'pro'" },
  "whole documents": { query: "SELECT * FROM c", tokens: true },
  "found by tokens": { query: "SELECT * FROM c WHERE c.vip = true", tokens: true },
  "found by tokens, with a parameter": {
    query: { query: "SELECT * FROM c WHERE c.vip = @v", parameters: [{ name: "@v", value: true }] },
    tokens: true,
  },
  "parts of documents": { query: "SELECT c.id, c.plan, c.visits FROM c", tokens: true },
  "sealed parts of documents": { query: "SELECT c.id, c.email AS mail FROM c WHERE c.vip = true", tokens: true },
  "one row for each element": {
    query: "SELECT c.id, t AS tag FROM c JOIN t IN c.tags WHERE c.vip = true",
    tokens: true,
  },
  "whole documents, once for each element": {
    query: "SELECT VALUE c FROM c JOIN t IN c.tags WHERE c.vip = true",
    tokens: true,
  },
  "parts that several rows have": {
    query: "SELECT c.id, c.tags, t FROM c JOIN t IN c.tags WHERE c.vip = true",
    tokens: true,
  },
  "one row for each pair of elements": {
    query: "SELECT VALUE [c.id, l, t] FROM c JOIN l IN c.labels JOIN t IN c.tags WHERE c.age > 3",
    tokens: true,
    options: scan,
  },
  "skipped and taken by the client": {
    query: "SELECT VALUE c.id FROM c WHERE c.vip = true ORDER BY c.id OFFSET 3 LIMIT 11",
    ordered: true,
  },
  "taken of what not every document has": {
    query: "SELECT VALUE c.plan FROM c ORDER BY c.id OFFSET 5 LIMIT 20",
    ordered: true,
  },
  "taken by the client": {
    query: "SELECT TOP 13 c.id FROM c JOIN t IN c.tags WHERE c.vip = true",
    some: true,
    tokens: true,
  },
  "sorted by the server": { query: "SELECT * FROM c WHERE c.vip = true ORDER BY c.visits DESC", ordered: true },
  "sorted by the client": { query: "SELECT c.id, c.age FROM c ORDER BY c.age, c.id", ordered: true, options: scan },
  "whole documents, sorted by the client": {
    query: "SELECT * FROM c WHERE c.plan = 'pro' ORDER BY c.age DESC, c.id OFFSET 2 LIMIT 15",
    ordered: true,
    options: scan,
  },
  distinct: { query: "SELECT DISTINCT c.email FROM c", options: scan },
  grouped: { query: "SELECT c.age, COUNT(1) AS n FROM c GROUP BY c.age", options: scan },
  "summed up": { query: "SELECT VALUE SUM(c.age) FROM c WHERE c.vip = true", options: scan },
  nothing: { query: "SELECT c.email FROM c WHERE c.email = 'nobody'", tokens: true },
  "none, sorted": { query: "SELECT * FROM c WHERE c.email = 'nobody' ORDER BY c.age", options: scan },
};
const NAMED = Object.entries(MODES).map(([name, mode]) => ({ name, ...mode }));

describe.each([{ ranges: 1 }, { ranges: 3 }])("with $ranges range(s)", ({ ranges }) => {
  const world = useWorld({ ranges });
  const events: SealEvent[] = [];
  beforeAll(async () => {
    for (const document of DOCUMENTS) {
      await world().customers.items.create(document);
      await world().plain.items.create(document);
    }
  });

  const ask = (query: string | SqlQuerySpec, options?: FeedOptions & QueryOptions): QueryIterator<unknown> =>
    world().customers.items.query<unknown>(query, options);
  const plainRows = async (query: string | SqlQuerySpec, options?: FeedOptions): Promise<unknown[]> =>
    (await world().plain.items.query(query, options).fetchAll()).resources.map(own);

  describe.each(NAMED)("rows $name", ({ query, options = {}, ordered = false, some = false, tokens = false }) => {
    const sized = { ...options, maxItemCount: 7 };
    const expectSame = (rows: readonly unknown[], others: readonly unknown[]): void => {
      if (some) expect(rows.length).toBe(others.length);
      else if (ordered) expect(rows).toEqual(others);
      else expect(sorted(rows)).toEqual(sorted(others));
    };

    test("are those of the plain container, by fetchAll, fetchNext and the async iterator", async () => {
      const expected = await plainRows(query);
      const iterator = ask(query, sized);
      expect(iterator.hasMoreResults()).toBe(true);
      const pages = await pagesOf(iterator);
      expectSame(rowsOf(pages), expected);
      const looped: FeedResponse<unknown>[] = [];
      for await (const page of iterator.getAsyncIterator()) looped.push(page);
      expect(rowsOf(looped)).toEqual(rowsOf(pages));
      const all = await iterator.fetchAll();
      expect(all.resources.map(own)).toEqual(rowsOf(pages));
      expect([all.hasMoreResults, iterator.hasMoreResults()]).toEqual([false, false]);
      for (const page of [...pages, all]) expect(page).toBeInstanceOf(FeedResponse);
    });

    test("come in pages of no more than was asked for, of which only the last says that it is the last", async () => {
      const pages = await pagesOf(ask(query, sized));
      for (const [n, page] of pages.entries()) {
        expect((page.resources ?? []).length).toBeLessThanOrEqual(7);
        expect(page.hasMoreResults).toBe(n < pages.length - 1);
        expect(page.diagnostics.clientSideRequestStatistics).toBeDefined();
      }
    });

    test("end in a page without resources and without a charge", async () => {
      const iterator = ask(query, sized);
      await pagesOf(iterator);
      const past = await iterator.fetchNext();
      expect([past.resources, past.hasMoreResults, past.requestCharge]).toEqual([undefined, false, 0]);
    });

    test("begin again after reset, midway too", async () => {
      const iterator = ask(query, sized);
      const whole = rowsOf(await pagesOf(iterator));
      iterator.reset();
      await iterator.fetchNext();
      iterator.reset();
      expect(iterator.hasMoreResults()).toBe(true);
      expect(rowsOf(await pagesOf(iterator))).toEqual(whole);
    });

    test("go on from the token at the end of every page, by its name and the deprecated one", async () => {
      const pages = await pagesOf(ask(query, { ...sized, partitionKey: "t-2" }));
      const whole = pages.map(({ resources }) => (resources ?? []).map(own));
      const found = pages.flatMap(({ continuationToken }, n) => (continuationToken ? [{ continuationToken, n }] : []));
      if (tokens) expect(found.map(({ n }) => n)).toEqual(pages.slice(0, -1).map((_, n) => n));
      for (const { continuationToken, n } of found) {
        for (const given of [{ continuationToken }, { continuation: continuationToken }]) {
          const rest = await ask(query, { ...sized, partitionKey: "t-2", ...given }).fetchAll();
          expect(rest.resources.map(own)).toEqual(whole.slice(n + 1).flat());
        }
      }
    });

    test("read page by page, each in an iterator of its own, are the same", async () => {
      const whole = rowsOf(await pagesOf(ask(query, { ...sized, partitionKey: "t-0" })));
      const rows: unknown[] = [];
      let continuationToken: string | undefined;
      do {
        const given = { ...sized, partitionKey: "t-0", ...(continuationToken && { continuationToken }) };
        const page = await ask(query, given).fetchNext();
        rows.push(...(page.resources ?? []).map(own));
        if (!tokens) return expect(page.continuationToken ?? "none").toBeTypeOf("string");
        continuationToken = page.continuationToken;
      } while (continuationToken !== undefined);
      expect(rows).toEqual(whole);
    });

    test("have charges and metrics that add up to what the service charged", async () => {
      const populateQueryMetrics = true;
      const since = world().sent().length;
      const pages = await pagesOf(ask(query, { ...sized, populateQueryMetrics }));
      const charged = world()
        .sent(since)
        .filter(({ requestHeaders, status }) => status === 200 && /isquery/i.test(requestHeaders.join()))
        .filter(({ requestHeaders }) => !/is-query-plan-request/i.test(requestHeaders.join()))
        .reduce((sum, { responseHeaders }) => sum + Number(responseHeaders["x-ms-request-charge"] ?? 0), 0);
      const sum = pages.reduce((total, { requestCharge }) => total + requestCharge, 0);
      expect(sum).toBeCloseTo(charged, 5);
      expect(sum).toBeGreaterThan(0);
      const all = await ask(query, { ...sized, populateQueryMetrics }).fetchAll();
      expect(all.requestCharge).toBeCloseTo(sum, 5);
      const metrics = Object.values((all.queryMetrics ?? {}) as unknown as Readonly<Record<string, QueryMetrics>>);
      expect(metrics.length).toBeGreaterThan(0);
      for (const one of metrics) expect(one.retrievedDocumentCount).toBeGreaterThanOrEqual(0);
    });

    test("come through a forced plan, query control, parallelism and prefetching", async () => {
      const expected = rowsOf(await pagesOf(ask(query, sized)));
      for (const more of [
        { forceQueryPlan: true },
        { enableQueryControl: true },
        { maxDegreeOfParallelism: 3 },
        { bufferItems: true },
        { forceQueryPlan: true, maxDegreeOfParallelism: -1, bufferItems: true },
      ]) {
        const { resources } = await ask(query, { ...sized, ...more }).fetchAll();
        expectSame(resources.map(own), expected);
      }
    });

    test("stop at an abort with AbortError, before the first page and between pages", async () => {
      const before = new AbortController();
      before.abort();
      expect((await failureOf(() => ask(query, { ...sized, abortSignal: before.signal }).fetchNext())).name).toBe(
        "AbortError",
      );
      const between = new AbortController();
      const iterator = ask(query, { ...sized, abortSignal: between.signal });
      await iterator.fetchNext();
      if (!iterator.hasMoreResults()) return;
      between.abort("for a reason that is no error");
      expect((await failureOf(() => iterator.fetchNext())).name).toBe("AbortError");
    });

    test("belong to the caller: what it does to one changes no other", async () => {
      const expected = rowsOf(await pagesOf(ask(query, sized)));
      const rows: unknown[] = [];
      const iterator = ask(query, sized);
      while (iterator.hasMoreResults()) {
        for (const row of (await iterator.fetchNext()).resources ?? []) {
          rows.push(structuredClone(own(row)));
          spoil(row);
        }
      }
      expect(rows).toEqual(expected);
    });
  });

  test.each(Object.values(MODES))(
    "$query of one partition are its own, under a forced plan too",
    async ({ query, options }) => {
      const partitionKey = "t-3";
      const scoped = await ask(query, { ...options, partitionKey }).fetchAll();
      const forced = await ask(query, { ...options, partitionKey, forceQueryPlan: true, maxItemCount: 5 }).fetchAll();
      expect(sorted(forced.resources.map(own))).toEqual(sorted(scoped.resources.map(own)));
      expect(sorted(scoped.resources.map(own))).toEqual(sorted(await plainRows(query, { partitionKey })));
    },
  );

  test("pages that are asked for at once come one after the other, each row once", async () => {
    for (const query of [
      "SELECT * FROM c WHERE c.vip = true",
      "SELECT VALUE t FROM c JOIN t IN c.tags",
      "SELECT c.id FROM c ORDER BY c.age",
    ]) {
      const options = { ...scan, maxItemCount: 4, partitionKey: "t-2" };
      const whole = (await pagesOf(ask(query, options))).map(({ resources }) => (resources ?? []).map(own));
      const iterator = ask(query, options);
      const pages = await Promise.all(whole.map(() => iterator.fetchNext()));
      expect(pages.map(({ resources }) => (resources ?? []).map(own))).toEqual(whole);
    }
  });

  test("whatever sizes pages have, going on from token to token gives every row once, in order", async () => {
    const queries = NAMED.filter(({ tokens }) => tokens).map(({ query, options }) => ({ query, options }));
    const sizes = fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 6 });
    const partitions = fc.constantFrom("t-0", "t-1", undefined);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...queries),
        partitions,
        sizes,
        async ({ query, options }, partitionKey, steps) => {
          const given = { ...options, ...(partitionKey && { partitionKey }) };
          const rows: unknown[] = [];
          let continuationToken: string | undefined;
          let n = 0;
          do {
            const maxItemCount = steps[n++ % steps.length]!;
            const paged = { ...given, maxItemCount, ...(continuationToken && { continuationToken }) };
            const page = await ask(query, paged).fetchNext();
            expect((page.resources ?? []).length).toBeLessThanOrEqual(maxItemCount);
            rows.push(...(page.resources ?? []).map(own));
            continuationToken = page.continuationToken;
          } while (continuationToken !== undefined);
          expect(rows).toEqual((await ask(query, given).fetchAll()).resources.map(own));
        },
      ),
      { numRuns: FULL ? 400 : 30 },
    );
  }, 240_000);

  test("a page tells how many documents it cost, in an event and beside its own keys", async () => {
    const { items } = world()
      .connect({ onEvent: (event) => events.push(event) })
      .database("shop")
      .container("customers");
    const since = events.length;
    const iterator = items.query("SELECT TOP 5 c.email FROM c ORDER BY c.age", { ...scan, maxItemCount: 3 });
    const first = await iterator.fetchNext();
    const second = await iterator.fetchNext();
    expect([sealStatsOf(first), sealStatsOf(second)]).toEqual([
      { fetched: 60, returned: 3 },
      { fetched: 0, returned: 2 },
    ]);
    expect(sealStatsOf(await iterator.fetchAll())).toEqual({ fetched: 60, returned: 5 });
    expect(Object.keys(first)).not.toContain("sealStats");
    const told = events.slice(since).filter((event) => event.type === "page");
    expect(told.slice(0, 2).map(({ fetched, returned }) => [fetched, returned])).toEqual([
      [60, 3],
      [0, 2],
    ]);
    expect(sealStatsOf(await items.query("SELECT VALUE COUNT(1) FROM c").fetchAll())).toBeUndefined();
  });
});

describe("a continuation token", () => {
  const world = useWorld({ ranges: 1 });
  const query = {
    query: "SELECT c.id, c.note FROM c WHERE c.email = @e AND c.plan = @p",
    parameters: [
      { name: "@e", value: "canary@example.org" },
      { name: "@p", value: "pro" },
    ],
  };
  const options = { partitionKey: "t-1", maxItemCount: 2 };
  let token: string;

  beforeAll(async () => {
    for (let i = 0; i < 9; i++) {
      const document = {
        id: `d${i}`,
        plan: "pro",
        email: "canary@example.org",
        note: "canary note",
        tags: ["a", "b", "c"],
      };
      for (const tenantId of ["t-1", "t-2"]) {
        await world().customers.items.create({ ...document, tenantId });
        await world().patients.items.create({ id: `${tenantId}-${i}`, ward: tenantId, finding: "canary", plan: "pro" });
      }
    }
    token = (await world().customers.items.query(query, options).fetchNext()).continuationToken!;
  });

  const refusal = async (given: SqlQuerySpec | string, more: FeedOptions): Promise<unknown> => {
    const since = world().sent().length;
    const code = await codeOf(() =>
      world()
        .customers.items.query(given, { ...options, ...more })
        .fetchNext(),
    );
    expect(world().sent(since)).toEqual([]);
    return code;
  };

  test("goes on in another client that has the keys", async () => {
    const other = world().connect().database("shop").container("customers");
    const page = await other.items.query(query, { ...options, continuationToken: token }).fetchNext();
    expect(page.resources.map(({ id }) => id)).toEqual(["d2", "d3"]);
  });

  test("of another text, parameter, partition, mode or container is refused before anything is sent", async () => {
    const continuationToken = token;
    const others: readonly (readonly [SqlQuerySpec | string, FeedOptions])[] = [
      [{ ...query, query: `${query.query} ` }, {}],
      [{ ...query, parameters: [query.parameters[0]!, { name: "@p", value: "free" }] }, {}],
      [{ ...query, parameters: [...query.parameters, { name: "@q", value: 1 }] }, {}],
      [query, { partitionKey: "t-2" }],
      [query, { partitionKey: undefined as never }],
      [query, { enableQueryControl: true }],
    ];
    for (const [given, more] of others)
      expect([given, more, await refusal(given, { continuationToken, ...more })]).toEqual([
        given,
        more,
        "ERR_QUERY_CONTINUATION",
      ]);
    const since = world().sent().length;
    const patients = world().patients.items.query("SELECT c.finding FROM c", { ...options, continuationToken });
    expect(await codeOf(() => patients.fetchNext())).toBe("ERR_QUERY_CONTINUATION");
    expect(world().sent(since)).toEqual([]);
  });

  test("that was changed in any place, cut or lengthened is refused before anything is sent", async () => {
    const bytes = Buffer.from(token, "base64url");
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect([at, await refusal(query, { continuationToken: changed.toString("base64url") })]).toEqual([
        at,
        "ERR_QUERY_CONTINUATION",
      ]);
    }
    for (const other of [token.slice(0, -4), `${token}AAAA`, `${token}=`, "nonsense", `{"s":"x"}`])
      expect([other, await refusal(query, { continuationToken: other })]).toEqual([other, "ERR_QUERY_CONTINUATION"]);
  });

  test("of the service itself is refused where the client has a part in the rows", async () => {
    const plain = world().stolen("customers").items.query("SELECT * FROM c", options);
    const { continuationToken } = await plain.fetchNext();
    expect(await refusal(query, { continuationToken })).toBe("ERR_QUERY_CONTINUATION");
  });

  test("of a query that travels as it is, is the service's own, and the plain client's go on here", async () => {
    const text = "SELECT * FROM c WHERE c.plan = 'pro'";
    const stolen = world().stolen("customers").items;
    const ours = await world().customers.items.query(text, options).fetchNext();
    const theirs = await stolen.query(text, options).fetchNext();
    const rest = { ...options, continuationToken: ours.continuationToken! };
    const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);
    expect(ids((await stolen.query(text, rest).fetchNext()).resources)).toEqual(["d2", "d3"]);
    const back = { ...options, continuationToken: theirs.continuationToken! };
    expect(ids((await world().customers.items.query(text, back).fetchNext()).resources)).toEqual(["d2", "d3"]);
  });

  test("holds nothing of a document, of the query or of the service's token that can be read", async () => {
    const text = Buffer.from(token, "base64url").toString("latin1");
    for (const word of ["canary", "pro", "t-1", "d1", "token", "RID", "{", '"s"'])
      expect([word, text.includes(word)]).toEqual([word, word === "{" ? text.includes("{") : false]);
    const { continuationToken } = await world().customers.items.query(query, options).fetchNext();
    expect(continuationToken).not.toBe(token);
  });

  test("within the rows of a document goes on behind them, and is refused once the document is gone", async () => {
    const joined = "SELECT VALUE CONCAT(c.id, t) FROM c JOIN t IN c.tags";
    const { items } = world().customers;
    const given = { partitionKey: "t-2", maxItemCount: 4 };
    const first = await items.query<string>(joined, given).fetchNext();
    expect(first.resources).toEqual(["d0a", "d0b", "d0c", "d1a"]);
    const continuationToken = first.continuationToken!;
    await world().customers.item("d0", "t-2").delete();
    const rest = await items.query<string>(joined, { ...given, continuationToken }).fetchAll();
    expect(rest.resources.slice(0, 3)).toEqual(["d1b", "d1c", "d2a"]);
    const smaller = await items.query<string>(joined, { ...given, maxItemCount: 1, continuationToken }).fetchAll();
    expect(smaller.resources).toEqual(rest.resources);
    await world().customers.item("d1", "t-2").delete();
    expect(await codeOf(() => items.query(joined, { ...given, continuationToken }).fetchAll())).toBe(
      "ERR_QUERY_CONTINUATION",
    );
  });

  test("is within a document, too, that makes more rows than a page holds, also where no size is given", async () => {
    const many = Array.from({ length: 40 }, (_, i) => `m${i}`);
    await world().customers.items.create({ id: "many", tenantId: "t-9", labels: many, tags: many });
    const joined = "SELECT VALUE CONCAT(l, t) FROM c JOIN l IN c.labels JOIN t IN c.tags";
    const given = { partitionKey: "t-9" };
    const { items } = world().customers;
    const first = await items.query<string>(joined, given).fetchNext();
    expect([first.resources.length, first.hasMoreResults]).toEqual([1000, true]);
    const continuationToken = first.continuationToken!;
    const second = await items.query<string>(joined, { ...given, continuationToken }).fetchNext();
    expect([second.resources.length, second.hasMoreResults]).toEqual([600, false]);
    expect([...first.resources, ...second.resources]).toEqual(many.flatMap((l) => many.map((t) => `${l}${t}`)));
  });

  test("is refused for rows that the client sorts, groups or counts, which have none", async () => {
    for (const text of [
      "SELECT * FROM c ORDER BY c.email",
      "SELECT DISTINCT c.email FROM c",
      "SELECT c.email, COUNT(1) AS n FROM c GROUP BY c.email",
    ])
      expect([text, await refusal(text, { continuationToken: token })]).toEqual([text, "ERR_QUERY_CONTINUATION"]);
  });

  test("is there for a pushed order across partitions under query control alone, as in the SDK", async () => {
    const ordered = "SELECT c.id, c.note FROM c WHERE c.email = 'canary@example.org' ORDER BY c.id DESC";
    const { items } = world().customers;
    const legacy = await items.query(ordered, { maxItemCount: 3 }).fetchNext();
    expect([legacy.continuationToken, legacy.hasMoreResults]).toEqual([undefined, true]);
    const control = { maxItemCount: 3, enableQueryControl: true };
    const whole = (await items.query(ordered, control).fetchAll()).resources;
    const rows: unknown[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await items
        .query(ordered, { ...control, ...(continuationToken && { continuationToken }) })
        .fetchNext();
      rows.push(...(page.resources ?? []));
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined);
    expect(rows).toEqual(whole);
    expect(rows.length).toBeGreaterThan(10);
  });
});

describe("what the client holds back", () => {
  const world = useWorld({ ranges: 1 });
  beforeAll(async () => {
    for (let i = 0; i < 80; i++)
      await world().customers.items.create({ id: `d${i}`, tenantId: "t", age: i, note: "x".repeat(100) });
  });

  test.each([
    ["rows", { maxBufferedRows: 79 }],
    ["bytes", { maxBufferedBytes: 5000 }],
  ])("is bounded in %s, by an error that says what to do", async (_, bounds) => {
    const { items } = world().connect(bounds).database("shop").container("customers");
    for (const query of ["SELECT * FROM c ORDER BY c.age", "SELECT DISTINCT c.note, c.age FROM c"]) {
      const error = await failureOf(() => items.query(query, scan).fetchAll());
      expect(error.code).toBe("ERR_QUERY_TOO_LARGE");
      expect((error as { remedy?: string }).remedy).toContain("maxBuffered");
    }
    const few = await items
      .query("SELECT TOP 1 c.age FROM c ORDER BY c.age", { ...scan, partitionKey: "t" })
      .fetchAll();
    expect(few.resources).toEqual([{ age: 0 }]);
  });

  test("is let go after an error, so that the next call begins again", async () => {
    const iterator = world().customers.items.query("SELECT VALUE c.age FROM c ORDER BY c.age", scan);
    const refusal = world().emulator.injectFault({ when: { operation: "query" }, fault: { status: 403 } });
    expect(await codeOf(() => iterator.fetchNext())).toBe(403);
    refusal.remove();
    expect(iterator.hasMoreResults()).toBe(true);
    expect((await iterator.fetchNext()).resources.length).toBe(80);
  });
});

describe("a bad document", () => {
  const world = useWorld({ ranges: 1 });
  beforeAll(async () => {
    for (let i = 0; i < 10; i++)
      await world().customers.items.create({ id: `d${i}`, tenantId: "t", age: i, tags: ["a", "b"] });
    const stolen = world().stolen("customers").item("d4", "t");
    await stolen.replace({ ...(await stolen.read()).resource, plan: "forged" });
  });
  const good = [0, 1, 2, 3, 5, 6, 7, 8, 9];
  const ask = (query: string, options: FeedOptions & QueryOptions = {}): QueryIterator<unknown> =>
    world().customers.items.query<unknown>(query, { ...scan, partitionKey: "t", ...options });

  test.each([
    ["sorted", "SELECT VALUE c.age FROM c ORDER BY c.age", good],
    ["distinct", "SELECT DISTINCT VALUE c.age FROM c", good],
    ["summed up", "SELECT VALUE SUM(c.age) FROM c", [41]],
    ["grouped", "SELECT VALUE COUNT(1) FROM c GROUP BY c.vip", [9]],
  ])(
    "makes rows that are %s unanswerable under `throw`; under `quarantine` it is left out and listed",
    async (_, query, rows) => {
      const error = await failureOf(() => ask(query).fetchNext());
      expect([error.code, (error as { rows?: unknown }).rows]).toEqual(["ERR_INTEGRITY", []]);
      const page = await ask(query, { onBadDocument: "quarantine" }).fetchNext();
      expect(page.resources).toEqual(rows);
      expect(sealErrorsOf(page).map(({ id }) => id)).toEqual(["d4"]);
    },
  );

  test("among rows of many elements throws once, with the rows of its page, and lets the others come", async () => {
    const iterator = ask("SELECT VALUE CONCAT(c.id, t) FROM c JOIN t IN c.tags", { maxItemCount: 3 });
    const rows: unknown[] = [];
    const codes: unknown[] = [];
    while (iterator.hasMoreResults()) {
      try {
        const page = await iterator.fetchNext();
        rows.push(...(page.resources ?? []));
      } catch (error) {
        codes.push((error as { code?: unknown }).code);
        rows.push(...(error as { rows: unknown[] }).rows);
      }
    }
    expect(codes).toEqual(["ERR_INTEGRITY"]);
    expect(rows).toEqual(good.flatMap((n) => [`d${n}a`, `d${n}b`]));
  });
});

describe("a document that comes in two pages", () => {
  const world = useWorld({ ranges: 1 });
  const events: SealEvent[] = [];
  let customers: Container;
  beforeAll(async () => {
    // More than the service gives in one page.
    const operations = Array.from({ length: 1100 }, (_, i) => ({
      operationType: BulkOperationType.Create,
      partitionKey: "t",
      resourceBody: { id: `d${i}`, tenantId: "t", age: i },
    }));
    await world().customers.items.executeBulkOperations(operations);
    const onEvent = (event: SealEvent): void => void events.push(event);
    customers = world().connect({ onEvent }, { httpClient: repeating() }).database("shop").container("customers");
  });

  test("is refused where rows are counted or added up", async () => {
    for (const query of [
      "SELECT VALUE SUM(c.age) FROM c",
      "SELECT VALUE COUNT(1) FROM c WHERE c.age >= 0",
      "SELECT c.id FROM c ORDER BY c.age",
    ])
      expect([query, await codeOf(() => customers.items.query(query, scan).fetchAll())]).toEqual([
        query,
        "ERR_ANSWER_MISMATCH",
      ]);
  });

  test("is told by one event elsewhere, since it may have been made anew meanwhile", async () => {
    const since = events.length;
    const options = { maxItemCount: 10, partitionKey: "t" };
    const iterator = customers.items.query("SELECT c.id FROM c", options);
    for (let page = 0; page < 3; page++) await iterator.fetchNext();
    const told = events.slice(since).filter((event) => event.type === "warning");
    expect(told.map(({ message }) => message)).toEqual([expect.stringContaining("one document in two pages")]);
  });
});

describe("keys that can't be had while a page is opened", () => {
  const world = useWorld({ ranges: 1 });

  test("end at an abort with AbortError, whatever its reason", async () => {
    const store: KeyStore = { ...world().store, readHead: () => new Promise(() => undefined) };
    const { items } = world().connect({ store }).database("shop").container("customers");
    const controller = new AbortController();
    const page = items
      .query("SELECT c.email FROM c WHERE c.email = 'x'", { abortSignal: controller.signal })
      .fetchNext();
    setTimeout(() => controller.abort("no error at all"), 20);
    expect((await failureOf(() => page)).name).toBe("AbortError");
  });

  test("lose no row: the next call opens the same page", async () => {
    for (let i = 0; i < 9; i++) await world().customers.items.create({ id: `d${i}`, tenantId: "t", email: `e${i}` });
    let isDown = false;
    const store: KeyStore = {
      ...world().store,
      readHead: async (signal) => {
        if (isDown) throw new Error("down");
        return world().store.readHead(signal);
      },
    };
    let now = Date.now();
    const client = world().connect({ store, now: () => now, maxStoreAge: 1000 });
    const iterator = client.database("shop").container("customers").items.query("SELECT VALUE c.email FROM c", {
      maxItemCount: 3,
      partitionKey: "t",
    });
    const rows: unknown[] = [];
    for (const isLast of [false, false, true]) {
      isDown = true;
      now += 5000;
      expect(await codeOf(() => iterator.fetchNext())).toBe("ERR_KEY_STORE_UNAVAILABLE");
      isDown = false;
      expect(iterator.hasMoreResults()).toBe(true);
      rows.push(...((await iterator.fetchNext()).resources ?? []));
      expect(iterator.hasMoreResults()).toBe(!isLast);
    }
    expect(rows).toEqual(Array.from({ length: 9 }, (_, i) => `e${i}`));
  });
});

/** A row without what the service sets, which differs between containers. */
function own(row: unknown): unknown {
  return typeof row === "object" && row !== null && "_rid" in row ? bare(row) : row;
}

function sorted(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row, Object.keys(flat(row)).sort())).sort();
}

function flat(row: unknown): object {
  return typeof row === "object" && row !== null ? row : {};
}

async function pagesOf(iterator: QueryIterator<unknown>): Promise<FeedResponse<unknown>[]> {
  const pages: FeedResponse<unknown>[] = [];
  while (iterator.hasMoreResults()) pages.push(await iterator.fetchNext());
  return pages;
}

function rowsOf(pages: readonly FeedResponse<unknown>[]): unknown[] {
  return pages.flatMap(({ resources }) => resources ?? []).map(own);
}

/** Empties a row and what hangs on it. */
function spoil(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) spoil(member);
  if (Array.isArray(value)) value.length = 0;
  else for (const name of Object.keys(value)) delete (value as Record<string, unknown>)[name];
}
