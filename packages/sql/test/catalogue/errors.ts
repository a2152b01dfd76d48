/** Queries that must be refused, each by its code: before it runs where the text says enough, when it runs where only the data does. */
import { type Entry, over } from "./entry.js";

const flat = over("flat");
const nested = over("nested");

export const errors: readonly Entry[] = [
  flat.refused("SC1001", "the text is not of the grammar", "an empty query", ""),
  flat.refused("SC1001", "the text is not of the grammar", "a SELECT without anything", "SELECT FROM c"),
  flat.refused("SC1001", "the text is not of the grammar", "a comma too many", "SELECT c.id, FROM c"),
  flat.refused("SC1001", "the text is not of the grammar", "an open parenthesis", "SELECT * FROM c WHERE (c.age > 1"),
  flat.refused(
    "SC1001",
    "the text is not of the grammar",
    "words after the end",
    "SELECT * FROM c WHERE c.age > 1 please",
  ),
  flat.refused(
    "SC1001",
    "select: clauses must stand in their order",
    "ORDER BY before WHERE",
    "SELECT * FROM c ORDER BY c.id WHERE c.age > 1",
  ),
  flat.refused(
    "SC1001",
    "logical-operators#-operator: * must be the only projected field",
    "a star beside a property",
    "SELECT *, c.id FROM c",
  ),
  flat.refused(
    "SC1001",
    "logical-operators#-operator: SELECT VALUE * is not valid",
    "VALUE of a star",
    "SELECT VALUE * FROM c",
  ),
  flat.refused("SC1001", "offset-limit: both counts are required", "OFFSET without LIMIT", "SELECT * FROM c OFFSET 1"),
  flat.refused("SC1001", "offset-limit: both counts are required", "LIMIT without OFFSET", "SELECT * FROM c LIMIT 1"),
  flat.refused(
    "SC1001",
    "keywords: BETWEEN takes two ends",
    "BETWEEN with one end",
    "SELECT * FROM c WHERE c.age BETWEEN 1",
  ),
  flat.refused("SC1001", "keywords: IN takes a list", "IN without a list", "SELECT * FROM c WHERE c.age IN ()"),
  flat.refused(
    "SC1012",
    "constants: strings end with their quote",
    "a string without an end",
    "SELECT * FROM c WHERE c.name = 'Ana",
  ),
  flat.refused(
    "SC1010",
    "the text is not made of the language's tokens",
    "a character that the language does not have",
    "SELECT # FROM c",
  ),
  flat.refused(
    "SC2001",
    "from: identifiers must be bound",
    "an alias that FROM does not declare",
    "SELECT d.id FROM c",
  ),
  flat.refused("SC2001", "from: properties must be qualified", "a property without its alias", "SELECT id FROM c"),
  flat.refused(
    "SC2001",
    "from: once aliased, the source's name is not bound",
    "the container's name beside its alias",
    "SELECT products.id FROM products p",
  ),
  flat.refused("SC2001", "constants: identifiers are case-sensitive", "an alias in another case", "SELECT C.id FROM c"),
  flat.refused(
    "SC2001",
    "subquery: aliases of a sub-query stay within it",
    "an inner alias outside its sub-query",
    "SELECT VALUE l.sku FROM c WHERE EXISTS (SELECT VALUE l FROM l IN c.lines)",
  ),
  flat.refused(
    "SC2001",
    "from: identifiers must be bound",
    "an alias in ORDER BY that FROM does not declare",
    "SELECT c.id FROM c ORDER BY d.id",
  ),
  flat.refused(
    "SC2005",
    "functions are known by name",
    "a function that the language does not have",
    "SELECT VALUE FLATTEN(c.tags) FROM c",
  ),
  nested.refused(
    "SC2031",
    "select: * needs exactly one input",
    "a star over a JOIN",
    "SELECT * FROM c JOIN l IN c.lines",
  ),
  flat.refused("SC1001", "select: * needs a FROM", "a star over nothing", "SELECT *"),
  nested.refused(
    "SC2070",
    "subquery: a scalar sub-query gives a single value",
    "a scalar sub-query with several rows",
    "SELECT VALUE (SELECT VALUE l.sku FROM l IN c.lines) FROM c WHERE c.id = 'o02'",
  ),
  flat.refused("SC2050", "length: one argument", "a function with too few arguments", "SELECT VALUE LENGTH() FROM c"),
  flat.refused(
    "SC2050",
    "contains: two or three arguments",
    "a function with too many arguments",
    "SELECT VALUE CONTAINS(c.name, 'a', true, 1) FROM c",
  ),
  flat.refused(
    "SC2102",
    "group-by: only keys, literals and aggregates may be selected",
    "a property beside an aggregate",
    "SELECT c.id, COUNT(1) AS n FROM c",
  ),
  flat.refused(
    "SC2102",
    "group-by: only keys, literals and aggregates may be selected",
    "a property that is no key of the groups",
    "SELECT c.id, c.city FROM c GROUP BY c.city",
  ),
  flat.refused(
    "SC2103",
    "group-by: not with ORDER BY",
    "ORDER BY beside GROUP BY",
    "SELECT c.city FROM c GROUP BY c.city ORDER BY c.city",
  ),
  flat.refused(
    "SC2101",
    "group-by: aggregates stand in SELECT only",
    "an aggregate in WHERE",
    "SELECT c.id FROM c WHERE COUNT(1) > 1",
  ),
  nested.refused(
    "SC2013",
    "from: aliases must be unique",
    "an alias declared twice",
    "SELECT VALUE l FROM c JOIN l IN c.lines JOIN l IN c.tags",
  ),
  flat.refused(
    "COSMOSEAL_NOT_BUILT",
    "spatial functions are not built",
    "a spatial function",
    "SELECT VALUE ST_DISTANCE(c.a, c.b) FROM c",
  ),
  flat.refused(
    "SC2006",
    "udfs must be given",
    "a user-defined function that nobody defined",
    "SELECT VALUE udf.nobody(c.id) FROM c",
  ),
  flat.refused(
    "SC2080",
    "parameters must be given",
    "a parameter without a value",
    "SELECT VALUE c.id FROM c WHERE c.id = @missing",
  ),
  flat.refused("SC2061", "keywords#top: a count", "a negative TOP", "SELECT TOP @n VALUE c.id FROM c", {
    parameters: { "@n": -1 },
  }),
  flat.refused(
    "SC2061",
    "offset-limit: an integer count",
    "an OFFSET that is no number",
    "SELECT VALUE c.id FROM c OFFSET @n LIMIT 1",
    { parameters: { "@n": "1" } },
  ),
];
