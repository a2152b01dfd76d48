/** What each name of a query stands for, and that the evaluator agrees. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SqlError } from "../src/errors.js";
import { compile } from "../src/evaluate/compile.js";
import { parse } from "../src/parse/parse.js";
import { print } from "../src/print/print.js";
import { type Reference, resolve } from "../src/resolve/resolve.js";
import { type Provenance, pathsOf, pathText } from "../src/resolve/values.js";
import type { Collection, Expression, From, Query } from "../src/tree.js";
import { transform } from "../src/walk/transform.js";
import { visit } from "../src/walk/visit.js";
import { catalogue } from "./catalogue/index.js";
import { selected } from "./shape.js";
import { sizes } from "./sizes.js";
import { anyQuery } from "./trees.js";

/** What a value stands for, in few words: a path, `{a: …}`, `[…]`, `computed of …`. */
function words(value: Provenance): string {
  switch (value.kind) {
    case "Document":
      return pathText(value.path) || "/";
    case "Computed":
      return ["computed", ...value.reads.map((path) => pathText(path) || "/")].join(" ");
    case "Object":
      return `{${value.properties.map(({ name, value: held }) => `${name}: ${words(held)}`).join(", ")}}`;
    case "Array":
      return `[${value.elements.map(words).join(", ")}]`;
  }
}

/** The references of a query: as written, what they stand for, how they are used. */
function references(text: string): string[] {
  return resolve(parse(text)).references.map((reference) => {
    return `${spelling(text, reference)} → ${words(reference.value)}, ${reference.use} of ${reference.clause}`;
  });
}

function spelling(text: string, { node }: Reference): string {
  return text.slice(node.at?.start, node.at?.end);
}

/** What `SELECT VALUE` gives. */
function rows(text: string): string {
  return words(resolve(parse(text)).rows);
}

describe("the name that FROM gives stands for the container's document", () => {
  test.each([
    ["SELECT VALUE c.a FROM c", "/a"],
    ["SELECT VALUE f.a FROM Families f", "/a"],
    ["SELECT VALUE r.a FROM ROOT AS r", "/a"],
    ["SELECT VALUE whatever FROM whatever", "/"],
    ["SELECT VALUE address.city FROM c.address", "/address/city"],
    ["SELECT VALUE a.city FROM Families.address AS a", "/address/city"],
    ["SELECT VALUE x.name FROM c['the children'][0] x", '/"the children"/[0]/name'],
    ["SELECT VALUE x.name FROM x IN Families.children", "/children/[]/name"],
    ["SELECT * FROM c.address", "/address"],
    ["SELECT * FROM c.tags[0]", "/tags/[0]"],
  ])("%s", (text, path) => {
    expect(rows(text)).toBe(path);
  });
});

describe("a chain stands for one path", () => {
  test.each([
    ["c.a.b.c", "/a/b/c"],
    ["c['a'].b", "/a/b"],
    ['c["a/b"]["[]"]["]"]', '/"a/b"/"[]"/"]"'],
    ["c.tags[0].x", "/tags/[0]/x"],
    ["c[@p].x", "/[*]/x"],
    ["c[c.k]", "/[*]"],
    ["c[-1]", "/[*]"],
    ["c[1.5]", "/[*]"],
    ["c[true]", "/[*]"],
    ["(c).a", "/a"],
    ["((c.a)).b", "/a/b"],
  ])("%s", (text, path) => {
    expect(rows(`SELECT VALUE ${text} FROM c`)).toBe(path);
  });
});

describe("a JOIN binds a name to what stands left of it", () => {
  test.each([
    ["SELECT VALUE t FROM c JOIN t IN c.tags", "/tags/[]"],
    ["SELECT VALUE g.name FROM c JOIN ch IN c.children JOIN g IN ch.pets", "/children/[]/pets/[]/name"],
    ["SELECT VALUE a.city FROM c JOIN c.address a", "/address/city"],
    ["SELECT VALUE r.a FROM c.x JOIN ROOT r", "/a"],
    ["SELECT VALUE t.n FROM c JOIN (SELECT VALUE t FROM t IN c.tags WHERE t.n > 1) AS t", "/tags/[]/n"],
    ["SELECT VALUE s.total FROM c JOIN (SELECT SUM(x) AS total FROM x IN c.lines) AS s", "computed /lines/[]"],
    ["SELECT VALUE r.n FROM c JOIN r IN (SELECT VALUE [{n: c.a}, {n: 2}])", "computed /a"],
    ["SELECT VALUE r.n FROM c JOIN r IN (SELECT VALUE c.list)", "/list/[]/n"],
  ])("%s", (text, path) => {
    expect(rows(text)).toBe(path);
  });
});

