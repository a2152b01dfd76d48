/** A seeded source of choices (sfc32): the same seed gives the same data on every machine, today and in ten years. */

/** Choices, drawn one after the other. */
export interface Random {
  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  /** True in about `share` (0 to 1) of the calls. */
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** `count` different elements, in the list's order. */
  some<T>(list: readonly T[], count: number): T[];
  /** Each `#` of the pattern becomes a digit. */
  digits(pattern: string): string;
}

export function seededRandom(seed: number): Random {
  const next = sfc32(seed);
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    integer,
    chance: (share) => next() < share,
    pick: (list) => list[integer(0, list.length - 1)]!,
    some: (list, count) => {
      const left = new Set(list.keys());
      while (left.size > count) left.delete([...left][integer(0, left.size - 1)]!);
      return [...left].map((index) => list[index]!);
    },
    digits: (pattern) => pattern.replace(/#/g, () => String(integer(0, 9))),
  };
}

/** Numbers from 0 (included) to 1 (excluded); integer arithmetic alone, so that no platform differs. */
function sfc32(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const step = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round++) step();
  return step;
}
