/** Values of every type that indexes hold, with those at which folds, roundings and calendars go wrong. */
import type { Json } from "@cosmoseal/sql";
import fc from "fast-check";

const LETTERS = [
  ..."aAbBcCiIkKsS \u00df\u1e9e\u017f\u0130\u0131\u03a3\u03c3\u03c2\u212a\u00b5\u03bc\ufb01\u01c5\u1f88\u0390\u0345",
  ..."\u0307\u0301\u00e9\u00c9%_[]^-!~",
  "\u{10400}",
  "\u{10428}",
  "\u{1f600}",
];

/** Well-formed, of few letters, so that texts share parts. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.constantFrom(...LETTERS), { maxLength: 9 }).map((letters) => letters.join("")) },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom("a", "b", "A", "c"), maxLength: 14 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constant("") },
);

/** A part of the text, in units, so that it may begin or end inside a pair; or its upper or lower case. */
export function partsOf(whole: string): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.nat(Math.max(0, whole.length - 1)),
      fc.nat(whole.length),
      fc.constantFrom("whole", "start", "end", "inside"),
      fc.constantFrom("as is", "as is", "upper", "lower"),
    )
    .map(([from, length, where, how]) => {
      const start = where === "whole" || where === "start" ? 0 : from;
      const end = where === "whole" || where === "end" ? whole.length : start + length;
      const part = whole.slice(start, end);
      return how === "upper" ? part.toUpperCase() : how === "lower" ? part.toLowerCase() : part;
    });
}

export const number: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.double({ min: -20, max: 20, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 0.1, 0.3, 0.1 + 0.2, 1e21, -1e21, 5e-324, Number.MAX_VALUE, 2 ** 53, 2 ** 53 + 2),
);

/** What an int64 holds, close to where doubles no longer tell neighbours apart. */
export const bigint: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc
    .tuple(fc.constantFrom(0n, 2n ** 53n, 2n ** 54n, 2n ** 60n, -(2n ** 53n)), fc.bigInt({ min: -600n, max: 600n }))
    .map(([base, offset]) => base + offset),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n)),
);

const day: fc.Arbitrary<Date> = fc.oneof(
  fc.date({ min: new Date("1990-01-01"), max: new Date("2029-12-31T23:59:59.999Z"), noInvalidDate: true }),
  fc
    .constantFrom("1990-01-01", "2000-02-29", "2023-12-31T23:59:59.999Z", "2029-12-31T23:59:59.999Z")
    .map((at) => new Date(at)),
);

export const date: fc.Arbitrary<Date> = day;
export const isoDate: fc.Arbitrary<string> = day.map((at) => at.toISOString().slice(0, 10));

/** With a fraction or without. */
export const isoDateTime: fc.Arbitrary<string> = fc
  .tuple(day, fc.constantFrom("", ".5", ".123", ".000001"))
  .map(([at, fraction]) => `${at.toISOString().slice(0, 19)}${fraction}Z`);

/** What a query may compare a date with: a date, a part of one, something after it, or nonsense. */
export const dateLike: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(isoDate, isoDateTime) },
  { weight: 2, arbitrary: fc.tuple(isoDateTime, fc.nat(23)).map(([whole, length]) => whole.slice(0, length)) },
  { weight: 1, arbitrary: fc.tuple(isoDate, fc.constantFrom("T", "Z", "\uffff", " ", "~")).map(([a, b]) => a + b) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "",
      "2",
      "0000",
      "9999-99-99",
      "now",
      "2024-13-45",
      "2024-.5",
      "2024-1",
      "2024-01-1",
      "1e3",
      "0x1f",
      "00.5",
      " 2024",
      "2024\ud800",
      "+275760-09-13T00:00:00.000Z",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
);

/** Of another type than whatever it is compared with. */
export const other: fc.Arbitrary<Json> = fc.constantFrom<Json>(null, true, false, "", 0, [], {}, ["a"]);
