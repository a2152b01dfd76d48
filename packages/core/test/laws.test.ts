/** The two laws of the codec: what was written comes back exactly, and what was changed never comes back as true. */
import assert from "node:assert/strict";
import { isCosmosealError, isIntegrityError, open, seal } from "@cosmoseal/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { anyCase, type Case, expected, type Spec, specBelow } from "./support/arbitrary.js";
import { overTheWire, testKeys } from "./support/keys.js";
import { anyMutation, mutate } from "./support/mutate.js";

const FULL = process.env["COSMOSEAL_FULL"] === "1";
const ROUND_TRIPS = FULL ? 20_000 : 1_500;
const MUTATIONS = FULL ? 60_000 : 6_000;
const PER_DOCUMENT = 10;
const severalMutations = fc.array(anyMutation, { minLength: PER_DOCUMENT, maxLength: PER_DOCUMENT });
const NOW = 1_795_513_325_123;

let keys: Awaited<ReturnType<typeof testKeys>>["keys"];

beforeAll(async () => {
  const [sample] = fc.sample(anyCase(), 1);
  ({ keys } = await testKeys(sample!.definition));
  console.info(`laws: ${ROUND_TRIPS} round trips, ${MUTATIONS} mutations`);
});

describe("laws of the codec", () => {
  test("reading gives back the written document exactly, for any schema and document", async () => {
    await fc.assert(
      fc.asyncProperty(anyCase(), async ({ definition, spec, document }) => {
        const opened = await open(definition, keys, overTheWire(await write({ definition, spec, document })), {
          now: NOW,
        });
        assert.deepStrictEqual(opened, expected(document, spec));
      }),
      { numRuns: ROUND_TRIPS },
    );
  });

  test("a single change of the stored document gives the original or an integrity error, never anything else", async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(anyCase(), severalMutations, async (given, mutations) => {
        const stored = overTheWire(await write(given)) as Record<string, unknown>;
        const written = authenticated(expected(given.document, given.spec), given.spec);
        for (const mutation of mutations) {
          const changed = overTheWire(mutate(structuredClone(stored), mutation));
          try {
            const opened = await open(given.definition, keys, changed, { now: NOW });
            assert.deepStrictEqual(authenticated(opened, given.spec), written);
          } catch (error) {
            if (!isIntegrityError(error) && !isCosmosealError(error, "ERR_SCOPE_UNKNOWN")) throw error;
            refused++;
          }
        }
      }),
      { numRuns: MUTATIONS / PER_DOCUMENT },
    );
    // The law must not hold because nothing was ever refused.
    expect(refused).toBeGreaterThan(MUTATIONS / 2);
  });
});

async function write({ definition, document }: Case): Promise<unknown> {
  return seal(definition, keys, document, { stamp: NOW, createScopes: true });
}

/** Without what is declared unsigned, and what the service sets: those are anybody's to change. */
function authenticated(value: unknown, spec: Spec | undefined, top = true): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => authenticated(item, spec?.kind === "array" ? spec.element : undefined, false));
  }
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (top && ["_rid", "_self", "_etag", "_ts", "_attachments", "_lsn"].includes(name)) continue;
    const below = specBelow(spec, name);
    if (below?.mark?.sealed === false) continue;
    Object.defineProperty(copy, name, {
      value: authenticated(member, below, false),
      enumerable: true,
      configurable: true,
    });
  }
  return copy;
}
