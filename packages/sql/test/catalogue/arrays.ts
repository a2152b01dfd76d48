/** Array and set functions, and objects as arrays. */
import { type Entry, over } from "./entry.js";
import type { Child } from "./fixtures/nested.js";
import { canonical, distinct, list } from "./plain.js";

const flat = over("flat");
const nested = over("nested");

const has = (values: readonly unknown[], wanted: unknown): boolean =>
  values.some((value) => canonical(value) === canonical(wanted));

export const arrays: readonly Entry[] = [
  nested.javascript(
    "ARRAY_CONTAINS finds a scalar",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.tags, 'red')",
    (docs) => docs.filter((c) => has(list(c.tags), "red")).map((c) => c.id),
  ),
  nested.javascript(
    "NOT ARRAY_CONTAINS leaves out documents without the array",
    "SELECT VALUE c.id FROM c WHERE NOT ARRAY_CONTAINS(c.tags, 'red')",
    (docs) => docs.filter((c) => Array.isArray(c.tags) && !has(c.tags, "red")).map((c) => c.id),
  ),
  nested.reasoned(
    "array-contains: elements are compared whole and by type, parts only on request",
    "ARRAY_CONTAINS compares without conversion",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.tags, '1')",
    [],
  ),
  nested.javascript(
    "ARRAY_CONTAINS finds null",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.tags, null)",
    (docs) => docs.filter((c) => has(list(c.tags), null)).map((c) => c.id),
  ),
  nested.javascript(
    "ARRAY_CONTAINS finds an array in an array",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.tags, ['nested'])",
    (docs) => docs.filter((c) => has(list(c.tags), ["nested"])).map((c) => c.id),
  ),
  nested.javascript(
    "ARRAY_CONTAINS finds a whole object, in any order of properties",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.lines, { qty: 1, unit: 0.5, sku: 'bolt' })",
    (docs) => docs.filter((c) => has(list(c.lines), { sku: "bolt", qty: 1, unit: 0.5 })).map((c) => c.id),
  ),
  nested.reasoned(
    "array-contains: elements are compared whole and by type, parts only on request",
    "ARRAY_CONTAINS does not find a part of an object by itself",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.lines, { sku: 'bolt' })",
    [],
  ),
  nested.javascript(
    "ARRAY_CONTAINS with true finds a part of an object",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.lines, { sku: 'bolt' }, true)",
    (docs) => docs.filter((c) => list(c.lines).some((l) => l.sku === "bolt")).map((c) => c.id),
  ),
  nested.javascript(
    "a part must be found within one element",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.lines, { sku: 'nut', qty: 4 }, true)",
    (docs) => docs.filter((c) => list(c.lines).some((l) => l.sku === "nut" && l.qty === 4)).map((c) => c.id),
  ),
  nested.reasoned(
    "array-contains: elements are compared whole and by type, parts only on request",
    "ARRAY_CONTAINS of what is no array is no match",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(c.children, 'two')",
    [],
  ),
  nested.reasoned(
    "array-contains: elements are compared whole and by type, parts only on request",
    "ARRAY_CONTAINS on a constant list asks for a property",
    "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(['f03', 'o07'], c.id)",
    ["f03", "o07"],
  ),
  nested.javascript(
    "ARRAY_LENGTH of what is no array is undefined",
    "SELECT c.id, ARRAY_LENGTH(c.children) AS n FROM c",
    (docs) =>
      docs.map((c) => ({ id: c.id, n: Array.isArray(c.children) ? list<Child>(c.children).length : undefined })),
  ),
  nested.javascript(
    "a filter on the length of an array",
    "SELECT VALUE c.id FROM c WHERE ARRAY_LENGTH(c.lines) = 0",
    (docs) => docs.filter((c) => c.lines?.length === 0).map((c) => c.id),
  ),
  nested.javascript(
    "ARRAY_SLICE from a position",
    "SELECT c.id, ARRAY_SLICE(c.tags, 1) AS rest FROM c WHERE IS_ARRAY(c.tags)",
    (docs) => docs.filter((c) => Array.isArray(c.tags)).map((c) => ({ id: c.id, rest: list(c.tags).slice(1) })),
  ),
  nested.javascript(
    "ARRAY_SLICE from the end",
    "SELECT c.id, ARRAY_SLICE(c.tags, -1) AS last FROM c WHERE ARRAY_LENGTH(c.tags) > 0",
    (docs) => docs.filter((c) => list(c.tags).length > 0).map((c) => ({ id: c.id, last: list(c.tags).slice(-1) })),
  ),
  nested.javascript(
    "ARRAY_CONCAT is undefined where one argument is no array",
    "SELECT c.id, ARRAY_CONCAT(c.tags, c.parents) AS both FROM c",
    (docs) =>
      docs.map((c) => ({
        id: c.id,
        both: Array.isArray(c.tags) && Array.isArray(c.parents) ? [...list(c.tags), ...list(c.parents)] : undefined,
      })),
  ),
  nested.javascript(
    "an element by a computed index",
    "SELECT c.id, c.tags[ARRAY_LENGTH(c.tags) - 1] AS last FROM c WHERE ARRAY_LENGTH(c.tags) > 0",
    (docs) => docs.filter((c) => list(c.tags).length > 0).map((c) => ({ id: c.id, last: list(c.tags).at(-1) })),
  ),
  nested.javascript(
    "SetUnion gives each value once",
    "SELECT c.id, ARRAY_LENGTH(SetUnion(c.tags, ['red', 1])) AS n FROM c WHERE IS_ARRAY(c.tags)",
    (docs) =>
      docs
        .filter((c) => Array.isArray(c.tags))
        .map((c) => ({ id: c.id, n: distinct([...list<unknown>(c.tags), "red", 1]).length })),
  ),
  nested.javascript(
    "SetIntersect compares without conversion",
    "SELECT c.id, ARRAY_LENGTH(SetIntersect(c.tags, ['red', '1', 'green', 2])) AS n FROM c WHERE IS_ARRAY(c.tags)",
    (docs) =>
      docs
        .filter((c) => Array.isArray(c.tags))
        .map((c) => ({
          id: c.id,
          n: distinct(list(c.tags)).filter((t) => ["red", "1", "green", 2].includes(t as string)).length,
        })),
  ),
  nested.javascript(
    "ObjectToArray lists names and values",
    "SELECT VALUE ObjectToArray(c.customer) FROM c WHERE c.type = 'order'",
    (docs) =>
      docs.filter((c) => c.type === "order").map((c) => Object.entries(c.customer ?? {}).map(([k, v]) => ({ k, v }))),
  ),
  nested.javascript(
    "the pairs of an object may be filtered",
    "SELECT VALUE c.id FROM c WHERE EXISTS (SELECT VALUE p FROM p IN (SELECT VALUE ObjectToArray(c.address)) WHERE p.v = 'King')",
    (docs) =>
      docs
        .filter((c) => typeof c.address === "object" && c.address !== null && Object.values(c.address).includes("King"))
        .map((c) => c.id),
  ),
  flat.reference("array-concat", "two arrays", 'SELECT VALUE ARRAY_CONCAT(["apples", "strawberries"], ["bananas"])', [
    ["apples", "strawberries", "bananas"],
  ]),
  flat.reference(
    "array-contains",
    "scalars, whole objects and parts of objects",
    'SELECT VALUE [ARRAY_CONTAINS(["coats", "jackets", "sweatshirts"], "coats"), ARRAY_CONTAINS(["coats", "jackets", "sweatshirts"], "hoodies"), ARRAY_CONTAINS([{ category: "shirts", color: "blue" }], { category: "shirts", color: "blue" }), ARRAY_CONTAINS([{ category: "shirts", color: "blue" }], { category: "shirts" }), ARRAY_CONTAINS([{ category: "shirts", color: "blue" }], { category: "shirts" }, true), ARRAY_CONTAINS([{ category: "shirts", color: "blue" }], { category: "shorts", color: "blue" }, true)]',
    [[true, false, true, false, true, false]],
  ),
  flat.reference(
    "array-contains-any",
    "ARRAY_CONTAINS_ANY is an OR of ARRAY_CONTAINS",
    'SELECT VALUE { all: ARRAY_CONTAINS_ANY([1, true, "3", [1,2,3]], 1, true, "3", [1,2,3]), some: ARRAY_CONTAINS_ANY([1, 2, 3, 4], 2, 3, 4, 5), one: ARRAY_CONTAINS_ANY([1, 2, 3, 4], 1, undefined), none: ARRAY_CONTAINS_ANY([1, 2, 3, 4], 5, 6, 7, 8), empty: ARRAY_CONTAINS_ANY([], 1, 2, 3), unknown: ARRAY_CONTAINS_ANY([1, 2, 3, 4], 5, undefined) }',
    [{ all: true, some: true, one: true, none: false, empty: false }],
  ),
  flat.reference(
    "array-contains-all",
    "ARRAY_CONTAINS_ALL is an AND of ARRAY_CONTAINS",
    'SELECT VALUE { all: ARRAY_CONTAINS_ALL([1, true, "3", [1,2,3]], 1, true, "3", [1,2,3]), some: ARRAY_CONTAINS_ALL([1, 2, 3, 4], 2, 3, 4, 5), one: ARRAY_CONTAINS_ALL([1, 2, 3, 4], 1, undefined), none: ARRAY_CONTAINS_ALL([1, 2, 3, 4], 5, 6, 7, 8), empty: ARRAY_CONTAINS_ALL([], 1, 2, 3), unknown: ARRAY_CONTAINS_ALL([1, 2, 3, 4], 5, undefined) }',
    [{ all: true, some: false, none: false, empty: false, unknown: false }],
  ),
  flat.reference(
    "array-length",
    "the length of an array",
    'SELECT VALUE ARRAY_LENGTH(["apples", "strawberries", "bananas"])',
    [3],
  ),
  flat.reference(
    "array-slice",
    "ARRAY_SLICE to the end",
    "SELECT VALUE [ARRAY_SLICE([70, 86, 92, 99, 85, 90, 82], 0), ARRAY_SLICE([70, 86, 92, 99, 85, 90, 82], 1), ARRAY_SLICE([70, 86, 92, 99, 85, 90, 82], -1), ARRAY_SLICE([70, 86, 92, 99, 85, 90, 82], -2)]",
    [[[70, 86, 92, 99, 85, 90, 82], [86, 92, 99, 85, 90, 82], [82], [90, 82]]],
  ),
  flat.reference(
    "array-slice",
    "ARRAY_SLICE of a length",
    "SELECT VALUE [ARRAY_SLICE([70, 86, 92, 99, 85, 90, 82], 0, 3), ARRAY_SLICE([70, 86, 92, 99, 85, 90, 82], 0, 12), ARRAY_SLICE([70, 86, 92, 99, 85, 90, 82], 3, 5), ARRAY_SLICE([70, 86, 92, 99, 85, 90, 82], -2, 1)]",
    [[[70, 86, 92], [70, 86, 92, 99, 85, 90, 82], [99, 85, 90, 82], [90]]],
  ),
  flat.reference(
    "array-slice",
    "ARRAY_SLICE of no or negative length is empty",
    'SELECT VALUE [ARRAY_SLICE(["apples", "strawberries", "bananas"], 1, 0), ARRAY_SLICE(["apples", "strawberries", "bananas"], 1, -100)]',
    [[[], []]],
  ),
  flat.reference(
    "choose",
    "CHOOSE counts from 1 and is undefined beyond its list",
    'SELECT VALUE { i0: CHOOSE(0, "abc", 1, true, [1]), i1: CHOOSE(1, "abc", 1, true, [1]), i2: CHOOSE(2, "abc", 1, true, [1]), i3: CHOOSE(3, "abc", 1, true, [1]), i4: CHOOSE(4, "abc", 1, true, [1]), i5: CHOOSE(5, "abc", 1, true, [1]) }',
    [{ i1: "abc", i2: 1, i3: true, i4: [1] }],
  ),
  flat.reference(
    "objecttoarray",
    "an object as pairs, named k and v",
    'SELECT VALUE ObjectToArray({ "a": "12345", "b": "67890" })',
    [
      [
        { k: "a", v: "12345" },
        { k: "b", v: "67890" },
      ],
    ],
  ),
  flat.reference(
    "objecttoarray",
    "an object as pairs, named as wished",
    'SELECT VALUE ObjectToArray({ "a": "12345", "b": "67890" }, "key", "value")',
    [
      [
        { key: "a", value: "12345" },
        { key: "b", value: "67890" },
      ],
    ],
  ),
  flat.reference(
    "setunion",
    "unions",
    'SELECT VALUE [SetUnion([1, 2, 3, 4], [3, 4, 5, 6]), SetUnion([1, 2, 3, 4], []), SetUnion([1, 2, 3, 4], [1, 1, 1, 1]), SetUnion([1, 2, "A", "B"], ["A", 1])]',
    [
      [
        [1, 2, 3, 4, 5, 6],
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        [1, 2, "A", "B"],
      ],
    ],
  ),
  flat.reference(
    "setintersect",
    "intersections",
    'SELECT VALUE [SetIntersect([1, 2, 3, 4], [3, 4, 5, 6]), SetIntersect([1, 2, 3, 4], []), SetIntersect([1, 2, 3, 4], [1, 1, 1, 1]), SetIntersect([1, 2, 3, 4], ["A", "B"])]',
    [[[3, 4], [], [1], []]],
  ),
  flat.reference(
    "setdifference",
    "differences",
    "SELECT VALUE [SETDIFFERENCE([1, 2, 3], [1, 2, 6, 7]), SETDIFFERENCE([1, 2, 6, 7], [1, 2, 3]), SETDIFFERENCE([1, 2, 3, 4], [1, 2, 3, 4, 5, 6]), SETDIFFERENCE([], [1, 2, 3]), SETDIFFERENCE([1, 2, 3], []), SETDIFFERENCE([1, 1, 1, 1], [2, 3, 4])]",
    [[[3], [6, 7], [], [], [1, 2, 3], [1]]],
  ),
  flat.reference(
    "setequal",
    "equal sets, whatever their order and repetitions",
    "SELECT VALUE [SETEQUAL([1, 2, 3], [1, 2, 3]), SETEQUAL([1, 2, 3], [3, 2, 1]), SETEQUAL([1, 2, 3, 3], [1, 2, 2, 3, 1, 2]), SETEQUAL([], [1, 2, 3]), SETEQUAL([1, true, 'abc'], [true, 1, 'abc']), SETEQUAL([1, 1, 1, 1], [2, 3, 4])]",
    [[true, true, true, false, true, false]],
  ),
  flat.reference(
    "array-avg",
    "ARRAY_AVG of numbers; of other types it is undefined",
    "SELECT VALUE { case1: ARRAY_AVG([1, 2, 3, 4]), case2: ARRAY_AVG([1.0, 2.0, 3.3, 4.7]), case3: ARRAY_AVG([1, -2.7, 3, -4, undefined]), case4: ARRAY_AVG(['abc', 'ABC']), case5: ARRAY_AVG([12, 'abc', true, false, null, undefined]) }",
    [{ case1: 2.5, case2: 2.75, case3: -0.675 }],
  ),
  flat.reference(
    "array-median",
    "ARRAY_MEDIAN of odd and even counts",
    "SELECT VALUE { case1: ARRAY_MEDIAN([1, 2, 3, 4]), case2: ARRAY_MEDIAN([1.0, 2.0, 3.3, 4.7, 7.8]), case3: ARRAY_MEDIAN([1, -2.7, 3, -4, undefined]), case4: ARRAY_MEDIAN(['abc', 'ABC', 'aBc', 'AbC']), case5: ARRAY_MEDIAN([12, 'abc', true, false, null, undefined]) }",
    [{ case1: 2.5, case2: 3.3, case3: -0.8500000000000001 }],
  ),
  flat.reference(
    "array-sum",
    "ARRAY_SUM of numbers; of other types it is undefined",
    "SELECT VALUE { case1: ARRAY_SUM([1, 2, 3, 4]), case2: ARRAY_SUM([1, 2, 3, 4, undefined]), case3: ARRAY_SUM(['abc', 'ABC', 'aBc', 'AbC']), case4: ARRAY_SUM([12, 'abc', true, false, null, undefined]) }",
    [{ case1: 10, case2: 10 }],
  ),
  flat.reasoned(
    "array-max: null, boolean, number, string in ascending order",
    "ARRAY_MAX and ARRAY_MIN go by the order of types",
    "SELECT VALUE [ARRAY_MAX([12, 'abc', true, null, undefined]), ARRAY_MIN([12, 'abc', true, null, undefined]), ARRAY_MAX([3, -1, 2]), ARRAY_MIN([3, -1, 2])]",
    [["abc", null, 3, -1]],
  ),
];
