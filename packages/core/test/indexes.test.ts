/** What is stored and asked under range, prefix and substring indexes, what is refused, and since when documents have an index. */
import {
  type ContainerDefinition,
  type CosmosealError,
  canonicalJson,
  cryptoReady,
  defineContainer,
  describeIndex,
  documentTerms,
  type ErrorCode,
  type IndexPlan,
  indexToken,
  isBlurred,
  isCosmosealError,
  isList,
  open,
  type RangeOptions,
  rangeTree,
  type SealedOptions,
  seal,
  sealed,
  termsFor,
  type VersionFacts,
  versionFacts,
} from "@cosmoseal/core";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { Key } from "../src/crypto/key.js";
import { overTheWire, testKeys } from "./support/keys.js";

await cryptoReady();

const NOW = 1_795_513_325_123;

function indexOf(schema: z.ZodType, options: SealedOptions): IndexPlan {
  const shape = z.object({ id: z.string(), a: sealed(schema, options as never) });
  return defineContainer({ name: "c", partitionKey: "/id", schema: shape }).plan.indexes[0]!;
}

function pathIndex(options: SealedOptions): IndexPlan {
  return defineContainer({ name: "c", partitionKey: "/id", paths: { "/a": sealed(options) } }).plan.indexes[0]!;
}

