/** ORDER BY: one key and several, mixed types, missing keys, and what comes after it. */
import { type Entry, over } from "./entry.js";
import type { Address } from "./fixtures/nested.js";
import { byType, sorted } from "./plain.js";

const flat = over("flat");
const nested = over("nested");
const series = over("series");
const ordered = { ordered: true };

const address = (value: Address | string | null | undefined): Address | undefined =>
  typeof value === "object" && value !== null ? value : undefined;

export const orderBy: readonly Entry[] = [
  flat.javascript(
    "ORDER BY is ascending unless it says otherwise",
    "SELECT VALUE c.id FROM c ORDER BY c.id",
    (docs) => docs.map((c) => c.id).sort(),
    ordered,
  ),
  flat.javascript(
    "ASC says what is meant anyway",
    "SELECT VALUE c.id FROM c ORDER BY c.id ASC",
    (docs) => docs.map((c) => c.id).sort(),
    ordered,
  ),
  flat.javascript(
    "DESC reverses",
    "SELECT VALUE c.id FROM c ORDER BY c.id DESC",
    (docs) =>
      docs
        .map((c) => c.id)
        .sort()
        .reverse(),
    ordered,
  ),
  flat.javascript(
    "numbers sort by value, not by spelling",
    "SELECT VALUE c.price FROM c WHERE IS_NUMBER(c.price) ORDER BY c.price",
    (docs) =>
      sorted(
        docs.map((c) => c.price).filter((price) => typeof price === "number"),
        (price) => price,
      ),
    ordered,
  ),
  flat.javascript(
    "strings sort by character, capitals first",
    "SELECT VALUE c.name FROM c WHERE IS_STRING(c.name) ORDER BY c.name",
    (docs) =>
      docs
        .map((c) => c.name)
        .filter((name) => typeof name === "string")
        .sort(),
    ordered,
  ),
  flat.javascript(
    "mixed types sort by type: null, booleans, numbers, strings",
    "SELECT VALUE c.age FROM c WHERE IS_DEFINED(c.age) ORDER BY c.age",
    (docs) =>
      sorted(
        docs.map((c) => c.age).filter((age) => age !== undefined),
        (age) => age,
      ),
    ordered,
  ),
  flat.javascript(
    "mixed types in descending order are the exact reverse",
    "SELECT VALUE c.age FROM c WHERE IS_DEFINED(c.age) ORDER BY c.age DESC",
    (docs) =>
      sorted(
        docs.map((c) => c.age).filter((age) => age !== undefined),
        (age) => age,
        true,
      ),
    ordered,
  ),
  flat.javascript("rows without the key are not lost", "SELECT c.id FROM c ORDER BY c.price", (docs) =>
    docs.map((c) => ({ id: c.id })),
  ),
  flat.javascript(
    "rows without the key come before all others",
    "SELECT c.price FROM c WHERE c.kind = 'product' ORDER BY c.price",
    (docs) =>
      sorted(
        docs.filter((c) => c.kind === "product"),
        (c) => c.price,
      ).map((c) => ({ price: c.price })),
    ordered,
  ),
  flat.javascript(
    "in descending order rows without the key come last",
    "SELECT c.price FROM c WHERE c.kind = 'product' ORDER BY c.price DESC",
    (docs) =>
      sorted(
        docs.filter((c) => c.kind === "product"),
        (c) => c.price,
        true,
      ).map((c) => ({ price: c.price })),
    ordered,
  ),
  flat.javascript(
    "null is the lowest of the defined values",
    "SELECT VALUE c.stock FROM c WHERE IS_DEFINED(c.stock) ORDER BY c.stock",
    (docs) =>
      sorted(
        docs.map((c) => c.stock).filter((stock) => stock !== undefined),
        (stock) => stock,
      ),
    ordered,
  ),
  flat.javascript(
    "the key need not be selected",
    "SELECT VALUE c.id FROM c WHERE IS_DEFINED(c['order']) ORDER BY c['order'] DESC",
    (docs) =>
      sorted(
        docs.filter((c) => c.order !== undefined),
        (c) => c.order,
        true,
      ).map((c) => c.id),
    ordered,
  ),
  flat.javascript(
    "a second key decides among equals of the first",
    "SELECT VALUE c.id FROM c WHERE c.kind = 'product' AND IS_DEFINED(c.category) ORDER BY c.category, c.id",
    (docs) =>
      [...docs]
        .filter((c) => c.kind === "product" && c.category !== undefined)
        .sort((a, b) => byType(a.category, b.category) || byType(a.id, b.id))
        .map((c) => c.id),
    ordered,
  ),
  flat.javascript(
    "each key has a direction of its own",
    "SELECT VALUE c.id FROM c WHERE c.kind = 'product' ORDER BY c.price DESC, c.id ASC",
    (docs) =>
      [...docs]
        .filter((c) => c.kind === "product")
        .sort((a, b) => -byType(a.price, b.price) || byType(a.id, b.id))
        .map((c) => c.id),
    ordered,
  ),
  flat.javascript(
    "three keys, over missing values too",
    "SELECT VALUE c.id FROM c ORDER BY c.kind DESC, c.city ASC, c.id DESC",
    (docs) =>
      [...docs]
        .sort((a, b) => -byType(a.kind, b.kind) || byType(a.city, b.city) || -byType(a.id, b.id))
        .map((c) => c.id),
    ordered,
  ),
  flat.javascript(
    "the key may be a bracketed name",
    'SELECT VALUE c["first name"] FROM c WHERE IS_DEFINED(c["first name"]) ORDER BY c["first name"]',
    (docs) =>
      docs
        .map((c) => c["first name"])
        .filter((name) => name !== undefined)
        .sort(),
    ordered,
  ),
  nested.javascript(
    "the key may be a nested path",
    "SELECT VALUE c.address.county FROM c WHERE IS_DEFINED(c.address.county) ORDER BY c.address.county DESC",
    (docs) =>
      docs
        .map((c) => address(c.address)?.county)
        .filter((county) => county !== undefined)
        .sort()
        .reverse(),
    ordered,
  ),
  nested.javascript(
    "the key may be an element of an array",
    "SELECT c.id, c.parents[0].firstName FROM c WHERE IS_DEFINED(c.parents[0]) ORDER BY c.parents[0].firstName, c.id",
    (docs) =>
      [...docs]
        .filter((c) => c.parents?.[0] !== undefined)
        .sort((a, b) => byType(a.parents?.[0]?.firstName, b.parents?.[0]?.firstName) || byType(a.id, b.id))
        .map((c) => ({ id: c.id, firstName: c.parents?.[0]?.firstName })),
    ordered,
  ),
  nested.javascript(
    "ORDER BY after a JOIN sorts the joined rows",
    "SELECT c.id, l.qty, l.sku FROM c JOIN l IN c.lines ORDER BY l.qty DESC, c.id, l.sku",
    (docs) =>
      docs
        .flatMap((c) => (c.lines ?? []).map((l) => ({ id: c.id, qty: l.qty, sku: l.sku })))
        .sort((a, b) => -byType(a.qty, b.qty) || byType(a.id, b.id) || byType(a.sku, b.sku)),
    ordered,
  ),
  series.javascript(
    "times as ISO strings sort as moments",
    "SELECT VALUE c.epoch FROM c ORDER BY c.at DESC",
    (docs) => docs.map((c) => c.epoch).sort((a, b) => b - a),
    ordered,
  ),
  series.javascript(
    "a filter and a sort on different paths",
    "SELECT VALUE c.id FROM c WHERE c.quality = 'bad' ORDER BY c.ticks DESC",
    (docs) =>
      sorted(
        docs.filter((c) => c.quality === "bad"),
        (c) => c.ticks,
        true,
      ).map((c) => c.id),
    ordered,
  ),
  series.javascript(
    "negative numbers come before zero",
    "SELECT VALUE c['value'] FROM c WHERE c['value'] < 1 ORDER BY c['value']",
    (docs) =>
      sorted(
        docs.map((c) => c.value).filter((value) => value !== undefined && value < 1),
        (value) => value,
      ),
    ordered,
  ),
  series.javascript(
    "TOP after ORDER BY takes the first of the sorted rows",
    "SELECT TOP 5 VALUE c.id FROM c ORDER BY c.epoch DESC",
    (docs) =>
      sorted(docs, (c) => c.epoch, true)
        .slice(0, 5)
        .map((c) => c.id),
    ordered,
  ),
  series.javascript(
    "OFFSET LIMIT after ORDER BY takes its slice of the sorted rows",
    "SELECT VALUE c.id FROM c ORDER BY c.epoch OFFSET 10 LIMIT 7",
    (docs) =>
      sorted(docs, (c) => c.epoch)
        .slice(10, 17)
        .map((c) => c.id),
    ordered,
  ),
  series.javascript(
    "ORDER BY and SELECT *",
    "SELECT * FROM c WHERE c.sensor = 'b' ORDER BY c.id DESC",
    (docs) =>
      sorted(
        docs.filter((c) => c.sensor === "b"),
        (c) => c.id,
        true,
      ),
    ordered,
  ),
  flat.reasoned(
    "order-by: the sorted rows in the order of types and values",
    "DISTINCT and ORDER BY on the same value",
    "SELECT DISTINCT VALUE c.category FROM c WHERE IS_STRING(c.category) ORDER BY c.category",
    ["books", "garden", "tools", "toys"],
    ordered,
  ),
  flat.reasoned(
    "aggregate ordering: booleans false before true",
    "false sorts before true",
    "SELECT VALUE c.onSale FROM c WHERE IS_DEFINED(c.onSale) ORDER BY c.onSale",
    [false, false, false, true, true, true],
    ordered,
  ),
  flat.reasoned(
    "order-by: the sorted rows in the order of types and values",
    "arrays sort after strings and objects after arrays",
    "SELECT VALUE c.id FROM c WHERE c.id IN ('p02', 'p03', 'p05', 'p12', 'p15', 'p14') ORDER BY c.score",
    ["p02", "p03", "p14", "p15", "p05", "p12"],
    ordered,
  ),
  flat.reasoned(
    "order-by: the sorted rows in the order of types and values",
    "the alias may be that of a JOIN over a sub-query",
    "SELECT VALUE n FROM c JOIN n IN (SELECT VALUE [3, 1, 2]) WHERE c.id = 'p01' ORDER BY n",
    [1, 2, 3],
    ordered,
  ),
  flat.javascript(
    "rewritten queries: the sort key travels beside the document",
    'SELECT c.id, [{"item": c.price}] AS orderByItems, c AS payload FROM c WHERE (true) AND c.kind = "product" ORDER BY c.price DESC, c.id',
    (docs) =>
      [...docs]
        .filter((c) => c.kind === "product")
        .sort((a, b) => -byType(a.price, b.price) || byType(a.id, b.id))
        .map((c) => ({ id: c.id, orderByItems: [{ item: c.price }], payload: c })),
    ordered,
  ),
];
