/**
 * The law of every index: where a value satisfies a condition, by the evaluator that answers queries, the document's terms meet
 * every clause that the index is searched by. And an index is worth its bytes: what doesn't satisfy the condition mostly doesn't.
 */
import {
  type Clauses,
  cryptoReady,
  defineContainer,
  documentTerms,
  type IndexPlan,
  type SealedOptions,
  sealed,
  type TermPlace,
  termsFor,
} from "@cosmoseal/core";
import type { Json } from "@cosmoseal/sql";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { jsonView } from "../../packages/client/src/query/json-view.js";
import { type Case, equalities, holds, intervals, searches } from "./conditions.js";
import { bigint, date, dateLike, isoDate, isoDateTime, number, other, partsOf, text } from "./values.js";

await cryptoReady();

interface Subject {
  readonly schema: z.ZodType;
  readonly options: SealedOptions;
  readonly value: fc.Arbitrary<unknown>;
  /** Conditions that have to do with the value, for the most part. */
  readonly condition: (value: unknown, place: TermPlace) => fc.Arbitrary<Case>;
  /** Of values that don't satisfy a condition that is searched, the share that may be found nonetheless. */
  readonly falseHits: number;
}

const lowercase = { normalize: "lowercase" } as const;

const SUBJECTS: Readonly<Record<string, Subject>> = {
  "equality of texts": texts({ equality: true }, 0.02),
  "equality of texts without case": texts({ equality: lowercase }, 0.1),
  "equality of texts without case and with more": texts({ equality: { normalize: ["lowercase", "nfkc"] } }, 0.12),
  "prefixes of texts": texts({ prefix: true }, 0.2),
  "short prefixes of texts without case": texts({ prefix: { max: 3, ...lowercase } }, 0.35),
  "substrings of texts": texts({ substring: true }, 0.2),
  "substrings of short texts without case": texts({ substring: { maxLength: 6, ...lowercase } }, 0.5),
  "equality of numbers": numbers(z.number(), { equality: true }, number, 0.02),
  "uniqueness of numbers": numbers(z.number(), { unique: true }, number, 0.02),
  "a range of numbers": numbers(
    z.number(),
    { range: { min: -20, max: 20, precision: 0.3 } },
    number.filter((value) => Math.abs(value) <= 20),
    0.3,
  ),
  "a range of all numbers": numbers(
    z.number(),
    {
      range: {
        min: -Number.MAX_VALUE / 2,
        max: Number.MAX_VALUE / 2,
        precision: Number.MAX_VALUE / 2 ** 50,
        sparsity: 3,
      },
    },
    number.filter((value) => Math.abs(value) <= Number.MAX_VALUE / 2),
    1,
  ),
  "a range of integers": numbers(
    z.int(),
    { range: { min: -7, max: 13, sparsity: 1 } },
    fc.integer({ min: -7, max: 13 }),
    0.2,
  ),
  "equality of bigints": numbers(z.bigint(), { equality: true }, bigint, 0.05),
  "a range of bigints": numbers(z.bigint(), { range: { min: -(2n ** 63n), max: 2n ** 63n - 1n } }, bigint, 0.15),
  "a range of few bigints": numbers(
    z.bigint(),
    { range: { min: -10n, max: 2n ** 54n, precision: 7n, sparsity: 4 } },
    bigint.filter((value) => value >= -10n && value <= 2n ** 54n),
    0.3,
  ),
  "a range of dates by day": dates(z.iso.date(), "day", isoDate, 0.15),
  "a range of dates by month": dates(z.iso.date(), "month", isoDate, 0.25),
  "a range of dates by year": dates(z.iso.date(), "year", isoDate, 0.3),
  "a range of date-times by second": dates(z.iso.datetime(), "second", isoDateTime, 0.15),
  "a range of date-times by hour": dates(z.iso.datetime(), "hour", isoDateTime, 0.15),
  "a range of Dates by millisecond": dates(z.date(), "millisecond", date, 0.15),
  "a range of Dates by minute": dates(z.date(), "minute", date, 0.15),
  "equality of Dates": { ...dates(z.date(), "day", date, 0.02), options: { equality: true } },
};

const RUNS = process.env["COSMOSEAL_FULL"] === "1" ? 20_000 : 1000;
const SEED = 62_026;
const total = { searched: 0, met: 0 };

afterAll(() => console.info(`indexes: ${total.searched} conditions searched, ${total.met} of them met, none missed`));

