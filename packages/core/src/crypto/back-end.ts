/** What computes the primitives of SPEC §1. Several do, with the same bytes: which one is chosen once, when the library has loaded. */
import type { Part } from "./bytes.js";

/** Takes keys as bytes: for crypto/sodium alone, which takes them as `Key` from everybody else. */
export interface BackEnd {
  readonly name: "heap" | "openssl" | "wrapper";
  /** BLAKE2b-256 under a key of 32 bytes, over the parts, length-prefixed. */
  hash(key: Uint8Array, parts: readonly Part[]): Uint8Array;
  /** XChaCha20-Poly1305: nonce ‖ ciphertext ‖ tag. */
  seal(key: Uint8Array, plaintext: Uint8Array, associatedData: AssociatedData, nonce: Uint8Array): Uint8Array;
  /** The plaintext, or undefined where the tag is wrong. The blob is as long as a nonce and a tag, or longer. */
  open(key: Uint8Array, blob: Uint8Array, associatedData: AssociatedData): Uint8Array | undefined;
}

/** Bytes as they are, or parts that are length-prefixed. */
export type AssociatedData = Uint8Array | readonly Part[];

export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;
export const KEY_BYTES = 32;
export const HASH_BYTES = 32;
