// The query language as an application meets it: each row is a query over the same few documents, and its answer.

import { expect } from "vitest";
import { refusal } from "./answers.js";
import { describeBehaviours } from "./behaviours.js";

const DOCS = [
  {
    id: "a",
    pk: "x",
    n: 1,
    s: "Ant",
    tags: ["red", "green"],
    deep: { list: [{ v: 1 }, { v: 2 }], name: "one" },
    flag: true,
    maybe: null,
    at: "2024-01-15T10:30:00.0000000Z",
  },
  {
    id: "b",
    pk: "x",
    n: 2,
    s: "bee",
    tags: [],
    deep: { list: [], name: "two" },
    flag: false,
    at: "2024-02-01T00:00:00Z",
  },
  {
    id: "c",
    pk: "y",
    n: 3,
    s: "Cat's",
    tags: ["red"],
    deep: { list: [{ v: 3 }], name: "three" },
    flag: true,
    maybe: "m",
  },
  {
    id: "d",
    pk: "y",
    n: -4.5,
    s: "100%",
    tags: ["blue", "blue"],
    deep: { list: [{ v: 2 }], name: "four" },
    flag: false,
  },
  { id: "e", pk: "z", n: 5, s: "éclair_x", tags: ["green"], deep: { list: [], name: "five" }, flag: true, odd: "text" },
  {
    id: "f",
    pk: "z",
    n: 6,
    s: "",
    tags: ["red", "blue"],
    deep: { list: [{ v: 9 }], name: "six" },
    flag: false,
    odd: 7,
  },
];

type Doc = (typeof DOCS)[number];
type Parameters = readonly { readonly name: string; readonly value: unknown }[];

interface Row {
  readonly title: string;
  readonly query: string;
  readonly rows: readonly unknown[];
  readonly parameters?: Parameters;
}

const ids = (holds: (doc: Doc) => boolean): readonly string[] => DOCS.filter(holds).map((doc) => doc.id);
const where = (title: string, condition: string, holds: (doc: Doc) => boolean, parameters?: Parameters): Row => ({
  title,
  query: `SELECT VALUE c.id FROM c WHERE ${condition}`,
  rows: ids(holds),
  ...(parameters === undefined ? {} : { parameters }),
});
/** An expression that needs no document, or that of document "a" alone. */
const value = (title: string, expression: string, ...rows: readonly unknown[]): Row => ({
  title,
  query: `SELECT VALUE ${expression} FROM c WHERE c.id = 'a'`,
  rows,
});

