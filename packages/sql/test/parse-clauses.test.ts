/** The clauses of a query, as trees. */
import { describe, expect, test } from "vitest";
import { parse } from "../src/parse/parse.js";
import { placeless } from "./trees.js";

const literal = (value: number) => ({ kind: "Literal", value });
const path = (root: string, ...steps: (string | number)[]) => ({ kind: "PathCollection", root, path: steps });

describe("SELECT", () => {
  test("takes *, VALUE, a list, DISTINCT and TOP in any case of letters", () => {
    expect(parse("select * from c").select).toMatchObject({ distinct: false, what: { kind: "SelectAll" } });
    expect(parse("SELECT DISTINCT VALUE c FROM c").select).toMatchObject({
      distinct: true,
      what: { kind: "SelectValue" },
    });
    expect(parse("Select Distinct Top 3 c.a From c").select).toMatchObject({ distinct: true, top: literal(3) });
    expect(parse("SELECT TOP @n VALUE 1").select.top).toMatchObject({ kind: "Parameter", name: "@n" });
    expect(parse("SELECT VALUE {'a': 1}").select.what).toMatchObject({ value: { kind: "ObjectLiteral" } });
  });

  test("names an item by AS, by a word alone, or by a string", () => {
    const text = "SELECT 1 AS a, 2 b, 3 AS 'value', 4 AS \"a b\", 5 'c', COUNT(1) AS count, 7 rank, c['order']";
    expect(parse(text).select.what).toMatchObject({
      items: [
        { alias: "a" },
        { alias: "b" },
        { alias: "value" },
        { alias: "a b" },
        { alias: "c" },
        { alias: "count" },
        { alias: "rank" },
        {},
      ],
    });
  });

  test("stands alone, without FROM", () => {
    expect(placeless(parse("SELECT 1"))).toStrictEqual({
      kind: "Query",
      select: {
        kind: "Select",
        distinct: false,
        what: { kind: "SelectList", items: [{ kind: "SelectItem", value: literal(1) }] },
      },
    });
  });
});

describe("FROM", () => {
  test.each([
    ["c", { collection: path("c"), alias: "c" }],
    ["Families f", { collection: path("Families"), alias: "f" }],
    ["ROOT AS r", { collection: path("ROOT"), alias: "r" }],
    ["c.address", { collection: path("c", "address"), alias: "address" }],
    ["c['the address']", { collection: path("c", "the address") }],
    ["c.children[0] child", { collection: path("c", "children", 0), alias: "child" }],
    ["c.children[0]", { collection: path("c", "children", 0) }],
    ["x IN c['order'].items", { kind: "IterationSource", alias: "x", collection: path("c", "order", "items") }],
    ["(SELECT VALUE c FROM c) AS s", { collection: { kind: "QueryCollection" }, alias: "s" }],
    [
      "x IN (SELECT VALUE c.a FROM c)",
      { kind: "IterationSource", alias: "x", collection: { kind: "QueryCollection" } },
    ],
  ])("%s", (text, source) => {
    const { source: found } = parse(`SELECT VALUE 1 FROM ${text}`).from!;
    expect(found).toMatchObject(source);
    expect(found.alias).toBe("alias" in source ? source.alias : undefined);
  });

  test("joins sources of every form", () => {
    const text =
      "SELECT VALUE 1 FROM c JOIN t IN c.tags JOIN (SELECT VALUE 1) AS s JOIN (SELECT 2) JOIN u IN (SELECT VALUE [1])";
    expect(parse(text).from!.joins.map(({ kind, alias }) => [kind, alias])).toStrictEqual([
      ["IterationSource", "t"],
      ["CollectionSource", "s"],
      ["CollectionSource", undefined],
      ["IterationSource", "u"],
    ]);
  });
});

test("the clauses follow one another: WHERE, GROUP BY, HAVING, ORDER BY, OFFSET LIMIT", () => {
  const text =
    "SELECT c.a, COUNT(1) AS n FROM c WHERE c.b = 1 GROUP BY c.a, c.d HAVING COUNT(1) > 1 ORDER BY c.a, c.d DESC, c.e ASC OFFSET @o LIMIT 10";
  expect(parse(text)).toMatchObject({
    where: { operator: "=" },
    groupBy: [{ kind: "Member" }, { kind: "Member" }],
    having: { operator: ">" },
    orderBy: {
      rank: false,
      items: [
        { descending: false, explicit: false },
        { descending: true, explicit: true },
        { descending: false, explicit: true },
      ],
    },
    offsetLimit: { offset: { kind: "Parameter", name: "@o" }, limit: literal(10) },
  });
});

test("ORDER BY RANK takes scoring functions, while rank stays a name", () => {
  expect(
    parse("SELECT * FROM c ORDER BY RANK RRF(VectorDistance(c.v, @v), FullTextScore(c.t, 'a')) DESC").orderBy,
  ).toMatchObject({
    rank: true,
    items: [{ value: { kind: "Call", name: "RRF" }, descending: true }],
  });
  expect(parse("SELECT * FROM rank ORDER BY rank.x, rank").orderBy).toMatchObject({ rank: false, items: [{}, {}] });
});

test("every node says which text it stands for", () => {
  const text = "SELECT c.a AS x FROM c JOIN t IN c.tags WHERE (c.b + 1) IN (1, 2) ORDER BY c.a DESC";
  const query = parse(text);
  const spelled = (node: { readonly at?: { start: number; end: number } } | undefined) => {
    return text.slice(node?.at?.start, node?.at?.end);
  };
  expect(spelled(query)).toBe(text);
  expect(spelled(query.select)).toBe("c.a AS x");
  expect(spelled(query.from?.joins[0])).toBe("t IN c.tags");
  expect(spelled(query.from?.joins[0]?.collection)).toBe("c.tags");
  expect(spelled(query.where)).toBe("(c.b + 1) IN (1, 2)");
  expect(spelled(query.orderBy?.items[0])).toBe("c.a DESC");
});
