/** Names of indexes: short, of `[a-z0-9]`, computed from kind and pattern without a key, since container policies name them. SPEC §5.1. */

const DIGITS = 5;
const RANGE = 36 ** DIGITS;

export function indexName(kind: "equality" | "range" | "prefix" | "substring" | "unique", pattern: string): string {
  const hash = fnv1a(`${kind}\0${pattern}`) % RANGE;
  return `${kind[0]}${hash.toString(36).padStart(DIGITS, "0")}`;
}

/** FNV-1a, 32 bits: not for secrecy, and the plan refuses collisions. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
