/** Sub-queries: scalar, ARRAY, EXISTS, in FROM and JOIN; what they see of the outer query and what they give when they have no row. */
import { type Entry, over } from "./entry.js";
import type { Child } from "./fixtures/nested.js";
import { defined, distinct, list, numbers, sum } from "./plain.js";

const flat = over("flat");
const nested = over("nested");

/** The documented product with its stock by place. */
const coat =
  "{ name: 'Snow coat', inventory: [{ location: 'Redmond, WA', quantity: 50 }, { location: 'Seattle, WA', quantity: 30 }, { location: 'Washington, DC', quantity: 25 }] }";
const bike =
  "{ name: 'Unobtani road bike', accessories: [{ name: 'Front/rear tire', type: 'tire', quantityOnHand: 5 }, { name: '9-speed chain', type: 'chains', quantityOnHand: 25 }, { name: 'Clip-in pedals', type: 'pedals', quantityOnHand: 15 }] }";
const radimer =
  "{ name: 'Radimer mountain bike', tags: [{ name: 'road' }, { name: 'bike' }, { name: 'competitive' }] }";
const with1 = (document: string, select: string, rest = ""): string =>
  `SELECT ${select} FROM c JOIN p IN (SELECT VALUE [${document}]) ${rest} WHERE c.id = 'p01'`;

