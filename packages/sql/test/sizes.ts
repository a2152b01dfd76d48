/**
 * How many random cases each suite of properties tries: the small number by default, the full one when COSMOSEAL_FULL is "1".
 * tally.ts prints what was chosen.
 */
import { vi } from "vitest";

const full = process.env["COSMOSEAL_FULL"] === "1";

export const size: "full" | "small" = full ? "full" : "small";

export const sizes = {
  "printed and parsed again": cases(2_000, 20_000),
  "printed twice": cases(500, 5_000),
  "names and strings, printed and parsed again": cases(1_000, 10_000),
  "random text": cases(8_000, 80_000),
  "random tokens": cases(16_000, 160_000),
  "damaged queries": cases(4_000, 40_000),
  "visited and transformed": cases(300, 3_000),
  "resolved or refused": cases(500, 5_000),
  "resolver against evaluator": cases(2_000, 20_000),
  "paths of documents": cases(2_000, 20_000),
  "evaluator against model": cases(3_000, 30_000),
  "patterns against JavaScript's": cases(3_000, 30_000),
} as const satisfies Readonly<Record<string, { readonly numRuns: number }>>;

// The full size takes minutes on a busy machine. (Where tally.ts reads this, no test runs.)
if (full && process.env["VITEST_POOL_ID"] !== undefined) vi.setConfig({ testTimeout: 1_800_000 });

function cases(small: number, whole: number): { readonly numRuns: number } {
  return { numRuns: full ? whole : small };
}
