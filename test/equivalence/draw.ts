/** Chance that repeats itself: the same seed draws the same documents and queries on every machine. */

export interface Draw {
  /** 0 ≤ n < 1. */
  next(): number;
  /** low ≤ n ≤ high. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
  one<T>(items: readonly T[]): T;
  /** Up to `most` of them, each drawn by itself. */
  some<T>(items: readonly T[], most: number): T[];
  /** Early items far more often than late ones, as in real data. */
  skewed<T>(items: readonly T[]): T;
}

/** The generator is mulberry32. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const one = <T>(items: readonly T[]): T => items[integer(0, items.length - 1)]!;
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    one,
    some: (items, most) => Array.from({ length: integer(0, most) }, () => one(items)),
    skewed: (items) => items[Math.floor(next() ** 2 * items.length)]!,
  };
}
