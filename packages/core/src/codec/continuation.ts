/** Continuation tokens of queries that the client has a part in: sealed, and bound to what they go on with. SPEC §7. */
import { fromBase64url, fromUtf8, lengthPrefixed, toBase64url, utf8 } from "../crypto/bytes.js";
import type { Key } from "../crypto/key.js";
import { deriveKey, openBlob, sealBlob } from "../crypto/sodium.js";

/** The token of a state. `bound` is what the token is good for alone, in an order of the caller's; `key` is the container's identity key. */
export function sealContinuation(key: Key, bound: readonly string[], state: string): string {
  return toBase64url(sealBlob(tokenKey(key), utf8(state), associatedData(bound)));
}

/** The state, or undefined where the token is of anything else, or was changed. */
export function openContinuation(key: Key, bound: readonly string[], token: string): string | undefined {
  const blob = fromBase64url(token);
  const state = blob && openBlob(tokenKey(key), blob, associatedData(bound));
  return state && fromUtf8(state);
}

function tokenKey(key: Key): Key {
  return deriveKey(key, "continuation");
}

function associatedData(bound: readonly string[]): Uint8Array {
  return lengthPrefixed(["cosmoseal/1/continuation", ...bound]);
}
