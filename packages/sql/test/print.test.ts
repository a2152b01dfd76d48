/** How a tree is printed, and that nothing in it can become another part of the query. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SqlError } from "../src/errors.js";
import { parse } from "../src/parse/parse.js";
import { print } from "../src/print/print.js";
import type { Expression, Query, TreeNode } from "../src/tree.js";
import { transform } from "../src/walk/transform.js";
import { visit } from "../src/walk/visit.js";
import { catalogue } from "./catalogue/index.js";
import { expressionOf } from "./shape.js";
import { sizes } from "./sizes.js";
import { placeless } from "./trees.js";

describe("a query is printed on one line, with parentheses where it needs them or engines differ", () => {
  test.each([
    ["select  *\nfrom c -- all", "SELECT * FROM c"],
    ["SELECT DISTINCT TOP 5 c.a x FROM Families AS f", "SELECT DISTINCT TOP 5 c.a AS x FROM Families AS f"],
    ["SELECT VALUE c FROM c AS c", "SELECT VALUE c FROM c"],
    ["SELECT c['a'].b[\"c d\"][0] FROM c", 'SELECT c.a.b["c d"][0] FROM c'],
    ["SELECT c['order'], c.größe, c.left FROM c", 'SELECT c["order"], c["größe"], c["left"] FROM c'],
    ["SELECT c.a AS 'value', c.b AS größe FROM c", 'SELECT c.a AS "value", c.b AS "größe" FROM c'],
    ["SELECT {a: 1, 'b c': @p}", 'SELECT {"a": 1, "b c": @p}'],
    ["SELECT VALUE ((1 + 2)) * 3", "SELECT VALUE (1 + 2) * 3"],
    ["SELECT VALUE 1 + (2 * 3)", "SELECT VALUE 1 + 2 * 3"],
    ["SELECT VALUE a - (b - c)", "SELECT VALUE a - (b - c)"],
    ["SELECT VALUE (a OR b) AND c OR (d AND e)", "SELECT VALUE (a OR b) AND c OR d AND e"],
    ["SELECT VALUE NOT a = b", "SELECT VALUE (NOT a) = b"],
    ["SELECT VALUE NOT (a = b)", "SELECT VALUE NOT (a = b)"],
    ["SELECT VALUE a & b = c", "SELECT VALUE (a & b) = c"],
    ["SELECT VALUE a = b || c", "SELECT VALUE a = (b || c)"],
    ["SELECT VALUE ((a BETWEEN 1 AND 2)) AND b", "SELECT VALUE (a BETWEEN 1 AND 2) AND b"],
    ["SELECT VALUE a IN (1) AND b LIKE 'c'", 'SELECT VALUE a IN (1) AND b LIKE "c"'],
    ["SELECT VALUE a ?? b = c", "SELECT VALUE a ?? (b = c)"],
    ["SELECT VALUE (a ? b : c) ? d : (e ? f : g)", "SELECT VALUE (a ? b : c) ? d : e ? f : g"],
    ["SELECT VALUE - - 1 - -1", "SELECT VALUE - -1 - -1"],
    ["SELECT VALUE -(1)", "SELECT VALUE -(1)"],
    ["SELECT VALUE 'a\\'\"\\n'", String.raw`SELECT VALUE "a'\"\n"`],
    ["SELECT VALUE 0x10 + 1e21", "SELECT VALUE 16 + 1e+21"],
    ["SELECT VALUE udf.f(count(1), left('a', 1))", 'SELECT VALUE udf.f(COUNT(1), LEFT("a", 1))'],
    ["SELECT * FROM c ORDER BY c.a ASC, c.b DESC, c.c", "SELECT * FROM c ORDER BY c.a ASC, c.b DESC, c.c"],
    ["SELECT * FROM c ORDER BY RANK f(1)", "SELECT * FROM c ORDER BY RANK F(1)"],
    ["SELECT * FROM c OFFSET @o LIMIT 1", "SELECT * FROM c OFFSET @o LIMIT 1"],
    ["SELECT * FROM c JOIN (SELECT 1) s JOIN x IN c.a", "SELECT * FROM c JOIN (SELECT 1) AS s JOIN x IN c.a"],
  ])("%s", (text, printed) => {
    expect(print(parse(text))).toBe(printed);
  });
});

test("each query of the catalogue parses to the same tree once printed", () => {
  const entries = Object.values(catalogue).flat();
  expect(entries.length).toBeGreaterThanOrEqual(400);
  for (const { query, expected } of entries) {
    // A query that must be refused may be one that doesn't parse.
    if ("error" in expected && !parses(query)) continue;
    expect(placeless(parse(print(parse(query)))), query).toStrictEqual(placeless(parse(query)));
  }
});

function parses(query: string): boolean {
  try {
    return parse(query) !== undefined;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

test("text in a tree stays the text it is, whatever it holds", () => {
  const hostile = [
    "' OR 1=1 --",
    '" OR 1=1 --',
    "\\",
    '\\"',
    "*/",
    "\0",
    "\n",
    "\u2028",
    "\ud800",
    "]",
    "x y",
    "a.b",
    "@p",
    "",
  ];
  const anyText = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(anyText, (text) => {
      const literal: Expression = { kind: "Literal", value: text };
      const property: Expression = { kind: "Member", object: { kind: "Name", name: "c" }, property: literal };
      const object: Expression = {
        kind: "ObjectLiteral",
        properties: [{ kind: "Property", name: text, value: literal }],
      };
      for (const tree of [literal, property, object]) expect(placeless(expressionOf(print(tree)))).toStrictEqual(tree);
      const query = transform(parse("SELECT 1 FROM c.x"), (node) => {
        if (node.kind === "SelectItem") return { ...node, alias: text };
        return node.kind === "PathCollection" ? { ...node, path: [text] } : undefined;
      });
      expect(parse(print(query))).toMatchObject({
        select: { what: { items: [{ alias: text }] } },
        from: { source: { collection: { path: [text] } } },
      });
    }),
    sizes["names and strings, printed and parsed again"],
  );
});

