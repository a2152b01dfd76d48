/** What sealing and opening one document needs of the keys: everything in memory, everything synchronous. */
import type { Key } from "../crypto/key.js";

export interface WritingKey {
  readonly id: string;
  readonly key: Key;
}

/** Keys of the scopes that one document hangs on: its own and its container's. */
export interface DocumentKeys {
  /** Epoch of the key store's head. */
  readonly epoch: number;
  /** JCS of the scope id that these keys are for. */
  readonly scopeText: string;
  /** The active key. Throws ERR_KEY_MISSING, or ERR_GROUP_KEY_MISSING for a group. */
  writing(kind: "group" | "integrity", group: string): WritingKey;
  /** The key of that id, if it is of that kind and group in this scope. Throws ERR_KEY_SCOPE, ERR_KEY_RETIRED, ERR_KEY_DESTROYED. */
  reading(kind: "group" | "integrity", group: string, keyId: string): Key;
  /** The index key that new tokens are made with, and its generation. Throws ERR_KEY_MISSING. */
  index(): { readonly key: Key; readonly generation: number };
  /** The container's identity key. Throws ERR_KEY_MISSING. */
  identity(): Key;
}
