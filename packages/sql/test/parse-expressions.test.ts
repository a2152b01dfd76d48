/** Expressions: how operators group, what literals are worth, where words may be names. */
import { describe, expect, test } from "vitest";
import { SqlError } from "../src/errors.js";
import { expressionOf, grouping } from "./shape.js";

describe("precedence is that of the service's grammar, from loose to tight", () => {
  test.each([
    // Each level against the next, both ways round.
    ["a ? b : c ?? d", "(a ? b : (c ?? d))"],
    ["a ?? b ? c : d", "((a ?? b) ? c : d)"],
    ["a ?? b OR c", "(a ?? (b OR c))"],
    ["a OR b ?? c", "((a OR b) ?? c)"],
    ["a OR b AND c", "(a OR (b AND c))"],
    ["a AND b OR c", "((a AND b) OR c)"],
    ["a AND b IN (c)", "(a AND (b IN c))"],
    ["a IN (b) AND c", "((a IN b) AND c)"],
    ["a = b IN (c, d)", "((a = b) IN c d)"],
    ["a LIKE b || '%'", '(a LIKE (b || "%"))'],
    ["a BETWEEN b | 1 AND c << 2", "(a BETWEEN (b | 1) AND (c << 2))"],
    ["a = b || c", "(a = (b || c))"],
    ["a || b = c", "((a || b) = c)"],
    ["a << b = c", "((a << b) = c)"],
    ["a = b << c", "((a = b) << c)"],
    ["a || b + c", "(a || (b + c))"],
    ["a + b || c", "((a + b) || c)"],
    ["a + b * c", "(a + (b * c))"],
    ["a | b + c", "((a | b) + c)"],
    ["a + b | c", "((a + b) | c)"],
    ["a & b ^ c | d", "(((a & b) ^ c) | d)"],
    ["a * -b", "(a * (- b))"],
    ["-a.b", '(- a["b"])'],
    ["~a[0]", "(~ a[0])"],
  ])("%s", (text, grouped) => {
    expect(grouping(text)).toBe(grouped);
  });
});

describe("operators of one level group to the left, ?? and ?: to the right", () => {
  test.each([
    ["a - b - c", "((a - b) - c)"],
    ["a / b % c * d", "(((a / b) % c) * d)"],
    ["a = b != c < d", "(((a = b) != c) < d)"],
    ["a AND b AND c", "((a AND b) AND c)"],
    ["a || b || c", "((a || b) || c)"],
    ["a ?? b ?? c", "(a ?? (b ?? c))"],
    ["a ? b : c ? d : e", "(a ? b : (c ? d : e))"],
    ["a ? b ? c : d : e", "(a ? (b ? c : d) : e)"],
    ["a >>> b >> c << d", "(((a >>> b) >> c) << d)"],
  ])("%s", (text, grouped) => {
    expect(grouping(text)).toBe(grouped);
  });
});

describe("NOT binds like the other unary operators, tighter than any comparison", () => {
  test.each([
    ["NOT a = b", "((NOT a) = b)"],
    ["NOT a IN (b)", "((NOT a) IN b)"],
    ["NOT a LIKE b", "((NOT a) LIKE b)"],
    ["NOT a BETWEEN b AND c", "((NOT a) BETWEEN b AND c)"],
    ["NOT a AND b", "((NOT a) AND b)"],
    ["NOT NOT a", "(NOT (NOT a))"],
    ["NOT (a AND b)", "(NOT (a AND b))"],
    ["NOT c.x", '(NOT c["x"])'],
    ["NOT -~+a", "(NOT (- (~ (+ a))))"],
    ["NOT EXISTS(SELECT 1)", "(NOT Exists)"],
  ])("%s", (text, grouped) => {
    expect(grouping(text)).toBe(grouped);
  });
});

describe("BETWEEN stands beside AND and OR in parentheses only", () => {
  test.each([
    ["(a BETWEEN 1 AND 2) AND b", "((a BETWEEN 1 AND 2) AND b)"],
    ["a AND (b NOT BETWEEN 1 AND 2) OR c", "((a AND (b NOT BETWEEN 1 AND 2)) OR c)"],
    ["a BETWEEN 1 AND 2 ?? b BETWEEN 3 AND 4", "((a BETWEEN 1 AND 2) ?? (b BETWEEN 3 AND 4))"],
    ["a BETWEEN 1 AND 2 ? b : c", "((a BETWEEN 1 AND 2) ? b : c)"],
  ])("%s", (text, grouped) => {
    expect(grouping(text)).toBe(grouped);
  });

  test.each([
    ["a BETWEEN 1 AND 2 AND b"],
    ["a NOT BETWEEN 1 AND 2 OR b"],
    ["a AND b BETWEEN 1 AND 2"],
    ["NOT a BETWEEN 1 AND 2 AND b = 3"],
    ["a BETWEEN 1 AND 2 BETWEEN 3 AND 4"],
    ["a BETWEEN 1 ?? 2 AND 3"],
    ["a IN (1) BETWEEN 2 AND 3"],
  ])("%s is refused", (text) => {
    expect(() => grouping(text)).toThrow(expect.objectContaining({ code: "SC1001" }));
  });
});

