/** RFC 8785 canonical JSON, of trees of at most 256 levels. */
import { MAX_DEPTH } from "../plan/plan.js";
import { hasLoneSurrogate } from "./json.js";

/**
 * Canonical text. Throws RangeError for what has none: nesting beyond the limit, lone surrogates, numbers that are not
 * finite, values that are not JSON. Callers turn that into their own error.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      if (!Number.isFinite(value)) throw new RangeError("not a finite number");
      return `${value}`;
    case "boolean":
      return value ? "true" : "false";
    case "object":
      break;
    default:
      throw new RangeError("not JSON");
  }
  if (value === null) return "null";
  if (depth >= MAX_DEPTH) throw new RangeError("nested too deep");
  if (Array.isArray(value)) {
    let text = "[";
    for (let i = 0; i < value.length; i++) text += `${i === 0 ? "" : ","}${canonicalJson(value[i], depth + 1)}`;
    return `${text}]`;
  }
  return canonicalObject(value as Readonly<Record<string, unknown>>, undefined, depth);
}

/** Of an object without some of its members, which need not be JSON. Throws as {@link canonicalJson}. */
export function canonicalObject(
  object: Readonly<Record<string, unknown>>,
  without: ReadonlySet<string> | undefined,
  depth = 0,
): string {
  let text = "{";
  for (const name of sortedNames(object)) {
    if (without?.has(name) === true) continue;
    const member = canonicalJson(object[name], depth + 1);
    text += `${text.length === 1 ? "" : ","}${quoted(name)}:${member}`;
  }
  return `${text}}`;
}

function quoted(text: string): string {
  // Most names and tokens need no escapes, and nothing need be called to tell so.
  if (text.length <= SHORT && PLAIN.test(text)) return `"${text}"`;
  if (hasLoneSurrogate(text)) throw new RangeError("lone surrogate");
  return JSON.stringify(text);
}

/** A longer text is written faster by the engine's own quoting. */
const SHORT = 64;
const PLAIN = /^[ !#-[\]-~]*$/;

/** In order of UTF-16 code units, as RFC 8785 §3.2.3 asks for and `<` and `sort` compare. */
function sortedNames(value: object): readonly string[] {
  const names = Object.keys(value);
  if (names.length > FEW) return names.sort();
  // By insertion: of few names most stand in their place, and nothing is called to compare them.
  for (let i = 1; i < names.length; i++) {
    const name = names[i]!;
    let at = i;
    for (; at > 0 && names[at - 1]! > name; at--) names[at] = names[at - 1]!;
    names[at] = name;
  }
  return names;
}

const FEW = 24;
