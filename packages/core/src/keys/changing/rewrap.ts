/** The root key under other key-encryption keys: no document and no data key is touched. */
import { CosmosealError } from "../../errors.js";
import { wrapTelling } from "../availability.js";
import type { Keyring, RootWrap } from "../keyring.js";
import { openWraps } from "../loading/open-root.js";
import type { Draft, Outcome } from "./changes.js";

/**
 * Puts a wrap of `next` in the place of those that `current` opens. Throws what the keyrings throw; then nothing is changed.
 */
export async function rewrap(draft: Draft, current: Keyring, next: Keyring): Promise<Outcome<void>> {
  const { root: pin, wraps } = draft.head;
  const opened = await openWraps(current, wraps, pin);
  try {
    const made = await checkedWrap(next, opened[0]!.bytes, pin);
    const replaced = new Set(opened.map(({ wrap }) => wrap));
    return edited([...wraps.filter((wrap) => !replaced.has(wrap)), made]);
  } finally {
    for (const { bytes } of opened) bytes.fill(0);
  }
}

/** Adds a wrap of `next`: from then on either opens. Throws what the keyrings throw; then nothing is changed. */
export async function addWrap(draft: Draft, current: Keyring, next: Keyring): Promise<Outcome<void>> {
  const { root: pin, wraps } = draft.head;
  const [opened] = await openWraps(current, wraps, pin, 1);
  try {
    return edited([...wraps, await checkedWrap(next, opened!.bytes, pin)]);
  } finally {
    opened!.bytes.fill(0);
  }
}

/**
 * Removes the wraps that match; the number of them. Throws ERR_OPTIONS_INVALID where none would be left that `current` may open:
 * nobody could undo that.
 */
export async function removeWrap(
  draft: Draft,
  current: Keyring,
  matches: (wrap: RootWrap) => boolean,
): Promise<Outcome<number>> {
  const { root: pin, wraps } = draft.head;
  const kept = wraps.filter((wrap) => !matches(wrap));
  const count = wraps.length - kept.length;
  if (count === 0) return { result: 0 };
  if (!kept.some((wrap) => current.accepts(wrap))) {
    throw new CosmosealError(
      "ERR_OPTIONS_INVALID",
      "Without that wrap this keyring could no longer open the key store.",
      {
        remedy: "Remove it with the keyring of another wrap, or call keys.rewrap.",
      },
    );
  }
  const [opened] = await openWraps(current, kept, pin, 1);
  opened!.bytes.fill(0);
  return { ...edited(kept), result: count };
}

/** Opened again before it is relied on: a wrap that doesn't open would be found when it is needed most. */
export async function checkedWrap(keyring: Keyring, bytes: Uint8Array, pin: string): Promise<RootWrap> {
  const wrap = await wrapTelling(keyring, bytes, pin);
  const [opened] = await openWraps(keyring, [wrap], pin, 1);
  opened!.bytes.fill(0);
  return wrap;
}

function edited(wraps: readonly RootWrap[]): Outcome<undefined> & { readonly edit: object } {
  return { edit: { wraps, raisesEpoch: true }, result: undefined };
}
