/** Arithmetic, bit operators and mathematical functions. */
import { type Entry, over } from "./entry.js";
import { defined, numbers } from "./plain.js";

const flat = over("flat");
const series = over("series");

export const math: readonly Entry[] = [
  flat.reference("atn2", "ATN2 takes y before x", "SELECT VALUE { arctangentInRadians: ATN2(35.175643, 129.44) }", [
    { arctangentInRadians: 0.265344532064832 },
  ]),
  flat.javascript(
    "arithmetic on properties is undefined where one is no number",
    "SELECT c.id, c.price * c.stock AS worth FROM c WHERE c.kind = 'product'",
    (docs) =>
      docs
        .filter((c) => c.kind === "product")
        .map((c) => ({
          id: c.id,
          worth: typeof c.price === "number" && typeof c.stock === "number" ? c.price * c.stock : undefined,
        })),
  ),
  flat.javascript(
    "% keeps the sign of the dividend",
    "SELECT c.id, c['order'] % 3 AS r FROM c WHERE IS_DEFINED(c['order'])",
    (docs) => docs.filter((c) => c.order !== undefined).map((c) => ({ id: c.id, r: ((c.order ?? 0) % 3) + 0 })),
  ),
  flat.javascript(
    "unary minus and plus on numbers and on other types",
    "SELECT c.id, -c.score AS neg, +c.score AS pos FROM c",
    (docs) =>
      docs.map((c) => ({
        id: c.id,
        neg: typeof c.score === "number" ? -c.score : undefined,
        pos: typeof c.score === "number" ? c.score : undefined,
      })),
  ),
  flat.javascript("arithmetic in a filter", "SELECT VALUE c.id FROM c WHERE c.price * 2 - 1 > c.stock + 10", (docs) =>
    docs
      .filter((c) => typeof c.price === "number" && typeof c.stock === "number" && c.price * 2 - 1 > c.stock + 10)
      .map((c) => c.id),
  ),
  series.javascript("division of numbers is of doubles", "SELECT VALUE c['value'] / 8 FROM c", (docs) =>
    numbers(docs.map((c) => c.value)).map((value) => value / 8),
  ),
  series.javascript("ABS", "SELECT VALUE ABS(c['value']) FROM c", (docs) =>
    numbers(docs.map((c) => c.value)).map(Math.abs),
  ),
  series.javascript(
    "FLOOR and CEILING of negative numbers",
    "SELECT VALUE [FLOOR(c['value']), CEILING(c['value'])] FROM c WHERE c['value'] < 0",
    (docs) =>
      numbers(docs.map((c) => c.value))
        .filter((value) => value < 0)
        .map((value) => [Math.floor(value), Math.ceil(value)]),
  ),
  series.javascript("ROUND goes away from zero at the half", "SELECT VALUE ROUND(c['value']) FROM c", (docs) =>
    numbers(docs.map((c) => c.value)).map((value) => Math.sign(value) * Math.round(Math.abs(value))),
  ),
  series.javascript("TRUNC goes towards zero", "SELECT VALUE TRUNC(c['value']) FROM c", (docs) =>
    numbers(docs.map((c) => c.value)).map(Math.trunc),
  ),
  series.javascript("SIGN", "SELECT DISTINCT VALUE SIGN(c['value']) FROM c", (docs) => [
    ...new Set(numbers(docs.map((c) => c.value)).map(Math.sign)),
  ]),
  series.javascript(
    "SQUARE and POWER agree",
    "SELECT VALUE [SQUARE(c['value']), POWER(c['value'], 2)] FROM c WHERE IS_DEFINED(c['value'])",
    (docs) => numbers(docs.map((c) => c.value)).map((value) => [value * value, value * value]),
  ),
  series.javascript(
    "mathematical functions of strings, null and the missing are undefined",
    "SELECT c.id, ABS(c.delta) AS a FROM c",
    (docs) => docs.map((c) => ({ id: c.id, a: typeof c.delta === "number" ? Math.abs(c.delta) : undefined })),
  ),
  series.javascript(
    "a filter on a rounded value",
    "SELECT VALUE c.id FROM c WHERE FLOOR(c['value'] / 10) = 2",
    (docs) => docs.filter((c) => c.value !== undefined && Math.floor(c.value / 10) === 2).map((c) => c.id),
  ),
  flat.javascript(
    "bit operators on properties that are integers",
    "SELECT VALUE [c['order'] & 6, c['order'] | 1, c['order'] ^ 3, ~c['order']] FROM c WHERE IS_DEFINED(c['order'])",
    (docs) => defined(docs.map((c) => c.order)).map((n) => [n & 6, n | 1, n ^ 3, ~n]),
  ),
  flat.javascript(
    "shifts on properties, with and without sign",
    "SELECT VALUE [c['order'] << 2, c['order'] >> 1, c['order'] >>> 28] FROM c WHERE IS_DEFINED(c['order'])",
    (docs) => defined(docs.map((c) => c.order)).map((n) => [n << 2, n >> 1, n >>> 28]),
  ),
  flat.reference(
    "bitwise-operators",
    "all bit operators on 100",
    "SELECT (100 >> 2) AS rightShift, (100 << 2) AS leftShift, (100 >>> 0) AS zeroFillRightShift, (100 & 1000) AS logicalAnd, (100 | 1000) AS logicalOr, (100 ^ 1000) AS logicalExclusiveOr",
    [
      {
        rightShift: 25,
        leftShift: 400,
        zeroFillRightShift: 100,
        logicalAnd: 96,
        logicalOr: 1004,
        logicalExclusiveOr: 908,
      },
    ],
  ),
  flat.reasoned(
    "operators: bit operators are those of JavaScript, over 32 bits",
    "fractions are cut and large values wrap",
    "SELECT VALUE [5.7 & 7, -5.7 | 0, 4294967297 | 0, 2147483648 | 0, -1 >>> 0, 1 << 33]",
    [[5, -5, 1, -2147483648, 4294967295, 2]],
  ),
  flat.reasoned(
    "operators: arithmetic expects numbers",
    "arithmetic with null, booleans and strings is undefined",
    "SELECT VALUE [1 + null, 2 * true, '3' - 1, -'4', ~'5', +null, 1 % [], 6]",
    [[6]],
  ),
  flat.reasoned(
    "operators: the usual precedence",
    "multiplication before addition before shift before comparison",
    "SELECT VALUE [2 + 3 * 4, (2 + 3) * 4, 10 - 4 - 3, 100 / 10 / 5, 1 + 1 << 2, 2 * 3 = 6, -2 * -3, 7 % 4 * 2]",
    [[14, 20, 3, 2, 8, true, 6, 6]],
  ),
  flat.reference("abs", "ABS of -1, 0 and 1", "SELECT ABS(-1), ABS(0), ABS(1)", [{ $1: 1, $2: 0, $3: 1 }]),
  flat.reference("acos", "ACOS of -1", "SELECT VALUE ROUND(ACOS(-1) * 1000000000000)", [Math.round(Math.PI * 1e12)]),
  flat.reference("asin", "ASIN of -1", "SELECT VALUE ASIN(-1)", [-1.5707963267948966]),
  flat.reference("atan", "ATAN of -45.01", "SELECT VALUE ATAN(-45.01)", [-1.5485826962062663]),
  flat.reference(
    "ceiling",
    "CEILING of 123.45, -123.45 and 0",
    "SELECT CEILING(123.45), CEILING(-123.45), CEILING(0.0)",
    [{ $1: 124, $2: -123, $3: 0 }],
  ),
  flat.reference("floor", "FLOOR of 123.45, -123.45 and 0", "SELECT FLOOR(123.45), FLOOR(-123.45), FLOOR(0.0)", [
    { $1: 123, $2: -124, $3: 0 },
  ]),
  flat.reference(
    "cos",
    "COS of 14.78, to twelve places",
    "SELECT VALUE ROUND(COS(14.78) * 1000000000000) / 1000000000000",
    [-0.599465426195],
  ),
  flat.reference(
    "cot",
    "COT of 124.1332, to twelve places",
    "SELECT VALUE ROUND(COT(124.1332) * 1000000000000) / 1000000000000",
    [-0.040311998371],
  ),
  flat.reference(
    "sin",
    "SIN of 45.175643, to twelve places",
    "SELECT VALUE ROUND(SIN(45.175643) * 1000000000000) / 1000000000000",
    [0.929607286611],
  ),
  flat.reference("degrees", "half a PI is ninety degrees", "SELECT VALUE DEGREES(PI()/2)", [90]),
  flat.reference(
    "radians",
    "RADIANS of five angles, to twelve places",
    "SELECT VALUE ARRAY(SELECT VALUE ROUND(RADIANS(a) * 1000000000000) / 1000000000000 FROM a IN (SELECT VALUE [-45.01, -181.01, 0, 0.1472738, 197.1099392]))",
    [[-0.785572696323, -3.159220479035, 0, 0.002570412712, 3.440217427446]],
  ),
  flat.reference(
    "exp",
    "EXP of 10, to eight places",
    "SELECT VALUE ROUND(EXP(10) * 100000000) / 100000000",
    [22026.46579481],
  ),
  flat.reference(
    "log",
    "LOG is natural, or to the base given",
    "SELECT VALUE ARRAY(SELECT VALUE ROUND(n * 1000000000000) / 1000000000000 FROM n IN (SELECT VALUE [LOG(1), LOG(5), LOG(2, 10)]))",
    [[0, 1.609437912434, 0.301029995664]],
  ),
  flat.reference("log10", "LOG10 of 100", "SELECT VALUE LOG10(100)", [2]),
  flat.reference("pi", "PI", "SELECT VALUE PI()", [Math.PI]),
  flat.reference("power", "POWER of 2 and 2.5 to 3", "SELECT POWER(2, 3), POWER(2.5, 3)", [{ $1: 8, $2: 15.625 }]),
  flat.reference(
    "round",
    "ROUND to the nearest",
    "SELECT ROUND(2.4), ROUND(2.6), ROUND(2.5), ROUND(-2.4), ROUND(-2.6)",
    [{ $1: 2, $2: 3, $3: 3, $4: -2, $5: -3 }],
  ),
  flat.reference(
    "round",
    "ROUND of a half goes away from zero",
    "SELECT VALUE [ROUND(-6.5), ROUND(-0.5), ROUND(0.5), ROUND(6.5)]",
    [[-7, -1, 1, 7]],
  ),
  flat.reasoned(
    "round: a second argument sets the digits to the right of the point, negative ones to its left",
    "ROUND to a precision",
    "SELECT VALUE [ROUND(123.456, 1), ROUND(123.456, 0), ROUND(1250, -2), ROUND(-2.5, 0), ROUND(7, 3)]",
    [[123.5, 123, 1300, -3, 7]],
  ),
  flat.reference("sign", "SIGN of -2 to 2", "SELECT SIGN(-2), SIGN(-1), SIGN(0), SIGN(1), SIGN(2)", [
    { $1: -1, $2: -1, $3: 0, $4: 1, $5: 1 },
  ]),
  flat.reference("sqrt", "SQRT of 1, 2 and 3", "SELECT SQRT(1), SQRT(2.0), SQRT(3)", [
    { $1: 1, $2: Math.SQRT2, $3: 1.7320508075688772 },
  ]),
  flat.reference("square", "SQUARE of 1, 2 and 3", "SELECT SQUARE(1), SQUARE(2.0), SQUARE(3)", [
    { $1: 1, $2: 4, $3: 9 },
  ]),
  flat.reference(
    "trunc",
    "TRUNC of positive, negative, whole and small numbers",
    "SELECT VALUE [TRUNC(2.37), TRUNC(-2.78), TRUNC(2), TRUNC(0.0000714), TRUNC(PI())]",
    [[2, -2, 2, 0, 3]],
  ),
  flat.reference(
    "intadd",
    "IntAdd of integers, and of a fraction",
    "SELECT VALUE [IntAdd(20, 10), IntAdd(20, 0), IntAdd(20, 0.10)]",
    [[30, 20]],
  ),
  flat.reference(
    "intdiv",
    "IntDiv of integers; by zero and by a fraction it is undefined",
    "SELECT VALUE { divide: IntDiv(10, 2), negativeResult: IntDiv(10, -2), positiveResult: IntDiv(-10, -2), resultOne: IntDiv(10, 10), divideZero: IntDiv(10, 0), divideDecimal: IntDiv(10, 0.1) }",
    [{ divide: 5, negativeResult: -5, positiveResult: 5, resultOne: 1 }],
  ),
  flat.reference(
    "intmod",
    "IntMod has the sign of the dividend; by zero and by a fraction it is undefined",
    "SELECT VALUE { mod: IntMod(12, 5), positiveResult: IntMod(12, -5), negativeResult: IntMod(-12, -5), resultZero: IntMod(15, 5), modZero: IntMod(12, 0), modDecimal: IntMod(12, 0.2) }",
    [{ mod: 2, positiveResult: 2, negativeResult: -2, resultZero: 0 }],
  ),
  flat.reference(
    "intmul",
    "IntMul of integers, and of a fraction",
    "SELECT VALUE [IntMul(5, 2), IntMul(5, -2), IntMul(-5, -2), IntMul(5, IntMul(5, 5)), IntMul(5, 0), IntMul(5, 0.5)]",
    [[10, -10, 10, 125, 0]],
  ),
  flat.reference(
    "intbitand",
    "IntBitAnd of integers, and of a fraction",
    "SELECT VALUE [IntBitAnd(15, 25), IntBitAnd(15, 0), IntBitAnd(15, 15), IntBitAnd(15, 1.5)]",
    [[9, 0, 15]],
  ),
  flat.reference(
    "intbitnot",
    "IntBitNot of integers, and of a fraction",
    "SELECT VALUE [IntBitNot(65), IntBitNot(0), IntBitNot(0.1)]",
    [[-66, -1]],
  ),
  flat.reference(
    "intbitleftshift",
    "integer shifts, and by a fraction",
    "SELECT VALUE [IntBitLeftShift(16, 4), IntBitLeftShift(16, 0.4), IntBitRightShift(16, 4), IntBitRightShift(16, 0.4)]",
    [[256, 1]],
  ),
  flat.reference(
    "numberbin",
    "NumberBin rounds down to a multiple, and by 0 is undefined",
    "SELECT VALUE [NumberBin(37.752, 10), NumberBin(37.752, 1), NumberBin(37.752, 0), NumberBin(37.752, 0.1), NumberBin(37.752, 0.01), NumberBin(37.752, -100)]",
    [[30, 37, 37.7, 37.75, 100]],
  ),
  flat.reasoned(
    "numberbin: the bin is 1 unless given",
    "NumberBin without a size",
    "SELECT VALUE [NumberBin(37.752), NumberBin(-0.5)]",
    [[37, -1]],
  ),
  flat.reasoned(
    "rand: a number from 0 to below 1",
    "RAND stays within its bounds",
    "SELECT VALUE COUNT(1) FROM c WHERE RAND() >= 0 AND RAND() < 1",
    [62],
  ),
];
