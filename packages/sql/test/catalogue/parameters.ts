/** Parameters: of every type, and in every place where an expression may stand. */
import { type Entry, over } from "./entry.js";
import { canonical, list, sorted } from "./plain.js";

const flat = over("flat");
const nested = over("nested");

export const parameters: readonly Entry[] = [
  flat.javascript(
    "a string parameter",
    "SELECT VALUE c.id FROM c WHERE c.city = @city",
    (docs) => docs.filter((c) => c.city === "Lima").map((c) => c.id),
    { parameters: { "@city": "Lima" } },
  ),
  flat.reasoned(
    "scalar-expressions: a parameter is a value of its own type",
    "a parameter's text is a value and not a piece of the query",
    "SELECT VALUE c.id FROM c WHERE c.name = @name",
    ["p29"],
    { parameters: { "@name": "O'Brien" } },
  ),
  flat.reasoned(
    "scalar-expressions: a parameter is a value of its own type",
    "a parameter that looks like a condition finds nothing",
    "SELECT VALUE c.id FROM c WHERE c.name = @name",
    [],
    { parameters: { "@name": "x' OR 'x' = 'x" } },
  ),
  flat.reasoned(
    "scalar-expressions: a parameter is a value of its own type",
    "a number parameter does not find the string that spells it",
    "SELECT VALUE c.id FROM c WHERE c.age = @age",
    [],
    { parameters: { "@age": 42 } },
  ),
  flat.javascript(
    "a null parameter finds null",
    "SELECT VALUE c.id FROM c WHERE c.city = @none",
    (docs) => docs.filter((c) => c.city === null).map((c) => c.id),
    { parameters: { "@none": null } },
  ),
  flat.javascript(
    "a boolean parameter by itself is a condition",
    "SELECT VALUE c.id FROM c WHERE @all OR c.kind = 'product'",
    (docs) => docs.filter((c) => c.kind === "product").map((c) => c.id),
    { parameters: { "@all": false } },
  ),
  nested.reasoned(
    "scalar-expressions: a parameter is a value of its own type",
    "an object parameter is compared by structure",
    "SELECT VALUE c.id FROM c WHERE c.address = @address",
    ["f01"],
    { parameters: { "@address": { county: "King", city: "Seattle", state: "WA" } } },
  ),
  nested.javascript(
    "an array parameter is compared by element",
    "SELECT VALUE c.id FROM c WHERE c.tags = @tags",
    (docs) => docs.filter((c) => canonical(c.tags) === '["red","green"]').map((c) => c.id),
    { parameters: { "@tags": ["red", "green"] } },
  ),
  flat.reasoned(
    "scalar-expressions: a parameter is a value of its own type",
    "a list as an array parameter, through ARRAY_CONTAINS",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(@ids, c.id)",
    ["p03", "q07"],
    { parameters: { "@ids": ["q07", "p03", "nobody"] } },
  ),
  flat.javascript(
    "parameters as items of IN",
    "SELECT VALUE c.id FROM c WHERE c.age IN (@a, @b, @c)",
    (docs) => docs.filter((c) => c.age === 18 || c.age === "42" || c.age === null).map((c) => c.id),
    {
      parameters: { "@a": 18, "@b": "42", "@c": null },
    },
  ),
  flat.javascript(
    "parameters as the ends of BETWEEN",
    "SELECT VALUE c.id FROM c WHERE c.price BETWEEN @low AND @high",
    (docs) => docs.filter((c) => typeof c.price === "number" && c.price >= 3.5 && c.price <= 9.5).map((c) => c.id),
    {
      parameters: { "@low": 3.5, "@high": 9.5 },
    },
  ),
  flat.javascript(
    "a parameter as the pattern of LIKE",
    "SELECT VALUE c.id FROM c WHERE c.email LIKE @pattern",
    (docs) => docs.filter((c) => c.email?.endsWith(".org")).map((c) => c.id),
    { parameters: { "@pattern": "%.org" } },
  ),
  flat.javascript(
    "parameters as pattern and escape of LIKE",
    "SELECT VALUE c.id FROM c WHERE c.name LIKE @pattern ESCAPE '!'",
    (docs) => docs.filter((c) => c.name?.includes("20%")).map((c) => c.id),
    { parameters: { "@pattern": "%20!%%" } },
  ),
  flat.javascript(
    "a parameter in SELECT",
    "SELECT c.id, @label AS label FROM c WHERE c.kind = 'product'",
    (docs) => docs.filter((c) => c.kind === "product").map((c) => ({ id: c.id, label: { v: 1 } })),
    { parameters: { "@label": { v: 1 } } },
  ),
  flat.reasoned(
    "scalar-expressions: a parameter is a value of its own type",
    "SELECT VALUE of a parameter",
    "SELECT VALUE @x",
    [[1, "two", null]],
    {
      parameters: { "@x": [1, "two", null] },
    },
  ),
  flat.javascript(
    "a path into a parameter",
    "SELECT VALUE c.id FROM c WHERE c.city = @filter.city AND c.kind = @filter['kinds'][0]",
    (docs) => docs.filter((c) => c.city === "Quito" && c.kind === "person").map((c) => c.id),
    {
      parameters: { "@filter": { city: "Quito", kinds: ["person"] } },
    },
  ),
  flat.javascript(
    "a parameter as the name of a property",
    "SELECT VALUE c.id FROM c WHERE c[@name] = @value",
    (docs) => docs.filter((c) => c.size === "L").map((c) => c.id),
    { parameters: { "@name": "size", "@value": "L" } },
  ),
  flat.javascript(
    "a parameter as the argument of a function",
    "SELECT VALUE c.id FROM c WHERE STARTSWITH(c.name, @prefix, @ignore)",
    (docs) => docs.filter((c) => c.name?.toLowerCase().startsWith("h")).map((c) => c.id),
    {
      parameters: { "@prefix": "H", "@ignore": true },
    },
  ),
  flat.javascript(
    "a parameter in arithmetic",
    "SELECT VALUE c.price * @rate FROM c WHERE IS_NUMBER(c.price)",
    (docs) => docs.filter((c) => typeof c.price === "number").map((c) => (c.price as number) * 2),
    { parameters: { "@rate": 2 } },
  ),
  flat.javascript(
    "a parameter in a ternary and in ??",
    "SELECT c.id, c.size ?? @none AS s, c.onSale ? @yes : @no AS o FROM c WHERE c.kind = 'product'",
    (docs) =>
      docs
        .filter((c) => c.kind === "product")
        .map((c) => ({ id: c.id, s: c.size ?? "-", o: c.onSale === true ? 1 : 0 })),
    { parameters: { "@none": "-", "@yes": 1, "@no": 0 } },
  ),
  flat.javascript(
    "a parameter of TOP",
    "SELECT TOP @n VALUE c.id FROM c ORDER BY c.id",
    (docs) =>
      docs
        .map((c) => c.id)
        .sort()
        .slice(0, 4),
    { parameters: { "@n": 4 }, ordered: true },
  ),
  flat.javascript(
    "parameters of OFFSET and LIMIT",
    "SELECT VALUE c.id FROM c ORDER BY c.id OFFSET @skip LIMIT @take",
    (docs) =>
      docs
        .map((c) => c.id)
        .sort()
        .slice(60, 65),
    { parameters: { "@skip": 60, "@take": 5 }, ordered: true },
  ),
  nested.javascript(
    "a parameter within a sub-query",
    "SELECT VALUE c.id FROM c WHERE EXISTS (SELECT VALUE l FROM l IN c.lines WHERE l.sku = @sku AND l.qty >= @qty)",
    (docs) => docs.filter((c) => list(c.lines).some((l) => l.sku === "belt" && l.qty >= 4)).map((c) => c.id),
    { parameters: { "@sku": "belt", "@qty": 4 } },
  ),
  nested.reasoned(
    "scalar-expressions: a parameter is a value of its own type",
    "a parameter as the array that a JOIN iterates over",
    "SELECT c.id, x FROM c JOIN x IN (SELECT VALUE @list) WHERE c.id = 'f01'",
    [
      { id: "f01", x: 1 },
      { id: "f01", x: 2 },
    ],
    { parameters: { "@list": [1, 2] } },
  ),
  flat.javascript(
    "one parameter in several places",
    "SELECT VALUE c.id FROM c WHERE c.stock = @n OR c['order'] = @n OR c.age = @n",
    (docs) => docs.filter((c) => c.stock === 5 || c.order === 5 || c.age === 5).map((c) => c.id),
    { parameters: { "@n": 5 } },
  ),
  flat.javascript(
    "a parameter that the query does not use does no harm",
    "SELECT TOP 1 VALUE c.kind FROM c ORDER BY c.kind DESC",
    (docs) =>
      sorted(docs, (c) => c.kind, true)
        .slice(0, 1)
        .map((c) => c.kind),
    { parameters: { "@unused": 1 }, ordered: true },
  ),
  flat.javascript(
    "a user-defined function of a property and a parameter",
    "SELECT c.id, udf.withTax(c.price, @rate) AS total FROM c WHERE udf.withTax(c.price, @rate) < 10",
    (docs) =>
      docs
        .filter((c) => typeof c.price === "number" && c.price * 1.25 < 10)
        .map((c) => ({ id: c.id, total: (c.price as number) * 1.25 })),
    {
      parameters: { "@rate": 1.25 },
      options: {
        udfs: {
          withTax: (price, rate) => (typeof price === "number" && typeof rate === "number" ? price * rate : undefined),
        },
      },
    },
  ),
  flat.reasoned(
    "constants: parameters begin with one @",
    "names of parameters are case-sensitive",
    "SELECT VALUE [@a, @A]",
    [[1, 2]],
    { parameters: { "@a": 1, "@A": 2 } },
  ),
];
