// Plans and refusals as the gateway words them: what clients of other make rely on too.

import { expect } from "vitest";
import { send } from "../test/wire.js";
import { describeBehaviours, type Setup } from "./behaviours.js";

interface Plan {
  readonly partitionedQueryExecutionInfoVersion: number;
  readonly queryInfo: Readonly<Record<string, unknown>> & { readonly rewrittenQuery: string };
  readonly queryRanges: readonly unknown[];
}

function asker(setup: () => Setup) {
  let container: ReturnType<Setup["container"]> | undefined;
  const post = async (query: string, headers: Record<string, string>, parameters?: unknown) => {
    container ??= setup().container();
    const { id } = await container;
    return send(setup(), {
      method: "POST",
      path: `/dbs/${setup().database.id}/colls/${id}/docs`,
      headers: { "content-type": "application/query+json", ...headers },
      body: JSON.stringify({ query, parameters }),
    });
  };
  const plan = async (query: string, parameters?: unknown): Promise<Plan> => {
    const response = await post(
      query,
      {
        "x-ms-cosmos-is-query-plan-request": "True",
        "x-ms-cosmos-supported-query-features": "Aggregate, NonValueAggregate, GroupBy",
        "x-ms-documentdb-query-enablecrosspartition": "true",
      },
      parameters,
    );
    expect([response.status, response.status === 200 ? "" : response.text]).toEqual([200, ""]);
    return JSON.parse(response.text) as Plan;
  };
  return { post, plan };
}

describeBehaviours("query plans", (setup, behaviour) => {
  const { post, plan } = asker(setup);
  const rewritten = async (query: string) => (await plan(query)).queryInfo.rewrittenQuery.replace(/\s+/g, " ");

  // The texts on the right stand in recordings of the service and in the tests of Microsoft's .NET SDK.
  const REWRITES: readonly (readonly [string, string])[] = [
    ["SELECT * FROM c", ""],
    ["SELECT DISTINCT c.a FROM c", ""],
    ["SELECT TOP 5 * FROM c", ""],
    [
      "SELECT * FROM c ORDER BY c.n DESC",
      'SELECT c._rid, [{"item": c.n}] AS orderByItems, c AS payload FROM c WHERE ({documentdb-formattableorderbyquery-filter}) ORDER BY c.n DESC',
    ],
    ["SELECT VALUE COUNT(1) FROM c", 'SELECT VALUE [{"item": COUNT(1)}] FROM c'],
    ["SELECT VALUE AVG(c.n) FROM c", 'SELECT VALUE [{"item": {"sum": SUM(c.n), "count": COUNT(c.n)}}] FROM c'],
    ["SELECT VALUE MIN(c.n) FROM c", 'SELECT VALUE [{"item": {"min": MIN(c.n), "count": COUNT(c.n)}}] FROM c'],
    [
      "SELECT c.pk, COUNT(1) AS cnt FROM c GROUP BY c.pk",
      'SELECT [{"item": c.pk}] AS groupByItems, {"pk": c.pk, "cnt": {"item": COUNT(1)}} AS payload FROM c GROUP BY c.pk',
    ],
    ["SELECT COUNT(1) AS n FROM c", 'SELECT {"n": {"item": COUNT(1)}} AS payload FROM c'],
    ["SELECT * FROM c OFFSET 3 LIMIT 4", "SELECT * FROM c OFFSET 0 LIMIT 7"],
  ];

  for (const [query, expected] of REWRITES) {
    behaviour(`${query} is rewritten as the service rewrites it`, async () => {
      expect(await rewritten(query)).toBe(expected);
    });
  }

  behaviour("a filter stays beside the placeholder", async () => {
    expect(await rewritten("SELECT * FROM c WHERE c.a = 1 OR c.b = 2 ORDER BY c.n")).toContain(
      "(c.a = 1 OR c.b = 2) AND {documentdb-formattableorderbyquery-filter}",
    );
  });

  behaviour("a query text that holds the placeholder's own words is rewritten all the same", async () => {
    const text = await rewritten("SELECT * FROM c WHERE c.s = 'orderByFilterPlaceholder' ORDER BY c.n");
    expect(text).toContain("orderByFilterPlaceholder");
    expect(text.split("{documentdb-formattableorderbyquery-filter}")).toHaveLength(2);
  });

  behaviour("the plan tells limits with their parameters bound, order, aggregates and aliases", async () => {
    const { queryInfo } = await plan("SELECT TOP @n c.a FROM c ORDER BY c.b DESC, c.c", [{ name: "@n", value: 6 }]);
    expect(queryInfo).toMatchObject({
      distinctType: "None",
      top: 6,
      offset: null,
      limit: null,
      orderBy: ["Descending", "Ascending"],
      orderByExpressions: ["c.b", "c.c"],
      aggregates: [],
      hasSelectValue: false,
      hasNonStreamingOrderBy: false,
      dCountInfo: null,
    });
    const grouped = (await plan("SELECT c.pk AS key, COUNT(1), MAX(c.n) AS most FROM c GROUP BY c.pk")).queryInfo;
    expect(grouped).toMatchObject({
      aggregates: [],
      groupByExpressions: ["c.pk"],
      groupByAliases: ["key", "$1", "most"],
      groupByAliasToAggregateType: { key: null, $1: "Count", most: "Max" },
    });
    const value = await plan("SELECT VALUE AVG(c.n) FROM c");
    expect(value.queryInfo).toMatchObject({ aggregates: ["Average"], hasSelectValue: true });
    expect(value).toMatchObject({
      partitionedQueryExecutionInfoVersion: 2,
      queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
      hybridSearchQueryInfo: null,
    });
  });

  behaviour("a client that doesn't say it can merge aggregates or groups gets no plan for them", async () => {
    const asPlan = { "x-ms-cosmos-is-query-plan-request": "True" };
    for (const [query, features, status] of [
      ["SELECT VALUE COUNT(1) FROM c", "", 400],
      ["SELECT VALUE COUNT(1) FROM c", "OrderBy,Aggregate", 200],
      ["SELECT COUNT(1) AS n FROM c", "Aggregate", 400],
      ["SELECT c.a FROM c GROUP BY c.a", "Aggregate", 400],
      ["SELECT * FROM c", "", 200],
    ] as const) {
      const response = await post(query, { ...asPlan, "x-ms-cosmos-supported-query-features": features });
      expect([query, features, response.status]).toEqual([query, features, status]);
    }
  });

  behaviour("DISTINCT is ordered only where all that is selected is sorted by", async () => {
    const type = async (query: string) => (await plan(query)).queryInfo["distinctType"];
    expect(await type("SELECT DISTINCT c.a FROM c")).toBe("Unordered");
    expect(await type("SELECT DISTINCT c.a FROM c ORDER BY c.a")).toBe("Ordered");
    expect(await type("SELECT DISTINCT VALUE c.a FROM c ORDER BY c.a, c.b")).toBe("Ordered");
    expect(await type("SELECT DISTINCT c.a, c.b FROM c ORDER BY c.a")).toBe("Unordered");
    expect(await type("SELECT DISTINCT c.a FROM c ORDER BY c.b")).toBe("Unordered");
  });
});

