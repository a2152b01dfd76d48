// The key space cut into equal ranges of effective partition keys.

import { encodeHashVersion1 } from "./effective.js";
import type { PartitionKeyDefinition } from "./key.js";

export interface RangeBounds {
  readonly id: string;
  /** Inclusive; "" is the least key. */
  readonly min: string;
  /** Exclusive; "FF" is above the greatest key. */
  readonly max: string;
  /** The ranges that it was split from, oldest first. */
  readonly parents: readonly string[];
  /** The lsn that it took over from its parent, so that nobody's token is ahead of it; absent where it has none. */
  readonly lsn?: number;
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

/** The two ranges that `parent` becomes when it is cut at an effective key within it. */
export function splitBounds(parent: RangeBounds, cut: string, nextId: number, lsn: number): readonly RangeBounds[] {
  const parents = [...parent.parents, parent.id];
  return [
    { id: String(nextId), min: parent.min, max: cut, parents, lsn },
    { id: String(nextId + 1), min: cut, max: parent.max, parents, lsn },
  ];
}

/** The middle of the key space between two bounds; undefined where no key lies between them. */
export function middleOf(range: { readonly min: string; readonly max: string }): string | undefined {
  // Bounds are hexadecimal fractions; "FF" stands for the end of a space that starts with two bits of zero.
  const digits = Math.max(32, range.min.length, range.max === MAX_KEY ? 0 : range.max.length);
  const low = BigInt(`0x${range.min.padEnd(digits, "0")}`);
  const high = range.max === MAX_KEY ? 1n << BigInt(digits * 4 - 2) : BigInt(`0x${range.max.padEnd(digits, "0")}`);
  const middle = ((low + high) / 2n).toString(16).padStart(digits, "0").toUpperCase();
  return range.min < middle && middle < range.max ? middle : undefined;
}

/** True where the range holds the effective key. Bounds are texts of one length class and compare as text. */
export function holds(range: { readonly min: string; readonly max: string }, effective: string): boolean {
  return range.min <= effective && effective < range.max;
}

/** True where two half-open ranges share a key. */
export function overlaps(range: { readonly min: string; readonly max: string }, min: string, max: string): boolean {
  return range.min < max && min < range.max;
}
