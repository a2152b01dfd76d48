/** IS_…: always a boolean, even of the missing. */
import { type Entry, over } from "./entry.js";
import { typeOf } from "./plain.js";

const flat = over("flat");
const nested = over("nested");

/** The values of the documented examples: boolean, number, string, null, object, array, undefined. */
const seven = (name: string): string =>
  `SELECT VALUE [${["true", "1", '"value"', "null", '{prop: "value"}', "[1, 2, 3]", '{prop: "value"}.prop2'].map((value) => `${name}(${value})`).join(", ")}]`;

export const typeChecking: readonly Entry[] = [
  flat.javascript(
    "IS_DEFINED holds for null and not for the missing",
    "SELECT VALUE c.id FROM c WHERE IS_DEFINED(c.city)",
    (docs) => docs.filter((c) => c.city !== undefined).map((c) => c.id),
  ),
  flat.javascript(
    "NOT IS_DEFINED finds the missing",
    "SELECT VALUE c.id FROM c WHERE NOT IS_DEFINED(c.email)",
    (docs) => docs.filter((c) => c.email === undefined).map((c) => c.id),
  ),
  flat.javascript("IS_NULL finds null and not the missing", "SELECT VALUE c.id FROM c WHERE IS_NULL(c.city)", (docs) =>
    docs.filter((c) => c.city === null).map((c) => c.id),
  ),
  flat.javascript(
    "NOT IS_NULL holds for the missing too",
    "SELECT VALUE c.id FROM c WHERE NOT IS_NULL(c.city)",
    (docs) => docs.filter((c) => c.city !== null).map((c) => c.id),
  ),
  flat.javascript(
    "neither null nor missing",
    "SELECT VALUE c.id FROM c WHERE IS_DEFINED(c.stock) AND NOT IS_NULL(c.stock)",
    (docs) => docs.filter((c) => typeof c.stock === "number").map((c) => c.id),
  ),
  flat.javascript("IS_NUMBER", "SELECT VALUE c.id FROM c WHERE IS_NUMBER(c.age)", (docs) =>
    docs.filter((c) => typeof c.age === "number").map((c) => c.id),
  ),
  flat.javascript("IS_STRING", "SELECT VALUE c.id FROM c WHERE IS_STRING(c.age)", (docs) =>
    docs.filter((c) => typeof c.age === "string").map((c) => c.id),
  ),
  flat.javascript("IS_BOOL", "SELECT VALUE c.id FROM c WHERE IS_BOOL(c.active)", (docs) =>
    docs.filter((c) => typeof c.active === "boolean").map((c) => c.id),
  ),
  flat.javascript("IS_ARRAY", "SELECT VALUE c.id FROM c WHERE IS_ARRAY(c.score)", (docs) =>
    docs.filter((c) => Array.isArray(c.score)).map((c) => c.id),
  ),
  flat.javascript("IS_OBJECT leaves out arrays and null", "SELECT VALUE c.id FROM c WHERE IS_OBJECT(c.score)", (docs) =>
    docs.filter((c) => typeOf(c.score) === "object").map((c) => c.id),
  ),
  flat.javascript(
    "IS_PRIMITIVE leaves out arrays, objects and the missing",
    "SELECT VALUE c.id FROM c WHERE IS_PRIMITIVE(c.score)",
    (docs) => docs.filter((c) => ["null", "boolean", "number", "string"].includes(typeOf(c.score))).map((c) => c.id),
  ),
  flat.javascript(
    "IS_INTEGER leaves out fractions and strings",
    "SELECT VALUE c.id FROM c WHERE IS_INTEGER(c.age)",
    (docs) => docs.filter((c) => Number.isInteger(c.age)).map((c) => c.id),
  ),
  flat.javascript(
    "every type once, by name",
    "SELECT c.id, IS_NULL(c.score) ? 'null' : IS_BOOL(c.score) ? 'boolean' : IS_NUMBER(c.score) ? 'number' : IS_STRING(c.score) ? 'string' : IS_ARRAY(c.score) ? 'array' : IS_OBJECT(c.score) ? 'object' : 'undefined' AS t FROM c",
    (docs) => docs.map((c) => ({ id: c.id, t: typeOf(c.score) })),
  ),
  flat.javascript(
    "IS_DEFINED of a comparison tells whether it could be made",
    "SELECT VALUE c.id FROM c WHERE IS_DEFINED(c.age > 5)",
    (docs) => docs.filter((c) => typeof c.age === "number").map((c) => c.id),
  ),
  flat.javascript(
    "IS_DEFINED of a function tells whether it could be called",
    "SELECT VALUE c.id FROM c WHERE NOT IS_DEFINED(LENGTH(c.name))",
    (docs) => docs.filter((c) => typeof c.name !== "string").map((c) => c.id),
  ),
  nested.javascript(
    "IS_DEFINED of a path through null or a string is false",
    "SELECT VALUE c.id FROM c WHERE c.type = 'family' AND NOT IS_DEFINED(c.address.city)",
    (docs) =>
      docs.filter((c) => c.type === "family" && (typeof c.address !== "object" || c.address === null)).map((c) => c.id),
  ),
  nested.javascript(
    "IS_DEFINED of an element by its index",
    "SELECT VALUE c.id FROM c WHERE IS_DEFINED(c.lines[2])",
    (docs) => docs.filter((c) => (c.lines?.length ?? 0) > 2).map((c) => c.id),
  ),
  flat.reference("is-array", "IS_ARRAY of the seven types", seven("IS_ARRAY"), [
    [false, false, false, false, false, true, false],
  ]),
  flat.reference("is-bool", "IS_BOOL of the seven types", seven("IS_BOOL"), [
    [true, false, false, false, false, false, false],
  ]),
  flat.reference("is-null", "IS_NULL of the seven types", seven("IS_NULL"), [
    [false, false, false, true, false, false, false],
  ]),
  flat.reference("is-number", "IS_NUMBER of the seven types", seven("IS_NUMBER"), [
    [false, true, false, false, false, false, false],
  ]),
  flat.reference("is-object", "IS_OBJECT of the seven types", seven("IS_OBJECT"), [
    [false, false, false, false, true, false, false],
  ]),
  flat.reference("is-primitive", "IS_PRIMITIVE of the seven types", seven("IS_PRIMITIVE"), [
    [true, true, true, true, false, false, false],
  ]),
  flat.reference("is-string", "IS_STRING of the seven types", seven("IS_STRING"), [
    [false, false, true, false, false, false, false],
  ]),
  flat.reference(
    "is-defined",
    "IS_DEFINED of a property that is there and one that is not",
    'SELECT IS_DEFINED({ "a" : 5 }.a), IS_DEFINED({ "a" : 5 }.b)',
    [{ $1: true, $2: false }],
  ),
  flat.reference(
    "is-integer",
    "IS_INTEGER within the 64-bit range",
    "SELECT VALUE { small: IS_INTEGER(3454.123), whole: IS_INTEGER(5523432), min: IS_INTEGER(-9223372036854775808), max: IS_INTEGER(9223372036854775807), out: IS_INTEGER(18446744073709551615) }",
    [{ small: false, whole: true, min: true, max: true, out: false }],
  ),
  flat.reference(
    "is-finite-number",
    "IS_FINITE_NUMBER of infinity and NaN is false",
    "SELECT VALUE { finite: IS_FINITE_NUMBER(1234.567), infinite: IS_FINITE_NUMBER(8.9 / 0.0), nan: IS_FINITE_NUMBER(SQRT(-1.0)) }",
    [{ finite: true, infinite: false, nan: false }],
  ),
  flat.reference(
    "working-with-json#difference-between-null-and-undefined",
    "null and the missing side by side",
    "SELECT IS_NULL(p.releaseDate) AS isReleaseDateNull, IS_DEFINED(p.releaseDate) AS isReleaseDateDefined, IS_NULL(p.retirementDate) AS isRetirementDateNull, IS_DEFINED(p.retirementDate) AS isRetirementDateDefined FROM c JOIN p IN (SELECT VALUE [{ name: 'Teapo rainbow surfboard', releaseDate: null }]) WHERE c.id = 'p01'",
    [
      {
        isReleaseDateNull: true,
        isReleaseDateDefined: true,
        isRetirementDateNull: false,
        isRetirementDateDefined: false,
      },
    ],
  ),
];