const OPERATORS: readonly Row[] = [
  where("= compares numbers, texts and booleans", "c.n = 3 OR c.s = 'bee' OR (c.flag = true AND c.n = 5)", (c) =>
    [2, 3, 5].includes(c.n),
  ),
  where("!= and <> leave out the equal", "c.n != 3 AND c.n <> 5", (c) => c.n !== 3 && c.n !== 5),
  where(
    "<, <=, > and >= compare numbers",
    "c.n >= 2 AND c.n < 6 AND c.n > -10 AND c.n <= 5",
    (c) => c.n >= 2 && c.n <= 5,
  ),
  where("texts compare by their code points, capitals first", "c.s < 'a' AND c.s > ''", (c) => c.s > "" && c.s < "a"),
  where("a comparison of different types holds for none", "c.n > 'a' OR c.s > 1", () => false),
  where("= null holds for null, not for what is missing", "c.maybe = null", (c) => c.maybe === null),
  where("a missing property equals nothing, not even itself", "c.nowhere = c.nowhere", () => false),
  where(
    "AND and OR with something undefined decide where the other side does",
    "c.nowhere = 1 OR c.n = 1",
    (c) => c.n === 1,
  ),
  where("NOT of something undefined is undefined", "NOT (c.nowhere = 1)", () => false),
  where("NOT turns a condition round", "NOT c.flag", (c) => !c.flag),
  where("a boolean property is a condition", "c.flag", (c) => c.flag),
  where("BETWEEN takes both ends", "c.n BETWEEN 2 AND 5", (c) => c.n >= 2 && c.n <= 5),
  where("NOT BETWEEN is its opposite", "c.n NOT BETWEEN 2 AND 5", (c) => c.n < 2 || c.n > 5),
  where("IN takes any of a list", "c.n IN (1, 3, 'x', 6)", (c) => [1, 3, 6].includes(c.n)),
  where("NOT IN takes the others", "c.n NOT IN (1, 3)", (c) => c.n !== 1 && c.n !== 3),
  where("LIKE's percent sign stands for any text", "c.s LIKE '%a%'", (c) => c.s.includes("a")),
  where("LIKE's underscore stands for one letter", "c.s LIKE '_nt'", (c) => c.s === "Ant"),
  where("LIKE takes a set of letters in brackets", "c.s LIKE '[ab]%'", (c) => /^[ab]/.test(c.s)),
  where("LIKE takes an excluded set of letters", "c.s LIKE '[^ab]%'", (c) => /^[^ab]/.test(c.s)),
  where("LIKE with ESCAPE takes a percent sign for itself", "c.s LIKE '100!%' ESCAPE '!'", (c) => c.s === "100%"),
  where("NOT LIKE is its opposite", "c.s NOT LIKE '%e%'", (c) => !c.s.includes("e")),
  where("a text with an apostrophe is written with a backslash", "c.s = 'Cat\\'s'", (c) => c.s === "Cat's"),
  where("a text may stand in double quotes", 'c.s = "Cat\'s"', (c) => c.s === "Cat's"),
  where("a \\u escape stands for its letter", "c.s = '\\u00e9clair_x'", (c) => c.s === "éclair_x"),
  where("a property may be named in brackets", 'c["deep"]["name"] = "two"', (c) => c.deep.name === "two"),
  where("an element is reached by its index", "c.tags[0] = 'red'", (c) => c.tags[0] === "red"),
  where("a path reaches into elements of arrays", "c.deep.list[0].v = 2", (c) => c.deep.list[0]?.v === 2),
  where("an array equals one with the same elements", "c.tags = ['red', 'green']", (c) => c.id === "a"),
  where("an object equals one with the same properties", "c.deep.list[0] = {'v': 9}", (c) => c.id === "f"),
  where("the collection may be called anything", "true", () => true),
  value("+, -, *, / and % compute as doubles do", "[1 + 2, 1 - 2, 2 * 3, 7 / 2, 7 % 4, -(3)]", [3, -1, 6, 3.5, 3, -3]),
  value(
    "&, |, ^, ~, << and >> work on 32-bit integers",
    "[6 & 3, 6 | 3, 6 ^ 3, ~5, 1 << 4, 16 >> 2]",
    [2, 7, 5, -6, 16, 4],
  ),
  value("|| joins texts", "c.s || '-' || c.deep.name", "Ant-one"),
  value("?? takes the right side where the left is missing", "[c.nowhere ?? 'else', c.s ?? 'else']", ["else", "Ant"]),
  value("?: chooses by a condition", "[c.flag ? 'yes' : 'no', c.n > 1 ? 1 : 0]", ["yes", 0]),
  value("arithmetic with a text is undefined, and the row is left out", "c.s * 2"),
];

