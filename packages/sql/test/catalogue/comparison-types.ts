/** Comparisons: equality, order and type. What cannot be compared is undefined, and so fails a filter and its negation alike. */
import { type Entry, over } from "./entry.js";
import { canonical } from "./plain.js";

const flat = over("flat");
const nested = over("nested");

/** The service as it is seen to be; the printed reference says undefined. See docs/decisions/0002-sql-semantics.md. */
const acrossTypes = "the table of the public reference prints undefined for = and != across types";
const unequal =
  "emulator-backed tests of EF Core, the .NET SDK's offline engine: values of different types are unequal";

export const comparisonTypes: readonly Entry[] = [
  flat.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "= finds a number and not the string that spells it",
    "SELECT VALUE c.id FROM c WHERE c.age = 42",
    [],
  ),
  flat.javascript(
    "= finds a string and not the number that it spells",
    "SELECT VALUE c.id FROM c WHERE c.age = '42'",
    (docs) => docs.filter((c) => c.age === "42").map((c) => c.id),
  ),
  flat.javascript(
    "= finds integers by a double of the same value",
    "SELECT VALUE c.id FROM c WHERE c.age = 18.0",
    (docs) => docs.filter((c) => c.age === 18).map((c) => c.id),
  ),
  flat.javascript("= null finds null and not the missing", "SELECT VALUE c.id FROM c WHERE c.age = null", (docs) =>
    docs.filter((c) => c.age === null).map((c) => c.id),
  ),
  flat.javascript(
    "= true finds the boolean and not 1 or 'true'",
    "SELECT VALUE c.id FROM c WHERE c.active = true",
    (docs) => docs.filter((c) => c.active === true).map((c) => c.id),
  ),
  flat.javascript("= is case-sensitive", "SELECT VALUE c.id FROM c WHERE c.city = 'paris'", (docs) =>
    docs.filter((c) => c.city === "paris").map((c) => c.id),
  ),
  flat.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "= tells accents apart",
    "SELECT VALUE c.id FROM c WHERE c.name = 'Zoe'",
    [],
  ),
  flat.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "= finds by any script",
    "SELECT VALUE c.id FROM c WHERE c.name = '李雷' OR c.name = 'Анна'",
    ["p27", "p28"],
  ),
  flat.javascript("= finds the empty string", "SELECT VALUE c.id FROM c WHERE c.code = ''", (docs) =>
    docs.filter((c) => c.code === "").map((c) => c.id),
  ),
  flat.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "= undefined finds nothing, not even the missing",
    "SELECT VALUE c.id FROM c WHERE c.age = undefined",
    [],
  ),
  flat.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "!= undefined finds nothing either",
    "SELECT VALUE c.id FROM c WHERE c.age != undefined",
    [],
  ),
  flat.javascript("!= leaves out rows without the property", "SELECT VALUE c.id FROM c WHERE c.size != 'S'", (docs) =>
    docs.filter((c) => c.size !== undefined && c.size !== "S").map((c) => c.id),
  ),
  flat.javascript("<> is another spelling of !=", "SELECT VALUE c.id FROM c WHERE c.size <> 'S'", (docs) =>
    docs.filter((c) => c.size !== undefined && c.size !== "S").map((c) => c.id),
  ),
  flat.javascript(
    "!= a number finds the values of other types",
    "SELECT VALUE c.id FROM c WHERE c.age != 34",
    (docs) => docs.filter((c) => c.age !== undefined && c.age !== 34).map((c) => c.id),
    { doubt: acrossTypes },
  ),
  flat.javascript(
    "!= null finds all that is there and not null",
    "SELECT VALUE c.id FROM c WHERE c.age != null",
    (docs) => docs.filter((c) => c.age !== undefined && c.age !== null).map((c) => c.id),
    { doubt: acrossTypes },
  ),
  flat.javascript(
    "NOT (x = y) leaves out what is missing and keeps what is of another type",
    "SELECT VALUE c.id FROM c WHERE NOT (c.age = 34)",
    (docs) => docs.filter((c) => c.age !== undefined && c.age !== 34).map((c) => c.id),
    { doubt: acrossTypes },
  ),
  flat.javascript(
    "NOT IN keeps what is of another type than the list",
    "SELECT VALUE c.id FROM c WHERE c.age NOT IN (34, 42)",
    (docs) => docs.filter((c) => c.age !== undefined && c.age !== 34 && c.age !== 42).map((c) => c.id),
    { doubt: acrossTypes },
  ),
  flat.javascript(
    "with the documented equality != leaves out other types too",
    "SELECT VALUE c.id FROM c WHERE c.age <> 34",
    (docs) => docs.filter((c) => typeof c.age === "number" && c.age !== 34).map((c) => c.id),
    { options: { equality: "documented" } },
  ),
  flat.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "with the documented equality != null finds nothing that is of another type",
    "SELECT VALUE c.id FROM c WHERE c.age <> null",
    [],
    { options: { equality: "documented" } },
  ),
  flat.javascript("> leaves out other types", "SELECT VALUE c.id FROM c WHERE c.score > 0", (docs) =>
    docs.filter((c) => typeof c.score === "number" && c.score > 0).map((c) => c.id),
  ),
  flat.javascript("<= 0 does not find null, false or ''", "SELECT VALUE c.id FROM c WHERE c.score <= 0", (docs) =>
    docs.filter((c) => typeof c.score === "number" && c.score <= 0).map((c) => c.id),
  ),
  flat.javascript("> between strings is by character order", "SELECT VALUE c.score FROM c WHERE c.score > ''", (docs) =>
    docs.filter((c) => typeof c.score === "string" && c.score > "").map((c) => c.score),
  ),
  flat.javascript(
    ">= over strings puts capitals before small letters and accents last",
    "SELECT VALUE c.name FROM c WHERE c.kind = 'person' AND c.name >= 'Z'",
    (docs) => docs.filter((c) => c.kind === "person" && typeof c.name === "string" && c.name >= "Z").map((c) => c.name),
  ),
  flat.javascript("numbers as strings compare as strings", "SELECT VALUE c.id FROM c WHERE c.age < '5'", (docs) =>
    docs.filter((c) => typeof c.age === "string" && c.age < "5").map((c) => c.id),
  ),
  flat.javascript(
    "a comparison of two properties of one document",
    "SELECT VALUE c.id FROM c WHERE c.stock > c.price",
    (docs) =>
      docs
        .filter((c) => typeof c.stock === "number" && typeof c.price === "number" && c.stock > c.price)
        .map((c) => c.id),
  ),
  flat.javascript(
    "a property equals itself wherever it is defined",
    "SELECT VALUE c.id FROM c WHERE c.score = c.score",
    (docs) => docs.filter((c) => c.score !== undefined).map((c) => c.id),
  ),
  flat.javascript("the constant may stand on the left", "SELECT VALUE c.id FROM c WHERE 20 <= c.price", (docs) =>
    docs.filter((c) => typeof c.price === "number" && c.price >= 20).map((c) => c.id),
  ),
  flat.javascript(
    "a range filter on both sides, with both kinds of end",
    "SELECT VALUE c.id FROM c WHERE c.price >= 7.25 AND c.price < 20",
    (docs) => docs.filter((c) => typeof c.price === "number" && c.price >= 7.25 && c.price < 20).map((c) => c.id),
  ),
  flat.javascript(
    "negative and fractional constants",
    "SELECT VALUE c.id FROM c WHERE c.score = -0.25 OR c.score = -1e2",
    (docs) => docs.filter((c) => c.score === -0.25 || c.score === -100).map((c) => c.id),
  ),
  flat.javascript("= between arrays is by element", "SELECT VALUE c.id FROM c WHERE c.score = [1, 2]", (docs) =>
    docs.filter((c) => canonical(c.score) === "[1,2]").map((c) => c.id),
  ),
  flat.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "= between arrays regards their order",
    "SELECT VALUE c.id FROM c WHERE c.score = [2, 1]",
    [],
  ),
  flat.javascript("= between objects is by property", "SELECT VALUE c.id FROM c WHERE c.score = { a: 1 }", (docs) =>
    docs.filter((c) => canonical(c.score) === '{"a":1}').map((c) => c.id),
  ),
  flat.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "an object with one property more is another object",
    "SELECT VALUE c.id FROM c WHERE c.score = { a: 1, b: 2 }",
    [],
  ),
  nested.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "= of an object does not regard the order of its properties",
    "SELECT VALUE c.id FROM c WHERE c.address = { state: 'WA', city: 'Seattle', county: 'King' }",
    ["f01"],
  ),
  nested.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "= of an array of objects",
    "SELECT VALUE c.id FROM c WHERE c.parents = [{ firstName: 'Bo', familyName: 'Ito' }]",
    ["f06", "f24"],
  ),
  nested.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "order between arrays or objects is undefined",
    "SELECT VALUE c.id FROM c WHERE c.tags > [] OR c.tags <= [9] OR c.address >= {}",
    [],
  ),
  nested.reasoned(
    "operators: values compare within their type, structurally; any other pairing is undefined",
    "a whole document may be compared",
    "SELECT VALUE c.id FROM c WHERE c = { id: 'o18', type: 'order', customer: { level: 'silver', id: 'f14' } }",
    ["o18"],
  ),
  flat.reference(
    "equality-comparison-operators",
    "a number is no string, however it is read",
    'SELECT * FROM c WHERE 0 = "true"',
    [],
  ),
  flat.reference(
    "scalar-expressions",
    "equal strings are equal and unequal ones are not",
    'SELECT ("Redmond" = "WA") AS isCitySameAsState, ("WA" = "WA") AS isStateSameAsState',
    [{ isCitySameAsState: false, isStateSameAsState: true }],
  ),
  flat.reference(
    "equality-comparison-operators",
    "equality is defined within each type",
    "SELECT VALUE [null = null, true = false, 1 = 1, 'a' = 'b', { a: 1 } = { a: 1 }, [1] = [2]]",
    [[true, false, true, false, true, false]],
  ),
  flat.reasoned(
    unequal,
    "equality across types is false in every pairing",
    "SELECT VALUE [null = false, null = 0, null = '', false = 0, 0 = '0', '' = [], [] = {}, 1 = true, 1]",
    [[false, false, false, false, false, false, false, false, 1]],
    { doubt: acrossTypes },
  ),
  flat.reasoned(
    unequal,
    "inequality across types is true in every pairing",
    "SELECT VALUE [null != false, null != 0, 0 != '0', '' != [], [] != {}, 1 != true, 1]",
    [[true, true, true, true, true, true, 1]],
    { doubt: acrossTypes },
  ),
  flat.reference(
    "equality-comparison-operators",
    "with the documented equality = and != across types are undefined in every pairing",
    "SELECT VALUE [null = false, 0 = '0', '' = [], [] = {}, null != false, 0 != '0', '' != [], [] != {}, 1]",
    [[1]],
    { options: { equality: "documented" } },
  ),
  flat.reference(
    "equality-comparison-operators",
    "any comparison with undefined is undefined",
    "SELECT VALUE [undefined = undefined, undefined = null, undefined != 1, undefined < 1, 1 >= undefined, 1]",
    [[1]],
  ),
  flat.reference(
    "equality-comparison-operators",
    "order across types is undefined",
    "SELECT VALUE [1 < '2', null < 0, false < 1, 'a' < [], 1]",
    [[1]],
  ),
  flat.reference(
    "equality-comparison-operators",
    "order between two objects or two arrays is undefined",
    "SELECT VALUE [[1] < [2], { a: 1 } < { a: 2 }, [] <= [], {} >= {}, 1]",
    [[1]],
  ),
  flat.reasoned(
    "operators: strings are ordered character by character",
    "a prefix comes before what it begins, digits before capitals before small letters",
    "SELECT VALUE ['a' < 'aa', '10' < '9', 'Z' < 'a', 'z' < 'é', '' < ' ']",
    [[true, true, true, true, true]],
  ),
  flat.reasoned(
    "operators: false comes before true",
    "booleans are ordered",
    "SELECT VALUE [false < true, true > false, true >= true, true < false]",
    [[true, true, true, false]],
  ),
  flat.reasoned(
    "constants: numbers are IEEE 754 doubles",
    "numbers are doubles",
    "SELECT VALUE [0.1 + 0.2 = 0.3, 0.5 + 0.25 = 0.75, 1 = 1.0, -0 = 0]",
    [[false, true, true, true]],
  ),
  flat.reasoned(
    "operators: a pair of undefined elements makes the comparison of arrays undefined",
    "an undefined element is closed up before arrays are compared",
    "SELECT VALUE [[1, undefined, 2] = [1, 2], { a: 1, b: undefined } = { a: 1 }]",
    [[true, true]],
  ),
  flat.reference(
    "keywords#between",
    "BETWEEN in SELECT is a boolean",
    "SELECT (p.price BETWEEN 0 AND 10) AS booleanLessThanTen, p.price FROM c JOIN p IN (SELECT VALUE [{ price: 20.0 }, { price: 7.5 }]) WHERE c.id = 'p01'",
    [
      { booleanLessThanTen: false, price: 20 },
      { booleanLessThanTen: true, price: 7.5 },
    ],
  ),
  flat.reference(
    "keywords#between",
    "BETWEEN keeps a price within its ends",
    "SELECT VALUE p.price FROM c JOIN p IN (SELECT VALUE [{ price: 20.0 }, { price: 7.5 }]) WHERE c.id = 'p01' AND (p.price BETWEEN 17.25 AND 25.50)",
    [20],
  ),
  flat.reasoned(
    "constants: strings stand in single or double quotes, with the escapes of the table",
    "both kinds of quote and every escape",
    String.raw`SELECT VALUE ["it's", 'say "hi"', 'it\'s', "q\"q", 'a\\b', 'a\/b', '\b\f\n\r\t', '\u0041\u00e9']`,
    [["it's", 'say "hi"', "it's", 'q"q', "a\\b", "a/b", "\b\f\n\r\t", "Aé"]],
  ),
  flat.reasoned(
    "constants: decimal, scientific and hexadecimal numbers",
    "numbers may be written in every documented way",
    "SELECT VALUE [10, -3, 2.50, 1e3, 1.5E-2, 0xFF, 0x1a]",
    [[10, -3, 2.5, 1000, 0.015, 255, 26]],
  ),
];
