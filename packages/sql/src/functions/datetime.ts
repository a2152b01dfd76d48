/** Date and time functions, in UTC, to the 100 ns. */
import type { RunContext } from "../evaluate/machine.js";
import type { Value } from "../evaluate/values.js";
import { formatDateTime } from "./dateformat.js";
import { type BuiltinFunction, contextual, ofString, ofStrings, pure, test } from "./define.js";
import {
  type DatePart,
  datePart,
  daysInMonth,
  fixedUnits,
  floorDiv,
  floorMod,
  formatTicks,
  parseTicks,
  splitTicks,
  ticksFromParts,
  ticksPerMillisecond,
} from "./ticks.js";

/** DateTimeBin bins from 1601 on. */
const windowsEpoch = parseTicks("1601-01-01T00:00:00.0000000Z")!;

export const dateTimeFunctions: readonly BuiltinFunction[] = [
  contextual("AGO", 2, (context, part, count) =>
    typeof count === "number" ? addToText(part, -count, nowTicks(context)) : undefined,
  ),
  contextual("NOW", [0, 2], (context, part, count) =>
    part === undefined ? formatTicks(nowTicks(context)) : addToText(part, count, nowTicks(context)),
  ),
  pure("DATETIMEADD", 3, (part, count, dateTime) => addToText(part, count, ticksOf(dateTime))),
  pure("DATETIMEBIN", [2, 4], (dateTime, part, size = 1, origin = "1970-01-01T00:00:00.0000000Z") => {
    const unit = partOf(part);
    const ticks = ticksOf(dateTime);
    const start = ticksOf(origin);
    if (unit === undefined || unit === "year" || unit === "month" || ticks === undefined || start === undefined)
      return undefined;
    if (typeof size !== "number" || !Number.isInteger(size) || size <= 0 || start < windowsEpoch) return undefined;
    const bin = unit === "nanosecond" ? BigInt(size) / 100n : fixedUnits[unit] * BigInt(size);
    return formatTicks(bin === 0n ? ticks : ticks - floorMod(ticks - start, bin));
  }),
  pure("DATETIMEDIFF", 3, (part, from, to) => {
    const unit = partOf(part);
    const start = ticksOf(from);
    const end = ticksOf(to);
    if (unit === undefined || start === undefined || end === undefined) return undefined;
    return Number(boundary(unit, end) - boundary(unit, start));
  }),
  ofStrings("DATETIMEFORMAT", (text, format) => {
    const ticks = parseTicks(text);
    return ticks === undefined ? undefined : formatDateTime(ticks, format);
  }),
  pure("DATETIMEFROMPARTS", [3, 7], (...parts) => {
    if (!parts.every((part) => typeof part === "number")) return undefined;
    const [year, month, day, ...time] = parts;
    const ticks = ticksFromParts(year!, month!, day!, ...time);
    return ticks === undefined ? undefined : formatTicks(ticks);
  }),
  pure("DATETIMEPART", 2, (part, dateTime) => {
    const unit = partOf(part);
    const ticks = ticksOf(dateTime);
    return unit === undefined || ticks === undefined ? undefined : partValue(unit, ticks);
  }),
  ofString("DATETIMETOTICKS", (text) => toNumber(parseTicks(text))),
  ofString("DATETIMETOTIMESTAMP", (text) => {
    const ticks = parseTicks(text);
    return ticks === undefined ? undefined : Number(floorDiv(ticks, ticksPerMillisecond));
  }),
  ofString("DAY", (text) => partOfText("day", text)),
  ofString("MONTH", (text) => partOfText("month", text)),
  ofString("YEAR", (text) => partOfText("year", text)),
  contextual("GETCURRENTDATETIME", 0, (context) => formatTicks(nowTicks(context))),
  contextual("GETCURRENTDATETIMESTATIC", 0, (context) => formatTicks(startedTicks(context))),
  contextual("GETCURRENTTICKS", 0, (context) => Number(nowTicks(context))),
  contextual("GETCURRENTTICKSSTATIC", 0, (context) => Number(startedTicks(context))),
  contextual("GETCURRENTTIMESTAMP", 0, (context) => context.now().getTime()),
  contextual("GETCURRENTTIMESTAMPSTATIC", 0, (context) => context.started.getTime()),
  test("IS_DATETIME", (value) => ticksOf(value) !== undefined),
  pure("TICKSTODATETIME", 1, (ticks) =>
    typeof ticks === "number" && Number.isInteger(ticks) ? formatTicks(BigInt(ticks)) : undefined,
  ),
  pure("TIMESTAMPTODATETIME", 1, (timestamp) =>
    typeof timestamp === "number" && Number.isInteger(timestamp)
      ? formatTicks(BigInt(timestamp) * ticksPerMillisecond)
      : undefined,
  ),
];

