/** The steps of dates and date-times: units of the calendar, and the place of any text among their texts. SPEC §5.5. */
import type { RangeSteps } from "../plan/plan.js";
import type { DatePrecision } from "../schema/treatment.js";

export type DateSteps = Extract<RangeSteps, { readonly type: "date" | "datetime" }>;

/** The greatest step whose text is not after this one; -1 before the first. */
export function dateStep(range: DateSteps, text: string, top: bigint): bigint {
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

/** True for a text before the first step or after the last. */
export function isOutsideDates(range: DateSteps, text: string, top: bigint): boolean {
  const beyond = unitText(unitOf(range.min, range.precision) + Number(top) + 1, range.precision);
  return text < range.min || (beyond !== undefined && text >= beyond);
}

/** True for a text of the one form that is stored. */
export function isWrittenForm({ type, precision }: DateSteps, text: string): boolean {
  if (type === "date") return /^\d{4}-\d\d-\d\d$/.test(text);
  const form =
    precision === "millisecond"
      ? /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
      : /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
  // A Date outside these years has a sign, and is outside the bounds of every index.
  return form.test(text) || /^[+-]\d{6}-/.test(text);
}

/** Units from the first step to the last. */
export function dateTop({ min, max, precision }: DateSteps): bigint {
  return BigInt(unitOf(max, precision) - unitOf(min, precision));
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

export function isDatePrecision(value: unknown): value is DatePrecision {
  return typeof value === "string" && Object.hasOwn(LENGTHS, value);
}

const LAST = ["23", "59", "59"] as const;

function lastDay(year: string, month: string): string {
  const first = Date.parse(`${year}-${month}-01T00:00:00.000Z`);
  // Less than a month and more than three weeks later: the day before the next first.
  const next = new Date(first + 31 * 86_400_000);
  return String(31 - (next.getUTCDate() - 1)).padStart(2, "0");
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