const SELECT: readonly Row[] = [
  {
    title: "SELECT of paths names each by its last step",
    query: "SELECT c.id, c.deep.name FROM c WHERE c.n = 1",
    rows: [{ id: "a", name: "one" }],
  },
  {
    title: "AS gives a name",
    query: "SELECT c.n AS number, c.s text FROM c WHERE c.n = 1",
    rows: [{ number: 1, text: "Ant" }],
  },
  {
    title: "an expression without a name is called $1, $2",
    query: "SELECT c.n + 1, c.n + 2 FROM c WHERE c.n = 1",
    rows: [{ $1: 2, $2: 3 }],
  },
  {
    title: "an undefined value leaves its property out",
    query: "SELECT c.id, c.nowhere FROM c WHERE c.n = 1",
    rows: [{ id: "a" }],
  },
  {
    title: "SELECT VALUE of what is undefined leaves the row out",
    query: "SELECT VALUE c.odd FROM c",
    rows: ["text", 7],
  },
  {
    title: "SELECT makes objects and arrays",
    query: "SELECT VALUE {'k': [c.n, {\"deep\": c.deep.name}]} FROM c WHERE c.n = 1",
    rows: [{ k: [1, { deep: "one" }] }],
  },
  { title: "null is a value in SELECT", query: "SELECT c.maybe FROM c WHERE c.id = 'a'", rows: [{ maybe: null }] },
  {
    title: "FROM may name the root of a path",
    query: "SELECT VALUE d.name FROM c.deep d WHERE d.name = 'two'",
    rows: ["two"],
  },
  {
    title: "FROM IN goes over the elements of an array",
    query: "SELECT VALUE t FROM t IN c.tags WHERE t != 'red'",
    rows: ["green", "blue", "blue", "green", "blue"],
  },
  {
    title: "FROM may call the collection root, and give it an alias",
    query: "SELECT VALUE r.id FROM root AS r WHERE r.n = 2",
    rows: ["b"],
  },
  {
    title: "two JOINs give every pair",
    query: "SELECT VALUE [t, l.v] FROM c JOIN t IN c.tags JOIN l IN c.deep.list WHERE c.id = 'a'",
    rows: [
      ["red", 1],
      ["red", 2],
      ["green", 1],
      ["green", 2],
    ],
  },
  {
    title: "a JOIN over an empty array gives no row",
    query: "SELECT VALUE c.id FROM c JOIN t IN c.tags WHERE c.id = 'b'",
    rows: [],
  },
  {
    title: "a JOIN over a sub-query filters first",
    query: "SELECT VALUE t FROM c JOIN (SELECT VALUE t FROM t IN c.tags WHERE t = 'blue') AS t",
    rows: ["blue", "blue", "blue"],
  },
  {
    title: "a scalar sub-query counts what is within a document",
    query: "SELECT c.id, (SELECT VALUE COUNT(1) FROM t IN c.tags) AS n FROM c WHERE c.n > 4",
    rows: [
      { id: "e", n: 1 },
      { id: "f", n: 2 },
    ],
  },
  {
    title: "ARRAY() makes an array of a sub-query's rows",
    query: "SELECT VALUE ARRAY(SELECT VALUE l.v FROM l IN c.deep.list WHERE l.v > 1) FROM c WHERE c.id = 'a'",
    rows: [[2]],
  },
  {
    title: "EXISTS asks whether a sub-query has rows",
    query: "SELECT VALUE c.id FROM c WHERE EXISTS(SELECT VALUE l FROM l IN c.deep.list WHERE l.v = 2)",
    rows: ["a", "d"],
  },
  {
    title: "NOT EXISTS is its opposite",
    query: "SELECT VALUE c.id FROM c WHERE NOT EXISTS(SELECT VALUE t FROM t IN c.tags)",
    rows: ["b"],
  },
  {
    title: "keywords may be written in any case",
    query: "select value c.id from c where c.n in (1) order by c.id",
    rows: ["a"],
  },
  {
    title: "a comment to the end of the line is passed over",
    query: "SELECT VALUE c.id -- all of it\nFROM c WHERE c.n = 1",
    rows: ["a"],
  },
  {
    title: "system properties can be asked for",
    query: "SELECT VALUE IS_NUMBER(c._ts) AND IS_STRING(c._etag) AND IS_STRING(c._rid) FROM c WHERE c.n = 1",
    rows: [true],
  },
];