describe("a sub-query hands on what its rows are made of", () => {
  test.each([
    ["SELECT VALUE s.city FROM (SELECT VALUE c.address FROM c) AS s", "/address/city"],
    ["SELECT VALUE s.x.b FROM (SELECT c.a AS x, c.k FROM c) AS s", "/a/b"],
    ["SELECT VALUE s.a.b FROM (SELECT c.a FROM c) AS s", "/a/b"],
    ["SELECT VALUE s['$1'] FROM (SELECT c.a[0], c.b + 1 FROM c) AS s", "/a/[0]"],
    ["SELECT VALUE s['$2'] FROM (SELECT c.a[0], c.b + 1 FROM c) AS s", "computed /b"],
    ["SELECT VALUE s.none FROM (SELECT c.a FROM c) AS s", "computed"],
    ["SELECT VALUE s.a FROM (SELECT * FROM c) AS s", "/a"],
    ["SELECT VALUE s.o.p.q FROM (SELECT VALUE {o: {p: c.a}} FROM c) AS s", "/a/q"],
    ["SELECT VALUE s.p FROM (SELECT VALUE {p: c.a, 'p': c.b} FROM c) AS s", "/b"],
    ["SELECT VALUE s[1].x FROM (SELECT VALUE [c.a, c.b] FROM c) AS s", "/b/x"],
    ["SELECT VALUE s[@i].x FROM (SELECT VALUE [c.a, c.b] FROM c) AS s", "computed /a /b"],
    ["SELECT VALUE s[@p] FROM (SELECT c.a, c.b + c.d AS e FROM c) AS s", "computed /a /b /d"],
    ["SELECT VALUE (SELECT VALUE c.a).b FROM c", "/a/b"],
    ["SELECT VALUE FIRST(SELECT VALUE t FROM t IN c.tags).b FROM c", "/tags/[]/b"],
    ["SELECT VALUE ARRAY(SELECT VALUE t.x FROM t IN c.tags)[0].y FROM c", "/tags/[]/x/y"],
    ["SELECT VALUE ARRAY(SELECT t.x FROM t IN c.tags) FROM c", "[{x: /tags/[]/x}]"],
    ["SELECT VALUE u.x FROM (SELECT VALUE s FROM (SELECT VALUE c FROM c) AS s) AS u", "/x"],
    ["SELECT VALUE EXISTS(SELECT VALUE 1 FROM t IN c.tags WHERE t.x = c.y) FROM c", "computed /tags /tags/[]/x /y"],
    ["SELECT VALUE (c.a ? c.b : c.d).e FROM c", "computed /a /b /d"],
    ["SELECT VALUE UPPER(c.a).b FROM c", "computed /a"],
  ])("%s", (text, path) => {
    expect(rows(text)).toBe(path);
  });
});

describe("the innermost name counts", () => {
  test("a sub-query's own name hides the outer one, and only inside", () => {
    const text = "SELECT VALUE [(SELECT VALUE c.x FROM c IN c.items), c.x] FROM c";
    expect(rows(text)).toBe("[/items/[]/x, /x]");
  });

  test("a sub-query sees the names around it", () => {
    const text = "SELECT VALUE (SELECT VALUE [a.x, c.y] FROM b IN a.z) FROM c JOIN a IN c['as']";
    expect(rows(text)).toBe("[/as/[]/x, /y]");
  });

  test("a sub-query in FROM sees only the names to its left", () => {
    const query = parse("SELECT VALUE 1 FROM c JOIN a IN c.x JOIN (SELECT VALUE 1 FROM y IN a.y) AS s JOIN z IN c.z");
    const { scopeOf } = resolve(query);
    expect(scopeOf(query)?.bindings.map(({ alias }) => alias)).toStrictEqual(["c", "a", "s", "z"]);
    const collection = query.from!.joins[1]!.collection;
    const inner = scopeOf(collection.kind === "QueryCollection" ? collection.query : query);
    expect(inner?.bindings.map(({ alias }) => alias)).toStrictEqual(["y"]);
    expect(inner?.outer?.bindings.map(({ alias }) => alias)).toStrictEqual(["c", "a"]);
    expect(inner?.outer?.lookUp("z")).toBeUndefined();
  });
});

