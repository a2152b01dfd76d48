/** String functions: on strings of every kind, and on what is no string. */
import { type Entry, over } from "./entry.js";

const flat = over("flat");

export const strings: readonly Entry[] = [
  flat.javascript(
    "CONCAT over properties is undefined where one is missing or no string",
    "SELECT c.id, CONCAT(c.name, ' of ', c.city) AS line FROM c",
    (docs) =>
      docs.map((c) => ({
        id: c.id,
        line: typeof c.name === "string" && typeof c.city === "string" ? `${c.name} of ${c.city}` : undefined,
      })),
  ),
  flat.javascript(
    "|| concatenates strings and nothing else",
    "SELECT c.id, c.name || '!' AS a, c.age || '' AS b FROM c",
    (docs) =>
      docs.map((c) => ({
        id: c.id,
        a: typeof c.name === "string" ? `${c.name}!` : undefined,
        b: typeof c.age === "string" ? c.age : undefined,
      })),
  ),
  flat.javascript("LENGTH of what is no string is undefined", "SELECT c.id, LENGTH(c.score) AS n FROM c", (docs) =>
    docs.map((c) => ({ id: c.id, n: typeof c.score === "string" ? c.score.length : undefined })),
  ),
  flat.reasoned(
    "string functions work on characters, taken literally",
    "LENGTH counts characters of any script",
    "SELECT VALUE LENGTH(c.name) FROM c WHERE c.id IN ('p03', 'p26', 'p27', 'p28')",
    [5, 3, 2, 4],
  ),
  flat.javascript("CONTAINS is case-sensitive", "SELECT VALUE c.id FROM c WHERE CONTAINS(c.email, 'EXAMPLE')", (docs) =>
    docs.filter((c) => c.email?.includes("EXAMPLE")).map((c) => c.id),
  ),
  flat.javascript(
    "CONTAINS with true ignores case",
    "SELECT VALUE c.id FROM c WHERE CONTAINS(c.email, 'Example.COM', true)",
    (docs) => docs.filter((c) => c.email?.toLowerCase().includes("example.com")).map((c) => c.id),
  ),
  flat.javascript(
    "NOT CONTAINS leaves out the missing and the null",
    "SELECT VALUE c.id FROM c WHERE NOT CONTAINS(c.email, 'user')",
    (docs) => docs.filter((c) => typeof c.email === "string" && !c.email.includes("user")).map((c) => c.id),
  ),
  flat.javascript(
    "the empty string is contained in every string",
    "SELECT VALUE c.id FROM c WHERE CONTAINS(c.name, '')",
    (docs) => docs.filter((c) => typeof c.name === "string").map((c) => c.id),
  ),
  flat.javascript("STARTSWITH on a property", "SELECT VALUE c.name FROM c WHERE STARTSWITH(c.name, 'A')", (docs) =>
    docs.map((c) => c.name).filter((name) => typeof name === "string" && name.startsWith("A")),
  ),
  flat.javascript(
    "STARTSWITH with true ignores case",
    "SELECT VALUE c.name FROM c WHERE STARTSWITH(c.name, 'HAM', true)",
    (docs) =>
      docs.map((c) => c.name).filter((name) => typeof name === "string" && name.toLowerCase().startsWith("ham")),
  ),
  flat.javascript(
    "STARTSWITH with false is case-sensitive",
    "SELECT VALUE c.name FROM c WHERE STARTSWITH(c.name, 'ham', false)",
    (docs) => docs.map((c) => c.name).filter((name) => typeof name === "string" && name.startsWith("ham")),
  ),
  flat.javascript(
    "STARTSWITH on numbers, arrays and booleans finds nothing",
    "SELECT VALUE c.id FROM c WHERE STARTSWITH(c.score, '1')",
    (docs) => docs.filter((c) => typeof c.score === "string" && c.score.startsWith("1")).map((c) => c.id),
  ),
  flat.javascript("ENDSWITH on a property", "SELECT VALUE c.email FROM c WHERE ENDSWITH(c.email, '.org')", (docs) =>
    docs.map((c) => c.email).filter((email) => email?.endsWith(".org")),
  ),
  flat.javascript(
    "ENDSWITH with true ignores case",
    "SELECT VALUE c.email FROM c WHERE ENDSWITH(c.email, '@example.ORG', true)",
    (docs) => docs.map((c) => c.email).filter((email) => email?.toLowerCase().endsWith("@example.org")),
  ),
  flat.javascript(
    "StringEquals with true ignores case",
    "SELECT VALUE c.id FROM c WHERE StringEquals(c.city, 'PARIS', true)",
    (docs) => docs.filter((c) => c.city?.toLowerCase() === "paris").map((c) => c.id),
  ),
  flat.javascript(
    "StringEquals without it does not",
    "SELECT VALUE c.id FROM c WHERE StringEquals(c.city, 'paris')",
    (docs) => docs.filter((c) => c.city === "paris").map((c) => c.id),
  ),
  flat.javascript("LOWER in a filter", "SELECT VALUE c.id FROM c WHERE LOWER(c.code) = 'ab-12'", (docs) =>
    docs.filter((c) => c.code?.toLowerCase() === "ab-12").map((c) => c.id),
  ),
  flat.javascript("UPPER changes letters only", "SELECT VALUE UPPER(c.code) FROM c", (docs) =>
    docs.map((c) => c.code?.toUpperCase()).filter((code) => code !== undefined),
  ),
  flat.javascript("LOWER of what is no string is undefined", "SELECT c.id, LOWER(c.active) AS l FROM c", (docs) =>
    docs.map((c) => ({ id: c.id, l: typeof c.active === "string" ? c.active.toLowerCase() : undefined })),
  ),
  flat.javascript("LEFT and RIGHT", "SELECT VALUE [LEFT(c.id, 1), RIGHT(c.id, 2)] FROM c", (docs) =>
    docs.map((c) => [c.id.slice(0, 1), c.id.slice(1)]),
  ),
  flat.javascript(
    "SUBSTRING stops at the end",
    "SELECT VALUE SUBSTRING(c.name, 2, 3) FROM c WHERE c.kind = 'product'",
    (docs) => docs.filter((c) => c.kind === "product").map((c) => (c.name ?? "").slice(2, 5)),
  ),
  flat.javascript(
    "INDEX_OF is -1 where there is none, and undefined on what is no string",
    "SELECT c.id, INDEX_OF(c.email, '@') AS at FROM c",
    (docs) => docs.map((c) => ({ id: c.id, at: typeof c.email === "string" ? c.email.indexOf("@") : undefined })),
  ),
  flat.javascript("REPLACE replaces every occurrence", "SELECT VALUE REPLACE(c.id, 'p', 'person-') FROM c", (docs) =>
    docs.map((c) => c.id.replaceAll("p", "person-")),
  ),
  flat.reasoned(
    "string functions work on characters, taken literally",
    "REPLACE takes its pattern literally",
    "SELECT VALUE REPLACE(c.code, '.', '_') FROM c WHERE c.code = 'x.y*z'",
    ["x_y*z", "x_y*z"],
  ),
  flat.javascript("REVERSE", "SELECT VALUE REVERSE(c.id) FROM c", (docs) =>
    docs.map((c) => [...c.id].reverse().join("")),
  ),
  flat.javascript(
    "TRIM, LTRIM and RTRIM",
    "SELECT VALUE [TRIM(c.tags), LTRIM(c.tags), RTRIM(c.tags)] FROM c WHERE IS_DEFINED(c.tags)",
    (docs) =>
      docs.filter((c) => c.tags !== undefined).map((c) => [c.tags?.trim(), c.tags?.trimStart(), c.tags?.trimEnd()]),
  ),
  flat.javascript(
    "StringSplit keeps empty parts",
    "SELECT c.id, StringSplit(c.tags, ',') AS parts FROM c WHERE IS_DEFINED(c.tags)",
    (docs) => docs.filter((c) => c.tags !== undefined).map((c) => ({ id: c.id, parts: c.tags?.split(",") })),
  ),
  flat.javascript(
    "StringJoin undoes StringSplit",
    "SELECT VALUE StringJoin(StringSplit(c.tags, ','), ',') FROM c WHERE IS_DEFINED(c.tags)",
    (docs) => docs.map((c) => c.tags).filter((tags) => tags !== undefined),
  ),
  flat.javascript(
    "REPLICATE by a property",
    "SELECT VALUE REPLICATE('ab', c.stock) FROM c WHERE c.stock IN (0, 3, 5)",
    (docs) => docs.filter((c) => c.stock === 0 || c.stock === 3 || c.stock === 5).map((c) => "ab".repeat(c.stock ?? 0)),
  ),
  flat.javascript(
    "RegexMatch finds anywhere unless anchored",
    "SELECT VALUE c.id FROM c WHERE RegexMatch(c.code, '[0-9]{2}')",
    (docs) => docs.filter((c) => /[0-9]{2}/.test(c.code ?? "")).map((c) => c.id),
  ),
  flat.javascript(
    "RegexMatch with anchors and groups",
    "SELECT VALUE c.id FROM c WHERE RegexMatch(c.email, '^user\\\\d+@example\\\\.(com|org)$', 'i')",
    (docs) => docs.filter((c) => /^user\d+@example\.(com|org)$/i.test(c.email ?? "")).map((c) => c.id),
  ),
  flat.javascript(
    "string functions may be nested",
    "SELECT VALUE CONCAT(UPPER(LEFT(c.name, 1)), LOWER(SUBSTRING(c.name, 1, LENGTH(c.name)))) FROM c WHERE c.kind = 'product'",
    (docs) =>
      docs
        .filter((c) => c.kind === "product")
        .map((c) => (c.name ?? "").slice(0, 1).toUpperCase() + (c.name ?? "").slice(1).toLowerCase()),
  ),
  flat.javascript(
    "a string function's boolean combines with logic",
    "SELECT VALUE c.id FROM c WHERE STARTSWITH(c.name, 'A') AND NOT ENDSWITH(c.name, 'II') OR c.kind = 'product' AND CONTAINS(c.name, '%')",
    (docs) =>
      docs
        .filter(
          (c) => (c.name?.startsWith("A") && !c.name.endsWith("II")) || (c.kind === "product" && c.name?.includes("%")),
        )
        .map((c) => c.id),
  ),
  flat.reasoned(
    "scalar-expressions: a function of an undefined argument is undefined",
    "every string function of undefined is undefined",
    "SELECT VALUE [CONCAT('a', undefined), LENGTH(undefined), UPPER(undefined), CONTAINS('a', undefined), STARTSWITH(undefined, 'a'), SUBSTRING('abc', undefined, 1), REPLACE('a', 'a', undefined), 1]",
    [[1]],
  ),
  flat.reasoned(
    "a string function expects a string expression",
    "string functions of null, numbers, booleans, arrays and objects are undefined",
    "SELECT VALUE [LENGTH(null), UPPER(5), LOWER(true), REVERSE([1]), TRIM({}), CONCAT('a', 1), CONTAINS(12, '1'), LEFT(123, 1), INDEX_OF('1', 1), 'done']",
    [["done"]],
  ),
  flat.reasoned("operators: + expects numbers", "+ does not concatenate", "SELECT VALUE ['a' + 'b', 1 + '1', 'done']", [
    ["done"],
  ]),
  flat.reference("concat", "two strings", 'SELECT VALUE CONCAT("abc", "def")', ["abcdef"]),
  flat.reference("contains", "a part and no part", 'SELECT CONTAINS("abc", "ab"), CONTAINS("abc", "d")', [
    { $1: true, $2: false },
  ]),
  flat.reference(
    "endswith",
    "the four documented cases of ENDSWITH",
    'SELECT VALUE [ENDSWITH("AdventureWorks", "Adventure"), ENDSWITH("AdventureWorks", "Works"), ENDSWITH("AdventureWorks", "works"), ENDSWITH("AdventureWorks", "works", true)]',
    [[false, true, false, true]],
  ),
  flat.reference(
    "startswith",
    "the four documented cases of STARTSWITH",
    'SELECT VALUE [STARTSWITH("AdventureWorks", "Works"), STARTSWITH("AdventureWorks", "Adventure"), STARTSWITH("AdventureWorks", "adventure"), STARTSWITH("AdventureWorks", "adventure", true)]',
    [[false, true, false, true]],
  ),
  flat.reference(
    "stringequals",
    "the three documented cases of STRINGEQUALS",
    'SELECT VALUE [STRINGEQUALS("AdventureWorks", "AdventureWorks"), STRINGEQUALS("AdventureWorks", "adventureworks"), STRINGEQUALS("AdventureWorks", "adventureworks", true)]',
    [[true, false, true]],
  ),
  flat.reference(
    "index-of",
    "INDEX_OF from the beginning",
    'SELECT VALUE [INDEX_OF("AdventureWorks", "A"), INDEX_OF("AdventureWorks", "s"), INDEX_OF("AdventureWorks", "Works"), INDEX_OF("AdventureWorks", "tureW"), INDEX_OF("AdventureWorks", "Cosmos"), INDEX_OF("AdventureWorks", "aD")]',
    [[0, 13, 9, 5, -1, -1]],
  ),
  flat.reference(
    "index-of",
    "INDEX_OF from a position",
    'SELECT VALUE [INDEX_OF("AdventureWorks", "Works", 5), INDEX_OF("AdventureWorks", "Adventure", 5)]',
    [[9, -1]],
  ),
  flat.reference(
    "lastindexof",
    "LASTINDEXOF searches backwards, from a position too",
    'SELECT VALUE [LASTINDEXOF("abcdeabc", "abc"), LASTINDEXOF("abcdeabc", "abc", 6), LASTINDEXOF("abcdeabc", "abc", 7), LASTINDEXOF("abcdeabc", "fg")]',
    [[5, 0, 5, -1]],
  ),
  flat.reference(
    "left",
    "LEFT of none, some, all and more than there is",
    'SELECT VALUE [LEFT("AdventureWorks", 0), LEFT("AdventureWorks", 1), LEFT("AdventureWorks", 5), LEFT("AdventureWorks", LENGTH("AdventureWorks")), LEFT("AdventureWorks", 100)]',
    [["", "A", "Adven", "AdventureWorks", "AdventureWorks"]],
  ),
  flat.reference(
    "right",
    "RIGHT of none, some, all and more than there is",
    'SELECT VALUE [RIGHT("AdventureWorks", 0), RIGHT("AdventureWorks", 1), RIGHT("AdventureWorks", 5), RIGHT("AdventureWorks", LENGTH("AdventureWorks")), RIGHT("AdventureWorks", 100)]',
    [["", "s", "Works", "AdventureWorks", "AdventureWorks"]],
  ),
  flat.reference("length", "the length of abc", 'SELECT LENGTH("abc")', [{ $1: 3 }]),
  flat.reference("lower", "lower case of Abc", 'SELECT VALUE LOWER("Abc")', ["abc"]),
  flat.reference("upper", "upper case of Abc", 'SELECT VALUE UPPER("Abc")', ["ABC"]),
  flat.reference(
    "ltrim",
    "LTRIM touches the beginning only",
    'SELECT VALUE [LTRIM("  abc"), LTRIM("abc"), LTRIM("abc   ")]',
    [["abc", "abc", "abc   "]],
  ),
  flat.reference("rtrim", "RTRIM touches the end only", 'SELECT VALUE [RTRIM("abc"), RTRIM("abc   ")]', [
    ["abc", "abc"],
  ]),
  flat.reference(
    "trim",
    "TRIM of blanks",
    'SELECT VALUE [TRIM("   abc"), TRIM("   abc   "), TRIM("abc   "), TRIM("abc")]',
    [["abc", "abc", "abc", "abc"]],
  ),
  flat.reference(
    "trim",
    "TRIM of given characters",
    'SELECT VALUE [TRIM("---AdventureWorks---"), TRIM("___AdventureWorks___", "_"), TRIM("---AdventureWorks---", "-"), TRIM("-- AdventureWorks --", "-"), TRIM("-_-AdventureWorks-_-", "-_")]',
    [["---AdventureWorks---", "AdventureWorks", "AdventureWorks", " AdventureWorks ", "AdventureWorks"]],
  ),
  flat.reference("replace", "a word is replaced", 'SELECT VALUE REPLACE("This is a Test", "Test", "desk")', [
    "This is a desk",
  ]),
  flat.reference("replicate", "three times", 'SELECT VALUE [REPLICATE("a", 3), REPLICATE("Cosmic", 3)]', [
    ["aaa", "CosmicCosmicCosmic"],
  ]),
  flat.reasoned(
    "replicate: a negative count is undefined",
    "a negative number of times is undefined",
    'SELECT VALUE [REPLICATE("a", -1), 1]',
    [[1]],
  ),
  flat.reference("reverse", "Abc reversed", 'SELECT VALUE REVERSE("Abc")', ["cbA"]),
  flat.reference(
    "substring",
    "SUBSTRING at the beginning, the end, whole and of negative length",
    'SELECT VALUE [SUBSTRING("AdventureWorks", 0, 9), SUBSTRING("AdventureWorks", 9, 5), SUBSTRING("AdventureWorks", 0, LENGTH("AdventureWorks")), SUBSTRING("AdventureWorks", 0, -1)]',
    [["Adventure", "Works", "AdventureWorks", ""]],
  ),
  flat.reference(
    "stringsplit",
    "by a letter, a symbol, a blank and a phrase",
    'SELECT VALUE [StringSplit("Handlebar", "e"), StringSplit("CARBON_STEEL_BIKE_WHEEL", "_"), StringSplit("Road Bike", " "), StringSplit("xenmoun mountain bike", "moun")]',
    [
      [
        ["Handl", "bar"],
        ["CARBON", "STEEL", "BIKE", "WHEEL"],
        ["Road", "Bike"],
        ["xen", " ", "tain bike"],
      ],
    ],
  ),
  flat.reference(
    "stringsplit",
    "by undefined, by nothing, and of nothing",
    'SELECT VALUE [StringSplit("AluminumBikeFrame", undefined), StringSplit("Helmet", ""), StringSplit("", "")]',
    [[["Helmet"], [""]]],
  ),
  flat.reference(
    "stringjoin",
    "by a blank, by nothing, by undefined, by a letter and a phrase",
    'SELECT VALUE [StringJoin(["Iropa", "Mountain", "Bike"], " "), StringJoin(["Iropa", "Mountain", "Bike"], ""), StringJoin(["Iropa", "Mountain", "Bike"], undefined), StringJoin(["6", "7", "4", "3"], "A"), StringJoin(["Adventure", "LT"], "Works")]',
    [["Iropa Mountain Bike", "IropaMountainBike", "6A7A4A3", "AdventureWorksLT"]],
  ),
  flat.reference(
    "regexmatch",
    "modifiers, classes and quantifiers",
    'SELECT VALUE [RegexMatch("abcd", "ABC"), RegexMatch("abcd", "ABC", "i"), RegexMatch("abcd", "ab.", ""), RegexMatch("abcd", "ab c", "x"), RegexMatch("abcd", "aB c", "ix"), RegexMatch("03a", "[0-9]"), RegexMatch("salt3824908", "salt{1}"), RegexMatch("shame", "s....", "i")]',
    [[false, true, true, true, true, true, true, true]],
  ),
  flat.reasoned(
    "contains-any-cs: an OR of CONTAINS; contains-all-cs: an AND of CONTAINS",
    "CONTAINS_ANY_CS, CONTAINS_ANY_CI and CONTAINS_ALL_CS",
    "SELECT VALUE [CONTAINS_ANY_CS('Have a nice day!', 'HAVE', 'nice'), CONTAINS_ANY_CS('Have a nice day!', 'HAVE', 'Nice'), CONTAINS_ANY_CI('Have a nice day!', 'had', 'NICE'), CONTAINS_ALL_CS('Have a nice day!', 'Have', 'day'), CONTAINS_ALL_CS('Have a nice day!', 'Have', 'DAY')]",
    [[true, false, true, true, false]],
  ),
  flat.reference(
    "contains-all-ci",
    "CONTAINS_ALL_CI is an AND of CONTAINS without case",
    'SELECT VALUE { case1: CONTAINS_ALL_CI("Have a nice day!", "have", "nice", "day!"), case2: CONTAINS_ALL_CI("Have a nice day!", "HAVE", "NICE", "DAY!"), case3: CONTAINS_ALL_CI("Have a nice day!", "had", "nice", "day!"), case4: CONTAINS_ALL_CI("Have a nice day!", undefined, "nice", "day!"), case5: CONTAINS_ALL_CI("Have a nice day!", undefined, "had") }',
    [{ case1: true, case2: true, case3: false, case5: false }],
  ),
  flat.reference(
    "../../query/substringbefore",
    "SUBSTRINGBEFORE ends at the first mark",
    'SELECT VALUE { prefix: SUBSTRINGBEFORE("contoso|north|2026", "|"), firstSegment: SUBSTRINGBEFORE("a/b/c", "/") }',
    [{ prefix: "contoso", firstSegment: "a" }],
  ),
  flat.reference(
    "../../query/substringafter",
    "SUBSTRINGAFTER begins after the first mark",
    'SELECT VALUE { suffix: SUBSTRINGAFTER("contoso|north|2026", "|"), details: SUBSTRINGAFTER("bike::touring::frame", "::") }',
    [{ suffix: "north|2026", details: "touring::frame" }],
  ),
  flat.reference(
    "../../query/lastsubstringbefore",
    "LASTSUBSTRINGBEFORE ends at the last mark",
    'SELECT VALUE { parentPath: LASTSUBSTRINGBEFORE("/products/shoes/boots", "/"), prefix: LASTSUBSTRINGBEFORE("A-B-C", "-") }',
    [{ parentPath: "/products/shoes", prefix: "A-B" }],
  ),
  flat.reasoned(
    "the list of functions of Microsoft's language service: a name may stand with or without its underscores",
    "functions in their other spellings",
    "SELECT VALUE [ContainsAnyCI('Python', 'JAVA', 'python'), String_Equals('a', 'A', true), To_String(1), ArrayLength([1]), IsDefined(1), IS_BOOLEAN(true)]",
    [[true, true, "1", 1, true, true]],
  ),
  flat.reasoned(
    "regexmatch: undefined where the pattern or the modifiers are invalid",
    "RegexMatch with an invalid pattern or modifier is undefined",
    "SELECT VALUE [RegexMatch('ab', '('), RegexMatch('ab', 'a', 'g'), 'done']",
    [["done"]],
  ),
];