const FUNCTIONS: readonly Row[] = [
  where("IS_DEFINED tells a property that is there, null included", "IS_DEFINED(c.maybe)", (c) => "maybe" in c),
  where("IS_NULL tells null alone", "IS_NULL(c.maybe)", (c) => c.maybe === null),
  value(
    "IS_STRING, IS_NUMBER, IS_BOOL, IS_ARRAY and IS_OBJECT tell types",
    "[IS_STRING(c.s), IS_NUMBER(c.n), IS_BOOL(c.flag), IS_ARRAY(c.tags), IS_OBJECT(c.deep), IS_STRING(c.n)]",
    [true, true, true, true, true, false],
  ),
  where("IS_PRIMITIVE tells texts, numbers, booleans and null", "IS_PRIMITIVE(c.odd)", (c) => "odd" in c),
  value("IS_INTEGER and IS_FINITE_NUMBER look at the number", "[IS_INTEGER(3), IS_INTEGER(3.5), IS_FINITE_NUMBER(1)]", [
    true,
    false,
    true,
  ]),
  value("CONCAT joins texts", "CONCAT(c.s, '+', c.deep.name)", "Ant+one"),
  value("UPPER and LOWER change the case", "[UPPER('aé'), LOWER('AÉ')]", ["AÉ", "aé"]),
  value("LENGTH counts letters", "[LENGTH('abc'), LENGTH('')]", [3, 0]),
  value("SUBSTRING, LEFT and RIGHT cut", "[SUBSTRING('abcdef', 1, 3), LEFT('abc', 2), RIGHT('abc', 2)]", [
    "bcd",
    "ab",
    "bc",
  ]),
  value("TRIM, LTRIM and RTRIM take spaces off", "[TRIM('  a '), LTRIM(' a '), RTRIM(' a ')]", ["a", "a ", " a"]),
  value("REPLACE and REVERSE change a text", "[REPLACE('aXbX', 'X', '-'), REVERSE('abc')]", ["a-b-", "cba"]),
  value("INDEX_OF finds a text, or says -1", "[INDEX_OF('abc', 'c'), INDEX_OF('abc', 'x')]", [2, -1]),
  value("REPLICATE repeats a text", "REPLICATE('ab', 3)", "ababab"),
  where("CONTAINS finds a part", "CONTAINS(c.s, 'at')", (c) => c.s.includes("at")),
  where("CONTAINS overlooks the case when it is told to", "CONTAINS(c.s, 'AN', true)", (c) => /an/i.test(c.s)),
  where(
    "STARTSWITH and ENDSWITH look at the ends",
    "STARTSWITH(c.s, 'A') OR ENDSWITH(c.s, '%')",
    (c) => c.s === "Ant" || c.s === "100%",
  ),
  where("STRINGEQUALS compares, with or without case", "STRINGEQUALS(c.s, 'ANT', true)", (c) => c.s === "Ant"),
  where("REGEXMATCH searches by a regular expression", "REGEXMATCH(c.s, '^[a-c]', 'i')", (c) => /^[a-c]/i.test(c.s)),
  value(
    "StringToNumber, StringToBoolean, StringToNull, StringToArray and StringToObject read texts",
    "[StringToNumber('1.5'), StringToBoolean('true'), StringToNull('null'), StringToArray('[1,2]'), StringToObject('{\"a\":1}')]",
    [1.5, true, null, [1, 2], { a: 1 }],
  ),
  value("ToString writes a value as text", "[ToString(1.5), ToString(true), ToString([1])]", ["1.5", "true", "[1]"]),
  value(
    "ABS, CEILING, FLOOR, ROUND, SIGN and TRUNC round",
    "[ABS(-2), CEILING(1.2), FLOOR(1.8), ROUND(2.5), SIGN(-3), TRUNC(-1.7)]",
    [2, 2, 1, 3, -1, -1],
  ),
  value(
    "POWER, SQRT, SQUARE, EXP and LOG compute",
    "[POWER(2, 5), SQRT(16), SQUARE(3), EXP(0), LOG(1), LOG10(100)]",
    [32, 4, 9, 1, 0, 2],
  ),
  value(
    "trigonometry is in radians",
    "[SIN(0), COS(0), TAN(0), ATN2(0, 1), DEGREES(0), RADIANS(0)]",
    [0, 1, 0, 0, 0, 0],
  ),
  value("IIF chooses by a condition", "IIF(c.n = 1, 'one', 'other')", "one"),
  where("ARRAY_CONTAINS finds an element", "ARRAY_CONTAINS(c.tags, 'blue')", (c) =>
    c.tags.some((tag) => tag === "blue"),
  ),
  where(
    "ARRAY_CONTAINS finds part of an object when it is told to",
    "ARRAY_CONTAINS(c.deep.list, {'v': 2}, true)",
    (c) => c.deep.list.some((one) => one.v === 2),
  ),
  value(
    "ARRAY_LENGTH, ARRAY_SLICE and ARRAY_CONCAT handle arrays",
    "[ARRAY_LENGTH(c.tags), ARRAY_SLICE([1,2,3,4], 1, 2), ARRAY_CONCAT([1], [2, 3])]",
    [2, [2, 3], [1, 2, 3]],
  ),
  value("SetIntersect and SetUnion treat arrays as sets", "[SetIntersect([1,2,3], [2,3,4]), SetUnion([1,2], [2,3])]", [
    [2, 3],
    [1, 2, 3],
  ]),
  value(
    "DateTimeAdd, DateTimeDiff and DateTimePart handle dates",
    "[DateTimeAdd('dd', 1, c.at), DateTimeDiff('hh', '2024-01-15T00:00:00Z', c.at), DateTimePart('yyyy', c.at)]",
    ["2024-01-16T10:30:00.0000000Z", 10, 2024],
  ),
  value(
    "DateTimeToTimestamp and TimestampToDateTime go there and back",
    "[DateTimeToTimestamp('1970-01-01T00:00:01Z'), TimestampToDateTime(1000)]",
    [1000, "1970-01-01T00:00:01.0000000Z"],
  ),
  value("GetCurrentDateTime is a date of now", "GetCurrentDateTime() > '2024-01-01'", true),
  value(
    "ObjectToArray and StringJoin take apart and join",
    "[ObjectToArray({'a': 1}), StringJoin(['a', 'b'], '-'), StringSplit('a-b', '-')]",
    [[{ k: "a", v: 1 }], "a-b", ["a", "b"]],
  ),
];

