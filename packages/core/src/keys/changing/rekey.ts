/** A new root key: all data keys that are left are wrapped anew, and earlier copies of the store fail on the pin. */
import { Key } from "../../crypto/key.js";
import { randomBytes } from "../../crypto/nonce.js";
import { cryptoReady, pinOf } from "../../crypto/sodium.js";
import { CosmosealError } from "../../errors.js";
import type { Keyring, RootWrap } from "../keyring.js";
import { openRoot } from "../loading/open-root.js";
import { isPinned, type Pins } from "../options.js";
import { makeRecord, rewrapEntry } from "../records.js";
import type { Draft, Outcome } from "./changes.js";
import { settled } from "./entries.js";
import { checkedWrap } from "./rewrap.js";

/** A root key that is not in use yet: wrapped, so that it may lie where configuration lies. */
export interface NewRoot {
  readonly pin: string;
  readonly wraps: readonly RootWrap[];
}

/**
 * Makes a root key and wraps it under each keyring; each is asked to open its own. Throws ERR_OPTIONS_INVALID without a keyring,
 * what the keyrings throw.
 *
 * @example const next = await createRoot(keyring); // pin [{ pin: old, until }, { pin: next.pin }], then keys.rekey(next)
 */
export async function createRoot(...keyrings: readonly Keyring[]): Promise<NewRoot> {
  if (keyrings.length === 0) throw new CosmosealError("ERR_OPTIONS_INVALID", "A root key needs a keyring.");
  const { key, pin, wraps } = await makeRoot(keyrings, checkedWrap);
  key.wipe();
  return Object.freeze({ pin, wraps });
}

/** The same with the key at hand. Throws what the keyrings throw. */
export async function makeRoot(
  keyrings: readonly Keyring[],
  wrapWith: (keyring: Keyring, bytes: Uint8Array, pin: string) => Promise<RootWrap>,
): Promise<NewRoot & { readonly key: Key }> {
  await cryptoReady();
  const bytes = randomBytes(32);
  const key = Key.take(Uint8Array.from(bytes));
  const pin = pinOf(key);
  try {
    const wraps: RootWrap[] = [];
    for (const keyring of keyrings) wraps.push(await wrapWith(keyring, bytes, pin));
    return { key, pin, wraps };
  } finally {
    bytes.fill(0);
  }
}

/**
 * Throws ERR_PIN_MISMATCH where this process doesn't pin the new root key, since it would then lock itself out;
 * ERR_KEYRING_MISMATCH and what the keyring throws where it doesn't open the new root key.
 */
export async function rekey(draft: Draft, keyring: Keyring, pins: Pins, next: NewRoot): Promise<Outcome<void>> {
  if (draft.head.root === next.pin) return { result: undefined };
  if (!isPinned(pins, next.pin, draft.now)) {
    throw new CosmosealError("ERR_PIN_MISMATCH", "The new root key is not pinned.", {
      remedy: "Deploy every process with both pins first: [{ pin: old, until }, { pin: new }].",
    });
  }
  const records = await draft.records();
  const key = await openRoot(keyring, next.wraps, next.pin);
  const rewrapped = records.map(({ scope, revision, keys, schema }) => {
    const entries = settled(keys, draft.now).map((entry) =>
      entry.root === undefined ? rewrapEntry(draft.root, key, scope, entry) : entry,
    );
    return makeRecord(key, scope, revision + 1, entries, schema);
  });
  return {
    edit: { records: rewrapped, wraps: next.wraps, root: { key, pin: next.pin }, raisesEpoch: true },
    result: undefined,
  };
}