export const subqueries: readonly Entry[] = [
  nested.javascript(
    "a scalar sub-query counts per document",
    "SELECT c.id, (SELECT VALUE COUNT(1) FROM l IN c.lines) AS n FROM c",
    (docs) => docs.map((c) => ({ id: c.id, n: list(c.lines).length })),
  ),
  nested.javascript(
    "a scalar sub-query sums per document, and the sum of nothing is 0",
    "SELECT c.id, (SELECT VALUE SUM(l.qty) FROM l IN c.lines) AS n FROM c WHERE c.type = 'order'",
    (docs) =>
      docs.filter((c) => c.type === "order").map((c) => ({ id: c.id, n: sum(list(c.lines).map((l) => l.qty)) })),
  ),
  nested.javascript(
    "a scalar sub-query with several aggregates gives an object",
    "SELECT c.id, (SELECT COUNT(1) AS n, MAX(l.unit) AS highest FROM l IN c.lines) AS s FROM c WHERE c.type = 'order'",
    (docs) =>
      docs
        .filter((c) => c.type === "order")
        .map((c) => ({
          id: c.id,
          s: {
            n: list(c.lines).length,
            highest: list(c.lines).length === 0 ? undefined : Math.max(...list(c.lines).map((l) => l.unit)),
          },
        })),
  ),
  nested.javascript(
    "a scalar sub-query without a row is undefined, and its property is left out",
    "SELECT c.id, (SELECT VALUE l.qty FROM l IN c.lines WHERE l.sku = 'bolt') AS q FROM c WHERE c.type = 'order'",
    (docs) =>
      docs
        .filter((c) => c.type === "order")
        .map((c) => ({ id: c.id, q: list(c.lines).find((l) => l.sku === "bolt")?.qty })),
  ),
  nested.javascript(
    "a filter on a scalar sub-query",
    "SELECT VALUE c.id FROM c WHERE (SELECT VALUE COUNT(1) FROM k IN c.children) >= 2",
    (docs) => docs.filter((c) => list<Child>(c.children).length >= 2).map((c) => c.id),
  ),
  nested.javascript(
    "a scalar sub-query without a row fails the filter and its negation",
    "SELECT VALUE c.id FROM c WHERE NOT ((SELECT VALUE p.familyName FROM p IN c.parents WHERE p.firstName = 'Tom') = 'Ito')",
    (docs) =>
      docs
        .filter((c) =>
          list(c.parents).some((p) => p.firstName === "Tom" && p.familyName !== undefined && p.familyName !== "Ito"),
        )
        .map((c) => c.id),
  ),
  nested.javascript(
    "a scalar sub-query without FROM sees the outer alias",
    "SELECT VALUE (SELECT VALUE CONCAT(c.type, ':', c.id)) FROM c",
    (docs) => docs.map((c) => `${c.type}:${c.id}`),
  ),
  nested.javascript(
    "a scalar sub-query's object is opened by a path",
    "SELECT c.id, (SELECT c.lastName WHERE c.isRegistered = true).lastName FROM c WHERE c.type = 'family'",
    (docs) =>
      docs
        .filter((c) => c.type === "family")
        .map((c) => ({ id: c.id, lastName: c.isRegistered === true ? c.lastName : undefined })),
  ),
  nested.javascript(
    "EXISTS holds where a row comes out",
    "SELECT VALUE c.id FROM c WHERE EXISTS (SELECT VALUE l FROM l IN c.lines WHERE l.qty >= 5)",
    (docs) => docs.filter((c) => list(c.lines).some((l) => l.qty >= 5)).map((c) => c.id),
  ),
  nested.javascript(
    "NOT EXISTS holds where none does, missing arrays included",
    "SELECT VALUE c.id FROM c WHERE NOT EXISTS (SELECT VALUE l FROM l IN c.lines)",
    (docs) => docs.filter((c) => list(c.lines).length === 0).map((c) => c.id),
  ),
  nested.javascript(
    "EXISTS does not regard whether the row is false or null",
    "SELECT VALUE c.id FROM c WHERE EXISTS (SELECT VALUE c.isRegistered)",
    (docs) => docs.filter((c) => c.isRegistered !== undefined).map((c) => c.id),
  ),
  nested.javascript(
    "EXISTS of an undefined value is false",
    "SELECT VALUE c.id FROM c WHERE EXISTS (SELECT VALUE k.grade FROM k IN c.children)",
    (docs) => docs.filter((c) => list<Child>(c.children).some((k) => k.grade !== undefined)).map((c) => c.id),
  ),
  nested.javascript(
    "EXISTS without VALUE is true for any element, be its property missing",
    "SELECT VALUE c.id FROM c WHERE EXISTS (SELECT k.grade FROM k IN c.children)",
    (docs) => docs.filter((c) => list<Child>(c.children).length > 0).map((c) => c.id),
  ),
  nested.javascript(
    "EXISTS in SELECT is a boolean in every row",
    "SELECT c.id, EXISTS (SELECT VALUE t FROM t IN c.tags WHERE t = 'red') AS red FROM c",
    (docs) => docs.map((c) => ({ id: c.id, red: list(c.tags).includes("red") })),
  ),
  nested.javascript(
    "EXISTS over a nested JOIN",
    "SELECT VALUE c.id FROM c WHERE EXISTS (SELECT VALUE p FROM k IN c.children JOIN p IN k.pets WHERE p.species = 'cat' AND k.grade = 8)",
    (docs) =>
      docs
        .filter((c) =>
          list<Child>(c.children).some((k) => k.grade === 8 && list(k.pets).some((p) => p.species === "cat")),
        )
        .map((c) => c.id),
  ),
  nested.javascript(
    "EXISTS within EXISTS",
    "SELECT VALUE c.id FROM c WHERE EXISTS (SELECT VALUE k FROM k IN c.children WHERE EXISTS (SELECT VALUE p FROM p IN k.pets WHERE p.age > 5))",
    (docs) =>
      docs
        .filter((c) => list<Child>(c.children).some((k) => list(k.pets).some((p) => (p.age ?? 0) > 5)))
        .map((c) => c.id),
  ),
  nested.javascript(
    "two EXISTS ask of any two elements, one EXISTS of one",
    "SELECT VALUE c.id FROM c WHERE EXISTS (SELECT VALUE l FROM l IN c.lines WHERE l.sku = 'nut') AND EXISTS (SELECT VALUE l FROM l IN c.lines WHERE l.qty = 5)",
    (docs) =>
      docs
        .filter((c) => list(c.lines).some((l) => l.sku === "nut") && list(c.lines).some((l) => l.qty === 5))
        .map((c) => c.id),
  ),
  nested.javascript(
    "ARRAY gathers the rows of a sub-query in order",
    "SELECT c.id, ARRAY(SELECT VALUE l.sku FROM l IN c.lines) AS skus FROM c WHERE c.type = 'order'",
    (docs) => docs.filter((c) => c.type === "order").map((c) => ({ id: c.id, skus: list(c.lines).map((l) => l.sku) })),
  ),
  nested.reasoned(
    "subquery#array-expression: the rows of the query, as an array",
    "ARRAY over nothing is the empty array",
    "SELECT VALUE ARRAY(SELECT VALUE x FROM x IN c.nothing) FROM c WHERE c.id = 'f01'",
    [[]],
  ),
  nested.javascript(
    "ARRAY leaves out undefined values",
    "SELECT VALUE ARRAY(SELECT VALUE k.grade FROM k IN c.children) FROM c",
    (docs) => docs.map((c) => defined(list<Child>(c.children).map((k) => k.grade))),
  ),
  nested.javascript(
    "ARRAY without VALUE gathers objects",
    "SELECT VALUE ARRAY(SELECT k.givenName, k.grade FROM k IN c.children) FROM c WHERE c.id = 'f12'",
    (docs) =>
      docs
        .filter((c) => c.id === "f12")
        .map((c) => list<Child>(c.children).map((k) => ({ givenName: k.givenName, grade: k.grade }))),
  ),
  nested.javascript(
    "ARRAY with a filter, measured",
    "SELECT VALUE c.id FROM c WHERE ARRAY_LENGTH(ARRAY(SELECT VALUE l FROM l IN c.lines WHERE l.unit >= 4)) = 2",
    (docs) => docs.filter((c) => list(c.lines).filter((l) => l.unit >= 4).length === 2).map((c) => c.id),
  ),
  nested.javascript(
    "ARRAY within ARRAY",
    "SELECT VALUE ARRAY(SELECT VALUE ARRAY(SELECT VALUE p.name FROM p IN k.pets) FROM k IN c.children) FROM c WHERE c.id = 'f24'",
    (docs) =>
      docs
        .filter((c) => c.id === "f24")
        .map((c) => list<Child>(c.children).map((k) => list(k.pets).map((p) => p.name))),
  ),
  nested.javascript(
    "DISTINCT within ARRAY",
    "SELECT c.id, ARRAY(SELECT DISTINCT VALUE t FROM t IN c.tags) AS tags FROM c WHERE IS_ARRAY(c.tags)",
    (docs) => docs.filter((c) => c.tags !== undefined).map((c) => ({ id: c.id, tags: distinct(list(c.tags)) })),
  ),
  nested.javascript(
    "TOP within ARRAY takes the first elements",
    "SELECT c.id, ARRAY(SELECT TOP 1 VALUE l.sku FROM l IN c.lines) AS first FROM c WHERE c.type = 'order'",
    (docs) =>
      docs
        .filter((c) => c.type === "order")
        .map((c) => ({
          id: c.id,
          first: list(c.lines)
            .slice(0, 1)
            .map((l) => l.sku),
        })),
  ),
  nested.javascript(
    "an aggregate sub-query in a JOIN gives one row a document",
    "SELECT c.id, s.n, s.total FROM c JOIN (SELECT COUNT(1) AS n, SUM(l.qty) AS total FROM l IN c.lines) AS s WHERE s.n > 1",
    (docs) =>
      docs
        .filter((c) => list(c.lines).length > 1)
        .map((c) => ({ id: c.id, n: list(c.lines).length, total: sum(list(c.lines).map((l) => l.qty)) })),
  ),
  nested.javascript(
    "a JOIN over a sub-query evaluates once what is used twice",
    "SELECT c.id, t AS total FROM c JOIN (SELECT VALUE SUM(l.qty * l.unit) FROM l IN c.lines) t WHERE t > 20",
    (docs) =>
      docs
        .map((c) => ({ id: c.id, total: sum(list(c.lines).map((l) => l.qty * l.unit)) }))
        .filter((row) => row.total > 20),
  ),
  nested.javascript(
    "a sub-query may shadow the outer alias",
    "SELECT c.id, ARRAY(SELECT VALUE c.firstName FROM c IN c.parents) AS names FROM c WHERE c.type = 'family'",
    (docs) =>
      docs
        .filter((c) => c.type === "family")
        .map((c) => ({ id: c.id, names: list(c.parents).map((p) => p.firstName) })),
  ),
  nested.javascript(
    "a sub-query in an argument",
    "SELECT VALUE CONCAT(c.id, '/', (SELECT VALUE p.firstName FROM p IN c.parents WHERE p.familyName = 'Ito')) FROM c",
    (docs) =>
      docs.flatMap((c) =>
        list(c.parents)
          .filter((p) => p.familyName === "Ito")
          .map((p) => `${c.id}/${p.firstName}`),
      ),
  ),
  nested.javascript(
    "a sub-query over an aggregate of a filtered array",
    "SELECT c.id, (SELECT VALUE AVG(w) FROM w IN c.weights WHERE IS_NUMBER(w)) AS mean FROM c WHERE IS_DEFINED(c.weights)",
    (docs) =>
      docs
        .filter((c) => c.weights !== undefined)
        .map((c) => ({ id: c.id, mean: sum(numbers(list(c.weights))) / numbers(list(c.weights)).length })),
  ),
  nested.javascript(
    "an aggregate sub-query over mixed types is undefined",
    "SELECT VALUE { id: c.id, total: (SELECT VALUE SUM(w) FROM w IN c.weights) } FROM c WHERE IS_DEFINED(c.weights)",
    (docs) =>
      docs
        .filter((c) => c.weights !== undefined)
        .map((c) => ({
          id: c.id,
          total: list(c.weights).every((w) => typeof w === "number") ? sum(numbers(list(c.weights))) : undefined,
        })),
  ),
  flat.reference(
    "subquery#exists-expression",
    "EXISTS of SELECT VALUE undefined is false",
    "SELECT EXISTS (SELECT VALUE undefined)",
    [{ $1: false }],
  ),
  flat.reference(
    "subquery#exists-expression",
    "EXISTS of SELECT undefined is true",
    "SELECT EXISTS (SELECT undefined)",
    [{ $1: true }],
  ),
  flat.reference(
    "subquery#simple-expression-scalar-subqueries",
    "a scalar sub-query of a constant is the constant",
    "SELECT (SELECT VALUE 1) AS a, (SELECT VALUE 2) AS b",
    [{ a: 1, b: 2 }],
  ),
  flat.reference(
    "subquery#aggregate-scalar-subqueries",
    "the places of a product are counted",
    with1(coat, "p.name, (SELECT VALUE COUNT(1) FROM i IN p.inventory) AS locationCount"),
    [{ name: "Snow coat", locationCount: 3 }],
  ),
  flat.reference(
    "subquery#aggregate-scalar-subqueries",
    "the places that end in WA are counted",
    with1(coat, "p.name, (SELECT VALUE COUNT(1) FROM i IN p.inventory WHERE ENDSWITH(i.location, 'WA')) AS n"),
    [{ name: "Snow coat", n: 2 }],
  ),
  flat.reference(
    "subquery#aggregate-scalar-subqueries",
    "the stock is averaged in projection and filter",
    `${with1(coat, "p.name, (SELECT VALUE AVG(q.quantity) FROM q IN p.inventory WHERE q.quantity > 10) AS averageInventory")} AND (SELECT VALUE COUNT(1) FROM i IN p.inventory WHERE i.quantity > 10) >= 1`,
    [{ name: "Snow coat", averageInventory: 35 }],
  ),
  flat.reference(
    "subquery#exists-expression",
    "a JOIN with a filter finds the chain",
    `${with1(bike, "p.name, a.name AS accessoryName", "JOIN a IN p.accessories")} AND a.type = 'chains' AND a.quantityOnHand >= 10`,
    [{ name: "Unobtani road bike", accessoryName: "9-speed chain" }],
  ),
  flat.reference(
    "subquery#exists-expression",
    "EXISTS finds the same document",
    `${with1(bike, "VALUE p.name")} AND EXISTS (SELECT VALUE a FROM a IN p.accessories WHERE a.type = 'chains' AND a.quantityOnHand >= 10)`,
    ["Unobtani road bike"],
  ),
  flat.reference(
    "subquery#exists-expression",
    "EXISTS has an alias like any expression",
    with1(bike, "p.name, EXISTS (SELECT VALUE a FROM a IN p.accessories WHERE a.type = 'chains') AS available"),
    [{ name: "Unobtani road bike", available: true }],
  ),
  flat.reference(
    "subquery#array-expression",
    "ARRAY gathers the names of tags, all and filtered",
    with1(
      radimer,
      "p.name, ARRAY (SELECT VALUE t.name FROM t in p.tags) AS tagNames, ARRAY (SELECT VALUE t.name FROM t in p.tags WHERE CONTAINS(t.name, 'bike')) AS bikeTagNames",
    ),
    [{ name: "Radimer mountain bike", tagNames: ["road", "bike", "competitive"], bikeTagNames: ["bike"] }],
  ),
  flat.reference(
    "subquery#array-expression",
    "JOIN iterates over an ARRAY",
    with1(
      radimer,
      "p.name, n.t.name AS nonBikeTagName",
      "JOIN n IN (SELECT VALUE ARRAY(SELECT t FROM t in p.tags WHERE t.name NOT LIKE '%bike%'))",
    ),
    [
      { name: "Radimer mountain bike", nonBikeTagName: "road" },
      { name: "Radimer mountain bike", nonBikeTagName: "competitive" },
    ],
  ),
];
