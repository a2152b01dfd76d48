/** The root key, out of whichever of its wraps the keyring opens. */
import { Key } from "../../crypto/key.js";
import { pinOf } from "../../crypto/sodium.js";
import { CosmosealError } from "../../errors.js";
import { isUnavailable, unwrapTelling } from "../availability.js";
import type { Keyring, RootWrap } from "../keyring.js";

/**
 * The root key with this pin. Any wrap that the keyring opens will do. Throws ERR_KEYRING_MISMATCH, ERR_PIN_MISMATCH, what the
 * keyring throws: of several failures one that may pass, else the last.
 */
export async function openRoot(keyring: Keyring, wraps: readonly RootWrap[], pin: string): Promise<Key> {
  const opened = await openWraps(keyring, wraps, pin, 1);
  return Key.take(opened[0]!.bytes);
}

/** A wrap that opened, and the root key's bytes, which the caller takes over and wipes. */
export interface OpenedWrap {
  readonly wrap: RootWrap;
  readonly bytes: Uint8Array;
}

/** Of the wraps that the keyring opens, the first `most`: at least one, or what {@link openRoot} throws. */
export async function openWraps(
  keyring: Keyring,
  wraps: readonly RootWrap[],
  pin: string,
  most: number = Number.POSITIVE_INFINITY,
): Promise<readonly OpenedWrap[]> {
  const opened: OpenedWrap[] = [];
  let failure: unknown;
  for (const wrap of wraps.filter((other) => keyring.accepts(other))) {
    if (opened.length >= most) break;
    try {
      const bytes = await unwrapTelling(keyring, wrap, pin);
      if (hasPin(bytes, pin)) opened.push({ wrap, bytes });
      else failure = isUnavailable(failure) ? failure : pinMismatch();
    } catch (error) {
      failure = isUnavailable(failure) ? failure : error;
    }
  }
  if (opened.length > 0) return opened;
  throw failure ?? keyringMismatch(keyring);
}

export function pinMismatch(): CosmosealError {
  return new CosmosealError("ERR_PIN_MISMATCH", "The store's root key is not one that is pinned now.", {
    remedy:
      "Check that store and pin belong together, and that the pin has not run out: a foreign root key is never used.",
  });
}

/** The bytes stay whole where they are the right ones, and are wiped where not: a planted root is never used. */
function hasPin(bytes: Uint8Array, pin: string): boolean {
  const key = Key.take(Uint8Array.from(bytes));
  const holds = pinOf(key) === pin;
  key.wipe();
  if (!holds) bytes.fill(0);
  return holds;
}

function keyringMismatch(keyring: Keyring): CosmosealError {
  return new CosmosealError("ERR_KEYRING_MISMATCH", `No wrap is for a keyring of the kind ${keyring.kind}.`, {
    remedy: "Use the keyring that the store was made with, or rewrap with this one.",
  });
}
