/** From a value to its step in a range index. The maps never fall, so that an interval of values is one of steps. SPEC §5.5. */
import { CosmosealError } from "../errors.js";
import type { IndexPlan, RangeSteps } from "../plan/plan.js";
import { type DateSteps, dateStep, dateTop, isOutsideDates, isWrittenForm } from "./calendar.js";

/** The step of a value that is stored. Throws ERR_VALUE_UNSUPPORTED, never naming the value. */
export function writtenStep(index: IndexPlan, value: unknown): bigint {
  const { range } = index.options;
  if (range === undefined) throw new TypeError("not a range index");
  switch (range.type) {
    case "number":
      if (typeof value !== "number") throw otherType(index, "numbers");
      if (value < range.min || value > range.max) throw outside(index);
      return numberStep(range, value, range.top);
    case "bigint": {
      const integer = typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
      if (typeof integer !== "bigint") throw otherType(index, "bigints");
      if (integer < range.min || integer > range.max) throw outside(index);
      return (integer - range.min) / range.precision;
    }
    default: {
      const text = value instanceof Date ? value.toISOString() : value;
      if (typeof text !== "string") throw otherType(index, "dates");
      if (!isWrittenForm(range, text)) throw otherForm(index, range);
      if (isOutsideDates(range, text, range.top)) throw outside(index);
      return dateStep(range, text, range.top);
    }
  }
}

/**
 * The steps that may hold what a query's value is equal to; outside the index's bounds, the nearest. Undefined for a value of
 * another type. A bigint is seen by a query as the nearest double, so that one double stands for several.
 */
export function soughtSteps(
  range: RangeSteps & { readonly top: bigint },
  value: unknown,
): readonly [bigint, bigint] | undefined {
  if (range.type !== "number" && range.type !== "bigint") {
    const text = value instanceof Date ? value.toISOString() : value;
    if (typeof text !== "string") return undefined;
    const step = dateStep(range, text, range.top);
    return step < 0n ? [0n, 0n] : [step, step];
  }
  const double = typeof value === "bigint" ? Number(value) : value;
  if (typeof double !== "number" || Number.isNaN(double)) return undefined;
  if (range.type === "number") {
    const step = numberStep(range, double, range.top);
    return [step, step];
  }
  if (!Number.isFinite(double)) return double < 0 ? [0n, 0n] : [range.top, range.top];
  const [low, high] = bigintsOf(Math.floor(double));
  return [clampedBigintStep(range, low), clampedBigintStep(range, high)];
}

/** The step of `max`. */
export function topStep(range: RangeSteps): bigint {
  if (range.type === "number") return BigInt(Math.floor((range.max - range.min) / range.precision));
  if (range.type === "bigint") return (range.max - range.min) / range.precision;
  return dateTop(range);
}

/** The least and the greatest integer whose nearest double is this integer; at powers of two a few more. */
export function bigintsOf(double: number): readonly [low: bigint, high: bigint] {
  const integer = BigInt(double);
  const bits = (integer < 0n ? -integer : integer).toString(2).length;
  const half = bits <= 53 ? 0n : 1n << BigInt(bits - 54);
  return [integer - half, integer + half];
}

function numberStep(
  { min, precision }: Extract<RangeSteps, { readonly type: "number" }>,
  value: number,
  top: bigint,
): bigint {
  const step = Math.floor((value - min) / precision);
  if (!(step > 0)) return 0n;
  return step >= top ? top : BigInt(step);
}

function clampedBigintStep(range: Extract<RangeSteps, { readonly type: "bigint" }>, value: bigint): bigint {
  if (value <= range.min) return 0n;
  return ((value > range.max ? range.max : value) - range.min) / range.precision;
}

function otherType(index: IndexPlan, what: string): CosmosealError {
  return new CosmosealError("ERR_VALUE_UNSUPPORTED", `The range index holds ${what}.`, {
    path: index.pattern,
    remedy: "Store a value of that type, or null, or leave `range` out of the schema.",
  });
}

function otherForm(index: IndexPlan, { type, precision }: DateSteps): CosmosealError {
  const form =
    type === "date" ? "YYYY-MM-DD" : `YYYY-MM-DDTHH:MM:SS${precision === "millisecond" ? ".sss" : "[.s…]"}Z, in UTC`;
  return new CosmosealError("ERR_VALUE_UNSUPPORTED", `The range index holds dates of the one form ${form}.`, {
    path: index.pattern,
    remedy: "Store this form, as Date.toISOString makes it: texts of other forms don't compare by time.",
  });
}

function outside(index: IndexPlan): CosmosealError {
  return new CosmosealError("ERR_VALUE_UNSUPPORTED", "The value lies outside the range index's `min` and `max`.", {
    path: index.pattern,
    remedy: "Widen them, with a new schema version.",
  });
}
