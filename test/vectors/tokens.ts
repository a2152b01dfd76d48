/** Vectors of index tokens, SPEC §5: for each index what a writer stores for the values of a document, or that it refuses them. */
import {
  defineContainer,
  type IndexPlan,
  indexTokens,
  isCosmosealError,
  type SealedOptions,
  sealed,
} from "@cosmoseal/core";
import * as z from "zod";
import { encodeValue, type Value } from "../../packages/core/src/codec/extended.js";
import { toBase64 } from "../../packages/core/src/crypto/bytes.js";
import { Key } from "../../packages/core/src/crypto/key.js";

export interface TokenFile {
  readonly about: string;
  /** The index key; base64. */
  readonly key: string;
  readonly indexes: readonly TokenIndex[];
}

export interface TokenIndex {
  readonly kind: string;
  readonly name: string;
  readonly pattern: string;
  readonly bits: number;
  readonly normalize: readonly string[];
  readonly max?: number;
  readonly maxLength?: number;
  /** Bigints as text. */
  readonly range?: Readonly<Record<string, string | number>>;
  readonly cases: readonly TokenCase[];
}

/** `values` are those that the document has at the pattern, in the form of SPEC §3.2; null stands for nothing stored. */
export type TokenCase = { readonly values: readonly unknown[] } & (
  | { readonly stored: string | readonly string[] | null }
  | { readonly fails: true }
);

export function makeTokens(): TokenFile {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => 200 - i);
  const encoded = toBase64(bytes);
  const key = Key.take(bytes);
  return {
    about: "Index tokens: SPEC §5.",
    key: encoded,
    indexes: SUBJECTS.map(({ pattern, schema, options, values }) =>
      describe(key, indexOf(pattern, schema, options), values),
    ),
  };
}

interface Subject {
  /** `/a`, `/a/[]/b`, or `/a/*`. */
  readonly pattern: string;
  readonly schema: z.ZodType;
  readonly options: SealedOptions;
  readonly values: readonly (readonly Value[])[];
}

const CASED = [
  "",
  "a",
  "Straße",
  "STRASSE",
  "strasse ẞ",
  "ΑΣ ας Σσς",
  "İıIi",
  "ﬁﬀﬃ",
  "ǅ ŉ ΐ ᾈ ᾳ",
  "K Å Ω µ ſ",
  "𐐀𐐨😀",
  "e\u0301É",
  "Ꭰꭰ",
];

