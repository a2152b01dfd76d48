/** What the parser promises for every text: its own error or none, time linear in the length, a bound on depth. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SqlError } from "../src/errors.js";
import { parse } from "../src/parse/parse.js";
import { print } from "../src/print/print.js";
import { resolve } from "../src/resolve/resolve.js";
import type { Query } from "../src/tree.js";
import { transform } from "../src/walk/transform.js";
import { visit } from "../src/walk/visit.js";
import { sizes } from "./sizes.js";
import { anyQuery } from "./trees.js";

/** Parses; whatever is thrown but an SqlError comes through. */
function attempt(text: string): "parsed" | string {
  try {
    parse(text);
    return "parsed";
  } catch (error) {
    if (error instanceof SqlError) return error.code;
    throw error;
  }
}

describe("on any text the parser throws its own error or none", () => {
  test("random strings", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => void attempt(text)),
      sizes["random text"],
    );
  });

  test("random tokens", () => {
    const tokens =
      "SELECT VALUE * FROM c WHERE AND OR NOT IN BETWEEN LIKE ESCAPE GROUP BY HAVING ORDER RANK ASC OFFSET LIMIT TOP DISTINCT JOIN AS EXISTS ARRAY FIRST ALL udf ( ) [ ] { } , . : ? ?? || | & ^ ~ + - * / % = != <> < <= >> >>> @p 'a' \"b\" 1 1.5 0x1 null true undefined x f -- /* */ \\ ; ' \" \n".split(
        " ",
      );
    const text = fc.array(fc.constantFrom(...tokens), { maxLength: 40 }).map((chosen) => chosen.join(" "));
    fc.assert(
      fc.property(text, fc.constantFrom("", "SELECT VALUE "), (query, start) => void attempt(start + query)),
      sizes["random tokens"],
    );
  });

  test("queries with a part cut out, doubled or replaced", () => {
    const mutated = fc
      .tuple(
        anyQuery.map(print),
        fc.nat(),
        fc.nat(20),
        fc.constantFrom("", "(", ")", "'", '"', "\\", "/*", "--", " AND ", "\0"),
      )
      .map(([text, place, length, put]) => {
        const start = place % (text.length + 1);
        return text.slice(0, start) + put + text.slice(start + (length > 15 ? -length : length));
      });
    fc.assert(
      fc.property(mutated, (text) => void attempt(text)),
      sizes["damaged queries"],
    );
  });
});

/** Shapes of text that grow by repetition; none is short for its time. */
const SHAPES: Readonly<Record<string, (times: number) => string>> = {
  "a list of IN": (n) => `SELECT VALUE 1 IN (1${", 1".repeat(n)})`,
  "a chain of AND": (n) => `SELECT VALUE 1${" AND c.a = 1".repeat(n)} FROM c`,
  "a chain of mixed operators": (n) => `SELECT VALUE 1${" + 2 || 3 = 4 OR 5".repeat(n)}`,
  "a chain of ??": (n) => `SELECT VALUE 1${" ?? 2".repeat(n)}`,
  "BETWEEN without AND": (n) => `SELECT VALUE 1${" BETWEEN 1".repeat(n)}`,
  "many BETWEEN": (n) => `SELECT VALUE 1${" ?? 1 BETWEEN 1 AND 2".repeat(n)}`,
  "many joins": (n) => `SELECT VALUE 1 FROM c${Array.from({ length: n }, (_, i) => ` JOIN a${i} IN c.x`).join("")}`,
  "many items": (n) => `SELECT c.a${", c.a AS b".repeat(n)} FROM c`,
  "an array of arrays": (n) => `SELECT VALUE [1${", [1]".repeat(n)}]`,
  "many opening parentheses": (n) => `SELECT VALUE ${"(".repeat(n)}`,
  "many opening brackets of each kind": (n) => `SELECT VALUE ${"([{".repeat(n)}`,
  "many calls": (n) => `SELECT VALUE ${"f(".repeat(n)}`,
  "many quotes": (n) => "'".repeat(n),
  "many backslashes in a string": (n) => `'${"\\".repeat(n)}`,
  "many opened comments": (n) => `SELECT 1 ${"/*".repeat(n)}`,
  "many comments": (n) => `SELECT 1 ${"/**/".repeat(n)}`,
  "many minus signs": (n) => `SELECT VALUE ${"- ".repeat(n)}1`,
  "many NOT": (n) => `SELECT VALUE ${"NOT ".repeat(n)}1`,
  "many members": (n) => `SELECT VALUE c${".a".repeat(n)}`,
  "many dots": (n) => `SELECT VALUE c${".".repeat(n)}`,
  "many conditions": (n) => `SELECT VALUE ${"1 ? 2 : ".repeat(n)}1`,
  "one long name": (n) => `SELECT VALUE ${"a".repeat(n)}`,
  "one long foreign name": (n) => `SELECT VALUE ${"ä".repeat(n)}`,
  "one long number": (n) => `SELECT VALUE 0.${"1".repeat(n)}`,
  "one long string": (n) => `SELECT VALUE '${"\\n".repeat(n)}'`,
  "words alone": (n) => "SELECT ".repeat(n),
};

