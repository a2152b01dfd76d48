// The key space cut into equal ranges of effective partition keys.

import { encodeHashVersion1 } from "./effective.js";
import type { PartitionKeyDefinition } from "./key.js";

export interface RangeBounds {
  readonly id: string;
  /** Inclusive; "" is the least key. */
  readonly min: string;
  /** Exclusive; "FF" is above the greatest key. */
  readonly max: string;
  readonly parents: readonly string[];
}

export const MIN_KEY = "";
export const MAX_KEY = "FF";

/** `count` ranges of about the same number of keys, that together hold every key. */
export function divideKeySpace(definition: PartitionKeyDefinition, count: number): readonly RangeBounds[] {
  const cut = (part: number): string => {
    if (part === 0) return MIN_KEY;
    if (part === count) return MAX_KEY;
    if (definition.kind === "Hash" && definition.version === 1) {
      return encodeHashVersion1(Math.floor((part * 2 ** 32) / count));
    }
    return ((BigInt(part) << 126n) / BigInt(count)).toString(16).padStart(32, "0").toUpperCase();
  };
  return Array.from({ length: count }, (_, part) => ({
    id: String(part),
    min: cut(part),
    max: cut(part + 1),
    parents: [],
  }));
}

/** True where the range holds the effective key. Bounds are texts of one length class and compare as text. */
export function holds(range: { readonly min: string; readonly max: string }, effective: string): boolean {
  return range.min <= effective && effective < range.max;
}

/** True where two half-open ranges share a key. */
export function overlaps(range: { readonly min: string; readonly max: string }, min: string, max: string): boolean {
  return range.min < max && min < range.max;
}