describeBehaviours("refusals", (setup, behaviour) => {
  const { post, plan } = asker(setup);
  const across = { "x-ms-documentdb-isquery": "true", "x-ms-documentdb-query-enablecrosspartition": "true" };

  for (const query of [
    "SELECT VALUE COUNT(1) FROM c",
    "SELECT TOP 1 * FROM c",
    "SELECT * FROM c ORDER BY c.n",
    "SELECT * FROM c OFFSET 0 LIMIT 1",
    "SELECT DISTINCT c.a FROM c",
  ]) {
    behaviour(`${query} is 400 with substatus 1004 and the plan as text`, async () => {
      const response = await post(query, across);
      expect([response.status, response.headers["x-ms-substatus"]]).toEqual([400, "1004"]);
      const body = JSON.parse(response.text) as { message: string; additionalErrorInfo: string };
      expect(body.message).toMatch(/^The provided cross partition query can not be directly served by the gateway/);
      expect(JSON.parse(body.additionalErrorInfo)).toEqual(await plan(query));
    });
  }

  for (const query of ["SELECT c.pk, COUNT(1) FROM c GROUP BY c.pk", "SELECT COUNT(1) AS n, MAX(c.a) AS m FROM c"]) {
    behaviour(`${query} is 400 with the words that make a client ask for the plan`, async () => {
      const response = await post(query, across);
      expect(response.status).toBe(400);
      expect(response.text).toContain("Cross partition query only supports 'VALUE <AggregateFunc>' for aggregates.");
    });
  }

  behaviour("without leave to cross partitions every query is refused", async () => {
    const response = await post("SELECT * FROM c", { "x-ms-documentdb-isquery": "true" });
    expect(response.status).toBe(400);
    expect(response.text).toContain("Cross partition query is required but disabled");
  });

  behaviour("a range that isn't there is 410 with substatus 1002", async () => {
    const response = await post("SELECT * FROM c", { ...across, "x-ms-documentdb-partitionkeyrangeid": "9" });
    expect([response.status, response.headers["x-ms-substatus"]]).toEqual([410, "1002"]);
  });

  behaviour("a page size that is none is refused", async () => {
    for (const size of ["0", "x", "-2", "1.5"]) {
      expect((await post("SELECT * FROM c", { ...across, "x-ms-max-item-count": size })).status).toBe(400);
    }
    expect((await post("SELECT * FROM c", { ...across, "x-ms-max-item-count": "-1" })).status).toBe(200);
  });
});