function partOf(value: Value): DatePart | undefined {
  return typeof value === "string" ? datePart(value) : undefined;
}

function ticksOf(value: Value): bigint | undefined {
  return typeof value === "string" ? parseTicks(value) : undefined;
}

/** Undefined for a part that is none, a count that is no integer, and a result outside the years 1 to 9999. */
function addToText(part: Value, count: Value, ticks: bigint | undefined): Value {
  const unit = partOf(part);
  if (unit === undefined || ticks === undefined || typeof count !== "number" || !Number.isInteger(count))
    return undefined;
  const sum = addPart(unit, count, ticks);
  return sum === undefined ? undefined : formatTicks(sum);
}

function toNumber(ticks: bigint | undefined): number | undefined {
  return ticks === undefined ? undefined : Number(ticks);
}

/** Months and years keep the day where the month has it, and take its last day where it doesn't. */
function addPart(part: DatePart, count: number, ticks: bigint): bigint | undefined {
  if (part === "nanosecond") return ticks + BigInt(count) / 100n;
  if (part !== "year" && part !== "month") return ticks + fixedUnits[part] * BigInt(count);
  const { date, fraction } = splitTicks(ticks);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + (part === "year" ? count * 12 : count);
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  if (year < 1 || year > 9999) return undefined;
  const day = Math.min(date.getUTCDate(), daysInMonth(year, month));
  return ticksFromParts(year, month, day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), fraction);
}

/** How many boundaries of the unit lie before the point in time. */
function boundary(part: DatePart, ticks: bigint): bigint {
  if (part === "nanosecond") return ticks * 100n;
  if (part !== "year" && part !== "month") return floorDiv(ticks, fixedUnits[part]);
  const { date } = splitTicks(ticks);
  return BigInt(part === "year" ? date.getUTCFullYear() : date.getUTCFullYear() * 12 + date.getUTCMonth());
}

function partOfText(part: DatePart, text: string): Value {
  const ticks = parseTicks(text);
  return ticks === undefined ? undefined : partValue(part, ticks);
}

/** Milliseconds, microseconds and nanoseconds count from the start of the second. */
function partValue(part: DatePart, ticks: bigint): number {
  const { date, fraction } = splitTicks(ticks);
  switch (part) {
    case "year":
      return date.getUTCFullYear();
    case "month":
      return date.getUTCMonth() + 1;
    case "day":
      return date.getUTCDate();
    case "hour":
      return date.getUTCHours();
    case "minute":
      return date.getUTCMinutes();
    case "second":
      return date.getUTCSeconds();
    case "millisecond":
      return Math.floor(fraction / 10_000);
    case "microsecond":
      return Math.floor(fraction / 10);
    case "nanosecond":
      return fraction * 100;
  }
}

function nowTicks(context: RunContext): bigint {
  return BigInt(context.now().getTime()) * ticksPerMillisecond;
}

function startedTicks(context: RunContext): bigint {
  return BigInt(context.started.getTime()) * ticksPerMillisecond;
}
