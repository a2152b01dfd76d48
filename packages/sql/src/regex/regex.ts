/** A regular expression, ready to be asked whether a text has a match. */
import { matcherOf } from "./automaton.js";
import { compileProgram } from "./program.js";
import { type Flags, MalformedPattern, parseRegex } from "./syntax.js";

export interface Regex {
  matches(text: string): boolean;
}

/**
 * Undefined where the pattern or the modifiers are none. Throws `SqlError` `COSMOSEAL_REGEX` for a pattern that asks for what
 * needs backtracking, or is too large.
 */
export function compileRegex(pattern: string, modifiers: string): Regex | undefined {
  const flags = readFlags(modifiers);
  if (flags === undefined) return undefined;
  try {
    return { matches: matcherOf(compileProgram(parseRegex(pattern, flags))) };
  } catch (error) {
    if (error instanceof MalformedPattern) return undefined;
    throw error;
  }
}

/** Among i, m, s and x. */
function readFlags(modifiers: string): Flags | undefined {
  if (!/^[imsx]*$/.test(modifiers)) return undefined;
  return {
    ignoreCase: modifiers.includes("i"),
    multiline: modifiers.includes("m"),
    dotAll: modifiers.includes("s"),
    extended: modifiers.includes("x"),
  };
}
