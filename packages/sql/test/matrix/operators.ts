/** Operators, equality across types in both of its readings; see docs/decisions/0002-sql-semantics.md. */
import { type Expected, every, type JsonType, type Row, type RowOptions, rowsOf } from "./cell.js";

const comparison = rowsOf("Comparison");
const logical = rowsOf("Logical");
const arithmetic = rowsOf("Arithmetic");
const bits = rowsOf("Bitwise");
const other = rowsOf("Ternary, coalesce, concatenation");
const keywords = rowsOf("Keywords");
const printed = rowsOf('Equality with `equality: "documented"`');

const equality = "equality-comparison-operators";
const logic = "logical-operators";
const scalar = "scalar-expressions";
const bitwise = "bitwise-operators";
const ternary = "ternary-coalesce-operators";

type Comparison = readonly [
  name: string,
  expression: string,
  cells: Partial<Record<JsonType, Expected>>,
  options?: RowOptions,
];

/** The cells of values of one type, for which it doesn't matter what equality across types is. */
const equalities: readonly Comparison[] = [
  ["=", "null = ?", { null: true }],
  ["=", "true = ?", { boolean: true }],
  ["=", "false = ?", { boolean: false }],
  ["=", "2 = ?", { number: true }],
  ["=", "3 = ?", { number: false }],
  ["=", '"ab" = ?', { string: true }],
  ["=", '"AB" = ?', { string: false }],
  ["=", "[1, 2] = ?", { array: true }],
  ["=", "[2, 1] = ?", { array: false }],
  ["=", '{"a": 1} = ?', { object: true }],
  ["=", '{"a": 2} = ?', { object: false }],
  ["!=", "null != ?", { null: false }],
  ["!=", "false != ?", { boolean: true }],
  ["!=", "2 != ?", { number: false }],
  ["!=", "3 != ?", { number: true }],
  ["!=", '"AB" != ?', { string: true }],
  ["!=", "[2, 1] != ?", { array: true }],
  ["!=", '{"a": 1} != ?', { object: false }],
];

const memberships: readonly Comparison[] = [
  ["IN", "? IN (2, 3)", { number: true }],
  ["IN", "? IN (3, 4)", { number: false }],
  ["NOT IN", "? NOT IN (3, 4)", { number: true }],
  ["IN", '? IN (2, "ab")', {}, { samples: { number: 3, string: "x" } }],
];

/** The service as it is seen to be: two values of different types are unequal, and only the absent can't be compared. */
function acrossTypes(name: string, cells: Comparison[2]): Comparison[2] {
  const unequal = name === "!=" || name === "NOT IN";
  return { ...every(unequal), ...cells, undefined: undefined };
}

