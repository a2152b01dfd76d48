// Effective partition keys, held against the SDK's own hashing: a key that hashed otherwise would be routed to a range that lacks it.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { effectiveKey } from "../src/partition/effective.js";
import type { KeyComponent, PartitionKeyDefinition } from "../src/partition/key.js";
import { divideKeySpace, holds } from "../src/partition/ranges.js";

type SdkHash = (key: readonly unknown[], definition: object) => string;

// The SDK doesn't export its hashing: the file is taken from inside the installed package.
async function sdkHash(name: string): Promise<SdkHash> {
  const main = createRequire(import.meta.url).resolve(name);
  const file = join(dirname(main), "..", "esm", "utils", "hashing", "hash.js");
  const module: { hashPartitionKey: SdkHash } = await import(pathToFileURL(file).href);
  return module.hashPartitionKey;
}

const component: fc.Arbitrary<KeyComponent> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 150 }) },
  { weight: 3, arbitrary: fc.double({ noNaN: true }) },
  { weight: 2, arbitrary: fc.integer() },
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
);

const definitions: readonly (readonly [string, PartitionKeyDefinition, fc.Arbitrary<readonly KeyComponent[]>])[] = [
  ["version 1", { paths: ["/a"], kind: "Hash", version: 1 }, fc.tuple(component)],
  ["version 2", { paths: ["/a"], kind: "Hash", version: 2 }, fc.tuple(component)],
  [
    "hierarchical",
    { paths: ["/a", "/b", "/c"], kind: "MultiHash", version: 2 },
    fc.array(component, { minLength: 1, maxLength: 3 }),
  ],
];

for (const sdk of ["@azure/cosmos", "cosmos-4-9"]) {
  describe(sdk, async () => {
    const hash = await sdkHash(sdk);
    for (const [name, definition, keys] of definitions) {
      test(`a ${name} key hashes as the SDK hashes it, for 10,000 keys of every type`, () => {
        fc.assert(
          fc.property(keys, (key) => {
            const internal = key.map((one) => (one === undefined ? {} : one));
            expect(effectiveKey(definition, key)).toBe(hash(internal, definition));
          }),
          { numRuns: 10_000 },
        );
      });
    }
  });
}

describe("ranges", () => {
  for (const [name, definition, keys] of definitions) {
    test(`every ${name} key lives in exactly one of the ranges, for 1 to 7 ranges`, () => {
      fc.assert(
        fc.property(keys, fc.integer({ min: 1, max: 7 }), (key, count) => {
          const effective = effectiveKey(definition, key);
          const ranges = divideKeySpace(definition, count);
          expect(ranges.filter((range) => holds(range, effective))).toHaveLength(1);
        }),
        { numRuns: 1_000 },
      );
    });
  }

  test("a hierarchical key has the effective key of each of its prefixes as a prefix", () => {
    const definition: PartitionKeyDefinition = { paths: ["/a", "/b", "/c"], kind: "MultiHash", version: 2 };
    fc.assert(
      fc.property(fc.tuple(component, component, component), fc.integer({ min: 1, max: 2 }), (key, levels) => {
        expect(effectiveKey(definition, key).startsWith(effectiveKey(definition, key.slice(0, levels)))).toBe(true);
      }),
    );
  });
});
