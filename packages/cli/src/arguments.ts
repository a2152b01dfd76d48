/** Arguments that hold values: read strictly, so that a misspelt one is told and not guessed. */
import { CliError, EXIT } from "./terminal/exit.js";

/** Collects the values of an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** JSON where it is JSON, else the text itself: `t-1`, `17`, `"17"`, `null`. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The components of a partition key, as they were given. Throws ARGUMENT_INVALID. */
export function partitionKeyOf(given: readonly string[] | undefined): (string | number | boolean | null)[] | undefined {
  return given?.map((text) => {
    const value = jsonOrText(text);
    if (value === null || typeof value !== "object") return value as string | number | boolean | null;
    throw invalid("--partition-key", "a text, a number, true, false or null; once for each component");
  });
}

/** A scope's value. Throws ARGUMENT_INVALID. */
export function scopeValueOf(given: string | undefined): string | number | boolean | undefined {
  if (given === undefined) return undefined;
  const value = jsonOrText(given);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  throw invalid("The scope", "a text, a number, true or false");
}

/** `@name=value`, the value as JSON or as text. Throws ARGUMENT_INVALID. */
export function parameterOf(text: string): { readonly name: string; readonly value: unknown } {
  const match = /^(@[A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text);
  if (match === null) throw invalid("--parameter", "@name=value, the value as JSON or as text");
  return { name: match[1]!, value: jsonOrText(match[2]!) };
}

/** A whole number from `least`. Throws ARGUMENT_INVALID. */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw invalid(option, `a whole number from ${least}`);
}

/** `90`, `90s`, `5m`, `2h`, in seconds. Throws ARGUMENT_INVALID. */
export function seconds(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text);
  if (match === null) throw invalid(option, "a time: 90s, 5m, 2h");
  return Number(match[1]) * { s: 1, m: 60, h: 3600 }[(match[2] ?? "s") as "s" | "m" | "h"];
}

export function invalid(what: string, form: string): CliError {
  return new CliError(EXIT.usage, "ARGUMENT_INVALID", `${what} takes ${form}.`);
}