export const operatorRows: readonly Row[] = [
  comparison("=", equality, "undefined = ?", {}),
  comparison("!=", equality, "undefined != ?", {}),
  ...equalities.map(([name, expression, cells]) => comparison(name, equality, expression, acrossTypes(name, cells))),
  comparison("<", equality, "undefined < ?", {}),
  comparison("<", equality, "null < ?", { null: false }),
  comparison("<", equality, "false < ?", { boolean: true }),
  comparison("<", equality, "1 < ?", { number: true }),
  comparison("<", equality, '"Z" < ?', { string: true }),
  comparison("<", equality, "[0] < ?", {}),
  comparison("<", equality, '{"a": 0} < ?', {}),
  comparison("<=", equality, "undefined <= ?", {}),
  comparison("<=", equality, "null <= ?", { null: true }),
  comparison("<=", equality, "true <= ?", { boolean: true }),
  comparison("<=", equality, "2 <= ?", { number: true }),
  comparison("<=", equality, '"ab" <= ?', { string: true }),
  comparison("<=", equality, "[1, 2] <= ?", {}),
  comparison("<=", equality, '{"a": 1} <= ?', {}),
  comparison(">", equality, "undefined > ?", {}),
  comparison(">", equality, "null > ?", { null: false }),
  comparison(">", equality, "false > ?", { boolean: false }),
  comparison(">", equality, "3 > ?", { number: true }),
  comparison(">", equality, '"ac" > ?', { string: true }),
  comparison(">", equality, "[9] > ?", {}),
  comparison(">", equality, '{"a": 9} > ?', {}),
  comparison(">=", equality, "undefined >= ?", {}),
  comparison(">=", equality, "null >= ?", { null: true }),
  comparison(">=", equality, "false >= ?", { boolean: false }),
  comparison(">=", equality, "1 >= ?", { number: false }),
  comparison(">=", equality, '"a" >= ?', { string: false }),
  comparison(">=", equality, "[1, 2] >= ?", {}),
  comparison(">=", equality, '{"a": 1} >= ?', {}),

  logical("AND", logic, "true AND ?", { boolean: true }),
  logical("AND", logic, "? AND true", { boolean: false }, { samples: { boolean: false } }),
  logical("AND", logic, "false AND ?", every(false)),
  logical("AND", logic, "? AND false", every(false)),
  logical("AND", logic, "undefined AND ?", {}),
  logical("AND", logic, "null AND ?", { boolean: false }, { samples: { boolean: false } }),
  logical("OR", logic, "false OR ?", { boolean: true }),
  logical("OR", logic, "? OR false", { boolean: false }, { samples: { boolean: false } }),
  logical("OR", logic, "true OR ?", every(true)),
  logical("OR", logic, "? OR true", every(true)),
  logical("OR", logic, "undefined OR ?", { boolean: true }),
  logical("OR", logic, "null OR ?", {}, { samples: { boolean: false } }),
  logical("NOT", logic, "NOT ?", { boolean: false }),

  arithmetic("+", scalar, "? + 3", { number: 5 }),
  arithmetic("+", scalar, "3 + ?", { number: 5 }),
  arithmetic("-", scalar, "? - 3", { number: -1 }),
  arithmetic("-", scalar, "3 - ?", { number: 1 }),
  arithmetic("*", scalar, "? * 3", { number: 6 }),
  arithmetic("*", scalar, "3 * ?", { number: 6 }),
  arithmetic("/", scalar, "? / 4", { number: 0.5 }),
  arithmetic("/", scalar, "3 / ?", { number: 1.5 }),
  arithmetic("/", scalar, "? / 0", {}),
  arithmetic("%", scalar, "? % 5", { number: 2 }),
  arithmetic("%", scalar, "5 % ?", { number: 1 }),
  arithmetic("%", scalar, "? % 0", {}),
  arithmetic("- (sign)", scalar, "-(?)", { number: -2 }),
  arithmetic("+ (sign)", scalar, "+(?)", { number: 2 }),

  bits("&", bitwise, "? & 3", { number: 2 }),
  bits("&", bitwise, "6 & ?", { number: 2 }),
  bits("|", bitwise, "? | 5", { number: 7 }),
  bits("|", bitwise, "5 | ?", { number: 7 }),
  bits("^", bitwise, "? ^ 3", { number: 1 }),
  bits("^", bitwise, "3 ^ ?", { number: 1 }),
  bits("<<", bitwise, "? << 2", { number: 8 }),
  bits("<<", bitwise, "100 << ?", { number: 400 }),
  bits(">>", bitwise, "? >> 1", { number: 1 }),
  bits(">>", bitwise, "100 >> ?", { number: 25 }),
  bits(">>>", bitwise, "? >>> 1", { number: 1 }),
  bits(">>>", bitwise, "100 >>> ?", { number: 25 }),
  bits("~", bitwise, "~(?)", { number: -3 }),

  other("? :", ternary, "? ? 1 : 0", { ...every(0), boolean: 1 }),
  other("? :", ternary, "true ? ? : 0", {
    null: null,
    boolean: true,
    number: 2,
    string: "ab",
    array: [1, 2],
    object: { a: 1 },
  }),
  other("? :", ternary, "false ? 0 : ?", {
    null: null,
    boolean: true,
    number: 2,
    string: "ab",
    array: [1, 2],
    object: { a: 1 },
  }),
  other("??", ternary, "? ?? 0", {
    undefined: 0,
    null: null,
    boolean: true,
    number: 2,
    string: "ab",
    array: [1, 2],
    object: { a: 1 },
  }),
  other("??", ternary, "undefined ?? ?", {
    null: null,
    boolean: true,
    number: 2,
    string: "ab",
    array: [1, 2],
    object: { a: 1 },
  }),
  other("||", scalar, '? || "c"', { string: "abc" }),
  other("||", scalar, '"c" || ?', { string: "cab" }),

  ...memberships.map(([name, expression, cells, options]) =>
    keywords(name, "keywords", expression, acrossTypes(name, cells), options),
  ),
  keywords("IN", "keywords", "null IN (?, null)", { ...every(true) }),
  keywords("IN", "keywords", '? IN (null, true, 2, "ab", [1, 2], {"a": 1})', { ...every(true), undefined: undefined }),
  keywords("BETWEEN", "keywords", "? BETWEEN 1 AND 2", { number: true }),
  keywords("BETWEEN", "keywords", "2 BETWEEN ? AND 3", { number: true }),
  keywords("BETWEEN", "keywords", "2 BETWEEN 1 AND ?", { number: true }),
  keywords("BETWEEN", "keywords", '? BETWEEN "aa" AND "ac"', { string: true }),
  keywords("NOT BETWEEN", "keywords", "? NOT BETWEEN 3 AND 4", { number: true }),
  keywords("LIKE", "keywords", '? LIKE "a%"', { string: true }),
  keywords("LIKE", "keywords", '? LIKE "_"', { string: false }),
  keywords("LIKE", "keywords", '"ab" LIKE ?', { string: true }),
  keywords("NOT LIKE", "keywords", '? NOT LIKE "b%"', { string: true }),

  ...equalities.map(([name, expression, cells]) =>
    printed(name, equality, expression, cells, { equality: "documented" }),
  ),
  ...memberships.map(([name, expression, cells, options]) =>
    printed(name, "keywords", expression, cells, { ...options, equality: "documented" }),
  ),
];