const SUBJECTS: readonly Subject[] = [
  {
    pattern: "/a",
    schema: z.any(),
    options: { equality: true },
    values: [
      ["Ann"],
      [0],
      [-0],
      [1e21],
      [-2.5],
      [1e-7],
      [true],
      [false],
      [null],
      [["x", "y", "x", null, 1, ["z"]]],
      [[]],
      [{ b: 1 }],
      ["a\ud800b"],
    ],
  },
  {
    pattern: "/a/[]/b",
    schema: z.any(),
    options: { equality: { bits: 12 } },
    values: [["x", "y", "x"], [["x"], "x"], [null]],
  },
  { pattern: "/a", schema: z.bigint(), options: { equality: true }, values: [[2n ** 64n], [-1n]] },
  { pattern: "/a", schema: z.date(), options: { equality: true }, values: [[new Date(0)]] },
  {
    pattern: "/a",
    schema: z.string(),
    options: { equality: { normalize: "lowercase" } },
    values: CASED.map((text) => [text]),
  },
  {
    pattern: "/a/*",
    schema: z.string(),
    options: { equality: { normalize: ["nfkc", "lowercase"], bits: 1 } },
    values: [["ﬁ", "FI", "x"]],
  },
  { pattern: "/a", schema: z.string(), options: { equality: { normalize: "digits" } }, values: [["+41 (0)79/123 ٣"]] },
  {
    pattern: "/a",
    schema: z.string().nullable(),
    options: { unique: { normalize: "lowercase" } },
    values: [["Ann@Example.com"], [null]],
  },
  {
    pattern: "/a",
    schema: z.int(),
    options: { range: { min: -3, max: 300 } },
    values: [[-3], [0], [-0], [299], [300], [null], [301], [-4], [0.5], ["0"]],
  },
  {
    pattern: "/a",
    schema: z.array(z.number()),
    options: { range: { min: 0, max: 1, precision: 0.1, sparsity: 1 } },
    values: [[[0, 0.3, 0.1 + 0.2, 0.7, 1]], [[0.3]], [[0.1 + 0.2]], [[null]], [[]]],
  },
  {
    pattern: "/a/[]/b",
    schema: z.bigint(),
    options: { range: { min: -(2n ** 63n), max: 2n ** 63n - 1n, sparsity: 4 } },
    values: [[-(2n ** 63n), 2n ** 63n - 1n], [2n ** 53n + 1n], [0n], [2n ** 63n]],
  },
  {
    pattern: "/a",
    schema: z.bigint(),
    options: { range: { min: 5n, max: 1000n, precision: 7n, sparsity: 3 } },
    values: [[5n], [11n], [12n], [1000n]],
  },
  {
    pattern: "/a",
    schema: z.iso.date(),
    options: { range: { min: "1900", max: "2099", precision: "day" } },
    values: [
      ["1900-01-01"],
      ["2000-02-29"],
      ["2001-02-30"],
      ["2099-12-31"],
      ["1899-12-31"],
      ["2100-01-01"],
      ["2000-2-9"],
    ],
  },
  {
    pattern: "/a",
    schema: z.iso.date(),
    options: { range: { min: "2000-03", max: "2004-02", precision: "month" } },
    values: [["2000-03-01"], ["2003-12-31"], ["2004-01-01"], ["2004-02-29"], ["2004-03-01"], ["2000-02-29"]],
  },
  {
    pattern: "/a",
    schema: z.date(),
    options: { range: { min: "0000", max: "9999", precision: "year" } },
    values: [[new Date("0000-06-01")], [new Date("9999-12-31T23:59:59.999Z")], [new Date(8.64e15)]],
  },
  {
    pattern: "/a",
    schema: z.iso.datetime(),
    options: { range: { min: "2026-01-01", max: "2026-12-31", precision: "second" } },
    values: [
      ["2026-11-24T12:00:00Z"],
      ["2026-11-24T12:00:00.5Z"],
      ["2026-12-31T23:59:59.999Z"],
      ["2027-01-01T00:00:00Z"],
      ["2026-11-24T12:00Z"],
      ["2026-11-24T12:00:00+00:00"],
    ],
  },
  {
    pattern: "/a",
    schema: z.iso.datetime(),
    options: { range: { min: "1970", max: "2069", precision: "millisecond" } },
    values: [["2026-11-24T12:00:00.123Z"], ["2026-11-24T12:00:00.12Z"], ["1970-01-01T00:00:00.000Z"]],
  },
  {
    pattern: "/a",
    schema: z.string(),
    options: { prefix: true },
    values: [["Zürich"], ["a😀b"], [""], ["abcdefghijklmnopqrst"], ["abcdefghijklmnop"], ["a\udc00"]],
  },
  {
    pattern: "/a",
    schema: z.array(z.string()),
    options: { prefix: { max: 4, normalize: "lowercase" } },
    values: [[CASED], [[]]],
  },
  {
    pattern: "/a",
    schema: z.string(),
    options: { substring: { maxLength: 8 } },
    values: [["banana"], ["ab"], ["a😀bc"], ["12345678"], ["123456789"]],
  },
  {
    pattern: "/a",
    schema: z.string(),
    options: { substring: { normalize: "lowercase" } },
    values: CASED.map((text) => [text]),
  },
  {
    pattern: "/a/*",
    schema: z.any(),
    options: { substring: { maxLength: 5 } },
    values: [["banana", ["bananas", "nan"], null], [5]],
  },
];

function indexOf(pattern: string, schema: z.ZodType, options: SealedOptions): IndexPlan {
  const leaf = sealed(schema, options as never);
  const a = pattern === "/a" ? leaf : pattern === "/a/*" ? z.record(z.string(), leaf) : z.array(z.object({ b: leaf }));
  const { plan } = defineContainer({ name: "c", partitionKey: "/id", schema: z.object({ id: z.string(), a }) });
  return plan.indexes[0]!;
}

function describe(key: Key, index: IndexPlan, cases: readonly (readonly Value[])[]): TokenIndex {
  const { kind, name, pattern, bits, options } = index;
  const { normalize = [], max, maxLength, range } = options;
  return {
    kind,
    name,
    pattern,
    bits,
    normalize: [normalize].flat() as string[],
    ...(max === undefined ? {} : { max }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(range === undefined
      ? {}
      : {
          range: {
            type: range.type,
            min: textOf(range.min),
            max: textOf(range.max),
            precision: textOf(range.precision),
            sparsity: range.sparsity,
          },
        }),
    cases: cases.map((values): TokenCase => {
      const encoded = values.map(encodeValue);
      try {
        return { values: encoded, stored: indexTokens(key, index, values) ?? null };
      } catch (error) {
        if (!isCosmosealError(error, "ERR_VALUE_UNSUPPORTED")) throw error;
        return { values: encoded, fails: true };
      }
    }),
  };
}

function textOf(value: number | bigint | string): number | string {
  return typeof value === "bigint" ? value.toString() : value;
}
