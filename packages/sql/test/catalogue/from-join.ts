/** FROM and JOIN: sub-roots, iteration, cross products, and what has nothing to iterate over. */
import { type Entry, over } from "./entry.js";
import type { Address, Child } from "./fixtures/nested.js";
import { defined, list } from "./plain.js";

const flat = over("flat");
const nested = over("nested");

const address = (value: Address | string | null | undefined): Address | undefined =>
  typeof value === "object" && value !== null ? value : undefined;

export const fromJoin: readonly Entry[] = [
  nested.javascript(
    "FROM a property iterates over its value in each document that has it",
    "SELECT VALUE a FROM c.address a",
    (docs) => defined(docs.map((c) => c.address)),
  ),
  nested.javascript(
    "a sub-root without an alias is named after its last step",
    "SELECT address.city FROM c.address",
    (docs) => defined(docs.map((c) => c.address)).map((a) => ({ city: address(a)?.city })),
  ),
  nested.javascript("SELECT * of a sub-root gives the sub-root", "SELECT * FROM c.customer", (docs) =>
    defined(docs.map((c) => c.customer)),
  ),
  nested.javascript("FROM an array property gives each array as one row", "SELECT VALUE l FROM c.lines l", (docs) =>
    defined(docs.map((c) => c.lines)),
  ),
  nested.javascript("IN iterates over the elements of every array", "SELECT VALUE l FROM l IN c.lines", (docs) =>
    docs.flatMap((c) => list(c.lines)),
  ),
  nested.javascript("SELECT * of an iteration gives the elements", "SELECT * FROM l IN c.lines", (docs) =>
    docs.flatMap((c) => list(c.lines)),
  ),
  nested.javascript(
    "IN ignores null, objects, strings and missing values",
    "SELECT VALUE k.givenName FROM k IN c.children",
    (docs) => docs.flatMap((c) => list<Child>(c.children).map((k) => k.givenName)),
  ),
  nested.javascript("IN gives mixed elements as they are, null included", "SELECT VALUE t FROM t IN c.tags", (docs) =>
    docs.flatMap((c) => list(c.tags)),
  ),
  nested.javascript("a sub-root may be reached by brackets", 'SELECT VALUE a.city FROM c["address"] a', (docs) =>
    defined(docs.map((c) => address(c.address)?.city)),
  ),
  nested.javascript("a sub-root may be reached by an index", "SELECT VALUE p.firstName FROM c.parents[1] p", (docs) =>
    defined(docs.map((c) => c.parents?.[1]?.firstName)),
  ),
  nested.javascript("IN may start from an element of an array", "SELECT VALUE n FROM n IN c.matrix[0]", (docs) =>
    docs.flatMap((c) => list(c.matrix?.[0])),
  ),
  nested.javascript(
    "a filter on the iterated element",
    "SELECT VALUE l.qty FROM l IN c.lines WHERE l.sku = 'gear'",
    (docs) =>
      docs.flatMap((c) =>
        list(c.lines)
          .filter((l) => l.sku === "gear")
          .map((l) => l.qty),
      ),
  ),
  nested.javascript(
    "JOIN pairs each document with each element",
    "SELECT c.id, l.sku FROM c JOIN l IN c.lines",
    (docs) => docs.flatMap((c) => list(c.lines).map((l) => ({ id: c.id, sku: l.sku }))),
  ),
  nested.javascript(
    "JOIN drops documents whose array is empty, missing, null or no array",
    "SELECT DISTINCT VALUE c.id FROM c JOIN k IN c.children",
    (docs) => docs.filter((c) => list(c.children).length > 0).map((c) => c.id),
  ),
  nested.javascript(
    "two JOINs over the same document are a cross product",
    "SELECT c.id, p.firstName, k.givenName FROM c JOIN p IN c.parents JOIN k IN c.children",
    (docs) =>
      docs.flatMap((c) =>
        list(c.parents).flatMap((p) =>
          list<Child>(c.children).map((k) => ({ id: c.id, firstName: p.firstName, givenName: k.givenName })),
        ),
      ),
  ),
  nested.javascript(
    "a JOIN over an earlier alias nests",
    "SELECT k.givenName AS child, p.name AS pet FROM c JOIN k IN c.children JOIN p IN k.pets",
    (docs) =>
      docs.flatMap((c) =>
        list<Child>(c.children).flatMap((k) => list(k.pets).map((p) => ({ child: k.givenName, pet: p.name }))),
      ),
  ),
  nested.javascript(
    "a self-join of one array pairs every element with every element",
    "SELECT VALUE [a.sku, b.sku] FROM c JOIN a IN c.lines JOIN b IN c.lines WHERE a.sku < b.sku",
    (docs) =>
      docs.flatMap((c) =>
        list(c.lines).flatMap((a) =>
          list(c.lines)
            .filter((b) => a.sku < b.sku)
            .map((b) => [a.sku, b.sku]),
        ),
      ),
  ),
  nested.reasoned(
    "from: a value that does not exist, or is no array, is not processed further",
    "a JOIN after an empty one gives nothing",
    "SELECT VALUE 1 FROM c JOIN w IN c.weights JOIN m IN c.matrix",
    [],
  ),
  nested.javascript(
    "JOIN without IN binds the array itself",
    "SELECT c.id, ARRAY_LENGTH(l) AS n FROM c JOIN l IN (SELECT VALUE [c.lines]) WHERE IS_ARRAY(l)",
    (docs) => docs.filter((c) => c.lines !== undefined).map((c) => ({ id: c.id, n: list(c.lines).length })),
  ),
  nested.javascript("JOIN over arrays in arrays", "SELECT c.id, n FROM c JOIN m IN c.matrix JOIN n IN m", (docs) =>
    docs.flatMap((c) => list(c.matrix).flatMap((m) => m.map((n) => ({ id: c.id, n })))),
  ),
  nested.javascript(
    "iteration skips elements that are no arrays",
    "SELECT VALUE x FROM c JOIN t IN c.tags JOIN x IN t",
    (docs) => docs.flatMap((c) => list(c.tags).flatMap((t) => (Array.isArray(t) ? t : []))),
  ),
  nested.javascript(
    "a filter may compare the element with its document",
    "SELECT c.id, p.firstName FROM c JOIN p IN c.parents WHERE p.familyName = c.lastName",
    (docs) =>
      docs.flatMap((c) =>
        list(c.parents)
          .filter((p) => p.familyName !== undefined && p.familyName === c.lastName)
          .map((p) => ({ id: c.id, firstName: p.firstName })),
      ),
  ),
  nested.javascript(
    "an alias of JOIN may be projected whole",
    "SELECT p FROM c JOIN p IN c.parents WHERE c.id IN ('f01', 'f02')",
    (docs) => docs.filter((c) => ["f01", "f02"].includes(c.id)).flatMap((c) => list(c.parents).map((p) => ({ p }))),
  ),
  nested.javascript(
    "JOIN over a sub-query with a filter",
    "SELECT c.id, l.qty FROM c JOIN (SELECT VALUE x FROM x IN c.lines WHERE x.qty > 3) AS l",
    (docs) =>
      docs.flatMap((c) =>
        list(c.lines)
          .filter((l) => l.qty > 3)
          .map((l) => ({ id: c.id, qty: l.qty })),
      ),
  ),
  nested.javascript(
    "JOIN over a sub-query that gives no row drops the document",
    "SELECT VALUE c.id FROM c JOIN (SELECT VALUE c.lastName) AS n",
    (docs) => docs.filter((c) => c.lastName !== undefined).map((c) => c.id),
  ),
  nested.javascript(
    "JOIN over a sub-query that gives an object keeps every document",
    "SELECT c.id, n.lastName FROM c JOIN (SELECT c.lastName) AS n",
    (docs) => docs.map((c) => ({ id: c.id, lastName: c.lastName })),
  ),
  nested.javascript(
    "JOIN x IN a sub-query iterates over the array that it gives",
    "SELECT c.id, u.name FROM c JOIN u IN (SELECT VALUE [{ code: 'gold', name: 'Gold club' }, { code: 'silver', name: 'Silver club' }]) WHERE c.customer.level = u.code",
    (docs) =>
      docs
        .filter((c) => c.customer?.level === "gold" || c.customer?.level === "silver")
        .map((c) => ({ id: c.id, name: c.customer?.level === "gold" ? "Gold club" : "Silver club" })),
  ),
  nested.javascript(
    "FROM a sub-query over the container",
    "SELECT VALUE s.city FROM (SELECT VALUE c.address FROM c WHERE c.type = 'family') AS s",
    (docs) => defined(docs.filter((c) => c.type === "family").map((c) => address(c.address)?.city)),
  ),
  nested.javascript(
    "JOIN on a property of the joined alias that is missing",
    "SELECT VALUE k.grade FROM c JOIN k IN c.children WHERE NOT IS_DEFINED(k.gender)",
    (docs) =>
      defined(
        docs.flatMap((c) =>
          list<Child>(c.children)
            .filter((k) => k.gender === undefined)
            .map((k) => k.grade),
        ),
      ),
  ),
  nested.reference(
    "from",
    "the documented product of three sources, each one scoped to the one before",
    "SELECT VALUE [a.name, b.n, d] FROM c JOIN a IN (SELECT VALUE [{ name: 'A', s: [{ n: 1, t: [100, 200] }, { n: 2 }] }, { name: 'B', s: [{ n: 3, t: [300] }] }, { name: 'C', s: [{ n: 4 }, { n: 5 }] }]) JOIN b IN a.s JOIN d IN b.t WHERE c.id = 'f01'",
    [
      ["A", 1, 100],
      ["A", 1, 200],
      ["B", 3, 300],
    ],
  ),
  nested.reference(
    "from",
    "the documented product of two sources scoped to the same one",
    "SELECT VALUE [a.name, b, d] FROM c JOIN a IN (SELECT VALUE [{ name: 'A', s: [1, 2], t: [100, 200] }, { name: 'B', s: [3], t: [] }, { name: 'C', s: [4, 5], t: [300] }]) JOIN b IN a.s JOIN d IN a.t WHERE c.id = 'f01'",
    [
      ["A", 1, 100],
      ["A", 1, 200],
      ["A", 2, 100],
      ["A", 2, 200],
      ["C", 4, 300],
      ["C", 5, 300],
    ],
  ),
  flat.reasoned(
    "from: a value that does not exist, or is no array, is not processed further",
    "JOIN over a property that no document has gives nothing",
    "SELECT * FROM x IN c.nothing",
    [],
  ),
  flat.javascript(
    "JOIN over a computed array",
    "SELECT c.id, t FROM c JOIN t IN (SELECT VALUE StringSplit(c.tags, ','))",
    (docs) =>
      docs
        .filter((c) => c.tags !== undefined)
        .flatMap((c) => (c.tags as string).split(",").map((t) => ({ id: c.id, t }))),
  ),
  flat.javascript(
    "JOIN over an array built from properties skips those that are missing",
    "SELECT c.id, x FROM c JOIN x IN (SELECT VALUE [c.size, c.sku])",
    (docs) => docs.flatMap((c) => defined([c.size, c.sku]).map((x) => ({ id: c.id, x }))),
  ),
];