describe("the time is linear in the length", () => {
  test.each(Object.keys(SHAPES))("%s", (name) => {
    const shape = SHAPES[name]!;
    const unit = shape(1_000).length / 1_000;
    const text = (length: number) => shape(Math.ceil(length / unit));
    const [short, long] = [text(3_125), text(200_000)];
    attempt(short);
    // 64 times the text: linear is about 64, quadratic 4,096. The rest is for a busy machine.
    expect(time(long, 2)).toBeLessThan(400 * time(short, 5) + 500);
  });

  function time(text: string, runs: number): number {
    const times = Array.from({ length: runs }, () => {
      const start = performance.now();
      attempt(text);
      return performance.now() - start;
    });
    return Math.min(...times);
  }
});

describe("depth", () => {
  const nested: Readonly<Record<string, (depth: number) => string>> = {
    parentheses: (n) => `SELECT VALUE ${"(".repeat(n)}1${")".repeat(n)}`,
    arrays: (n) => `SELECT VALUE ${"[".repeat(n)}1${"]".repeat(n)}`,
    objects: (n) => `SELECT VALUE ${'{"a": '.repeat(n)}1${"}".repeat(n)}`,
    calls: (n) => `SELECT VALUE ${"ABS(".repeat(n)}1${")".repeat(n)}`,
    indexes: (n) => `SELECT VALUE ${"c[".repeat(n)}1${"]".repeat(n)} FROM c`,
    "sub-queries": (n) => `SELECT VALUE ${"(SELECT VALUE ".repeat(n)}1${")".repeat(n)}`,
    EXISTS: (n) => `SELECT VALUE 1 FROM c WHERE ${"EXISTS(SELECT VALUE 1 FROM c WHERE ".repeat(n)}c.a${")".repeat(n)}`,
    sources: (n) => `SELECT * FROM ${"(SELECT * FROM ".repeat(n)}c${") AS c".repeat(n)}`,
    "branches of a conditional": (n) => `SELECT VALUE ${"1 ? ".repeat(n)}1${" : 2".repeat(n)}`,
    "conditionals in a row": (n) => `SELECT VALUE ${"1 ? 2 : ".repeat(n)}1`,
    NOT: (n) => `SELECT VALUE ${"NOT ".repeat(n)}1`,
    signs: (n) => `SELECT VALUE ${"- ".repeat(n)}1`,
    members: (n) => `SELECT VALUE c${".a".repeat(n)} FROM c`,
    "bounds of BETWEEN": (n) => `SELECT VALUE ${"1 BETWEEN 2 AND (".repeat(n)}1${")".repeat(n)}`,
    "operands on the right": (n) => `SELECT VALUE ${"1 + (".repeat(n)}1${")".repeat(n)}`,
  };

  test.each(Object.keys(nested))("of %s is taken to 100, and refused by its own error at 1,000 and 100,000", (name) => {
    const shape = nested[name]!;
    everyWalk(shape(100));
    expect(attempt(shape(1_000))).toBe("COSMOSEAL_TOO_DEEP");
    expect(attempt(shape(100_000))).toBe("COSMOSEAL_TOO_DEEP");
  });

  test.each([
    ["AND", " AND c.a = 1"],
    ["OR", " OR c.a"],
    ["??", " ?? c.a"],
    ["||", " || 'a'"],
    ["+", " + 1"],
    ["comparisons", " = 1 < 2 >> 3"],
    ["operators of every level", " | 1 * 2 || 3 = 4 AND 5 OR 6"],
  ])("of a chain of %s has no bound", (_, link) => {
    everyWalk(`SELECT VALUE 1${link.repeat(10_000)} FROM c`);
  });

  test("too deep to be a query is refused when a caller has left too little stack, too", () => {
    const text = nested["EXISTS"]!(120);
    const deep = (calls: number): string => (calls === 0 ? attempt(text) : deep(calls - 1));
    const outcomes = new Set<string>();
    for (let calls = 1_000; calls < 20_000; calls += 250) {
      try {
        outcomes.add(deep(calls));
      } catch (error) {
        // The recursion of this test itself has run out of stack, before the parser was called.
        expect(error).toBeInstanceOf(RangeError);
        break;
      }
    }
    expect([...outcomes].sort()).toStrictEqual(["COSMOSEAL_TOO_DEEP", "parsed"]);
  });

  /** Kinds and operators in the order of a visit: by recursion one can't compare trees of any height. */
  function inOrder(query: Query): string[] {
    const nodes: string[] = [];
    visit(query, {
      enter: (node) => void nodes.push("operator" in node ? `${node.kind} ${node.operator}` : node.kind),
      leave: () => void nodes.push("."),
    });
    return nodes;
  }

  function everyWalk(written: string): void {
    const query = parse(written);
    const text = print(query);
    expect(inOrder(parse(text))).toStrictEqual(inOrder(query));
    expect(print(parse(text))).toBe(text);
    expect(transform(query, () => undefined)).toBe(query);
    expect(resolve(query).rows).toBeDefined();
  }
});
