/** Conversion: strings to values and values to strings, and what cannot be converted. */
import { type Entry, over } from "./entry.js";

const flat = over("flat");
const nested = over("nested");

export const conversion: readonly Entry[] = [
  flat.javascript("ToString of scalars, and of the missing", "SELECT c.id, ToString(c.age) AS s FROM c", (docs) =>
    docs.map((c) => ({ id: c.id, s: c.age === undefined ? undefined : String(c.age) })),
  ),
  flat.javascript(
    "ToString of a string is the string itself, without quotes",
    "SELECT VALUE ToString(c.code) FROM c WHERE IS_DEFINED(c.code)",
    (docs) => docs.map((c) => c.code).filter((code) => code !== undefined),
  ),
  flat.javascript(
    "ToString joins numbers into text",
    "SELECT VALUE CONCAT(c.id, ':', ToString(c.stock)) FROM c WHERE IS_NUMBER(c.stock)",
    (docs) => docs.filter((c) => typeof c.stock === "number").map((c) => `${c.id}:${c.stock}`),
  ),
  flat.javascript(
    "StringToNumber makes numbers of strings that spell one",
    "SELECT c.id, StringToNumber(c.age) AS n FROM c WHERE IS_STRING(c.age)",
    (docs) =>
      docs
        .filter((c) => typeof c.age === "string")
        .map((c) => ({ id: c.id, n: c.age === "abc" ? undefined : Number(c.age) })),
  ),
  flat.reasoned(
    "conversion functions: what cannot be converted is undefined, and ToString gives JSON",
    "StringToNumber of what is no string is undefined",
    "SELECT VALUE StringToNumber(c.stock) FROM c",
    [],
  ),
  flat.javascript(
    "numbers and strings that spell them, summed together",
    "SELECT VALUE SUM(IS_STRING(c.price) ? StringToNumber(c.price) : c.price) FROM c WHERE c.kind = 'product'",
    (docs) => [docs.reduce((total, c) => total + (c.price === undefined ? 0 : Number(c.price)), 0)],
  ),
  flat.javascript("StringToBoolean in a filter", "SELECT VALUE c.id FROM c WHERE StringToBoolean(c.active)", (docs) =>
    docs.filter((c) => c.active === "true").map((c) => c.id),
  ),
  nested.reasoned(
    "conversion functions: what cannot be converted is undefined, and ToString gives JSON",
    "ToString of an array",
    "SELECT VALUE ToString(c.tags) FROM c WHERE c.id IN ('f01', 'f05', 'f11')",
    ['["red","green"]', "[]", "[1,2,3]"],
  ),
  nested.javascript(
    "StringToArray undoes ToString",
    "SELECT VALUE c.id FROM c WHERE StringToArray(ToString(c.tags)) = c.tags",
    (docs) => docs.filter((c) => c.tags !== undefined).map((c) => c.id),
  ),
  nested.javascript(
    "StringToObject undoes ToString",
    "SELECT VALUE c.id FROM c WHERE StringToObject(ToString(c.customer)) = c.customer",
    (docs) => docs.filter((c) => c.customer !== undefined).map((c) => c.id),
  ),
  flat.reference(
    "tostring",
    "ToString of every type",
    'SELECT VALUE { i: ToString(125), f: ToString(0.1234), b: ToString(false), a: ToString([ 1, 2, 3 ]), o: ToString({ "department": "Bicycles" }), s: ToString("Hello World"), u: ToString(undefined) }',
    [{ i: "125", f: "0.1234", b: "false", a: "[1,2,3]", o: '{"department":"Bicycles"}', s: "Hello World" }],
  ),
  flat.reference(
    "tostring",
    "NaN and Infinity are constants, and have their names as text",
    "SELECT VALUE [ToString(NaN), ToString(Infinity)]",
    [["NaN", "Infinity"]],
  ),
  flat.reference("tostring", "ToString of 1.0000 is 1", "SELECT VALUE ToString(1.0000)", ["1"]),
  flat.reference(
    "tostring",
    "weights with their units",
    "SELECT CONCAT(ToString(p.Weight), p.WeightUnits) FROM c JOIN p IN (SELECT VALUE [{ Weight: 4, WeightUnits: 'lb' }, { Weight: 32, WeightUnits: 'kg' }, { Weight: 400, WeightUnits: 'g' }, { Weight: 8999, WeightUnits: 'mg' }]) WHERE c.id = 'p01'",
    [{ $1: "4lb" }, { $1: "32kg" }, { $1: "400g" }, { $1: "8999mg" }],
  ),
  flat.reference(
    "tostring",
    "REPLACE in ToString, of null and of the missing too",
    "SELECT n.id AS nutrientID, REPLACE(ToString(n.nutritionValue), \"6\", \"9\") AS nutritionVal FROM c JOIN n IN (SELECT VALUE [{ id: '305' }, { id: '306', nutritionValue: 30 }, { id: '307', nutritionValue: 612 }, { id: '308', nutritionValue: 60 }, { id: '309', nutritionValue: null }]) WHERE c.id = 'p01'",
    [
      { nutrientID: "305" },
      { nutrientID: "306", nutritionVal: "30" },
      { nutrientID: "307", nutritionVal: "912" },
      { nutrientID: "308", nutritionVal: "90" },
      { nutrientID: "309", nutritionVal: "null" },
    ],
  ),
  flat.reference(
    "stringtoarray",
    "only JSON arrays are arrays",
    String.raw`SELECT StringToArray('[]'), StringToArray("[1,2,3]"), StringToArray("[\"str\",2,3]"), IS_ARRAY(StringToArray("[['5','6','7'],['8'],['9']]")), IS_ARRAY(StringToArray('[["5","6","7"],["8"],["9"]]')), StringToArray('[1,2,3, "[4,5,6]",[7,8]]'), StringToArray("[1,2,3, '[4,5,6]',[7,8]]"), StringToArray(false), StringToArray(undefined), StringToArray("[")`,
    [{ $1: [], $2: [1, 2, 3], $3: ["str", 2, 3], $4: false, $5: true, $6: [1, 2, 3, "[4,5,6]", [7, 8]] }],
  ),
  flat.reference(
    "stringtoboolean",
    "only true and false in small letters, blanks around them allowed",
    'SELECT StringToBoolean("true"), StringToBoolean("    false"), IS_BOOL(StringToBoolean("false")), StringToBoolean("null"), StringToBoolean(undefined), StringToBoolean(false), StringToBoolean(true), StringToBoolean("TRUE"), StringToBoolean("False")',
    [{ $1: true, $2: false, $3: true }],
  ),
  flat.reference(
    "stringtonull",
    "only null in small letters",
    'SELECT StringToNull("null"), StringToNull("  null "), IS_NULL(StringToNull("null")), StringToNull("true"), StringToNull(false), StringToNull(undefined), StringToNull("NULL"), StringToNull("Null")',
    [{ $1: null, $2: null, $3: true }],
  ),
  flat.reference(
    "stringtonumber",
    "only JSON numbers",
    'SELECT StringToNumber("1.000000"), StringToNumber("3.14"), IS_NUMBER(StringToNumber("   60   ")), StringToNumber("0xF"), StringToNumber("-1.79769e+308"), IS_STRING(StringToNumber("2")), StringToNumber(undefined), StringToNumber("99     54"), StringToNumber("false"), StringToNumber(false), StringToNumber(" ")',
    [{ $1: 1, $2: 3.14, $3: true, $5: -1.79769e308, $6: false }],
  ),
  flat.reference(
    "stringtoobject",
    "only JSON objects",
    String.raw`SELECT StringToObject("{}"), StringToObject('{"a":[1,2,3]}'), StringToObject("{'a':[1,2,3]}"), StringToObject("{a:[1,2,3]}"), IS_OBJECT(StringToObject('{"obj":[{"b":[5,6,7]},{"c":8},{"d":9}]}')), IS_OBJECT(StringToObject("{\"obj\":[{\"b\":[5,6,7]},{\"c\":8},{\"d\":9}]}")), IS_OBJECT(StringToObject("{'obj':[{'b':[5,6,7]},{'c':8},{'d':9}]}")), StringToObject(false), StringToObject(undefined), StringToObject("{")`,
    [{ $1: {}, $2: { a: [1, 2, 3] }, $5: true, $6: true, $7: false }],
  ),
  flat.reasoned(
    "stringtoarray: the expression must be a JSON array",
    "a JSON value of another kind is not converted",
    "SELECT VALUE [StringToArray('{}'), StringToObject('[]'), StringToNumber('\"1\"'), StringToBoolean('1'), StringToNull(''), 'done']",
    [["done"]],
  ),
];
