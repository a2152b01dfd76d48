/** SELECT: what becomes a row, a property, a name. */
import { type Entry, over } from "./entry.js";
import { defined, distinct, list } from "./plain.js";

const flat = over("flat");
const nested = over("nested");

export const select: readonly Entry[] = [
  flat.javascript("SELECT * gives every document as it is", "SELECT * FROM c", (docs) => docs),
  flat.javascript("the alias alone is a property that holds the document", "SELECT c FROM c", (docs) =>
    docs.map((c) => ({ c })),
  ),
  flat.javascript("SELECT VALUE of the alias is the document itself", "SELECT VALUE c FROM c", (docs) => docs),
  flat.javascript(
    "a missing property is left out of its row and the row stays",
    "SELECT c.id, c.email FROM c",
    (docs) => docs.map((c) => ({ id: c.id, email: c.email })),
  ),
  flat.javascript("a row whose every property is missing is an empty object", "SELECT c.sku FROM c", (docs) =>
    docs.map((c) => ({ sku: c.sku })),
  ),
  flat.javascript("SELECT VALUE of a missing property gives no row", "SELECT VALUE c.price FROM c", (docs) =>
    defined(docs.map((c) => c.price)),
  ),
  flat.javascript("SELECT VALUE of null gives a null row", "SELECT VALUE c.city FROM c", (docs) =>
    defined(docs.map((c) => c.city)),
  ),
  flat.reasoned(
    "select: any container name stands for the container",
    "the name of the container does not matter",
    "SELECT VALUE COUNT(1) FROM products",
    [62],
  ),
  flat.javascript("ROOT names the container", "SELECT VALUE r.id FROM ROOT r", (docs) => docs.map((r) => r.id)),
  flat.javascript(
    "AS before the alias of the container is optional",
    "SELECT VALUE people.id FROM c AS people",
    (docs) => docs.map((c) => c.id),
  ),
  flat.javascript(
    "AS before a property's new name is optional",
    "SELECT c.id identity, c.kind AS sort FROM c",
    (docs) => docs.map((c) => ({ identity: c.id, sort: c.kind })),
  ),
  flat.javascript(
    "a bracketed name gives the row's property that name",
    'SELECT c["first name"] FROM c WHERE IS_DEFINED(c["first name"])',
    (docs) => docs.filter((c) => c["first name"] !== undefined).map((c) => ({ "first name": c["first name"] })),
  ),
  flat.javascript(
    "a nested path is named after its last step",
    "SELECT c.score.a FROM c WHERE IS_OBJECT(c.score)",
    (docs) => docs.filter((c) => ["p12", "p32"].includes(c.id)).map(() => ({ a: 1 })),
  ),
  nested.javascript(
    "a path through a value that is no object is undefined",
    "SELECT c.id, c.address.city FROM c WHERE c.type = 'family'",
    (docs) =>
      docs
        .filter((c) => c.type === "family")
        .map((c) => ({ id: c.id, city: typeof c.address === "object" ? c.address?.city : undefined })),
  ),
  nested.javascript(
    "an index beyond the end of an array is undefined",
    "SELECT VALUE { id: c.id, third: c.tags[2] } FROM c",
    (docs) => docs.map((c) => ({ id: c.id, third: c.tags?.[2] })),
  ),
  nested.reasoned(
    "scalar-expressions: a name on an array and an index on an object are undefined",
    "an index on an object is undefined",
    "SELECT VALUE c.customer[0] FROM c",
    [],
  ),
  nested.reasoned(
    "scalar-expressions: a name on an array and an index on an object are undefined",
    "a name on an array is undefined",
    "SELECT VALUE c.lines.sku FROM c",
    [],
  ),
  nested.javascript(
    "brackets take any expression as the name",
    "SELECT VALUE c.customer[CONCAT('le', 'vel')] FROM c",
    (docs) => defined(docs.map((c) => c.customer?.level)),
  ),
  flat.javascript(
    "an object literal leaves out what is undefined",
    'SELECT VALUE { "who": c.name, contact: { mail: c.email, town: c.city } } FROM c',
    (docs) => docs.map((c) => ({ who: c.name, contact: { mail: c.email, town: c.city } })),
  ),
  flat.javascript(
    "an array literal closes up over what is undefined",
    "SELECT VALUE [c.id, c.size, c.sku] FROM c",
    (docs) => docs.map((c) => defined([c.id, c.size, c.sku])),
  ),
  flat.javascript(
    "an object literal without an alias is named $1",
    "SELECT { id: c.id } FROM c WHERE c.kind = 'product'",
    (docs) => docs.filter((c) => c.kind === "product").map((c) => ({ $1: { id: c.id } })),
  ),
  flat.reasoned(
    "working-with-json: an alias names the object",
    "an object literal with an alias has that name",
    "SELECT { id: c.id } AS product FROM c WHERE c.id = 'q01'",
    [{ product: { id: "q01" } }],
  ),
  flat.reasoned(
    "select: unnamed items are numbered, VALUE unwraps",
    "constants without a name are numbered from $1",
    'SELECT "Cosmic", "Works"',
    [{ $1: "Cosmic", $2: "Works" }],
  ),
  flat.reasoned(
    "select: unnamed items are numbered, VALUE unwraps",
    "an object literal of constants is one row",
    'SELECT { "department": "Sales", "team": "Field sales" }',
    [{ $1: { department: "Sales", team: "Field sales" } }],
  ),
  flat.reasoned(
    "select: unnamed items are numbered, VALUE unwraps",
    "VALUE takes the object out of its wrapping",
    'SELECT VALUE { "department": "Sales", "team": "Field sales" }',
    [{ department: "Sales", team: "Field sales" }],
  ),
  flat.reasoned(
    "select: unnamed items are numbered, VALUE unwraps",
    "SELECT VALUE of a constant is that constant",
    'SELECT VALUE "Sales"',
    ["Sales"],
  ),
  flat.reasoned(
    "from: without FROM the query runs as over one document",
    "a query without FROM gives one row however many documents there are",
    "SELECT 1 AS one",
    [{ one: 1 }],
  ),
  flat.reference("subquery#exists-expression", "SELECT VALUE undefined gives no row", "SELECT VALUE undefined", []),
  flat.reference("subquery#exists-expression", "SELECT undefined gives an empty object", "SELECT undefined", [{}]),
  flat.reference(
    "scalar-expressions",
    "arithmetic follows the usual precedence",
    "SELECT VALUE ((2 + 11 % 7) - 2) / 2",
    [2],
  ),
  flat.javascript(
    "DISTINCT VALUE gives each value once and no undefined",
    "SELECT DISTINCT VALUE c.category FROM c",
    (docs) => distinct(defined(docs.map((c) => c.category))),
  ),
  flat.javascript(
    "DISTINCT keeps one empty object for all rows without the property",
    "SELECT DISTINCT c.category FROM c",
    (docs) =>
      distinct(docs.map((c) => ({ category: c.category }) as object)).map(
        (row) => JSON.parse(JSON.stringify(row)) as object,
      ),
  ),
  flat.javascript(
    "DISTINCT tells the number 42 from the string '42', and null from missing",
    "SELECT DISTINCT VALUE c.age FROM c",
    (docs) => distinct(defined(docs.map((c) => c.age))),
  ),
  flat.javascript("DISTINCT compares objects and arrays by structure", "SELECT DISTINCT VALUE c.score FROM c", (docs) =>
    distinct(defined(docs.map((c) => c.score))),
  ),
  flat.reasoned(
    "objects are unordered sets of properties",
    "DISTINCT does not regard the order of properties",
    "SELECT DISTINCT VALUE x FROM c JOIN x IN (SELECT VALUE [{ a: 1, b: 2 }, { b: 2, a: 1 }])",
    [{ a: 1, b: 2 }],
  ),
  flat.javascript(
    "DISTINCT regards all properties of a row together",
    "SELECT DISTINCT c.kind, c.city FROM c",
    (docs) => distinct(docs.map((c) => JSON.parse(JSON.stringify({ kind: c.kind, city: c.city })) as object)),
  ),
  nested.javascript("DISTINCT over joined rows", "SELECT DISTINCT VALUE l.sku FROM c JOIN l IN c.lines", (docs) =>
    distinct(docs.flatMap((c) => list(c.lines).map((l) => l.sku))),
  ),
  flat.reasoned(
    "keywords: names in SQL keywords are case-insensitive",
    "keywords may be written in any case",
    "sElEcT dIsTiNcT vAlUe c.kind fRoM c wHeRe c.id iN ('p01', 'q01') oRdEr bY c.kind dEsC oFfSeT 0 lImIt 1",
    ["product"],
  ),
  flat.reasoned(
    "system functions: names are case-insensitive",
    "function names may be written in any case",
    "SELECT VALUE [lower('AbC'), Lower('AbC'), LOWER('AbC'), is_defined(c.id)] FROM c WHERE c.id = 'p01'",
    [["abc", "abc", "abc", true]],
  ),
  flat.reasoned(
    "constants: identifiers of properties are case-sensitive",
    "property names are case-sensitive",
    "SELECT c.ID, c.Name, c.id FROM c WHERE c.id = 'p01'",
    [{ id: "p01" }],
  ),
  flat.reasoned(
    "whitespace and comments only separate tokens",
    "comments run to the end of the line, wherever they stand",
    "SELECT c.id -- the key\nFROM c -- all of it\nWHERE c.id = 'p--1' -- not a comment inside\n OR c.id = 'p02' -- last",
    [{ id: "p02" }],
  ),
  flat.reasoned(
    "whitespace is insignificant",
    "line breaks and tabs separate as blanks do",
    "SELECT\r\n\tVALUE\n\n c.id\tFROM\r\nc\tWHERE c.id='p03'",
    ["p03"],
  ),
  flat.reasoned(
    "a repeated alias binds the document as a whole",
    "the document may be nested in a literal",
    "SELECT VALUE [{ d: c }] FROM c WHERE c.id = 'q09'",
    [[{ d: { id: "q09", kind: "product", name: "Atlas", category: "tools", price: 3.5, stock: 3 } }]],
  ),
  flat.reasoned(
    "from: a subroot's properties are reached through its alias",
    "an unnamed expression between named ones is numbered among the unnamed",
    "SELECT c.id, 1, c.kind, UPPER(c.kind) FROM c WHERE c.id = 'p01'",
    [{ id: "p01", $1: 1, kind: "person", $2: "PERSON" }],
  ),
];