describe("a name that can't be quoted is refused when it is no name", () => {
  const hostile = ["", "c d", "c; DROP", "1c", "c--", "c/**/", "select", "c)", '"c"', "c.d", "@p", "c\0"];
  const places: Readonly<Record<string, (name: string) => TreeNode>> = {
    "a name": (name) => ({ kind: "Name", name }),
    "a function": (name) => ({ kind: "Call", name, udf: false, arguments: [] }),
    "a parameter": (name) => ({ kind: "Parameter", name }),
    "the alias of a source": (name) => query({ kind: "CollectionSource", collection: container, alias: name }),
    "the alias of an iteration": (name) => query({ kind: "IterationSource", collection: container, alias: name }),
    "a container": (name) => query({ kind: "CollectionSource", collection: { ...container, root: name }, alias: "c" }),
  };

  test.each(Object.keys(places))("%s", (place) => {
    for (const name of hostile) {
      if (place === "a parameter" && name === "@p") continue;
      expect(() => print(places[place]!(name) as Expression)).toThrow(
        expect.objectContaining({ name: "SqlError", code: "COSMOSEAL_UNPRINTABLE" }),
      );
    }
  });

  const container = { kind: "PathCollection", root: "c", path: [] } as const;

  function query(source: NonNullable<Query["from"]>["source"]): Query {
    return { ...parse("SELECT VALUE 1"), from: { kind: "From", source, joins: [] } };
  }
});

describe("a tree that no text stands for is refused", () => {
  const base = parse("SELECT VALUE c.a FROM c ORDER BY c.a OFFSET 0 LIMIT 1");
  const number = (value: number): Expression => ({ kind: "Literal", value });
  test.each<[string, Query | Expression]>([
    ["NaN", number(Number.NaN)],
    ["infinity", number(Number.POSITIVE_INFINITY)],
    ["an empty IN", { kind: "In", not: false, operand: number(1), list: [] }],
    ["an empty SELECT", { ...base, select: { ...base.select, what: { kind: "SelectList", items: [] } } }],
    ["an empty GROUP BY", { ...base, groupBy: [] }],
    ["a negative TOP", { ...base, select: { ...base.select, top: number(-1) } }],
    ["a computed TOP", { ...base, select: { ...base.select, top: expressionOf("1 + 1") } }],
    ["a broken LIMIT", { ...base, offsetLimit: { ...base.offsetLimit!, limit: number(1.5) } }],
    ["a RANK that is no call", { ...base, orderBy: { ...base.orderBy!, rank: true } }],
    ["a computed ESCAPE", { kind: "Like", not: false, operand: number(1), pattern: number(1), escape: number(1) }],
  ])("%s", (_, tree) => {
    expect(() => print(tree)).toThrow(expect.objectContaining({ name: "SqlError", code: "COSMOSEAL_UNPRINTABLE" }));
  });

  test("a tree that is too deep", () => {
    let deep: Expression = { kind: "Name", name: "c" };
    for (let n = 0; n < 100_000; n++) deep = { kind: "Unary", operator: "NOT", operand: deep };
    expect(() => print(deep)).toThrow(expect.objectContaining({ name: "SqlError", code: "COSMOSEAL_TOO_DEEP" }));
  });
});

test("parentheses that only care adds give way where they would nest the text too deep to be parsed", () => {
  const text = `SELECT VALUE ${"NOT ABS(".repeat(120)}1${") = 2".repeat(120)}`;
  const query = parse(text);
  expect(print(query)).toBe(text);
  let nots = 0;
  visit(query, { Unary: () => void nots++ });
  expect(nots).toBe(120);
});