describe.each(Object.entries(SUBJECTS))("%s", (_, subject) => {
  const places: readonly TermPlace[] = subject.options.unique === undefined ? ["value", "element"] : ["value"];

  test.each(places)("loses no %s", (place) => {
    const index = indexOf(place === "value" ? subject.schema : z.array(subject.schema), subject.options);
    let [searched, met] = [0, 0];
    const cases = fc
      .tuple(subject.value, subject.value)
      .chain(([stored, another]) =>
        fc.tuple(fc.constant(stored), fc.oneof(subject.condition(stored, place), subject.condition(another, place))),
      );
    fc.assert(
      fc.property(cases, ([stored, sought]) => {
        const document = place === "value" ? stored : [null, stored];
        const clauses = clausesOf(index, sought);
        if (clauses === undefined) return;
        searched++;
        if (!holds(sought, jsonView(document) as Json, place)) return;
        met++;
        if (!meets(termsOf(index, document), clauses))
          throw new Error("a value that satisfies the condition is not found");
      }),
      { numRuns: RUNS, seed: SEED },
    );
    total.searched += searched;
    total.met += met;
    expect(met).toBeGreaterThan(RUNS / 100);
  });

  test("finds few values that don't satisfy the condition", () => {
    const index = indexOf(subject.schema, subject.options);
    const stored = fc.sample(subject.value, { numRuns: 60, seed: SEED });
    const sought = fc.sample(
      subject.value.chain((value) => subject.condition(value, "value")),
      { numRuns: 300, seed: SEED + 1 },
    );
    const documents = stored.map((value) => [jsonView(value) as Json, termsOf(index, value)] as const);
    let searched = 0;
    let falseHits = 0;
    for (const condition of sought) {
      const clauses = clausesOf(index, condition);
      for (const [value, terms] of clauses === undefined ? [] : documents) {
        if (holds(condition, value, "value")) continue;
        searched++;
        if (meets(terms, clauses!)) falseHits++;
      }
    }
    expect(searched).toBeGreaterThan(1000);
    expect(falseHits / searched).toBeLessThanOrEqual(subject.falseHits);
  });
});

/** Undefined where the index can't be searched by the condition. */
function clausesOf(index: IndexPlan, { condition }: Case): Clauses | undefined {
  const clauses = termsFor(index, condition);
  if (clauses?.length === 0 || clauses?.some((clause) => clause.length === 0)) throw new Error("an empty clause");
  return clauses;
}

function termsOf(index: IndexPlan, document: unknown): ReadonlySet<string> {
  return new Set(documentTerms(index, [document]).map(({ type, text: of }) => `${type} ${of}`));
}

function meets(terms: ReadonlySet<string>, clauses: Clauses): boolean {
  return clauses.every((clause) => clause.some(({ type, text: of }) => terms.has(`${type} ${of}`)));
}

function indexOf(schema: z.ZodType, options: SealedOptions): IndexPlan {
  const { plan } = defineContainer({
    name: "c",
    partitionKey: "/id",
    schema: z.object({ id: z.string(), a: sealed(schema, options as never) }),
  });
  return plan.indexes[0]!;
}

function texts(options: SealedOptions, falseHits: number): Subject {
  return {
    schema: z.string(),
    options,
    value: text,
    condition: (value, place) => {
      const needle = partsOf(value as string);
      return fc.oneof(
        { weight: 3, arbitrary: searches(needle, place) },
        { weight: 2, arbitrary: equalities(needle, place) },
        { weight: 1, arbitrary: equalities(fc.oneof(needle, other), place) },
      );
    },
    falseHits,
  };
}

function numbers(schema: z.ZodType, options: SealedOptions, value: fc.Arbitrary<unknown>, falseHits: number): Subject {
  return {
    schema,
    options,
    value,
    condition: (stored, place) => {
      const near = jsonView(stored) as number;
      const sought = fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(near, near + 1, near - 0.5, near * 2) },
        { weight: 1, arbitrary: number },
      );
      return fc.oneof(
        { weight: 4, arbitrary: intervals(sought, place) },
        { weight: 4, arbitrary: equalities(sought, place) },
        { weight: 1, arbitrary: equalities(other, place) },
        { weight: 1, arbitrary: intervals(other, place) },
      );
    },
    falseHits,
  };
}

function dates(schema: z.ZodType, precision: never | string, value: fc.Arbitrary<unknown>, falseHits: number): Subject {
  return {
    schema,
    options: { range: { min: "1990", max: "2029-12-31", precision: precision as "day" } },
    value,
    condition: (stored, place) => {
      const near = jsonView(stored) as string;
      const sought = fc.oneof(
        { weight: 3, arbitrary: fc.nat(near.length).map((length) => near.slice(0, length)) },
        { weight: 2, arbitrary: fc.constant(near) },
        { weight: 4, arbitrary: dateLike },
      );
      return fc.oneof(
        { weight: 4, arbitrary: intervals(sought, place) },
        { weight: 2, arbitrary: equalities(sought, place) },
        { weight: 2, arbitrary: searches(sought, place) },
        { weight: 1, arbitrary: intervals(other, place) },
      );
    },
    falseHits,
  };
}