const PARAMETERS: readonly Row[] = [
  where("a parameter is a text, with any letters", "c.s = @s", (c) => c.s === "Cat's", [
    { name: "@s", value: "Cat's" },
  ]),
  where("a parameter is a number, negative and broken too", "c.n = @n", (c) => c.n === -4.5, [
    { name: "@n", value: -4.5 },
  ]),
  where("a parameter is a boolean or null", "c.flag = @f AND c.maybe = @z", (c) => c.flag && c.maybe === null, [
    { name: "@f", value: true },
    { name: "@z", value: null },
  ]),
  where("a parameter is an array to search in", "ARRAY_CONTAINS(@list, c.id)", (c) => "ace".includes(c.id), [
    { name: "@list", value: ["a", "c", "e"] },
  ]),
  where("a parameter is an object to compare with", "c.deep.list[0] = @o", (c) => c.id === "f", [
    { name: "@o", value: { v: 9 } },
  ]),
  where("a parameter can't be code", "c.s = @s", () => false, [{ name: "@s", value: "' OR true OR '" }]),
  where("a parameter may name a property in brackets", "c[@name] = 'text'", (c) => c.odd === "text", [
    { name: "@name", value: "odd" },
  ]),
  {
    title: "a parameter may be selected",
    query: "SELECT VALUE @p FROM c WHERE c.n = 1",
    rows: [{ any: ["thing"] }],
    parameters: [{ name: "@p", value: { any: ["thing"] } }],
  },
];

