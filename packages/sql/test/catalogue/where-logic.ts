/** WHERE and the three-valued AND, OR, NOT: only `true` lets a row pass, and undefined is neither true nor false. */
import { type Entry, over } from "./entry.js";
import type { Child } from "./fixtures/nested.js";
import { list } from "./plain.js";

const flat = over("flat");
const nested = over("nested");

/** The documented truth tables, over a literal of each kind. */
const truth = (expression: string): string => `SELECT VALUE { r: ${expression} }`;

export const whereLogic: readonly Entry[] = [
  flat.javascript("WHERE true keeps every row", "SELECT VALUE c.id FROM c WHERE true", (docs) => docs.map((c) => c.id)),
  flat.reasoned(
    "where: only the boolean true satisfies a condition",
    "WHERE false keeps none",
    "SELECT VALUE c.id FROM c WHERE false",
    [],
  ),
  flat.reasoned(
    "where: only the boolean true satisfies a condition",
    "WHERE undefined keeps none",
    "SELECT VALUE c.id FROM c WHERE undefined",
    [],
  ),
  flat.reasoned(
    "where: only the boolean true satisfies a condition",
    "WHERE null keeps none",
    "SELECT VALUE c.id FROM c WHERE null",
    [],
  ),
  flat.reasoned(
    "where: only the boolean true satisfies a condition",
    "WHERE of a number keeps none, be it not zero",
    "SELECT VALUE c.id FROM c WHERE 1",
    [],
  ),
  flat.reasoned(
    "where: only the boolean true satisfies a condition",
    "WHERE of a string keeps none, be it 'true'",
    "SELECT VALUE c.id FROM c WHERE 'true'",
    [],
  ),
  flat.javascript("WHERE of an array or an object keeps none", "SELECT VALUE c.id FROM c WHERE c.score", (docs) =>
    docs.filter((c) => c.score === true).map((c) => c.id),
  ),
  flat.javascript(
    "a bare property passes only where it is the boolean true",
    "SELECT VALUE c.id FROM c WHERE c.active",
    (docs) => docs.filter((c) => c.active === true).map((c) => c.id),
  ),
  flat.javascript(
    "NOT of a bare property passes only where it is the boolean false",
    "SELECT VALUE c.id FROM c WHERE NOT c.active",
    (docs) => docs.filter((c) => c.active === false).map((c) => c.id),
  ),
  flat.javascript(
    "a property and its negation leave out all that is no boolean",
    "SELECT VALUE c.id FROM c WHERE c.active OR NOT c.active",
    (docs) => docs.filter((c) => typeof c.active === "boolean").map((c) => c.id),
  ),
  flat.javascript(
    "NOT of a comparison with a missing property is undefined, so the row fails both ways",
    "SELECT VALUE c.id FROM c WHERE NOT (c.price > 10)",
    (docs) => docs.filter((c) => typeof c.price === "number" && !(c.price > 10)).map((c) => c.id),
  ),
  flat.javascript(
    "OR with an undefined side is the other side where that is true",
    "SELECT VALUE c.id FROM c WHERE c.price > 10 OR c.kind = 'person'",
    (docs) => docs.filter((c) => (typeof c.price === "number" && c.price > 10) || c.kind === "person").map((c) => c.id),
  ),
  flat.reasoned(
    "logical-operators: undefined AND anything is never true",
    "AND with an undefined side never passes",
    "SELECT VALUE c.id FROM c WHERE c.kind = 'product' AND c.age > 0",
    [],
  ),
  flat.javascript(
    "NOT of an AND passes where one side is false, be the other undefined",
    "SELECT VALUE c.id FROM c WHERE NOT (c.kind = 'product' AND c.price > 10)",
    (docs) =>
      docs.filter((c) => c.kind === "person" || (typeof c.price === "number" && c.price <= 10)).map((c) => c.id),
  ),
  flat.javascript(
    "NOT of an OR passes only where both sides are false",
    "SELECT VALUE c.id FROM c WHERE NOT (c.kind = 'product' OR c.age > 20)",
    (docs) => docs.filter((c) => c.kind === "person" && typeof c.age === "number" && c.age <= 20).map((c) => c.id),
  ),
  flat.javascript(
    "double negation of an undefined condition is undefined",
    "SELECT VALUE c.id FROM c WHERE NOT NOT (c.age >= 18)",
    (docs) => docs.filter((c) => typeof c.age === "number" && c.age >= 18).map((c) => c.id),
  ),
  flat.javascript(
    "AND binds tighter than OR",
    "SELECT VALUE c.id FROM c WHERE c.kind = 'product' OR c.city = 'Oslo' AND c.age > 30",
    (docs) =>
      docs
        .filter((c) => c.kind === "product" || (c.city === "Oslo" && typeof c.age === "number" && c.age > 30))
        .map((c) => c.id),
  ),
  flat.javascript(
    "parentheses overrule the precedence",
    "SELECT VALUE c.id FROM c WHERE (c.kind = 'product' OR c.city = 'Oslo') AND c.age > 30",
    (docs) => docs.filter((c) => c.city === "Oslo" && typeof c.age === "number" && c.age > 30).map((c) => c.id),
  ),
  flat.javascript(
    "NOT of a parenthesis binds tighter than AND",
    "SELECT VALUE c.id FROM c WHERE NOT (c.kind = 'person') AND c.stock > 5",
    (docs) => docs.filter((c) => c.kind === "product" && typeof c.stock === "number" && c.stock > 5).map((c) => c.id),
  ),
  flat.reasoned(
    "the SDK's published grammar (sql.g4) has NOT among the unary operators",
    "NOT without a parenthesis binds to its operand, before = compares",
    "SELECT VALUE c.id FROM c WHERE c.id < 'p05' AND NOT c.active = false",
    ["p01", "p02", "p03"],
  ),
  flat.javascript(
    "IN holds where an item equals",
    "SELECT VALUE c.id FROM c WHERE c.city IN ('Oslo', 'Lima')",
    (docs) => docs.filter((c) => c.city === "Oslo" || c.city === "Lima").map((c) => c.id),
  ),
  flat.javascript("IN compares without conversion", "SELECT VALUE c.id FROM c WHERE c.age IN (7, '42', true)", (docs) =>
    docs.filter((c) => c.age === 7 || c.age === "42" || c.age === true).map((c) => c.id),
  ),
  flat.javascript("IN finds null by null", "SELECT VALUE c.id FROM c WHERE c.city IN (null, 'Quito')", (docs) =>
    docs.filter((c) => c.city === null || c.city === "Quito").map((c) => c.id),
  ),
  flat.javascript(
    "IN of a missing value is undefined, whatever the list",
    "SELECT VALUE c.id FROM c WHERE NOT (c.sku IN ('SKU-1074', 'x'))",
    (docs) => docs.filter((c) => c.sku !== undefined && c.sku !== "SKU-1074").map((c) => c.id),
  ),
  flat.javascript(
    "NOT IN leaves out rows without the property",
    "SELECT VALUE c.id FROM c WHERE c.size NOT IN ('S', 'M')",
    (docs) => docs.filter((c) => c.size !== undefined && c.size !== "S" && c.size !== "M").map((c) => c.id),
  ),
  flat.javascript("IN may list properties", "SELECT VALUE c.id FROM c WHERE 5 IN (c.stock, c['order'])", (docs) =>
    docs.filter((c) => c.stock === 5 || c.order === 5).map((c) => c.id),
  ),
  nested.javascript(
    "IN may list objects and arrays",
    "SELECT VALUE c.id FROM c WHERE c.tags IN ([], [1, 2, 3], ['green', 'red'])",
    (docs) => docs.filter((c) => ["[]", "[1,2,3]"].includes(JSON.stringify(c.tags ?? null))).map((c) => c.id),
  ),
  flat.javascript("BETWEEN includes both ends", "SELECT VALUE c.id FROM c WHERE c.age BETWEEN 7 AND 34", (docs) =>
    docs.filter((c) => typeof c.age === "number" && c.age >= 7 && c.age <= 34).map((c) => c.id),
  ),
  flat.javascript(
    "BETWEEN over strings is by character order",
    "SELECT VALUE c.name FROM c WHERE c.name BETWEEN 'B' AND 'I'",
    (docs) => docs.filter((c) => typeof c.name === "string" && c.name >= "B" && c.name <= "I").map((c) => c.name),
  ),
  flat.reasoned(
    "keywords#between: a comparison of different types is undefined",
    "BETWEEN with ends of different types never holds",
    "SELECT VALUE c.id FROM c WHERE c.age BETWEEN 1 AND 'z'",
    [],
  ),
  flat.javascript(
    "NOT BETWEEN holds where an end excludes and leaves out other types",
    "SELECT VALUE c.id FROM c WHERE c.age NOT BETWEEN 7 AND 34",
    (docs) => docs.filter((c) => typeof c.age === "number" && (c.age < 7 || c.age > 34)).map((c) => c.id),
  ),
  flat.reasoned(
    "keywords#between: at least the first end and at most the second",
    "BETWEEN with its ends reversed is empty",
    "SELECT VALUE c.id FROM c WHERE c.age BETWEEN 34 AND 7",
    [],
  ),
  flat.javascript(
    "BETWEEN takes properties as its ends",
    "SELECT VALUE c.id FROM c WHERE 5 BETWEEN c.stock AND c.price",
    (docs) =>
      docs
        .filter((c) => typeof c.stock === "number" && typeof c.price === "number" && c.stock <= 5 && c.price >= 5)
        .map((c) => c.id),
  ),
  flat.javascript(
    "BETWEEN stands in parentheses beside AND",
    "SELECT VALUE c.id FROM c WHERE (c.age BETWEEN 18 AND 21) AND c.active = true",
    (docs) =>
      docs.filter((c) => typeof c.age === "number" && c.age >= 18 && c.age <= 21 && c.active === true).map((c) => c.id),
  ),
  nested.javascript(
    "a filter on a path through missing and non-object values",
    "SELECT VALUE c.id FROM c WHERE c.address.state = 'WA'",
    (docs) => docs.filter((c) => typeof c.address === "object" && c.address?.state === "WA").map((c) => c.id),
  ),
  nested.javascript(
    "a filter on an element by its index",
    "SELECT VALUE c.id FROM c WHERE c.children[0].grade = 8",
    (docs) => docs.filter((c) => list<Child>(c.children)[0]?.grade === 8).map((c) => c.id),
  ),
  flat.reference("logical-operators#or-operator", "true OR undefined is true", truth("true OR undefined"), [
    { r: true },
  ]),
  flat.reference("logical-operators#or-operator", "undefined OR true is true", truth("undefined OR true"), [
    { r: true },
  ]),
  flat.reference("logical-operators#or-operator", "false OR undefined is undefined", truth("false OR undefined"), [{}]),
  flat.reference(
    "logical-operators#or-operator",
    "undefined OR undefined is undefined",
    truth("undefined OR undefined"),
    [{}],
  ),
  flat.reference("logical-operators#and-operator", "true AND undefined is undefined", truth("true AND undefined"), [
    {},
  ]),
  flat.reference("logical-operators#and-operator", "false AND undefined is false", truth("false AND undefined"), [
    { r: false },
  ]),
  flat.reference("logical-operators#and-operator", "undefined AND false is false", truth("undefined AND false"), [
    { r: false },
  ]),
  flat.reference(
    "logical-operators#and-operator",
    "undefined AND undefined is undefined",
    truth("undefined AND undefined"),
    [{}],
  ),
  flat.reference("logical-operators#not-operator", "NOT undefined is undefined", truth("NOT undefined"), [{}]),
  flat.reasoned(
    "operators: a logical operand that is no boolean gives undefined",
    "NOT of null, a number or a string is undefined",
    truth("[NOT null, NOT 0, NOT 'x', NOT false]"),
    [{ r: [true] }],
  ),
  flat.reasoned(
    "operators: a logical operand that is no boolean gives undefined",
    "a non-boolean side counts as undefined: false AND 1 is false, true AND 1 is undefined",
    truth("[false AND 1, true AND 1, true OR 1, false OR 1]"),
    [{ r: [false, true] }],
  ),
];