describe("each form of expression is read", () => {
  test.each([
    ["a NOT IN (1, 'b', @c)", '(a NOT IN 1 "b" @c)'],
    ['a IN ("a")', '(a IN "a")'],
    ['a LIKE "%a!%b%" ESCAPE "!"', '(a LIKE "%a!%b%" ESCAPE "!")'],
    ["a NOT LIKE @p ESCAPE @e", "(a NOT LIKE @p ESCAPE @e)"],
    ["a NOT BETWEEN @l AND @h", "(a NOT BETWEEN @l AND @h)"],
    ["c[\"a\"]['b'].d[0][@p][c.k]", 'c["a"]["b"]["d"][0][@p][c["k"]]'],
    ["c.first.rank.left.end", 'c["first"]["rank"]["left"]["end"]'],
    ["c['größe'].größe", 'c["größe"]["größe"]'],
    ["[1, [], {}]", "[1 [] {}]"],
    ["{\"a\": 1, 'b': 2, c: 3, 'value': 4}", "{a:1 b:2 c:3 value:4}"],
    ["COUNT(1)", "COUNT(1)"],
    ["Array_Contains(c.a, 'x', true)", 'ARRAY_CONTAINS(c["a"] "x" true)'],
    ["LEFT(c.a, 1) || right(c.a, 1)", '(LEFT(c["a"] 1) || RIGHT(c["a"] 1))'],
    ["udf.toUpper(c.a)", 'udf.toUpper(c["a"])'],
    ["UDF.rank()", "udf.rank()"],
    ["udf.x", 'udf["x"]'],
    ["(SELECT VALUE 1)", "ScalarQuery"],
    ["ARRAY(SELECT VALUE 1)", "ArrayQuery"],
    ["exists (SELECT VALUE 1)", "Exists"],
    ["FIRST(SELECT VALUE 1)", "FIRST"],
    ["LAST (SELECT VALUE 1)", "LAST"],
    ["ALL(SELECT VALUE 1)", "ALL"],
    ["first(c.a)", 'FIRST(c["a"])'],
    ["(SELECT VALUE {a: 1}).a", 'ScalarQuery["a"]'],
    ["{a: 1}.a", '{a:1}["a"]'],
    ["a <> b", "(a != b)"],
    ["c.x !=null", '(c["x"] != null)'],
    ["c.a=1AND c.b=2", '((c["a"] = 1) AND (c["b"] = 2))'],
    ["True OR NULL OR Undefined OR false", "(((true OR null) OR undefined) OR false)"],
    ["rank + all + first + last + let + set + left", "((((((rank + all) + first) + last) + let) + set) + left)"],
    ["1 -- a comment\n + /* another -- */ 2", "(1 + 2)"],
    ["1 - -1 - - 1", "((1 - -1) - -1)"],
  ])("%s", (text, grouped) => {
    expect(grouping(text)).toBe(grouped);
  });
});

describe("a number", () => {
  test.each([
    ["0", 0],
    ["-0", -0],
    ["007", 7],
    ["1.", 1],
    [".5", 0.5],
    ["1.5e3", 1500],
    ["1E-7", 1e-7],
    ["-1", -1],
    ["- 1", -1],
    ["0x1F", 31],
    ["0XfF", 255],
    ["9007199254740993", 9007199254740992],
    ["1e21", 1e21],
  ])("%s has its value", (text, value) => {
    expect(expressionOf(text)).toMatchObject({ kind: "Literal", value });
  });

  test("with a sign in front of parentheses stays an operator", () => {
    expect(expressionOf("-(1)")).toMatchObject({
      kind: "Unary",
      operator: "-",
      operand: { kind: "Literal", value: 1 },
    });
    expect(expressionOf("+1")).toMatchObject({ kind: "Unary", operator: "+" });
  });

  test("too large for a double is refused, not taken for infinity", () => {
    expect(() => expressionOf("1e999")).toThrow(expect.objectContaining({ code: "SC1010" }));
  });
});

describe("a string", () => {
  test.each([
    [`'it is "so"'`, 'it is "so"'],
    [`"it's"`, "it's"],
    [String.raw`'\'\"\\\/\b\f\n\r\t'`, "'\"\\/\b\f\n\r\t"],
    [String.raw`"A\ud83d\ude00\uD800"`, "A😀\ud800"],
    ["'two\nlines'", "two\nlines"],
    ["'-- /* no comment */'", "-- /* no comment */"],
    ["''", ""],
  ])("%s has its value", (text, value) => {
    expect(expressionOf(text)).toMatchObject({ kind: "Literal", value });
  });

  test.each([String.raw`'\d+'`, String.raw`'\u12'`, String.raw`"\x41"`, String.raw`'\U0041'`])(
    "with the escape in %s, which the language doesn't have, is refused",
    (text) => {
      expect(() => expressionOf(text)).toThrow(SqlError);
      expect(() => expressionOf(text)).toThrow(expect.objectContaining({ code: "SC1012" }));
    },
  );
});