describeBehaviours("query language", (setup, behaviour) => {
  let filled: Promise<Awaited<ReturnType<ReturnType<typeof setup>["container"]>>> | undefined;
  const fill = async () => {
    const container = await setup().container();
    for (const doc of DOCS) await container.items.create(doc);
    return container;
  };
  const ask = async (query: string, parameters: Parameters = []) => {
    filled ??= fill();
    const spec = { query, parameters: parameters as never };
    return (await (await filled).items.query(spec).fetchAll()).resources as unknown[];
  };
  const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

  for (const { title, query, rows, parameters } of [...OPERATORS, ...SELECT, ...FUNCTIONS, ...PARAMETERS]) {
    behaviour(title, async () => {
      expect(sorted(await ask(query, parameters))).toEqual(sorted(rows));
    });
  }

  behaviour("a query may be bound to a partition key by its condition alone", async () => {
    expect(sorted(await ask("SELECT VALUE c.id FROM c WHERE c.pk = 'y'"))).toEqual(sorted(["c", "d"]));
  });

  behaviour("ORDER BY puts texts in the order of their code points", async () => {
    const expected = DOCS.map((doc) => doc.s).sort();
    expect(await ask("SELECT VALUE c.s FROM c ORDER BY c.s")).toEqual(expected);
  });

  behaviour("ORDER BY goes by a property deep within", async () => {
    const expected = DOCS.map((doc) => doc.deep.name).sort();
    expect(await ask("SELECT VALUE c.deep.name FROM c ORDER BY c.deep.name")).toEqual(expected);
  });

  behaviour("ORDER BY sorts booleans, false first", async () => {
    expect(await ask("SELECT VALUE c.flag FROM c ORDER BY c.flag")).toEqual([false, false, false, true, true, true]);
  });

  behaviour("ORDER BY within one partition sorts values of different types by type", async () => {
    const container = await setup().container();
    for (const [at, v] of ["text", 3, true, null].entries()) await container.items.create({ id: `${at}`, pk: "k", v });
    const { resources } = await container.items
      .query("SELECT VALUE c.v FROM c ORDER BY c.v", { partitionKey: "k" })
      .fetchAll();
    expect(resources).toEqual([null, true, 3, "text"]);
  });

  behaviour("SUM of something that isn't a number is undefined, and gives no row", async () => {
    expect(await ask("SELECT VALUE SUM(c.s) FROM c WHERE c.pk = 'x'")).toEqual([]);
  });

  behaviour("COUNT over no documents is 0", async () => {
    expect(await ask("SELECT VALUE COUNT(1) FROM c WHERE c.n > 100")).toEqual([0]);
  });

  behaviour("MIN and MAX compare texts too", async () => {
    expect(await ask("SELECT VALUE MAX(c.deep.name) FROM c")).toEqual(["two"]);
    expect(await ask("SELECT VALUE MIN(c.deep.name) FROM c")).toEqual(["five"]);
  });

  behaviour("GROUP BY an expression groups by its value", async () => {
    const rows = await ask("SELECT c.flag, COUNT(1) AS n FROM c GROUP BY c.flag");
    expect(sorted(rows)).toEqual(
      sorted([
        { flag: true, n: 3 },
        { flag: false, n: 3 },
      ]),
    );
  });

  behaviour("documents without the grouped property make a group of their own", async () => {
    const rows = await ask("SELECT c.odd, COUNT(1) AS n FROM c GROUP BY c.odd");
    expect(sorted(rows)).toEqual(sorted([{ n: 4 }, { odd: "text", n: 1 }, { odd: 7, n: 1 }]));
  });
});

describeBehaviours("query errors", (setup, behaviour) => {
  const refused = async (query: string | object) =>
    refusal((await setup().container()).items.query(query as string).fetchAll());

  for (const [title, query] of [
    ["a misspelt keyword is 400", "SELECT * FORM c"],
    ["a query without SELECT is 400", "c.n = 1"],
    ["an unclosed text is 400", "SELECT * FROM c WHERE c.s = 'abc"],
    ["an unclosed bracket is 400", "SELECT * FROM c WHERE (c.n = 1"],
    ["something after the end is 400", "SELECT * FROM c c2 c3"],
    ["an empty condition is 400", "SELECT * FROM c WHERE"],
    ["an unknown function is 400", "SELECT VALUE NO_SUCH_FUNCTION(c.n) FROM c"],
    ["a function with too few arguments is 400", "SELECT VALUE CONTAINS(c.s) FROM c"],
    ["an unknown alias is 400", "SELECT VALUE d.n FROM c"],
    ["TOP of a negative number is 400", "SELECT TOP -1 * FROM c"],
    ["OFFSET without LIMIT is 400", "SELECT * FROM c OFFSET 1"],
    ["two columns of one name are 400", "SELECT c.a, d.a FROM c JOIN d IN c.list"],
    ["SELECT * over a JOIN is 400", "SELECT * FROM c JOIN d IN c.list"],
    ["an aggregate in WHERE is 400", "SELECT * FROM c WHERE COUNT(c.n) > 1"],
    ["a query of no letters is 400", " "],
  ] as const) {
    behaviour(title, async () => {
      const error = await refused(query);
      expect([query, error.code]).toEqual([query, 400]);
    });
  }

  behaviour("a spatial function is refused by its name", async () => {
    const error = await refused("SELECT VALUE ST_DISTANCE(c.a, c.b) FROM c");
    expect(error.message).toContain("ST_DISTANCE");
  }, ["emulator"]);

  behaviour("a syntax error tells its code and where it is", async () => {
    const error = await refused("SELECT * FROM c WHERE c.n == = 1");
    expect(error.code).toBe(400);
    expect(error.message).toContain("SC1001");
    expect(error.message).toMatch(/"start":\d+/);
  });

  behaviour("a parameter's name must start with @", async () => {
    const error = await refused({ query: "SELECT * FROM c WHERE c.n = @n", parameters: [{ name: "n", value: 1 }] });
    expect(error.code).toBe(400);
  });
});
