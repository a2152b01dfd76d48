/** How many different values there are, how evenly they are spread, and how often the most frequent one stands: in bounded memory. */
import { createHash } from "node:crypto";

export interface Spread {
  /** Occurrences. */
  readonly total: number;
  readonly distinct: number;
  /** Share of the most frequent value, 0 to 1. */
  readonly largest: number;
  /** Shannon entropy, in bits. */
  readonly entropy: number;
  /** Nothing was estimated. */
  readonly exact: boolean;
}

export interface Sketch {
  add(value: string): void;
  spread(): Spread;
}

/**
 * Counts each value for as long as there are at most `capacity`; beyond that those whose hash falls into an ever smaller part, and scales up.
 * The most frequent ones are kept beside (Misra-Gries), since a sample by values may miss them: their share is at most one part in `heavy` too
 * low.
 */
export function createSketch(capacity = 65_536, heavy = 1024): Sketch {
  const counts = new Map<string, number>();
  const frequent = new Map<string, number>();
  /** Values whose hash begins with this many zero bits are counted. */
  let level = 0;
  let total = 0;
  return {
    add: (value) => {
      total++;
      const known = counts.get(value);
      if (known !== undefined) counts.set(value, known + 1);
      else if (level === 0 || zeroBits(value) >= level) counts.set(value, 1);
      while (counts.size > capacity) {
        level++;
        for (const key of counts.keys()) if (zeroBits(key) < level) counts.delete(key);
      }
      noteFrequent(frequent, value, heavy);
    },
    spread: () => {
      const scale = 2 ** level;
      const seen = [...counts.values()];
      const sampled = seen.reduce((sum, n) => sum + n, 0);
      const top = mostOf(level === 0 ? seen : [...frequent.values()]);
      return {
        total,
        distinct: Math.round(counts.size * scale),
        largest: total === 0 ? 0 : Math.min(1, top / total),
        entropy: entropyOf(seen, sampled, scale),
        exact: level === 0,
      };
    },
  };
}

/** Where a value finds no place, all lose one. Amortised it costs nothing, since each loss was an addition. */
function noteFrequent(frequent: Map<string, number>, value: string, heavy: number): void {
  const known = frequent.get(value);
  if (known !== undefined || frequent.size < heavy) {
    frequent.set(value, (known ?? 0) + 1);
    return;
  }
  for (const [key, count] of frequent) {
    if (count === 1) frequent.delete(key);
    else frequent.set(key, count - 1);
  }
}

/** Without spreading: there may be more than a call takes. */
function mostOf(counts: readonly number[]): number {
  return counts.reduce((most, count) => Math.max(most, count), 0);
}

/** Of the sample; values that were left out are as many again, so that each level adds a bit. */
function entropyOf(counts: readonly number[], sampled: number, scale: number): number {
  if (sampled === 0) return 0;
  let entropy = 0;
  for (const count of counts) entropy -= (count / sampled) * Math.log2(count / sampled);
  return Math.max(0, entropy) + Math.log2(scale);
}

function zeroBits(value: string): number {
  const hash = createHash("sha256").update(value).digest().readUInt32BE(0);
  return Math.clz32(hash);
}
