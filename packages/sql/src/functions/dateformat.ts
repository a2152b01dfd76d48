/** DateTimeFormat: `yyyy-MM-dd HH:mm:ss.fff` and the like; a backslash makes the next character stand for itself. */
import { splitTicks } from "./ticks.js";

/** A run of one of these letters is a specifier; every other character stands for itself. */
const token = /\\([\s\S])|(y+|M+|d+|H+|h+|m+|s+|f+|F+)|([\s\S])/g;

/** Undefined where a letter is repeated to a length that is no specifier. */
export function formatDateTime(ticks: bigint, format: string): string | undefined {
  let text = "";
  for (const [, escaped, specifier, other] of format.matchAll(token)) {
    const part = specifier === undefined ? (escaped ?? other) : specified(ticks, specifier);
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
}

function specified(ticks: bigint, specifier: string): string | undefined {
  const { date, fraction } = splitTicks(ticks);
  const length = specifier.length;
  const hour = date.getUTCHours();
  switch (specifier[0]) {
    case "y":
      return length === 4 || length === 2 ? padded(date.getUTCFullYear() % 10 ** length, length) : undefined;
    case "M":
      return short(date.getUTCMonth() + 1, length);
    case "d":
      return short(date.getUTCDate(), length);
    case "H":
      return short(hour, length);
    case "h":
      return short(hour % 12 === 0 ? 12 : hour % 12, length);
    case "m":
      return short(date.getUTCMinutes(), length);
    case "s":
      return short(date.getUTCSeconds(), length);
    case "f":
      return length <= 7 ? padded(fraction, 7).slice(0, length) : undefined;
    default:
      // F leaves out the zeros at the end.
      return length <= 7 ? padded(fraction, 7).slice(0, length).replace(/0+$/, "") : undefined;
  }
}

function short(number: number, length: number): string | undefined {
  return length <= 2 ? padded(number, length) : undefined;
}

function padded(number: number, length: number): string {
  return String(number).padStart(length, "0");
}
