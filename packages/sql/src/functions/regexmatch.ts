/** REGEXMATCH, on an engine whose time is linear in the text, whatever the pattern. */
import { compileRegex, type Regex } from "../regex/regex.js";
import { type BuiltinFunction, pure } from "./define.js";

/** Patterns seen last; most queries have one, given as a literal or a parameter. */
const cache = new Map<string, Regex | undefined>();
const cacheSize = 64;

export const regexFunctions: readonly BuiltinFunction[] = [
  pure("REGEXMATCH", [2, 3], (text, pattern, modifiers = "") => {
    if (typeof text !== "string" || typeof pattern !== "string" || typeof modifiers !== "string") return undefined;
    return regexFor(pattern, modifiers)?.matches(text);
  }),
];

/** Undefined where the pattern or the modifiers are none. */
function regexFor(pattern: string, modifiers: string): Regex | undefined {
  const key = `${modifiers}/${pattern}`;
  if (cache.has(key)) return cache.get(key);
  const regex = compileRegex(pattern, modifiers);
  if (cache.size >= cacheSize) cache.delete(cache.keys().next().value!);
  cache.set(key, regex);
  return regex;
}
