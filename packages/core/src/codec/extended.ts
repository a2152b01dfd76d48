/** Values beyond JSON inside group plaintexts: `{"~": [type, text]}`. SPEC §3.2. */
import { fromBase64, toBase64 } from "../crypto/bytes.js";
import { setOwn } from "../plan/places.js";
import { MAX_DEPTH } from "../plan/plan.js";

/** What a sealed value may be once it is a plain tree. */
export type Value = null | boolean | number | string | bigint | Date | Uint8Array | Value[] | { [name: string]: Value };

/** To plain JSON with extensions. */
export function encodeValue(value: Value): unknown {
  if (typeof value === "number") return Object.is(value, -0) ? { "~": ["number", "-0"] } : value;
  if (typeof value === "bigint") return { "~": ["bigint", value.toString()] };
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return { "~": ["date", value.toISOString()] };
  if (value instanceof Uint8Array) return { "~": ["bytes", toBase64(value)] };
  if (Array.isArray(value)) return value.map(encodeValue);
  const encoded = {};
  const names = Object.keys(value);
  for (const name of names) {
    const escaped = names.length === 1 && /^~+$/.test(name) ? `${name}~` : name;
    setOwn(encoded, escaped, encodeValue(value[name]!));
  }
  return encoded;
}

/**
 * From plain JSON with extensions, at a place `depth` levels below the document. Throws RangeError for what no writer makes.
 */
export function decodeValue(json: unknown, depth: number): Value {
  if (typeof json === "number" && !Number.isFinite(json)) throw new RangeError("not a finite number");
  if (typeof json !== "object" || json === null) return json as Value;
  if (Object.hasOwn(json, "~") && Object.keys(json).length === 1)
    return decodeExtension((json as { "~": unknown })["~"]);
  if (depth >= MAX_DEPTH) throw new RangeError("nested too deep");
  if (Array.isArray(json)) {
    for (let i = 0; i < json.length; i++) json[i] = decodeValue(json[i], depth + 1);
    return json;
  }
  const object = json as Record<string, unknown>;
  const names = Object.keys(object);
  const [only] = names;
  if (names.length === 1 && /^~+$/.test(only!)) {
    return { [only!.slice(1)]: decodeValue(object[only!], depth + 1) };
  }
  for (const name of names) {
    const member = object[name];
    const decoded = decodeValue(member, depth + 1);
    if (decoded !== member) setOwn(object, name, decoded);
  }
  return object as { [name: string]: Value };
}

function decodeExtension(content: unknown): Value {
  if (!Array.isArray(content) || content.length !== 2 || typeof content[1] !== "string")
    throw new RangeError("malformed");
  const [type, text] = content as [unknown, string];
  if (type === "number" && text === "-0") return -0;
  if (type === "bigint" && /^(0|-?[1-9][0-9]*)$/.test(text)) return BigInt(text);
  if (type === "date") {
    const date = new Date(text);
    if (!Number.isNaN(date.getTime()) && date.toISOString() === text) return date;
  }
  if (type === "bytes") {
    const bytes = fromBase64(text);
    // A copy of its own, a plain Uint8Array: a Buffer would share node's pool.
    if (bytes !== undefined) return Uint8Array.from(bytes);
  }
  throw new RangeError("malformed");
}
