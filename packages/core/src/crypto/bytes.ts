/** UTF-8, base64 and length-prefixed parts: by Buffer where there is one, otherwise by what every platform has. SPEC §1. */

const nodeBuffer: typeof Buffer | undefined = typeof Buffer === "function" ? Buffer : undefined;
/** Of what is made public as text: nothing in it is a secret. */
const scratch: Buffer | undefined = nodeBuffer?.alloc(32);
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function utf8(text: string): Uint8Array {
  return nodeBuffer ? nodeBuffer.from(text, "utf8") : encoder.encode(text);
}

/** Throws on bytes that are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function toBase64(bytes: Uint8Array): string {
  if (nodeBuffer) return nodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

/** The bytes, or undefined where `text` is not the one spelling of any bytes. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = nodeBuffer ? nodeBuffer.from(text, "base64") : decodeBinary(text);
  return bytes !== undefined && toBase64(bytes) === text ? bytes : undefined;
}

export function toBase64url(bytes: Uint8Array): string {
  if (scratch !== undefined && bytes.length <= scratch.length) {
    // For tokens, which a document has dozens of, a view of each would cost more than the copy.
    scratch.set(bytes);
    return scratch.toString("base64url", 0, bytes.length);
  }
  if (nodeBuffer) return nodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes, or undefined where `text` is not the one spelling of any bytes. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (!isBase64url(text)) return undefined;
  if (nodeBuffer) return nodeBuffer.from(text, "base64url");
  return decodeBinary(`${text.replaceAll("-", "+").replaceAll("_", "/")}${"=".repeat((4 - (text.length % 4)) % 4)}`);
}

/** True for the one spelling of some bytes: nothing is padded, and bits that belong to no byte are zero. */
export function isBase64url(text: string): boolean {
  return BASE64URL.test(text);
}

const BASE64URL = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

/** What hashes and associated data are made of. */
export type Part = string | number | Uint8Array;

/** LP of each part, joined: SPEC §1. */
export function lengthPrefixed(parts: readonly Part[]): Uint8Array {
  const length = parts.reduce<number>((sum, part) => sum + 4 + lengthOf(part), 0);
  const joined = nodeBuffer ? nodeBuffer.alloc(length) : new Uint8Array(length);
  writeLengthPrefixed(parts, joined, 0);
  return joined;
}

/** Writes LP of each part, joined, from `start` on; where it ends. The room is there: {@link mostLengthPrefixed} tells how much. */
export function writeLengthPrefixed(parts: readonly Part[], into: Uint8Array, start: number): number {
  let offset = start;
  for (const part of parts) {
    let length: number;
    if (part instanceof Uint8Array) {
      into.set(part, offset + 4);
      length = part.length;
    } else length = writeUtf8(typeof part === "string" ? part : String(part), into, offset + 4);
    into[offset] = length;
    into[offset + 1] = length >>> 8;
    into[offset + 2] = length >>> 16;
    into[offset + 3] = length >>> 24;
    offset += 4 + length;
  }
  return offset;
}

/** No fewer bytes than the parts take length-prefixed, told without a look at their characters. */
export function mostLengthPrefixed(parts: readonly Part[]): number {
  let most = 0;
  for (const part of parts) {
    most += 4;
    // A UTF-16 unit takes three bytes at the most; no number is longer than 24 characters.
    most += part instanceof Uint8Array ? part.length : typeof part === "string" ? 3 * part.length : 24;
  }
  return most;
}

/** True when equal; the time depends on the lengths alone. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

function lengthOf(part: Part): number {
  if (part instanceof Uint8Array) return part.length;
  const text = String(part);
  return nodeBuffer ? nodeBuffer.byteLength(text, "utf8") : encoder.encode(text).length;
}

/** The number of bytes written; `into` has room for them. */
function writeUtf8(text: string, into: Uint8Array, offset: number): number {
  if (text.length <= SHORT) {
    for (let i = 0; ; i++) {
      if (i === text.length) return i;
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) break;
      into[offset + i] = unit;
    }
  }
  if (nodeBuffer !== undefined && into instanceof nodeBuffer) return into.write(text, offset, "utf8");
  return encoder.encodeInto(text, into.subarray(offset)).written;
}

/** Up to this many characters a loop is faster than a call out of JavaScript. */
const SHORT = 32;

function decodeBinary(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The bytes of a buffer as the platform writes text into them fastest. */
export function writable(bytes: Uint8Array): Uint8Array {
  return nodeBuffer ? nodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes;
}
