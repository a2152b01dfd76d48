/** What the evaluator must not get wrong at its edges: prototypes, names, long chains, groups, functions of the user. */
import { describe, expect, it } from "vitest";
import { type CompileOptions, compareOrder, compile, type Json, parse, SqlError } from "../src/index.js";

const run = (text: string, rows: readonly Json[] = [{}], options: CompileOptions = {}): Json[] => [
  ...compile(parse(text), options).run(rows),
];

function codeOf(text: string, options: CompileOptions = {}): string | undefined {
  try {
    run(text, [{}], options);
  } catch (error) {
    if (error instanceof SqlError) return error.code;
    throw error;
  }
  return undefined;
}

describe("properties", () => {
  it.each([["constructor"], ["toString"], ["__proto__"], ["hasOwnProperty"], ["valueOf"]])(
    "%s is read only where the document has it",
    (name) => {
      const text = `SELECT VALUE [c["${name}"], c[@name]] FROM c`;
      const query = compile(parse(text));
      const document = JSON.parse(`{"${name}": 1}`) as Json;
      expect([...query.run([{ id: "x" }], { "@name": name })]).toEqual([[]]);
      expect([...query.run([document], { "@name": name })]).toEqual([[1, 1]]);
    },
  );

  it("an array and a string have no properties, whatever JavaScript says", () => {
    expect(
      run('SELECT c.a.length, c.s.length AS l, c.s[0] AS first, c.a["0"] AS zero FROM c', [{ a: [1], s: "x" }]),
    ).toEqual([{}]);
  });

  it("an object has no elements, and an array none before its first, between or after its last", () => {
    expect(run("SELECT VALUE [c.o[0], c.a[-1], c.a[0.5], c.a[1], c.a[0]] FROM c", [{ o: { "0": 1 }, a: [7] }])).toEqual(
      [[7]],
    );
  });

  it("an output property named __proto__ is a property", () => {
    const [row] = run('SELECT VALUE {"__proto__": {"polluted": true}}');
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(JSON.stringify(row)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("a property that is undefined in a document made by JavaScript is absent", () => {
    const document = { a: undefined, b: 1 } as unknown as Json;
    expect(run("SELECT VALUE IS_DEFINED(c.a) FROM c", [document])).toEqual([false]);
    expect(run('SELECT VALUE c = {"b": 1} FROM c', [document])).toEqual([true]);
    expect(run("SELECT VALUE ObjectToArray(c) FROM c", [document])).toEqual([[{ k: "b", v: 1 }]]);
  });
});

describe("numbers", () => {
  it("there is no negative zero, no infinity and no NaN in any answer", () => {
    const text =
      "SELECT VALUE [-(0), 0 * -1, -5 % 5, ROUND(-0.4), CEILING(-0.5), 1 / 0, 0 / 0, EXP(1000), SQRT(-1), 1e308 * 10]";
    const [row] = run(text);
    expect(row).toEqual([0, 0, 0, 0, 0]);
    expect((row as number[]).some((value) => Object.is(value, -0))).toBe(false);
  });

  it("a sum that overflows has no value", () => {
    expect(run("SELECT VALUE SUM(c.n) FROM c", [{ n: 1e308 }, { n: 1e308 }])).toEqual([]);
  });

  it("-0 and 0 are one value to DISTINCT and GROUP BY", () => {
    expect(run("SELECT DISTINCT VALUE c.n FROM c", [{ n: 0 }, { n: -0 }])).toHaveLength(1);
    expect(run("SELECT c.n, COUNT(1) AS k FROM c GROUP BY c.n", [{ n: 0 }, { n: -0 }])).toEqual([{ n: 0, k: 2 }]);
  });
});

describe("long queries", () => {
  it.each([["OR"], ["AND"]])("a chain of 20,000 conditions joined by %s is no matter", (operator) => {
    const conditions = Array.from({ length: 20_000 }, (_, n) => (operator === "OR" ? `c.n = ${n}` : "c.n = 19999"));
    expect(run(`SELECT VALUE 1 FROM c WHERE ${conditions.join(` ${operator} `)}`, [{ n: 19_999 }])).toEqual([1]);
    expect(run(`SELECT VALUE 1 FROM c WHERE NOT (${conditions.join(` ${operator} `)})`, [{ n: 19_999 }])).toEqual([]);
  });

  it("nor is a sum of 20,000 terms, with groups or without", () => {
    const sum = Array.from({ length: 20_000 }, () => "1").join(" + ");
    expect(run(`SELECT VALUE ${sum} FROM c`)).toEqual([20_000]);
    expect(run(`SELECT VALUE COUNT(1) + ${sum} FROM c`)).toEqual([20_001]);
  });

  it("a tree made by hand that is too deep is a typed error", () => {
    let deep: ReturnType<typeof parse>["where"] = { kind: "Literal", value: true };
    for (let i = 0; i < 100_000; i++) deep = { kind: "Unary", operator: "NOT", operand: deep };
    const query = { ...parse("SELECT * FROM c"), where: deep };
    expect(() => compile(query)).toThrow(expect.objectContaining({ code: "COSMOSEAL_TOO_DEEP" }) as Error);
  });
});

describe("strings that grow", () => {
  it.each([
    ["SELECT VALUE REPLACE(c.s, 'x', c.s) FROM c"],
    ["SELECT VALUE STRINGJOIN(StringSplit(c.s, 'x'), c.s) FROM c"],
    [`SELECT VALUE ${Array.from({ length: 5000 }, () => "c.s").join(" || ")} FROM c`],
    [`SELECT VALUE CONCAT(${Array.from({ length: 5000 }, () => "c.s").join(", ")}) FROM c`],
  ])("past the bound they are a typed error, not a crash: %.40s", (text) => {
    const query = compile(parse(text));
    expect(() => [...query.run([{ s: "x".repeat(50_000) }])]).toThrow(
      expect.objectContaining({ code: "COSMOSEAL_RESULT_TOO_LARGE" }) as Error,
    );
  });
});

describe("groups", () => {
  const rows: Json[] = [{ g: "a", n: 1 }, { g: "b", n: 2 }, { g: "a", n: 3 }, { n: 4 }];

  it("documents without the key are one group", () => {
    expect(run("SELECT c.g, SUM(c.n) AS s FROM c GROUP BY c.g", rows)).toEqual([
      { g: "a", s: 4 },
      { g: "b", s: 2 },
      { s: 4 },
    ]);
  });

  it("a key that is an expression may be selected, and be part of another expression", () => {
    expect(run('SELECT UPPER(c.g) || "!" AS g, COUNT(1) AS k FROM c GROUP BY UPPER(c.g)', rows)).toEqual([
      { g: "A!", k: 2 },
      { g: "B!", k: 1 },
      { k: 1 },
    ]);
  });

  it("keys and aggregates are read inside object and array literals", () => {
    expect(
      run('SELECT [{"item": c.g}] AS keys, {"k": {"item": COUNT(1)}} AS payload FROM c GROUP BY c.g', rows),
    ).toEqual([
      { keys: [{ item: "a" }], payload: { k: { item: 2 } } },
      { keys: [{ item: "b" }], payload: { k: { item: 1 } } },
      { keys: [{}], payload: { k: { item: 1 } } },
    ]);
  });

  it.each([
    ["SELECT c.n FROM c GROUP BY c.g"],
    ["SELECT c FROM c GROUP BY c.g"],
    ["SELECT * FROM c GROUP BY c.g"],
    ["SELECT c.n + COUNT(1) AS x FROM c"],
    ["SELECT c.g, ARRAY(SELECT VALUE t FROM t IN c.tags) AS t FROM c GROUP BY c.g"],
  ])("what is neither key nor aggregate is refused: %s", (text) => {
    expect(codeOf(text)).toBe("SC2102");
  });

  it.each([
    ["SELECT * FROM c WHERE COUNT(1) > 1"],
    ["SELECT COUNT(SUM(c.n)) FROM c"],
    ["SELECT c.g FROM c GROUP BY COUNT(1)"],
  ])("an aggregate out of its place is refused: %s", (text) => {
    expect(codeOf(text)).toBe("SC2101");
  });

  it("an aggregate of a sub-query is the sub-query's own", () => {
    expect(run("SELECT VALUE (SELECT VALUE SUM(t) FROM t IN c.tags) FROM c", [{ tags: [1, 2] }, {}])).toEqual([3, 0]);
  });
});

describe("calls", () => {
  it.each([
    ["SELECT VALUE NOSUCH(1)", "SC2005"],
    ["SELECT VALUE ABS()", "SC2050"],
    ["SELECT VALUE ABS(1, 2)", "SC2050"],
    ["SELECT VALUE CONCAT('a')", "SC2050"],
    ["SELECT VALUE COUNT()", "SC2050"],
    ["SELECT VALUE udf.f(1)", "SC2006"],
    ["SELECT VALUE udf.toString(1)", "SC2006"],
    ["SELECT VALUE VectorDistance([1], [2])", "COSMOSEAL_NOT_BUILT"],
    ["SELECT * FROM c WHERE FullTextContains(c.t, 'x')", "COSMOSEAL_NOT_BUILT"],
    ["SELECT TOP 3 * FROM c ORDER BY RANK FullTextScore(c.t, 'x')", "COSMOSEAL_NOT_BUILT"],
    ["SELECT VALUE c.d FROM c JOIN d IN e.f", "SC2001"],
    ["SELECT VALUE (SELECT VALUE x FROM x IN [1, 2])", "SC1001"],
    ["SELECT VALUE (SELECT VALUE x FROM x IN (SELECT VALUE [1, 2]))", "SC2070"],
  ])("%s is refused with %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("what is refused by name is named", () => {
    expect(() => run("SELECT VALUE ST_DISTANCE(c.a, c.b) FROM c")).toThrow("ST_DISTANCE");
  });

  it("a user-defined function gets undefined for what is absent, and its undefined is no value", () => {
    const udfs = { f: (...args: (Json | undefined)[]) => (args[0] === undefined ? "absent" : undefined) };
    expect(run("SELECT udf.f(c.none) AS a, udf.f(1) AS b FROM c", [{}], { udfs })).toEqual([{ a: "absent" }]);
  });
});

describe("equality across types", () => {
  const rows: Json[] = [{ v: 1 }, { v: "1" }, { v: null }, { v: true }, { v: [1] }, { v: { a: 1 } }, {}];
  const count = (condition: string, equality: "documented" | "observed"): number =>
    run(`SELECT * FROM c WHERE ${condition}`, rows, { equality }).length;

  it("is as observed where nothing is said", () => {
    expect(run("SELECT VALUE [c.v = 1, c.v != 1, c.v IN (1, 2)] FROM c", rows)[1]).toEqual([false, true, false]);
  });

  it("is undefined as documented: neither the comparison nor its negation holds", () => {
    expect(count("c.v = 1", "documented")).toBe(1);
    expect(count("c.v != 1", "documented")).toBe(0);
    expect(count("NOT (c.v = 1)", "documented")).toBe(0);
    expect(count("c.v NOT IN (1, 2)", "documented")).toBe(0);
    expect(count("c.v != null", "documented")).toBe(0);
  });

  it("is false as observed, for all values but the absent", () => {
    expect(count("c.v = 1", "observed")).toBe(1);
    expect(count("c.v != 1", "observed")).toBe(5);
    expect(count("NOT (c.v = 1)", "observed")).toBe(5);
    expect(count("c.v NOT IN (1, 2)", "observed")).toBe(5);
    expect(count('c.v NOT IN (1, "x")', "observed")).toBe(5);
    expect(count("c.v != null", "observed")).toBe(5);
  });

  it("an order across types stays undefined either way", () => {
    for (const equality of ["documented", "observed"] as const) {
      expect(count("c.v < 2", equality)).toBe(1);
      expect(count("NOT (c.v < 2)", equality)).toBe(0);
    }
  });
});

describe("the order of ORDER BY", () => {
  const ascending: (Json | undefined)[] = [
    undefined,
    null,
    false,
    true,
    -1,
    0,
    1.5,
    10,
    "",
    "A",
    "B",
    "a",
    "é",
    "\uffff",
    [],
    [1],
    [1, 2],
    [2],
    {},
    { a: 1 },
    { a: 2 },
    { b: 0 },
  ];

  it("is total over all types, and zero for a value with itself alone", () => {
    for (const [i, left] of ascending.entries()) {
      for (const [j, right] of ascending.entries()) {
        expect(Math.sign(compareOrder(left, right))).toBe(Math.sign(i - j));
      }
    }
  });

  it("strings go by UTF-16 units, so that what is beyond the basic plane comes before U+FFFF", () => {
    expect(compareOrder("\u{1F600}", "\uffff")).toBeLessThan(0);
  });
});

describe("case", () => {
  it("is ignored code point by code point: no length changes, and both lower forms of a letter are one", () => {
    const same = (a: string, b: string): Json | undefined =>
      run("SELECT VALUE StringEquals(c.a, c.b, true) FROM c", [{ a, b }])[0];
    expect(same("ΟΔΟΣ", "οδος")).toBe(true);
    expect(same("οδοσ", "οδος")).toBe(true);
    expect(same("Straße", "STRASSE")).toBe(false);
    expect(same("Straẞe", "straße")).toBe(true);
    expect(same("İ", "i̇")).toBe(false);
    expect(same("𐐀", "𐐨")).toBe(true);
  });
});
