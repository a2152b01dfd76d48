// Times of all variants in one process, taken in turns, so that what slows the machine slows them all.
import { isDeepStrictEqual } from "node:util";
import { type Customer, customer } from "./customer.js";
import type { Cost, Variant } from "./variant.js";

/** Milliseconds of one turn. */
const TURN = 12;
const WARM_TURNS = 12;

/** Medians over the rounds. Throws where a variant doesn't give back the document. */
export async function measure(variants: readonly Variant[], rounds: number): Promise<ReadonlyMap<Variant, Cost>> {
  for (const variant of variants) await check(variant, customer);
  const stored = new Map<Variant, string>();
  for (const variant of variants) stored.set(variant, await variant.write(customer));
  const times = new Map(variants.map((variant) => [variant, { write: [] as number[], read: [] as number[] }]));
  for (let round = -WARM_TURNS; round < rounds; round++) {
    for (const variant of variants) {
      const write = await turn(() => variant.write(customer));
      const text = stored.get(variant)!;
      const read = await turn(() => variant.read(text));
      if (round < 0) continue;
      times.get(variant)!.write.push(write);
      times.get(variant)!.read.push(read);
    }
  }
  return new Map(
    variants.map((variant) => {
      const { read, write } = times.get(variant)!;
      return [variant, { write: median(write), read: median(read), bytes: Buffer.byteLength(stored.get(variant)!) }];
    }),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

async function check(variant: Variant, document: Customer): Promise<void> {
  const opened = await variant.read(await variant.write(document));
  // Order of properties, and properties without a value, are not a document's.
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(opened)), document)) {
    throw new Error(`${variant.name} doesn't give back the document.`);
  }
}

/** Microseconds for one call, over a turn. */
async function turn(work: () => unknown): Promise<number> {
  const started = performance.now();
  let calls = 0;
  let passed = 0;
  while (passed < TURN) {
    for (let i = 0; i < 16; i++) {
      const result = work();
      if (result instanceof Promise) await result;
    }
    calls += 16;
    passed = performance.now() - started;
  }
  return (passed * 1000) / calls;
}
