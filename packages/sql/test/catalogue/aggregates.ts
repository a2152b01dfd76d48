/** COUNT, SUM, AVG, MIN, MAX and the newer ones, over everything, over nothing, over mixed types and over the missing. */
import { type Entry, over } from "./entry.js";
import { defined, list, numbers, sorted, sum } from "./plain.js";

const flat = over("flat");
const nested = over("nested");
const series = over("series");

/** One row for each of these values. */
const each = (values: string, select: string): string =>
  `SELECT VALUE ${select} FROM c JOIN x IN (SELECT VALUE ${values}) WHERE c.id = 'p01'`;

export const aggregates: readonly Entry[] = [
  flat.javascript("COUNT(1) counts rows", "SELECT VALUE COUNT(1) FROM c", (docs) => [docs.length]),
  flat.javascript(
    "COUNT of a property counts the rows that have it, null included",
    "SELECT VALUE COUNT(c.city) FROM c",
    (docs) => [docs.filter((c) => c.city !== undefined).length],
  ),
  flat.javascript(
    "COUNT of the document counts rows",
    "SELECT VALUE COUNT(c) FROM c WHERE c.kind = 'product'",
    (docs) => [docs.filter((c) => c.kind === "product").length],
  ),
  flat.javascript("an aggregate without a name is named $1", "SELECT COUNT(1) FROM c", (docs) => [{ $1: docs.length }]),
  flat.javascript("aggregates may be named", "SELECT COUNT(1) AS n, COUNT(c.sku) AS k FROM c", (docs) => [
    { n: docs.length, k: docs.filter((c) => c.sku !== undefined).length },
  ]),
  flat.reasoned(
    "count: the number of values",
    "COUNT over no rows is 0, and is a row",
    "SELECT VALUE COUNT(1) FROM c WHERE c.id = 'none'",
    [0],
  ),
  flat.reasoned(
    "aggregate functions: undefined values are left out; a value that is no number spoils SUM and AVG",
    "COUNT of a property that nobody has is 0",
    "SELECT VALUE COUNT(c.nothing) FROM c",
    [0],
  ),
  flat.javascript(
    "COUNT of a condition counts wherever the condition is defined",
    "SELECT VALUE COUNT(c.stock > 3) FROM c",
    (docs) => [docs.filter((c) => typeof c.stock === "number").length],
  ),
  flat.javascript("SUM leaves out what is missing", "SELECT VALUE SUM(c['order']) FROM c", (docs) => [
    sum(numbers(docs.map((c) => c.order))),
  ]),
  flat.javascript("AVG divides by the number of defined values only", "SELECT VALUE AVG(c['order']) FROM c", (docs) => {
    const orders = numbers(docs.map((c) => c.order));
    return [sum(orders) / orders.length];
  }),
  flat.reasoned(
    "aggregate functions: undefined values are left out; a value that is no number spoils SUM and AVG",
    "one null makes the SUM undefined, so VALUE gives no row",
    "SELECT VALUE SUM(c.stock) FROM c",
    [],
  ),
  flat.javascript(
    "one string makes the SUM undefined, so its property is left out",
    "SELECT SUM(c.price) AS total, COUNT(c.price) AS n FROM c",
    (docs) => [{ n: docs.filter((c) => c.price !== undefined).length }],
  ),
  flat.reasoned(
    "aggregate functions: undefined values are left out; a value that is no number spoils SUM and AVG",
    "one string makes the AVG undefined",
    "SELECT VALUE AVG(c.price) FROM c",
    [],
  ),
  flat.javascript(
    "a filter on the type makes SUM and AVG defined",
    "SELECT SUM(c.price) AS total, AVG(c.price) AS mean FROM c WHERE IS_NUMBER(c.price)",
    (docs) => {
      const prices = numbers(docs.map((c) => c.price));
      return [{ total: sum(prices), mean: sum(prices) / prices.length }];
    },
  ),
  flat.javascript(
    "MIN and MAX of numbers",
    "SELECT MIN(c.price) AS low, MAX(c.price) AS high FROM c WHERE IS_NUMBER(c.price)",
    (docs) => {
      const prices = numbers(docs.map((c) => c.price));
      return [{ low: Math.min(...prices), high: Math.max(...prices) }];
    },
  ),
  flat.javascript(
    "MIN and MAX of strings are by character",
    "SELECT MIN(c.name) AS first, MAX(c.name) AS last FROM c WHERE IS_STRING(c.name)",
    (docs) => {
      const names = docs
        .map((c) => c.name)
        .filter((name) => typeof name === "string")
        .sort();
      return [{ first: names[0], last: names.at(-1) }];
    },
  ),
  flat.javascript(
    "MIN over mixed types is the lowest type: null before booleans before numbers before strings",
    "SELECT VALUE MIN(c.age) FROM c",
    (docs) => sorted(defined(docs.map((c) => c.age)), (age) => age).slice(0, 1),
  ),
  flat.javascript("MAX over mixed types is the highest type", "SELECT VALUE MAX(c.age) FROM c", (docs) =>
    sorted(defined(docs.map((c) => c.age)), (age) => age, true).slice(0, 1),
  ),
  flat.reasoned(
    "min: null, boolean, number, string in ascending order",
    "MIN without null is a boolean where there is one",
    "SELECT VALUE MIN(c.age) FROM c WHERE c.age > 0 OR IS_BOOL(c.age)",
    [true],
  ),
  flat.reasoned(
    "max: undefined values are ignored",
    "MAX of a property that nobody has gives no row",
    "SELECT VALUE MAX(c.nothing) FROM c",
    [],
  ),
  flat.reasoned(
    "min: undefined values are ignored",
    "MIN over no rows leaves its property out",
    "SELECT MIN(c.price) AS low FROM c WHERE false",
    [{}],
  ),
  flat.reasoned(
    "average: undefined values are left out, and nothing is left",
    "AVG over no rows is undefined",
    "SELECT VALUE AVG(c.price) FROM c WHERE false",
    [],
  ),
  flat.reasoned(
    "azure-cosmos-dotnet-v3, AggregateMixedTypes_baseline.xml, run against the emulator: the sum of no values is 0",
    "SUM over no rows is 0",
    "SELECT VALUE SUM(c.price) FROM c WHERE false",
    [0],
  ),
  flat.reasoned(
    "azure-cosmos-dotnet-v3, AggregateQueryTests, run against the emulator: each aggregate also with ORDER BY",
    "ORDER BY beside an aggregate alone changes nothing",
    "SELECT VALUE COUNT(c.sku) FROM c WHERE c.kind = 'person' ORDER BY c.age",
    [0],
  ),
  flat.javascript(
    "aggregates in one object literal",
    "SELECT VALUE { n: COUNT(1), 'top': MAX(c.id) } FROM c",
    (docs) => [{ n: docs.length, top: "q22" }],
  ),
  flat.javascript("arithmetic over aggregates", "SELECT VALUE COUNT(1) * 2 - COUNT(c.sku) FROM c", (docs) => [
    docs.length * 2 - docs.filter((c) => c.sku !== undefined).length,
  ]),
  flat.reasoned(
    "an aggregate is a scalar expression like any other",
    "functions over aggregates",
    "SELECT VALUE CONCAT(MIN(c.id), '-', MAX(c.id)) FROM c",
    ["p01-q22"],
  ),
  flat.javascript("an aggregate over a function", "SELECT VALUE MAX(LENGTH(c.name)) FROM c", (docs) => [
    Math.max(...docs.map((c) => c.name?.length ?? 0)),
  ]),
  nested.javascript(
    "an aggregate after a JOIN is over the joined rows",
    "SELECT VALUE SUM(l.qty * l.unit) FROM c JOIN l IN c.lines",
    (docs) => [sum(docs.flatMap((c) => list(c.lines).map((l) => l.qty * l.unit)))],
  ),
  nested.javascript(
    "an aggregate over an iteration",
    "SELECT VALUE COUNT(1) FROM l IN c.lines WHERE IS_DEFINED(l.discounts)",
    (docs) => [docs.flatMap((c) => list(c.lines)).filter((l) => l.discounts !== undefined).length],
  ),
  series.javascript("SUM of negative and fractional numbers", "SELECT VALUE SUM(c['value']) FROM c", (docs) => [
    sum(numbers(docs.map((c) => c.value))),
  ]),
  series.javascript("MIN and MAX of ISO times", "SELECT MIN(c.at) AS first, MAX(c.at) AS last FROM c", (docs) => [
    { first: docs[0]?.at, last: docs.at(-1)?.at },
  ]),
  series.javascript(
    "aggregates over different properties in one row",
    "SELECT COUNT(c.quality) AS q, COUNT(c['value']) AS v, COUNT(c.delta) AS d FROM c",
    (docs) => [
      {
        q: docs.filter((c) => c.quality !== undefined).length,
        v: docs.filter((c) => c.value !== undefined).length,
        d: docs.filter((c) => c.delta !== undefined).length,
      },
    ],
  ),
  series.javascript(
    "COUNT after IS_NULL tells null from missing",
    "SELECT VALUE COUNT(1) FROM c WHERE IS_NULL(c.delta)",
    (docs) => [docs.filter((c) => c.delta === null).length],
  ),
  flat.reference(
    "count",
    "COUNT takes any constant",
    "SELECT VALUE { countScalar: COUNT(1), countExpression: COUNT(2 + 3) }",
    [{ countScalar: 1, countExpression: 1 }],
  ),
  flat.reasoned(
    "sum: a string, boolean or null makes the whole undefined",
    "one string, boolean or null makes a SUM undefined",
    each("[1, 2, 'x']", "SUM(x)"),
    [],
  ),
  flat.reasoned(
    "sum: a string, boolean or null makes the whole undefined",
    "one boolean makes a SUM undefined",
    each("[1, 2, true]", "SUM(x)"),
    [],
  ),
  flat.reasoned(
    "average: a string, boolean or null makes the whole undefined, undefined is left out",
    "one null makes an AVG undefined",
    each("[1, 2, null]", "AVG(x)"),
    [],
  ),
  flat.reasoned(
    "average: a string, boolean or null makes the whole undefined, undefined is left out",
    "undefined values are not counted by AVG",
    each("[{ v: 1 }, { v: 5 }, {}]", "AVG(x.v)"),
    [3],
  ),
  flat.reasoned(
    "min: null, boolean, number, string in ascending order",
    "the order of types in MIN begins with null, then boolean",
    each("['a', 1, true, null]", "MIN(x)"),
    [null],
  ),
  flat.reasoned(
    "max: null, boolean, number, string in ascending order",
    "the order of types in MAX ends with string",
    each("['a', 100, true, null]", "MAX(x)"),
    ["a"],
  ),
  flat.javascript(
    "COUNTIF counts the rows where its condition is true",
    "SELECT VALUE COUNTIF(c.stock > 3) FROM c",
    (docs) => [docs.filter((c) => typeof c.stock === "number" && c.stock > 3).length],
  ),
  flat.reasoned(
    "countif: the number of rows",
    "COUNTIF over no rows is 0",
    "SELECT VALUE COUNTIF(c.stock > 3) FROM c WHERE false",
    [0],
  ),
  flat.reasoned(
    "makelist: every value, duplicates too",
    "MAKELIST gathers every defined value",
    each("[3, 1, 3, 'a']", "ARRAY_LENGTH(MAKELIST(x))"),
    [4],
  ),
  flat.reasoned(
    "makeset: every value once",
    "MAKESET gathers each value once",
    each("[3, 1, 3, 'a', '3']", "ARRAY_LENGTH(MAKESET(x))"),
    [4],
  ),
  flat.javascript(
    "rewritten queries: partial sums and counts nested in literals",
    'SELECT VALUE [{"item": {"sum": SUM(c[\'order\']), "count": COUNT(c[\'order\'])}}] FROM c',
    (docs) => {
      const orders = numbers(docs.map((c) => c.order));
      return [[{ item: { sum: sum(orders), count: orders.length } }]];
    },
  ),
];
