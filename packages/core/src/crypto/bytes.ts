/** UTF-8, base64 and length-prefixed parts: by Buffer where there is one, otherwise by what every platform has. SPEC §1. */

const nodeBuffer: typeof Buffer | undefined = typeof Buffer === "function" ? Buffer : undefined;
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
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes, or undefined where `text` is not the one spelling of any bytes. */
export function fromBase64url(text: string): Uint8Array | undefined {
  const padded = `${text.replaceAll("-", "+").replaceAll("_", "/")}${"=".repeat((4 - (text.length % 4)) % 4)}`;
  const bytes = nodeBuffer ? nodeBuffer.from(padded, "base64") : decodeBinary(padded);
  return bytes !== undefined && toBase64url(bytes) === text ? bytes : undefined;
}

/** LP of each part, joined: SPEC §1. */
export function lengthPrefixed(parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  const chunks = parts.map((part) => (part instanceof Uint8Array ? part : utf8(String(part))));
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + 4 + chunk.length, 0));
  const view = new DataView(joined.buffer);
  let offset = 0;
  for (const chunk of chunks) {
    view.setUint32(offset, chunk.length, true);
    joined.set(chunk, offset + 4);
    offset += 4 + chunk.length;
  }
  return joined;
}

/** True when equal; the time depends on the lengths alone. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

function decodeBinary(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