function refusal(work: () => unknown): CosmosealError {
  try {
    work();
  } catch (error) {
    if (isCosmosealError(error)) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

function textsOf(index: IndexPlan, ...values: readonly unknown[]): readonly string[] {
  return documentTerms(index, values).map(({ type, text }) => `${type} ${text}`);
}

const age = indexOf(z.int(), { range: { min: 0, max: 15 } });
const days = indexOf(z.iso.date(), { range: { min: "2000", max: "2003", precision: "day" } });

describe("a stored document", () => {
  const definition = defineContainer({
    name: "people",
    partitionKey: "/id",
    schema: z.object({
      id: z.string(),
      age: sealed(z.int().nullable(), { range: { min: 0, max: 150 } }).optional(),
      name: sealed(z.string(), { equality: true, prefix: { max: 3 }, substring: true }).optional(),
      marks: sealed(z.array(z.number()), { range: { min: 0, max: 6, precision: 0.5 } }).optional(),
      cards: z
        .array(z.object({ until: sealed(z.date(), { range: { min: "2000", max: "2099", precision: "month" } }) }))
        .optional(),
    }),
  });
  const name = (kind: string, pattern: string): string =>
    definition.plan.indexes.find((index) => index.kind === kind && index.pattern === pattern)!.name;

  async function tokensOf(document: object): Promise<Record<string, string | string[]>> {
    const { keys } = await testKeys(definition as unknown as ContainerDefinition);
    const stored = await seal(definition, keys, { id: "1", ...document } as never, { stamp: NOW });
    const opened = await open(definition, keys, overTheWire(stored), { now: NOW });
    expect(opened).toEqual({ id: "1", ...document });
    return ((stored["_seal"] as Record<string, unknown>)["x"] ?? {}) as Record<string, string | string[]>;
  }

  test("holds sorted arrays of tokens of 64 bits, and opens", async () => {
    const tokens = await tokensOf({
      age: 30,
      name: "Ann Lee",
      marks: [1, 5.5, 1],
      cards: [{ until: new Date("2027-03-01") }, { until: new Date("2027-04-01") }],
    });
    const counts = Object.fromEntries(Object.entries(tokens).map(([index, list]) => [index, list.length]));
    expect(counts).toEqual({
      // 151 steps have 8 digits: the root, 2, 4, 6 and 8 of them.
      [name("range", "/age")]: 5,
      [name("equality", "/name")]: 22,
      [name("prefix", "/name")]: 3,
      [name("substring", "/name")]: 5,
      // 13 steps have 4 digits, and two different marks one root.
      [name("range", "/marks")]: 5,
      // 1200 steps have 11 digits: seven edges, of which two months beside each other share six.
      [name("range", "/cards/[]/until")]: 8,
    });
    for (const list of Object.values(tokens)) {
      if (typeof list === "string") continue;
      expect(list).toEqual([...new Set(list)].sort());
      for (const token of list) expect(token).toMatch(/^[A-Za-z0-9_-]{11}$/);
    }
  });

  test("has no token for null, for what is absent and for an empty text", async () => {
    expect(await tokensOf({ age: null })).toEqual({});
    expect(Object.keys(await tokensOf({ name: "" }))).toEqual([name("equality", "/name")]);
    expect(await tokensOf({ marks: [], cards: [] })).toEqual({});
  });
});

describe("terms", () => {
  test("of a range are the edges above the step, of values and of elements", () => {
    expect(textsOf(age, 5)).toEqual(["value/node ", "value/node 01", "value/node 0101"]);
    expect(textsOf(indexOf(z.array(z.int()), { range: { min: 0, max: 15 } }), [5])).toEqual([
      "element/node ",
      "element/node 01",
      "element/node 0101",
    ]);
  });

  test("of a prefix are its beginnings in code points", () => {
    const index = indexOf(z.string(), { prefix: { max: 3, normalize: "lowercase" } });
    expect(textsOf(index, "😀Éßx")).toEqual(["value/prefix 😀", "value/prefix 😀é", "value/prefix 😀és"]);
  });

  test("of a substring are its runs of three code points, and of a long text none of them", () => {
    const index = indexOf(z.string(), { substring: { maxLength: 5 } });
    expect(textsOf(index, "a😀bca")).toEqual(["value/gram a😀b", "value/gram 😀bc", "value/gram bca"]);
    expect(textsOf(index, "ab")).toEqual([]);
    expect(textsOf(index, "abcdef")).toEqual(["value/long "]);
    expect(termsFor(index, { op: "contains", text: "abcd", folded: false })).toEqual([
      [
        { type: "value/gram", text: "abc" },
        { type: "value/long", text: "" },
      ],
      [
        { type: "value/gram", text: "bcd" },
        { type: "value/long", text: "" },
      ],
    ]);
  });

  test.each([
    ["a needle of two characters", { op: "contains", text: "ab", folded: false }],
    ["a needle that is no text", { op: "contains", text: 5, folded: false }],
    ["case that is ignored where the index minds it", { op: "contains", text: "abc", folded: true }],
    ["a needle with a lone surrogate inside", { op: "contains", text: "abc\ud800abc", folded: false }],
    ["a pattern without three characters in a row", { op: "like", pattern: "%ab_cd%", folded: false }],
    ["an escape of two characters", { op: "like", pattern: "%abcd%", escape: "!!", folded: false }],
    ["an interval", { op: "between", low: { value: "abc", inclusive: true } }],
    ["no value", { op: "equal", values: [], place: "value", lowered: false }],
    ["one of several values that is no text", { op: "equal", values: ["abcd", null], place: "value", lowered: false }],
  ] as const)("can't be had from a substring index for %s", (_, condition) => {
    expect(termsFor(indexOf(z.string(), { substring: true }), condition)).toBeUndefined();
  });

  test("are asked for by the whole code points of a needle that begins or ends inside one", () => {
    const asked = (
      options: SealedOptions,
      op: "contains" | "startsWith",
      text: string,
    ): readonly string[] | undefined =>
      termsFor(indexOf(z.string(), options), { op, text, folded: false })?.map(([term]) => term!.text);
    expect(asked({ substring: true }, "contains", "\ude00abc\ud83d")).toEqual(["abc"]);
    expect(asked({ prefix: true }, "startsWith", "ab\ud83d")).toEqual(["ab"]);
    // No text that is stored begins inside a code point.
    expect(asked({ prefix: true }, "startsWith", "\ude00ab")).toBeUndefined();
  });

  test.each([
    ["a text among numbers", age, { op: "between", low: { value: "5", inclusive: true } }],
    ["an interval without ends", age, { op: "between" }],
    ["null", age, { op: "equal", values: [null], place: "value", lowered: false }],
    ["the lower case of a number", age, { op: "equal", values: [5], place: "value", lowered: true }],
    ["a beginning of numbers", age, { op: "startsWith", text: "5", folded: false }],
    ["a number among dates", days, { op: "between", high: { value: 5, inclusive: true } }],
    ["the lower case of a date", days, { op: "startsWith", text: "2001", folded: true }],
    ["the end of a date", days, { op: "endsWith", text: "-01", folded: false }],
  ] as const)("can't be had from a range index for %s", (_, index, condition) => {
    expect(termsFor(index, condition)).toBeUndefined();
  });

  test("cover an interval by few nodes, up to the end of the tree where nothing is above", () => {
    const cover = (low?: number, high?: number): readonly string[] =>
      termsFor(age, {
        op: "between",
        ...(low === undefined ? {} : { low: { value: low, inclusive: true } }),
        ...(high === undefined ? {} : { high: { value: high, inclusive: true } }),
      })![0]!.map(({ text }) => text);
    expect(cover(4, 7)).toEqual(["01"]);
    expect(cover(3)).toEqual(["0011", "01", "10", "11"]);
    expect(cover(-5, 99)).toEqual([""]);
    expect(cover(undefined, 0)).toEqual(["0000"]);
    // Nothing lies between: one leaf, which no row of the answer has, rather than a search of everything.
    expect(cover(9, 3)).toEqual(["1001"]);
  });

  test("of a date serve its year and its month, too", () => {
    const clauses = termsFor(days, { op: "like", pattern: "2001-0%", folded: false })!;
    const asked = new Set(clauses[0]!.map(({ text }) => text));
    const isFound = (date: string): boolean => documentTerms(days, [date]).some(({ text }) => asked.has(text));
    expect(["2001-01-01", "2001-09-30"].map(isFound)).toEqual([true, true]);
    expect(["2000-12-30", "2001-10-01"].map(isFound)).toEqual([false, false]);
  });

  test("of equality stand for every bigint that a query's double may mean", () => {
    const index = indexOf(z.bigint(), { equality: true });
    const texts = (value: number): readonly string[] | undefined =>
      termsFor(index, { op: "equal", values: [value], place: "value", lowered: false })?.[0]?.map(({ text }) => text);
    expect(texts(12)).toEqual(["12"]);
    expect(texts(2 ** 53)).toEqual(["9007199254740991", "9007199254740992", "9007199254740993"]);
    expect(texts(2 ** 62)).toHaveLength(1025);
    expect(texts(1e30)).toBeUndefined();
    expect(isBlurred(index)).toBe(true);
  });

  test("tell which tokens are stored as an array", () => {
    const equality = indexOf(z.string(), { equality: true });
    expect([isList(equality, "value"), isList(equality, "element"), isList(age, "value")]).toEqual([false, true, true]);
  });

  test("make tokens of their own under each index, place, term and key", () => {
    const term = { type: "value/prefix", text: "abc" };
    const prefix = indexOf(z.string(), { prefix: true });
    const [one, two] = [1, 2].map((byte) => Key.take(new Uint8Array(32).fill(byte))) as [Key, Key];
    const tokens = [
      indexToken(one, prefix, term),
      indexToken(two, prefix, term),
      indexToken(one, indexOf(z.string(), { substring: true }), term),
      indexToken(one, prefix, { ...term, type: "element/prefix" }),
      indexToken(one, prefix, { ...term, text: "ab" }),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(indexToken(one, prefix, term)).toBe(tokens[0]);
  });
});

describe("a range index", () => {
  test("has a tree whose nodes hold rising values, and none beyond the greatest", () => {
    const tree = rangeTree(indexOf(z.int(), { range: { min: 1, max: 11, sparsity: 1 } }));
    const leaves: string[] = [];
    const visit = (node: typeof tree.root): void => {
      if (tree.isLeaf(node)) leaves.push(tree.term(node).text);
      for (const child of tree.children(node)) visit(child);
    };
    visit(tree.root);
    expect(leaves).toEqual(Array.from({ length: 11 }, (_, step) => step.toString(2).padStart(4, "0")));
  });

  test.each<[string, z.ZodType | undefined, RangeOptions, object]>([
    ["numbers by the unit", z.int(), { min: 0, max: 10 }, { type: "number", precision: 1, top: 10n, digits: 4 }],
    ["bigints", z.bigint(), { min: -1, max: 2n ** 60n }, { type: "bigint", min: -1n, precision: 1n, digits: 61 }],
    [
      "days",
      z.iso.date(),
      { min: "2000", max: "2000" },
      { type: "date", min: "2000-01-01", max: "2000-12-31", top: 365n },
    ],
    [
      "seconds",
      z.iso.datetime(),
      { min: "2000-02", max: "2000-02" },
      { type: "datetime", min: "2000-02-01T00:00:00", max: "2000-02-29T23:59:59" },
    ],
    [
      "Dates",
      z.date(),
      { min: new Date(0), max: "1970-01-01", precision: "hour" },
      { type: "datetime", min: "1970-01-01T00", max: "1970-01-01T23" },
    ],
    ["one value", z.int(), { min: 5, max: 5 }, { top: 0n, digits: 1 }],
    ["numbers of a path", undefined, { min: 0, max: 1, precision: 0.25 }, { type: "number", top: 4n }],
    ["dates of a path", undefined, { min: "2000-01-01", max: "2001-01-01" }, { type: "date", precision: "day" }],
    [
      "date-times of a path",
      undefined,
      { min: "2000-01-01T00:00Z", max: "2001" },
      { type: "datetime", precision: "second" },
    ],
    ["the first year", z.iso.date(), { min: "0000", max: "0099", precision: "year" }, { min: "0000", max: "0099" }],
    ["the last year", z.iso.date(), { min: "9999", max: "9999" }, { max: "9999-12-31" }],
  ])("orders %s", (_, schema, range, expected) => {
    const index = schema === undefined ? pathIndex({ range }) : indexOf(schema, { range });
    expect(index.options.range).toMatchObject(expected);
  });

  test("has a step for any text that a query may name, in the order of texts", () => {
    const odd = [
      "",
      " 2001",
      "00.5",
      "0x1f",
      "1e3",
      "2001",
      "2001-.5",
      "2001-0",
      "2001-01-1",
      "2001-1",
      "2001-13",
      "2002~",
      "z",
    ];
    for (const precision of ["year", "month", "day", "hour", "second", "millisecond"] as const) {
      const index = indexOf(z.date(), { range: { min: "2000", max: "2003", precision } });
      const leaves = odd.map((text) => {
        const [clause] = termsFor(index, { op: "equal", values: [text], place: "value", lowered: false })!;
        expect(clause).toHaveLength(1);
        return clause![0]!.text;
      });
      expect(leaves).toEqual([...leaves].sort());
      expect(new Set(leaves.map(({ length }) => length)).size).toBe(1);
      expect(new Set(leaves).size).toBeGreaterThan(2);
    }
  });

  test("takes the first and the last value, and refuses the ones beyond", () => {
    const cases: readonly (readonly [IndexPlan, readonly unknown[], readonly unknown[]])[] = [
      [age, [0, 15, -0], [-1, 16, 15.5]],
      [days, ["2000-01-01", "2003-12-31"], ["1999-12-31", "2004-01-01"]],
      [indexOf(z.bigint(), { range: { min: -1n, max: 1n } }), [-1n, 1n, 0], [-2n, 2n]],
      [
        indexOf(z.date(), { range: { min: "0000", max: "9999", precision: "day" } }),
        [new Date("0000-01-01T00:00:00Z"), new Date("9999-12-31T23:59:59.999Z")],
        [new Date(-1e14), new Date(8.64e15)],
      ],
    ];
    for (const [index, taken, refused] of cases) {
      for (const value of taken) expect(documentTerms(index, [value]).length).toBeGreaterThan(1);
      for (const value of refused) {
        const { code, path, message } = refusal(() => documentTerms(index, [value]));
        expect([code, path]).toEqual(["ERR_VALUE_UNSUPPORTED", "/a"]);
        expect(message).toContain("outside");
      }
    }
  });

  const seconds = indexOf(z.iso.datetime({ offset: true }), { range: { min: "2000", max: "2099" } });
  const milliseconds = indexOf(z.iso.datetime(), { range: { min: "2000", max: "2099", precision: "millisecond" } });
  test.each([
    ["a text among numbers", age, "5"],
    ["a bigint among numbers", age, 5n],
    ["an object", age, {}],
    ["a boolean", age, true],
    ["a fraction among bigints", indexOf(z.bigint(), { range: { min: 0, max: 9 } }), 0.5],
    ["a date-time among dates", days, "2001-01-01T00:00:00Z"],
    ["a short date", days, "2001-1-1"],
    ["a date among date-times", seconds, "2001-01-01"],
    ["a date-time of another zone", seconds, "2001-01-01T00:00:00+01:00"],
    ["a date-time without seconds", seconds, "2001-01-01T00:00Z"],
    ["a date-time without a zone", seconds, "2001-01-01T00:00:00"],
    ["a fraction of two digits where milliseconds count", milliseconds, "2001-01-01T00:00:00.50Z"],
    ["no fraction where milliseconds count", milliseconds, "2001-01-01T00:00:00Z"],
  ])("refuses %s on writing, and never says the value", (_, index, value) => {
    const { code, path, message } = refusal(() => documentTerms(index, [value]));
    expect([code, path]).toEqual(["ERR_VALUE_UNSUPPORTED", "/a"]);
    if (typeof value === "string" && value.length > 1) expect(message).not.toContain(value);
  });

  test("takes fractions of seconds where they don't count", () => {
    for (const fraction of ["", ".5", ".123456789"]) {
      expect(documentTerms(seconds, [`2001-01-01T00:00:00${fraction}Z`])).toHaveLength(17);
    }
  });
});

describe("an index of texts", () => {
  test.each([
    ["a number", 5],
    ["a lone surrogate", "a\ud800b"],
    ["an object", { a: 1 }],
  ])("refuses %s on writing", (_, value) => {
    for (const kind of ["prefix", "substring"] as const) {
      const { code, path } = refusal(() => documentTerms(pathIndex({ [kind]: true }), [value]));
      expect([code, path]).toEqual(["ERR_VALUE_UNSUPPORTED", "/a"]);
    }
  });
});

describe("a declaration", () => {
  const refused: Readonly<Record<string, () => unknown>> = {
    "a range of booleans": () => indexOf(z.boolean(), { range: { min: 0, max: 1 } }),
    "a range of objects": () => indexOf(z.object({}), { range: { min: 0, max: 1 } }),
    "a range of arrays of arrays": () => indexOf(z.array(z.array(z.number())), { range: { min: 0, max: 1 } }),
    "a range of bytes": () => indexOf(z.instanceof(Uint8Array), { range: { min: 0, max: 1 } }),
    "a range of two types": () => indexOf(z.union([z.int(), z.string()]), { range: { min: 0, max: 1 } }),
    "a range of fractions without a precision": () => indexOf(z.number(), { range: { min: 0, max: 1 } }),
    "a range of texts that are no dates": () => indexOf(z.string(), { range: { min: "a", max: "b" } }),
    "a range of dates between numbers": () => indexOf(z.date(), { range: { min: 0, max: 1 } }),
    "a range of numbers between dates": () => indexOf(z.int(), { range: { min: "2000", max: "2001" } }),
    "a range that is turned round": () => indexOf(z.int(), { range: { min: 1, max: 0 } }),
    "a range of dates that is turned round": () => indexOf(z.iso.date(), { range: { min: "2001", max: "2000" } }),
    "a range without an end": () => indexOf(z.int(), { range: { min: 1, max: Number.POSITIVE_INFINITY } }),
    "a range of too many steps": () => indexOf(z.bigint(), { range: { min: 0n, max: 2n ** 64n } }),
    "a range of too many fractions": () => indexOf(z.number(), { range: { min: 0, max: 1e300, precision: 1e-300 } }),
    "no precision": () => indexOf(z.int(), { range: { min: 0, max: 1, precision: 0 } }),
    "a precision in hours of dates": () =>
      indexOf(z.iso.date(), { range: { min: "2000", max: "2001", precision: "hour" } }),
    "a unit that there isn't": () =>
      indexOf(z.iso.date(), { range: { min: "2000", max: "2001", precision: "week" as "day" } }),
    "a day that there isn't": () => indexOf(z.iso.date(), { range: { min: "2001-02-29", max: "2002" } }),
    "a sparsity of five": () => indexOf(z.int(), { range: { min: 0, max: 1, sparsity: 5 } }),
    "a range of dates of two forms": () =>
      indexOf(z.union([z.iso.date(), z.array(z.iso.datetime())]), { range: { min: "2000", max: "2001" } }),
    "equality of bytes and texts": () => indexOf(z.union([z.instanceof(Uint8Array), z.string()]), { equality: true }),
    "a prefix of numbers": () => indexOf(z.number(), { prefix: true }),
    "a prefix of no characters": () => indexOf(z.string(), { prefix: { max: 0 } }),
    "a prefix of 257": () => indexOf(z.string(), { prefix: { max: 257 } }),
    "a prefix normalized as a whole": () => indexOf(z.string(), { prefix: { normalize: "nfkc" as "lowercase" } }),
    "substrings of dates": () => indexOf(z.date(), { substring: true }),
    "substrings of texts and numbers": () => indexOf(z.union([z.string(), z.number()]), { substring: true }),
    "substrings of texts of two characters": () => indexOf(z.string(), { substring: { maxLength: 2 } }),
    "substrings normalized by several": () =>
      indexOf(z.string(), { substring: { normalize: ["lowercase"] as unknown as "lowercase" } }),
  };
  test.each(Object.entries(refused))("is refused: %s", (_, define) => {
    const { code, path } = refusal(define);
    expect([code, path] satisfies [ErrorCode, unknown]).toEqual(["ERR_INDEX_UNSUPPORTED", "/a"]);
  });

  test.each(["range", "prefix", "substring"])("of %s on a sealed id is refused", (kind) => {
    const options = { [kind]: kind === "range" ? { min: 0, max: 1 } : true };
    const define = (): unknown =>
      defineContainer({
        name: "c",
        partitionKey: "/id",
        schema: z.object({ id: sealed(z.string(), options as never) }),
      });
    expect(refusal(define).code).toBe("ERR_INDEX_UNSUPPORTED");
  });
});

describe("since when documents have an index", () => {
  const shape = (options: SealedOptions): z.ZodType =>
    z.object({ id: z.string(), a: sealed(z.string(), options as never), b: sealed(z.string(), { prefix: true }) });
  const define = (
    version: number,
    options: SealedOptions,
    history: readonly VersionFacts[] = [],
  ): ContainerDefinition =>
    defineContainer({ name: "c", partitionKey: "/id", version, history, schema: shape(options) as never });
  const locked = (version: number, options: SealedOptions): VersionFacts =>
    JSON.parse(JSON.stringify(versionFacts(define(version, options).plan))) as VersionFacts;
  const sinceOf = ({ plan }: ContainerDefinition, pattern = "/a"): number =>
    plan.indexes.find((index) => index.pattern === pattern)!.since;

  const ab = { equality: true } as const;

  test("is its first version's, for as long as it stays as it is", () => {
    expect(sinceOf(define(1, ab))).toBe(1);
    expect(sinceOf(define(2, ab, [locked(1, ab)]))).toBe(1);
    expect(sinceOf(define(4, ab, [locked(3, ab), locked(1, ab)]))).toBe(1);
  });

  test("is the version that added it, or changed what its tokens are", () => {
    for (const before of [{}, { equality: { bits: 64 } }, { equality: { normalize: "lowercase" } }] as const) {
      expect(sinceOf(define(3, ab, [locked(1, before), locked(2, ab)]))).toBe(2);
      expect(sinceOf(define(3, ab, [locked(1, before), locked(2, ab)]), "/b")).toBe(1);
    }
  });

  test("is the last of the versions that added it, where it was away between", () => {
    expect(sinceOf(define(3, ab, [locked(1, ab), locked(2, {})]))).toBe(3);
  });

  test("is its own version where the history says nothing of indexes", () => {
    const { indexes: _, ...old } = locked(1, ab);
    expect(sinceOf(define(2, ab, [old]))).toBe(2);
  });

  test.each<readonly [string, z.ZodType, SealedOptions, SealedOptions, boolean]>([
    ["a wider range", z.int(), { range: { min: 0, max: 9 } }, { range: { min: 0, max: 10 } }, false],
    ["a bound said otherwise", z.iso.date(), range("2000", "2001"), range("2000-01-01", "2001-12-31"), true],
    ["a finer precision", z.date(), range("2000", "2001", "day"), range("2000", "2001", "hour"), false],
    ["another sparsity", z.int(), { range: { min: 0, max: 9 } }, { range: { min: 0, max: 9, sparsity: 1 } }, false],
    [
      "bounds that are bigints or numbers",
      z.bigint(),
      { range: { min: 0, max: 9 } },
      { range: { min: 0n, max: 9n } },
      true,
    ],
    ["a longer prefix", z.string(), { prefix: true }, { prefix: { max: 17 } }, false],
    ["a default that is said", z.string(), { substring: true }, { substring: { maxLength: 128 } }, true],
    [
      "a normalizer in a list",
      z.string(),
      { equality: { normalize: "nfkc" } },
      { equality: { normalize: ["nfkc"] } },
      true,
    ],
    [
      "a function of another name",
      z.string(),
      { equality: { normalize: { name: "one", apply: (text) => text } } },
      { equality: { normalize: { name: "two", apply: (text) => text } } },
      false,
    ],
    [
      "a function of a built-in normalizer's name",
      z.string(),
      { equality: { normalize: { name: "nfkc", apply: (text) => text } } },
      { equality: { normalize: "nfkc" } },
      false,
    ],
  ])("tells definitions apart by what they store: %s", (_, schema, before, after, same) => {
    const of = (options: SealedOptions): string | undefined =>
      versionFacts(
        defineContainer({
          name: "c",
          partitionKey: "/id",
          schema: z.object({ id: z.string(), a: sealed(schema, options as never) }),
        }).plan,
      ).indexes?.[0]?.definition;
    expect(of(after) === of(before)).toBe(same);
    expect(of(before)).toBeTypeOf("string");
  });

  test("comes from facts that are the same after they went through a file", () => {
    const facts = versionFacts(define(1, { range: undefined as never, prefix: true, substring: true }).plan);
    expect(canonicalJson(JSON.parse(JSON.stringify(facts)))).toBe(canonicalJson(facts));
    expect(facts.indexes?.map(({ name }) => name)).toEqual([...(facts.indexes ?? [])].map(({ name }) => name).sort());
    expect(Object.keys(facts).sort()).toEqual(expect.arrayContaining(["groups", "indexes", "unsigned", "version"]));
    expect(Object.keys(facts)).not.toContain("sealedPlaces");
  });

  function range(min: string, max: string, precision?: "day" | "hour"): SealedOptions {
    return { range: { min, max, ...(precision === undefined ? {} : { precision }) } };
  }
});

describe("the description of an index", () => {
  test.each<readonly [string, z.ZodType, SealedOptions, unknown]>([
    ["an equality", z.string(), { equality: true }, "a text of 20 chars.."],
    ["a range", z.int(), { range: { min: 0, max: 150 } }, 30],
    ["a prefix", z.string(), { prefix: true }, "a text of 20 chars.."],
    ["a substring", z.string(), { substring: true }, "abcdefghijklmnopqrst"],
    ["a substring of shorter texts", z.string(), { substring: { maxLength: 19 } }, "abcdefghijklmnopqrst"],
  ])("tells what %s stores of a typical value", async (_, schema, options, value) => {
    const definition = defineContainer({
      name: "c",
      partitionKey: "/id",
      schema: z.object({ id: z.string(), a: sealed(schema, options as never) }),
    }) as unknown as ContainerDefinition;
    const { keys } = await testKeys(definition);
    const stored = await seal(definition, keys, { id: "1", a: value } as never, { stamp: NOW });
    const { x } = stored["_seal"] as unknown as { readonly x: Readonly<Record<string, string | string[]>> };
    const [index] = definition.plan.indexes;
    const { tokens, bytes, learns, serves } = describeIndex(index!);
    expect(tokens.typical).toBe([x[index!.name]].flat().length);
    expect(Math.abs(bytes.typical - JSON.stringify(x).length)).toBeLessThanOrEqual(2);
    expect(tokens.most).toBeGreaterThanOrEqual(tokens.typical);
    expect(bytes.most).toBeGreaterThanOrEqual(bytes.typical);
    expect(learns).toMatch(/\.$/);
    expect(serves).not.toBe("");
  });
});
