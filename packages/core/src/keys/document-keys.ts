/** What sealing and opening one document needs of the keys: everything in memory, everything synchronous. */
import type { Key } from "../crypto/key.js";
import type { SchemaRecord } from "./store.js";

export interface WritingKey {
  readonly id: string;
  readonly key: Key;
}

export interface IndexKey {
  readonly key: Key;
  readonly generation: number;
}

/** Keys of the scopes that one document hangs on: its own and its container's. */
export interface DocumentKeys {
  /** Epoch of the key store's head. */
  readonly epoch: number;
  /** JCS of the scope id that these keys are for. */
  readonly scopeText: string;
  /** The active key. Throws ERR_KEY_MISSING; ERR_GROUP_KEY_MISSING for a group that has none, or whose root this process lacks. */
  writing(kind: "group" | "integrity", group: string): WritingKey;
  /**
   * The key of that id, if it is of that kind and group in this scope. Throws ERR_KEY_SCOPE, ERR_KEY_RETIRED, ERR_KEY_DESTROYED;
   * ERR_GROUP_KEY_MISSING where it could be used but for the group's root, which this process lacks.
   */
  reading(kind: "group" | "integrity", group: string, keyId: string): Key;
  /**
   * The index key that new tokens are made with, and its generation: the active one, or an announced one whose time has come.
   * Throws ERR_KEY_MISSING.
   */
  index(): IndexKey;
  /**
   * All index keys whose tokens stored documents may carry, now or before the view of the key store is read again: active,
   * readable and announced ones, by rising generation. A query that asks for fewer misses rows. Throws ERR_KEY_MISSING where
   * there is none.
   */
  searching(): readonly IndexKey[];
  /**
   * The range of generations in {@link searching}. A document whose `t` lies outside it has tokens that none of these keys makes.
   * Throws ERR_KEY_MISSING.
   */
  indexGenerations(): { readonly oldest: number; readonly newest: number };
  /** What the container's record says of schema versions; frozen, empty where it says nothing. */
  schema(): SchemaRecord;
  /** The container's identity key. Throws ERR_KEY_MISSING. */
  identity(): Key;
}
