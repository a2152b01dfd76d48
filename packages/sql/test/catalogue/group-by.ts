/** GROUP BY: keys present and missing, several keys, keys that are no strings, aggregates beside them. */
import { type Entry, over } from "./entry.js";
import { defined, groups, list, numbers, sorted, sum } from "./plain.js";

const flat = over("flat");
const nested = over("nested");
const series = over("series");

/** The documented sample: seven employees, one of them without a language. */
const employees =
  "[{ lang: 'python', media: true }, { lang: 'javascript', media: false }, { lang: 'c-sharp', media: true }, { lang: 'javascript', media: true }, { media: true }, { lang: 'python', media: false }, { lang: 'javascript', media: true }]";

export const groupBy: readonly Entry[] = [
  flat.reasoned(
    "group-by: one row for each distinct key",
    "GROUP BY alone gives each key once",
    "SELECT c.kind FROM c GROUP BY c.kind",
    [{ kind: "person" }, { kind: "product" }],
  ),
  flat.javascript(
    "rows without the key are a group of their own, without the property",
    "SELECT c.category, COUNT(1) AS n FROM c GROUP BY c.category",
    (docs) => groups(docs, (c) => c.category).map((rows) => ({ category: rows[0]?.category, n: rows.length })),
  ),
  flat.javascript(
    "null is a key and is not the missing key",
    "SELECT c.city, COUNT(1) AS n FROM c GROUP BY c.city",
    (docs) => groups(docs, (c) => c.city).map((rows) => ({ city: rows[0]?.city, n: rows.length })),
  ),
  flat.javascript(
    "keys of different types are different keys",
    "SELECT c.age, COUNT(1) AS n FROM c GROUP BY c.age",
    (docs) => groups(docs, (c) => c.age).map((rows) => ({ age: rows[0]?.age, n: rows.length })),
  ),
  flat.javascript(
    "objects and arrays are keys by structure",
    "SELECT c.score, COUNT(1) AS n FROM c GROUP BY c.score",
    (docs) => groups(docs, (c) => c.score).map((rows) => ({ score: rows[0]?.score, n: rows.length })),
  ),
  flat.javascript(
    "keys are case-sensitive",
    "SELECT c.city, MIN(c.id) AS first FROM c WHERE c.city IN ('Paris', 'paris') GROUP BY c.city",
    (docs) =>
      groups(
        docs.filter((c) => c.city === "Paris" || c.city === "paris"),
        (c) => c.city,
      ).map((rows) => ({ city: rows[0]?.city, first: rows[0]?.id })),
  ),
  flat.javascript(
    "two keys group by their pairs",
    "SELECT c.kind, c.active, COUNT(1) AS n FROM c GROUP BY c.kind, c.active",
    (docs) =>
      groups(docs, (c) => [c.kind, c.active ?? typeof c.active]).map((rows) => ({
        kind: rows[0]?.kind,
        active: rows[0]?.active,
        n: rows.length,
      })),
  ),
  flat.javascript("the key of the groups need not be selected", "SELECT COUNT(1) AS n FROM c GROUP BY c.city", (docs) =>
    groups(docs, (c) => c.city).map((rows) => ({ n: rows.length })),
  ),
  flat.javascript(
    "SELECT VALUE of an aggregate gives one value a group",
    "SELECT VALUE COUNT(1) FROM c GROUP BY c.size",
    (docs) => groups(docs, (c) => c.size).map((rows) => rows.length),
  ),
  flat.javascript(
    "SELECT VALUE of an object literal with key and aggregates",
    "SELECT VALUE { c: c.category, low: MIN(c.stock), high: MAX(c.stock) } FROM c WHERE c.kind = 'product' GROUP BY c.category",
    (docs) =>
      groups(
        docs.filter((c) => c.kind === "product"),
        (c) => c.category,
      ).map((rows) => {
        const stock = sorted(defined(rows.map((c) => c.stock)), (value) => value);
        return { c: rows[0]?.category, low: stock[0], high: stock.at(-1) };
      }),
  ),
  flat.javascript(
    "WHERE applies before grouping",
    "SELECT c.city, COUNT(1) AS n FROM c WHERE c.active = true GROUP BY c.city",
    (docs) =>
      groups(
        docs.filter((c) => c.active === true),
        (c) => c.city,
      ).map((rows) => ({ city: rows[0]?.city, n: rows.length })),
  ),
  flat.reasoned(
    "group-by: one row for each distinct key",
    "GROUP BY over no rows gives no groups",
    "SELECT c.city, COUNT(1) AS n FROM c WHERE false GROUP BY c.city",
    [],
  ),
  flat.reasoned(
    "group-by: one row for each distinct key",
    "a function of a property is a key",
    "SELECT LEFT(c.id, 1) AS letter, COUNT(1) AS n FROM c GROUP BY LEFT(c.id, 1)",
    [
      { letter: "p", n: 40 },
      { letter: "q", n: 22 },
    ],
  ),
  flat.javascript(
    "AVG within a group leaves out what is missing",
    "SELECT c.kind, AVG(c['order']) AS mean FROM c GROUP BY c.kind",
    (docs) => {
      const orders = numbers(docs.map((c) => c.order));
      return [{ kind: "person", mean: sum(orders) / orders.length }, { kind: "product" }];
    },
  ),
  flat.javascript(
    "SUM over mixed types is undefined in that group only",
    "SELECT c.size, SUM(c.price) AS total FROM c WHERE c.kind = 'product' GROUP BY c.size",
    (docs) =>
      groups(
        docs.filter((c) => c.kind === "product"),
        (c) => c.size,
      ).map((rows) => {
        const prices = defined(rows.map((c) => c.price));
        return {
          size: rows[0]?.size,
          total: prices.some((price) => typeof price !== "number") ? undefined : sum(numbers(prices)),
        };
      }),
  ),
  flat.javascript(
    "DISTINCT over groups",
    "SELECT DISTINCT VALUE COUNT(1) FROM c WHERE c.kind = 'product' GROUP BY c.category",
    (docs) => [
      ...new Set(
        groups(
          docs.filter((c) => c.kind === "product"),
          (c) => c.category,
        ).map((rows) => rows.length),
      ),
    ],
  ),
  nested.javascript(
    "GROUP BY after a JOIN groups the joined rows",
    "SELECT l.sku, SUM(l.unit) AS units, COUNT(1) AS n FROM c JOIN l IN c.lines GROUP BY l.sku",
    (docs) =>
      groups(
        docs.flatMap((c) => list(c.lines)),
        (l) => l.sku,
      ).map((rows) => ({ sku: rows[0]?.sku, units: sum(rows.map((l) => l.unit)), n: rows.length })),
  ),
  nested.javascript(
    "a nested path is a key named after its last step",
    "SELECT c.customer.level, COUNT(1) AS n FROM c WHERE c.type = 'order' GROUP BY c.customer.level",
    (docs) =>
      groups(
        docs.filter((c) => c.type === "order"),
        (c) => c.customer?.level,
      ).map((rows) => ({ level: rows[0]?.customer?.level, n: rows.length })),
  ),
  nested.javascript(
    "a whole object is a key",
    "SELECT c.status, COUNT(1) AS n FROM c WHERE c.type = 'order' GROUP BY c.status",
    (docs) =>
      groups(
        docs.filter((c) => c.type === "order"),
        (c) => c.status,
      ).map((rows) => ({ status: rows[0]?.status, n: rows.length })),
  ),
  series.javascript(
    "several aggregates over one group",
    "SELECT c.sensor, COUNT(1) AS n, COUNT(c['value']) AS measured, SUM(c['value']) AS total, MIN(c['value']) AS low, MAX(c['value']) AS high, AVG(c['value']) AS mean FROM c GROUP BY c.sensor",
    (docs) =>
      groups(docs, (c) => c.sensor).map((rows) => {
        const values = numbers(rows.map((c) => c.value));
        return {
          sensor: rows[0]?.sensor,
          n: rows.length,
          measured: values.length,
          total: sum(values),
          low: Math.min(...values),
          high: Math.max(...values),
          mean: sum(values) / values.length,
        };
      }),
  ),
  series.javascript(
    "a part of a time is a key",
    "SELECT DateTimePart('dd', c.at) AS day, COUNT(1) AS n FROM c GROUP BY DateTimePart('dd', c.at)",
    (docs) =>
      groups(docs, (c) => new Date(c.epoch).getUTCDate()).map((rows) => ({
        day: new Date(rows[0]?.epoch ?? 0).getUTCDate(),
        n: rows.length,
      })),
  ),
  series.javascript(
    "an aggregate of an expression",
    "SELECT c.sensor, SUM(c['value'] * 2 + 1) AS total FROM c GROUP BY c.sensor",
    (docs) =>
      groups(docs, (c) => c.sensor).map((rows) => ({
        sensor: rows[0]?.sensor,
        total: sum(numbers(rows.map((c) => c.value)).map((value) => value * 2 + 1)),
      })),
  ),
  series.javascript(
    "an expression over aggregates",
    "SELECT c.sensor, (MAX(c.epoch) - MIN(c.epoch)) / 1000 AS seconds FROM c GROUP BY c.sensor",
    (docs) =>
      groups(docs, (c) => c.sensor).map((rows) => ({
        sensor: rows[0]?.sensor,
        seconds: (Math.max(...rows.map((c) => c.epoch)) - Math.min(...rows.map((c) => c.epoch))) / 1000,
      })),
  ),
  flat.reference(
    "group-by",
    "employees by language, one group without",
    `SELECT COUNT(1) AS trainedEmployees, e.lang AS developmentLang FROM c JOIN e IN (SELECT VALUE ${employees}) WHERE c.id = 'p01' GROUP BY e.lang`,
    [
      { trainedEmployees: 1 },
      { trainedEmployees: 1, developmentLang: "c-sharp" },
      { trainedEmployees: 3, developmentLang: "javascript" },
      { trainedEmployees: 2, developmentLang: "python" },
    ],
  ),
  flat.reference(
    "group-by",
    "employees by language and training",
    `SELECT COUNT(1) AS n, e.lang AS developmentLang, e.media AS mediaReady FROM c JOIN e IN (SELECT VALUE ${employees}) WHERE c.id = 'p01' GROUP BY e.lang, e.media`,
    [
      { n: 1, developmentLang: "python", mediaReady: true },
      { n: 1, developmentLang: "javascript", mediaReady: false },
      { n: 1, developmentLang: "c-sharp", mediaReady: true },
      { n: 2, developmentLang: "javascript", mediaReady: true },
      { n: 1, mediaReady: true },
      { n: 1, developmentLang: "python", mediaReady: false },
    ],
  ),
  flat.reasoned(
    "group-by: one row for each distinct key",
    "rewritten queries: keys and partial aggregates nested in literals",
    'SELECT [{"item": c.kind}] AS groupByItems, {"kind": c.kind, "n": {"item": COUNT(1)}} AS payload FROM c GROUP BY c.kind',
    [
      { groupByItems: [{ item: "person" }], payload: { kind: "person", n: { item: 40 } } },
      { groupByItems: [{ item: "product" }], payload: { kind: "product", n: { item: 22 } } },
    ],
  ),
];
