/** Ternary, ??, IIF: what decides, and what is decided by the missing. */
import { type Entry, over } from "./entry.js";

const flat = over("flat");
const nested = over("nested");
const poles =
  "[{ name: 'Stangincy trekking poles', price: 24.50, onCloseout: false, onSale: true, collapsible: true }, { name: 'Vimero hiking poles', price: 24.50, onCloseout: false, onSale: false }, { name: 'Kramundsen trekking poles', price: 24.50, onCloseout: true, onSale: true, collapsible: false }]";

export const conditional: readonly Entry[] = [
  flat.javascript(
    "a ternary over a boolean property",
    "SELECT c.id, c.onSale ? 'sale' : 'regular' AS p FROM c WHERE IS_BOOL(c.onSale)",
    (docs) =>
      docs.filter((c) => typeof c.onSale === "boolean").map((c) => ({ id: c.id, p: c.onSale ? "sale" : "regular" })),
  ),
  flat.javascript(
    "a ternary takes its second branch for all that is not true",
    "SELECT c.id, c.active ? 1 : 0 AS a FROM c",
    (docs) => docs.map((c) => ({ id: c.id, a: c.active === true ? 1 : 0 })),
  ),
  flat.javascript(
    "a ternary over an undefined comparison takes its second branch",
    "SELECT c.id, c.age >= 18 ? 'adult' : 'other' AS g FROM c",
    (docs) => docs.map((c) => ({ id: c.id, g: typeof c.age === "number" && c.age >= 18 ? "adult" : "other" })),
  ),
  flat.javascript(
    "ternaries nest to the right",
    "SELECT c.id, c.age < 18 ? 'child' : c.age < 65 ? 'adult' : c.age >= 65 ? 'senior' : 'unknown' AS g FROM c",
    (docs) =>
      docs.map((c) => {
        if (typeof c.age !== "number") return { id: c.id, g: "unknown" };
        return { id: c.id, g: c.age < 18 ? "child" : c.age < 65 ? "adult" : "senior" };
      }),
  ),
  flat.javascript(
    "a branch that is undefined leaves its property out",
    "SELECT c.id, c.kind = 'person' ? c.age : c.price AS n FROM c",
    (docs) => docs.map((c) => ({ id: c.id, n: c.kind === "person" ? c.age : c.price })),
  ),
  flat.javascript(
    "a ternary in a filter",
    "SELECT VALUE c.id FROM c WHERE (c.kind = 'person' ? c.age > 50 : c.price > 50)",
    (docs) =>
      docs
        .filter((c) =>
          c.kind === "person" ? typeof c.age === "number" && c.age > 50 : typeof c.price === "number" && c.price > 50,
        )
        .map((c) => c.id),
  ),
  flat.javascript("?? replaces the missing and keeps null", "SELECT c.id, c.city ?? 'nowhere' AS city FROM c", (docs) =>
    docs.map((c) => ({ id: c.id, city: c.city === undefined ? "nowhere" : c.city })),
  ),
  flat.javascript("?? keeps false, 0 and ''", "SELECT c.id, c.score ?? 'none' AS s FROM c", (docs) =>
    docs.map((c) => ({ id: c.id, s: c.score === undefined ? "none" : c.score })),
  ),
  flat.javascript(
    "?? chains to the first that is defined",
    "SELECT c.id, c.sku ?? c.code ?? c.size ?? '-' AS k FROM c",
    (docs) => docs.map((c) => ({ id: c.id, k: [c.sku, c.code, c.size].find((value) => value !== undefined) ?? "-" })),
  ),
  flat.javascript("?? of two missing values is undefined", "SELECT VALUE c.sku ?? c.size FROM c", (docs) =>
    docs.map((c) => (c.sku === undefined ? c.size : c.sku)).filter((value) => value !== undefined),
  ),
  flat.javascript(
    "?? in a filter finds the missing and the null apart",
    "SELECT VALUE c.id FROM c WHERE (c.stock ?? -1) = -1",
    (docs) => docs.filter((c) => c.stock === undefined).map((c) => c.id),
  ),
  flat.reasoned(
    "ternary-coalesce-operators: ?? replaces what is undefined",
    "?? after an undefined function",
    "SELECT c.id, UPPER(c.name) ?? 'ANON' AS n FROM c WHERE c.id IN ('p11', 'p24', 'p01')",
    [
      { id: "p01", n: "ANA" },
      { id: "p11", n: "ANON" },
      { id: "p24", n: "ANON" },
    ],
  ),
  nested.javascript(
    "?? on a path",
    "SELECT c.id, c.address.state ?? c.address.county ?? 'none' AS s FROM c WHERE c.type = 'family'",
    (docs) =>
      docs
        .filter((c) => c.type === "family")
        .map((c) => {
          const address = typeof c.address === "object" && c.address !== null ? c.address : undefined;
          return { id: c.id, s: address?.state ?? address?.county ?? "none" };
        }),
  ),
  flat.javascript("IIF is the ternary as a function", "SELECT c.id, IIF(c.active, 'yes', 'no') AS a FROM c", (docs) =>
    docs.map((c) => ({ id: c.id, a: c.active === true ? "yes" : "no" })),
  ),
  flat.reference(
    "iif",
    "IIF of what is not true gives its third argument",
    'SELECT VALUE [IIF(true, 123, 456), IIF(false, 123, 456), IIF(123, 123, 456), IIF("ABC", 123, 456), IIF([1,2,3], 123, 456), IIF({"name": "Alice", "age": 20}, 123, 456)]',
    [[123, 456, 456, 456, 456, 456]],
  ),
  flat.reference(
    "ternary-coalesce-operators",
    "the price on sale",
    `SELECT p.name, p.price AS subtotal, p.onSale ? (p.price * 0.85) : p.price AS total FROM c JOIN p IN (SELECT VALUE ${poles}) WHERE c.id = 'p01'`,
    [
      { name: "Stangincy trekking poles", subtotal: 24.5, total: 20.825 },
      { name: "Vimero hiking poles", subtotal: 24.5, total: 24.5 },
      { name: "Kramundsen trekking poles", subtotal: 24.5, total: 20.825 },
    ],
  ),
  flat.reference(
    "ternary-coalesce-operators",
    "the price on closeout, or on sale",
    `SELECT VALUE p.onCloseout ? (p.price * 0.55) : p.onSale ? (p.price * 0.85) : p.price FROM c JOIN p IN (SELECT VALUE ${poles}) WHERE c.id = 'p01'`,
    [20.825, 24.5, 13.475000000000001],
  ),
  flat.reasoned(
    "ternary-coalesce-operators: ?? gives its right side where the left is missing",
    "what is not said to be collapsible is not",
    `SELECT VALUE p.collapsible ?? false FROM c JOIN p IN (SELECT VALUE ${poles}) WHERE c.id = 'p01'`,
    [true, false, false],
  ),
  flat.reasoned(
    "operators: the ternary gives its third operand for all but true",
    "a ternary over null, a number, a string and undefined",
    "SELECT VALUE [null ? 1 : 2, 1 ? 1 : 2, 'true' ? 1 : 2, undefined ? 1 : 2, true ? 1 : 2]",
    [[2, 2, 2, 2, 1]],
  ),
  flat.reasoned(
    "ternary-coalesce-operators: only undefined is replaced",
    "?? of null, false, 0, '' and undefined",
    "SELECT VALUE [null ?? 1, false ?? 1, 0 ?? 1, '' ?? 1, undefined ?? 1, undefined ?? undefined ?? 2]",
    [[null, false, 0, "", 1, 2]],
  ),
];