describe("a name that nothing in scope declares is refused, in the service's words", () => {
  test.each([
    ["SELECT c.a FROM c AS x", "c"],
    ["SELECT d.a FROM c", "d"],
    ["SELECT VALUE C FROM c", "C"],
    ["SELECT c.a", "c"],
    ["SELECT VALUE 1 WHERE c.a", "c"],
    ["SELECT VALUE c FROM c.address", "c"],
    ["SELECT VALUE 1 FROM c.tags[0] WHERE tags", "tags"],
    ["SELECT VALUE 1 FROM c JOIN t IN d.tags", "d"],
    ["SELECT VALUE 1 FROM c JOIN t IN u.tags JOIN u IN c.us", "u"],
    ["SELECT VALUE (SELECT VALUE t FROM t IN c.tags) = t FROM c", "t"],
    ["SELECT VALUE (SELECT VALUE x FROM x IN other.tags) FROM c", "other"],
    ["SELECT VALUE s.a FROM (SELECT c.a FROM c) AS s WHERE c.b", "c"],
    ["SELECT COUNT(1) AS n FROM c GROUP BY c.a ORDER BY n", "n"],
  ])("%s", (text, name) => {
    const error = refusal(text);
    expect(error.message).toBe(`Identifier '${name}' could not be resolved.`);
    expect(error.code).toBe("SC2001");
    expect(text.slice(error.location?.start, error.location?.end).startsWith(name)).toBe(true);
  });

  test("so is a name that one FROM declares twice, and a * that could be several things", () => {
    expect(refusal("SELECT VALUE 1 FROM c JOIN c IN c.tags").code).toBe("SC2013");
    expect(refusal("SELECT * FROM c JOIN t IN c.tags").code).toBe("SC2031");
  });

  function refusal(text: string): SqlError {
    try {
      resolve(parse(text));
    } catch (error) {
      if (error instanceof SqlError) return error;
      throw error;
    }
    throw new Error(`resolved: ${text}`);
  }
});

describe("a reference says how the query uses it", () => {
  test.each<[string, string[]]>([
    ["SELECT * FROM c", ["c → /, source of from", "* → /, item of select"]],
    ["SELECT VALUE c FROM c", ["c → /, source of from", "c → /, item of select"]],
    [
      'SELECT c AS doc, {"d": [c.a]} FROM c',
      ["c → /, source of from", "c → /, item of select", "c.a → /a, item of select"],
    ],
    [
      "SELECT COUNT(c), ToString(c.a), c.b = 1 FROM c",
      [
        "c → /, source of from",
        "c → /, operand of select",
        "c.a → /a, operand of select",
        "c.b → /b, operand of select",
      ],
    ],
    [
      "SELECT VALUE c[c.k].x FROM c WHERE c.w GROUP BY c.g HAVING c.h ORDER BY c.o",
      [
        "c → /, source of from",
        "c.w → /w, operand of where",
        "c.g → /g, operand of groupBy",
        "c.h → /h, operand of having",
        "c.k → /k, operand of select",
        "c[c.k].x → /[*]/x, item of select",
        "c.o → /o, operand of orderBy",
      ],
    ],
    [
      "SELECT VALUE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = c.a) FROM c",
      [
        "c → /, source of from",
        "c.tags → /tags, source of from",
        "t → /tags/[], operand of where",
        "c.a → /a, operand of where",
        "t → /tags/[], item of select",
      ],
    ],
    [
      "SELECT VALUE (c ? c.a : c.b) FROM c",
      ["c → /, source of from", ...["c → /", "c.a → /a", "c.b → /b"].map(operand)],
    ],
  ])("%s", (text, expected) => {
    expect(references(text)).toStrictEqual(expected);
  });

  function operand(reference: string): string {
    return `${reference}, operand of select`;
  }

  test("and which query and which name it belongs to", () => {
    const query = parse("SELECT VALUE (SELECT VALUE [t, c.a] FROM t IN c.tags) FROM c");
    const inner = selected(query) as Expression & { kind: "ScalarQuery" };
    const found = resolve(query).references.map((reference) => {
      return [reference.query === inner.query ? "inner" : "outer", reference.binding?.alias];
    });
    expect(found).toStrictEqual([
      ["outer", undefined],
      ["inner", "c"],
      ["inner", "t"],
      ["inner", "c"],
    ]);
  });
});

test("every name, every chain and every part of one has an answer, by its node", () => {
  const everyNode = (text: string): void => {
    const query = parse(text);
    const { provenanceOf, referenceOf, references: all } = resolve(query);
    visit(query, {
      Name: (node) => void expect(provenanceOf(node)).toBeDefined(),
      Member: (node) => void expect(provenanceOf(node)).toBeDefined(),
      PathCollection: (node) => void expect(referenceOf(node)?.use).toBe("source"),
      SelectAll: (node) => void expect(referenceOf(node)?.use).toBe("item"),
    });
    for (const reference of all) expect(referenceOf(reference.node)).toBe(reference);
  };
  const good = Object.values(catalogue)
    .flat()
    .filter(({ expected }) => !("error" in expected));
  expect(good.length).toBeGreaterThan(300);
  for (const { query } of good) everyNode(query);
});

