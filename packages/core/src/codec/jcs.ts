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
      if (hasLoneSurrogate(value)) throw new RangeError("lone surrogate");
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new RangeError("not a finite number");
      return JSON.stringify(value);
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
  let text = "{";
  // sort() compares UTF-16 code units, which is what RFC 8785 §3.2.3 asks for.
  for (const name of Object.keys(value).sort()) {
    if (hasLoneSurrogate(name)) throw new RangeError("lone surrogate");
    const member = canonicalJson((value as Record<string, unknown>)[name], depth + 1);
    text += `${text.length === 1 ? "" : ","}${JSON.stringify(name)}:${member}`;
  }
  return `${text}}`;
}
