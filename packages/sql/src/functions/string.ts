/** String functions. Positions and lengths count UTF-16 units; what is not a string gives no value. */
import { finite } from "../evaluate/operators.js";
import { concatenated } from "../evaluate/size.js";
import { isArray, type Value } from "../evaluate/values.js";
import { type BuiltinFunction, ofString, ofStrings, pure, total } from "./define.js";
import { allOf, anyOf } from "./logic.js";

/** The service bounds the result of REPLICATE. */
const maxReplicated = 10_000;

export const stringFunctions: readonly BuiltinFunction[] = [
  pure("CONCAT", [2, Number.POSITIVE_INFINITY], (...parts) =>
    parts.every((part) => typeof part === "string") ? concatenated(parts) : undefined,
  ),
  comparing("CONTAINS", (text, part) => text.includes(part)),
  comparing("ENDSWITH", (text, part) => text.endsWith(part)),
  comparing("STARTSWITH", (text, part) => text.startsWith(part)),
  comparing("STRINGEQUALS", (text, other) => text === other),
  searching("CONTAINS_ALL_CI", true, allOf),
  searching("CONTAINS_ALL_CS", false, allOf),
  searching("CONTAINS_ANY_CI", true, anyOf),
  searching("CONTAINS_ANY_CS", false, anyOf),
  pure("INDEX_OF", [2, 3], (text, part, start = 0) => {
    if (typeof text !== "string" || typeof part !== "string") return undefined;
    return typeof start === "number" ? text.indexOf(part, Math.trunc(start)) : undefined;
  }),
  // The search goes backwards from the position: a part that reaches beyond it is not found.
  pure("LASTINDEXOF", [2, 3], (text, part, start = Number.POSITIVE_INFINITY) => {
    if (typeof text !== "string" || typeof part !== "string" || typeof start !== "number") return undefined;
    const latest = Math.trunc(start) - part.length + 1;
    return latest < 0 ? -1 : text.lastIndexOf(part, latest);
  }),
  beside("LASTSUBSTRINGAFTER", (text, mark) => text.lastIndexOf(mark), after),
  beside("LASTSUBSTRINGBEFORE", (text, mark) => text.lastIndexOf(mark), before),
  beside("SUBSTRINGAFTER", (text, mark) => text.indexOf(mark), after),
  beside("SUBSTRINGBEFORE", (text, mark) => text.indexOf(mark), before),
  ofStringAndCount("LEFT", (text, count) => text.slice(0, count)),
  ofStringAndCount("RIGHT", (text, count) => (count === 0 ? "" : text.slice(-count))),
  ofString("LENGTH", (text) => text.length),
  ofString("LOWER", (text) => text.toLowerCase()),
  ofString("UPPER", (text) => text.toUpperCase()),
  trimming("TRIM", true, true),
  trimming("LTRIM", true, false),
  trimming("RTRIM", false, true),
  pure("REPLACE", 3, (text, part, other) => {
    if (typeof text !== "string" || typeof part !== "string" || typeof other !== "string") return undefined;
    if (part === "" || !text.includes(part)) return text;
    return concatenated(text.split(part), other);
  }),
  pure("REPLICATE", 2, (text, count) => {
    if (typeof text !== "string" || typeof count !== "number" || count < 0 || !Number.isInteger(count))
      return undefined;
    return text.length * count > maxReplicated ? undefined : text.repeat(count);
  }),
  ofString("REVERSE", (text) => [...text].reverse().join("")),
  pure("STRINGJOIN", 2, (parts, separator) => {
    if (!isArray(parts) || typeof separator !== "string") return undefined;
    return parts.every((part) => typeof part === "string") ? concatenated(parts, separator) : undefined;
  }),
  ofStrings("STRINGSPLIT", (text, separator) => (separator === "" ? [text] : text.split(separator))),
  pure("SUBSTRING", 3, (text, start, length) => {
    if (typeof text !== "string" || typeof start !== "number" || typeof length !== "number") return undefined;
    const from = Math.max(0, Math.trunc(start));
    return text.slice(from, from + Math.max(0, Math.trunc(length)));
  }),
];

/** A third argument of true ignores case. */
function comparing(name: string, holds: (text: string, other: string) => boolean): BuiltinFunction {
  return pure(name, [2, 3], (text, other, ignoreCase = false) => {
    if (typeof text !== "string" || typeof other !== "string" || typeof ignoreCase !== "boolean") return undefined;
    return ignoreCase ? holds(foldCase(text), foldCase(other)) : holds(text, other);
  });
}

/** AND or OR of CONTAINS, which is undefined for a part that is no string. */
function searching(name: string, ignoreCase: boolean, combine: typeof allOf): BuiltinFunction {
  return total(name, [2, Number.POSITIVE_INFINITY], (text, ...parts) => {
    if (typeof text !== "string") return undefined;
    const searched = ignoreCase ? foldCase(text) : text;
    return combine(parts, (part) => {
      if (typeof part !== "string") return undefined;
      return searched.includes(ignoreCase ? foldCase(part) : part);
    });
  });
}

/**
 * Code point by code point, so that no length changes and no neighbour counts: `ß` is not `SS`. Upper case first, so that
 * letters with two lower forms (σ, ς) meet.
 */
function foldCase(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what the pattern is about
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (point) => mapped(mapped(point, "toUpperCase"), "toLowerCase")).join("");
}

/** The mapped code point, where the mapping is one; else the code point itself. */
function mapped(point: string, how: "toUpperCase" | "toLowerCase"): string {
  const other = point[how]();
  return other.length === (other.codePointAt(0)! > 0xffff ? 2 : 1) ? other : point;
}

/** The text on one side of a mark; undefined where there is none. */
function beside(
  name: string,
  find: (text: string, mark: string) => number,
  side: (text: string, at: number, mark: string) => string,
): BuiltinFunction {
  return ofStrings(name, (text, mark) => {
    const at = find(text, mark);
    return at === -1 ? undefined : side(text, at, mark);
  });
}

function after(text: string, at: number, mark: string): string {
  return text.slice(at + mark.length);
}

function before(text: string, at: number): string {
  return text.slice(0, at);
}

function ofStringAndCount(name: string, apply: (text: string, count: number) => string): BuiltinFunction {
  return pure(name, 2, (text, count) => {
    if (typeof text !== "string" || typeof count !== "number") return undefined;
    return apply(text, Math.max(0, Math.trunc(finite(count) ?? 0)));
  });
}

/** White space, or any of the characters of the second argument. */
function trimming(name: string, left: boolean, right: boolean): BuiltinFunction {
  return pure(name, [1, 2], (text: Value, characters: Value) => {
    if (typeof text !== "string") return undefined;
    if (characters === undefined) return left ? (right ? text.trim() : text.trimStart()) : text.trimEnd();
    if (typeof characters !== "string") return undefined;
    let start = 0;
    let end = text.length;
    while (left && start < end && characters.includes(text[start]!)) start++;
    while (right && end > start && characters.includes(text[end - 1]!)) end--;
    return text.slice(start, end);
  });
}