test("what a computed value reads has each path once", () => {
  const { rows: made } = resolve(parse("SELECT VALUE c.a + c.a + c['a'] + c.b FROM c"));
  expect(pathsOf(made).map(pathText)).toStrictEqual(["/a", "/b"]);
});

test("different paths never have the same text", () => {
  const segment = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.constantFrom("[]", "[*]", "[0]", "a/b", '"', ""),
    fc.constantFrom({ kind: "Dynamic" } as const, { kind: "Element" } as const, { kind: "Element", index: 0 } as const),
  );
  const path = fc.array(segment, { maxLength: 3 });
  fc.assert(
    fc.property(path, path, (one, other) => {
      expect(pathText(one) === pathText(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    sizes["paths of documents"],
  );
});

test("any query is resolved or refused by the package's own error, and stays as it was", () => {
  fc.assert(
    fc.property(anyQuery, (query) => {
      const before = print(query);
      try {
        resolve(query);
      } catch (error) {
        expect(error).toBeInstanceOf(SqlError);
      }
      expect(print(query)).toBe(before);
    }),
    sizes["resolved or refused"],
  );
});

test("any query whose names are all declared is resolved", () => {
  fc.assert(
    fc.property(anyQuery.map(declared), (query) => {
      const { scopeOf, provenanceOf } = resolve(query);
      visit(query, {
        Query: (node) => void expect(scopeOf(node)?.lookUp("c")).toBeDefined(),
        Name: (node) => void expect(provenanceOf(node)).toBeDefined(),
      });
    }),
    sizes["resolved or refused"],
  );
});

test("the resolver and the evaluator agree on which names are bound", () => {
  fc.assert(
    fc.property(anyQuery, (query) => {
      const resolved = codeOf(() => resolve(query));
      const compiled = codeOf(() => compile(query));
      // What the evaluator refuses first may hide the name from it, never the other way round.
      if (compiled === "SC2001") expect(resolved).toBe("SC2001");
      if (compiled === undefined) expect(resolved).toBeUndefined();
    }),
    sizes["resolver against evaluator"],
  );
});

describe("a FROM of a sub-query names what is bound, or ROOT", () => {
  test.each([
    ["SELECT VALUE (SELECT VALUE COUNT(1) FROM other) FROM c", "SC2001"],
    ["SELECT VALUE ARRAY(SELECT VALUE o.x FROM other o) FROM c", "SC2001"],
    ["SELECT VALUE 1 FROM c WHERE EXISTS(SELECT VALUE 1 FROM x IN other.items)", "SC2001"],
    ["SELECT VALUE 1 FROM c JOIN other.items", "SC2001"],
    ["SELECT VALUE 1 FROM c JOIN (SELECT VALUE o FROM other o) s", "SC2001"],
    ["SELECT VALUE (SELECT VALUE 1 FROM other)", "SC2001"],
    ["SELECT VALUE (SELECT VALUE FIRST(SELECT VALUE o FROM other o)) FROM c", "SC2001"],
    ["SELECT VALUE (SELECT VALUE r.id FROM root r) FROM c", undefined],
    ["SELECT VALUE (SELECT VALUE c.id FROM c) FROM c", undefined],
    ["SELECT VALUE s FROM (SELECT VALUE o.id FROM other o) AS s", undefined],
    ["SELECT VALUE s FROM (SELECT VALUE t FROM (SELECT VALUE o.id FROM other o) AS t) AS s", undefined],
    ["SELECT VALUE 1 FROM c JOIN s IN (SELECT VALUE c.items)", undefined],
  ])("%s", (text, code) => {
    expect(codeOf(() => resolve(parse(text)))).toBe(code);
    expect(codeOf(() => compile(parse(text)))).toBe(code);
  });
});

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof SqlError) return error.code;
    throw error;
  }
  return undefined;
}

/** The query with one name, c, which every FROM declares. */
function declared(query: Query): Query {
  const container: Collection = { kind: "PathCollection", root: "ROOT", path: [] };
  const from: From = {
    kind: "From",
    source: { kind: "CollectionSource", collection: container, alias: "c" },
    joins: [],
  };
  return transform(query, {
    leave: (node) => {
      if (node.kind === "Name") return { ...node, name: "c" };
      if (node.kind === "PathCollection") return { ...node, root: "ROOT" };
      if (node.kind === "From") return { ...node, source: { ...node.source, alias: "c" }, joins: [] };
      return node.kind === "Query" && node.from === undefined ? { ...node, from } : undefined;
    },
  });
}
