/** Points in time as ticks of 100 ns since the Unix epoch, and their ISO 8601 text `YYYY-MM-DDThh:mm:ss.fffffffZ`. */

export const ticksPerMillisecond = 10_000n;
const ticksPerDay = 864_000_000_000n;

/** The first and the last tick that the text can tell: the years 1 to 9999. */
const firstTick = BigInt(Date.UTC(2000, 0, 1) - 63_082_281_600_000) * ticksPerMillisecond;
const lastTick = BigInt(Date.UTC(9999, 11, 31, 23, 59, 59, 999)) * ticksPerMillisecond + 9_999n;

const form = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?)?Z?$/;

/** Reads UTC text; the time, the fraction of its seconds and the `Z` may be missing. Undefined for what is no such date. */
export function parseTicks(text: string): bigint | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const fraction = Number((match[7] ?? "").padEnd(7, "0"));
  return ticksFromParts(year!, month!, day!, hour!, minute!, second!, fraction);
}

/** Undefined where the parts make no date: a 30th of February, a 25th hour. `fraction` counts ticks within the second. */
export function ticksFromParts(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  fraction = 0,
): bigint | undefined {
  if (![year, month, day, hour, minute, second, fraction].every(Number.isInteger)) return undefined;
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  if (fraction < 0 || fraction > 9_999_999) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return BigInt(date.getTime()) * ticksPerMillisecond + BigInt(fraction);
}

export function daysInMonth(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return date.getUTCDate();
}

/** Undefined outside the years 1 to 9999. */
export function formatTicks(ticks: bigint): string | undefined {
  if (ticks < firstTick || ticks > lastTick) return undefined;
  const { date, fraction } = splitTicks(ticks);
  return `${date.toISOString().slice(0, 19)}.${String(fraction).padStart(7, "0")}Z`;
}

/** The date to the second, and the ticks within that second. */
export function splitTicks(ticks: bigint): { readonly date: Date; readonly fraction: number } {
  const fraction = floorMod(ticks, 10_000_000n);
  return { date: new Date(Number((ticks - fraction) / ticksPerMillisecond)), fraction: Number(fraction) };
}

export function floorDiv(left: bigint, right: bigint): bigint {
  return (left - floorMod(left, right)) / right;
}

export function floorMod(left: bigint, right: bigint): bigint {
  const rest = left % right;
  return rest < 0n ? rest + right : rest;
}

/** The units whose length never changes, in ticks; a nanosecond is less than one and is counted apart. */
export const fixedUnits: Readonly<Record<FixedUnit, bigint>> = {
  day: ticksPerDay,
  hour: ticksPerDay / 24n,
  minute: ticksPerDay / 1_440n,
  second: ticksPerDay / 86_400n,
  millisecond: ticksPerMillisecond,
  microsecond: 10n,
};

type FixedUnit = "day" | "hour" | "minute" | "second" | "millisecond" | "microsecond";

export type DatePart = "year" | "month" | FixedUnit | "nanosecond";

const partNames: Readonly<Record<DatePart, readonly string[]>> = {
  year: ["year", "yyyy", "yy"],
  month: ["month", "mm", "m"],
  day: ["day", "dd", "d"],
  hour: ["hour", "hh"],
  minute: ["minute", "mi", "n"],
  second: ["second", "ss", "s"],
  millisecond: ["millisecond", "ms"],
  microsecond: ["microsecond", "mcs"],
  nanosecond: ["nanosecond", "ns"],
};

const parts = new Map(
  Object.entries(partNames).flatMap(([part, names]) => names.map((name) => [name, part as DatePart] as const)),
);

/** The part that a name or an abbreviation stands for, in any case of letters. */
export function datePart(name: string): DatePart | undefined {
  return parts.get(name.toLowerCase());
}
