/** From a value to its step in a range index. The maps never fall, so that an interval of values is one of steps. SPEC §5.5. */
import { CosmosealError } from "../errors.js";
import type { IndexPlan, RangeSteps } from "../plan/plan.js";
import type { DatePrecision } from "../schema/treatment.js";

type DateSteps = Extract<RangeSteps, { readonly type: "date" | "datetime" }>;

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
      const step = dateStep(range, text, range.top);
      const beyond = dateText(range, range.top + 1n);
      if (step < 0n || (beyond !== undefined && text >= beyond)) throw outside(index);
      return step;
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
  return BigInt(unitOf(range.max, range.precision) - unitOf(range.min, range.precision));
}

/** The least and the greatest integer whose nearest double is this integer; at powers of two a few more. */
export function bigintsOf(double: number): readonly [low: bigint, high: bigint] {
  const integer = BigInt(double);
  const bits = (integer < 0n ? -integer : integer).toString(2).length;
  const half = bits <= 53 ? 0n : 1n << BigInt(bits - 54);
  return [integer - half, integer + half];
}

/**
 * A text of any of the accepted forms, cut to the precision, or undefined for what is no date. One that is shorter names the
 * `first` or the `last` step of its year, month, day, minute or second.
 */
export function cutDate(text: string, precision: DatePrecision, which: "first" | "last"): string | undefined {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?Z)?)?)?$/.exec(text);
  if (match === null) return undefined;
  const isFirst = which === "first";
  const [, year, month = isFirst ? "01" : "12", day = isFirst ? "01" : lastDay(year!, month)] = match;
  const [hour, minute, second] = [match[4], match[5], match[6]].map((part, i) => part ?? (isFirst ? "00" : LAST[i]!));
  const fraction = match[7]?.padEnd(3, "0") ?? (isFirst ? "000" : "999");
  const whole = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}Z`;
  const time = Date.parse(whole);
  if (Number.isNaN(time) || new Date(time).toISOString() !== whole) return undefined;
  return whole.slice(0, LENGTHS[precision]);
}

const LAST = ["23", "59", "59"] as const;

function lastDay(year: string, month: string): string {
  const first = Date.parse(`${year}-${month}-01T00:00:00.000Z`);
  // Less than a month and more than three weeks later: the day before the next first.
  const next = new Date(first + 31 * 86_400_000);
  return String(31 - (next.getUTCDate() - 1)).padStart(2, "0");
}

export function isDatePrecision(value: unknown): value is DatePrecision {
  return typeof value === "string" && Object.hasOwn(LENGTHS, value);
}

/** Characters of a date-time's text up to the unit. */
const LENGTHS: Readonly<Record<DatePrecision, number>> = {
  year: 4,
  month: 7,
  day: 10,
  hour: 13,
  minute: 16,
  second: 19,
  millisecond: 23,
};

/** Units of one length, in milliseconds; years and months are counted by the calendar. */
const MILLISECONDS: Readonly<Record<Exclude<DatePrecision, "year" | "month">, number>> = {
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};

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

/** The greatest step whose text is not after this one; -1 before the first. */
function dateStep(range: DateSteps, text: string, top: bigint): bigint {
  const first = unitOf(range.min, range.precision);
  const last = Number(top);
  const isAfter = (step: number): boolean => unitText(first + step, range.precision)! > text;
  // What reads as a date is nearly always of the step that it names.
  const named = unitOf(text.slice(0, LENGTHS[range.precision]), range.precision) - first;
  const isStep = Number.isInteger(named) && named >= 0 && named <= last;
  if (isStep && !isAfter(named) && (named === last || isAfter(named + 1))) return BigInt(named);
  // Any other text has its place, too: by halving.
  let low = -1;
  let high = last;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isAfter(middle)) high = middle - 1;
    else low = middle;
  }
  return BigInt(low);
}

/** Text of a step, undefined after the last year. */
function dateText(range: DateSteps, step: bigint): string | undefined {
  return unitText(unitOf(range.min, range.precision) + Number(step), range.precision);
}

/** Units from the year 0, or from 1970, to the one that a text cut to the precision names. */
function unitOf(cut: string, precision: DatePrecision): number {
  if (precision === "year") return Number(cut);
  if (precision === "month") return Number(cut.slice(0, 4)) * 12 + Number(cut.slice(5)) - 1;
  return Date.parse(`${cut}${"0000-01-01T00:00:00.000Z".slice(cut.length)}`) / MILLISECONDS[precision];
}

function unitText(unit: number, precision: DatePrecision): string | undefined {
  const text = isoOf(unit, precision);
  return text.startsWith("+") ? undefined : text.slice(0, LENGTHS[precision]);
}

function isoOf(unit: number, precision: DatePrecision): string {
  if (precision === "year" || precision === "month") {
    const month = precision === "year" ? unit * 12 : unit;
    const year = Math.floor(month / 12);
    if (year > 9999) return "+";
    return `${String(year).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
  }
  return new Date(unit * MILLISECONDS[precision]).toISOString();
}

function isWrittenForm({ type, precision }: DateSteps, text: string): boolean {
  if (type === "date") return /^\d{4}-\d\d-\d\d$/.test(text);
  const form =
    precision === "millisecond"
      ? /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
      : /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
  // A Date outside these years has a sign, and is outside the bounds of every index.
  return form.test(text) || /^[+-]\d{6}-/.test(text);
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
