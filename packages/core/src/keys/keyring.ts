/** The keyring: wraps and unwraps the root key under one key-encryption key. */
import type { KeyStore } from "./store.js";

/** The root key under one key-encryption key, as it stands in the head. SPEC §2.3. */
export interface RootWrap {
  /** Kind of the keyring that made it. */
  readonly keyring: string;
  /** Which key-encryption key, in the keyring's own words. Never obeyed as an address: KEKs come from the application. */
  readonly kek: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** base64 */
  readonly wrapped: string;
}

export interface KeyringOptions {
  readonly signal?: AbortSignal | undefined;
}

/** One contract for all: what `wrap` made, `unwrap` opens, in another process and another year; anything else throws. */
export interface Keyring {
  /** Stable name of the kind: `passphrase`, `static`, … */
  readonly kind: string;
  /**
   * Wraps 32 bytes. `pin` is bound in where the KEK can bind it.
   * @throws ERR_KEY_UNAVAILABLE
   */
  wrap(root: Uint8Array, pin: string, options?: KeyringOptions): Promise<RootWrap>;
  /** True where the wrap is of this keyring's kind and key. */
  accepts(wrap: RootWrap): boolean;
  /**
   * The 32 bytes, which the caller takes over and wipes.
   * @throws ERR_PASSPHRASE_WRONG, ERR_UNWRAP_FAILED, ERR_KEY_STORE_DAMAGED, ERR_KEY_UNAVAILABLE
   */
  unwrap(wrap: RootWrap, pin: string, options?: KeyringOptions): Promise<Uint8Array>;
  /** Where the keyring keeps its keys, if it brings the place along. */
  readonly store?: KeyStore;
  /** The store lies with the customer, so that the pin in its head may be believed. */
  readonly keepsPin?: boolean;
}
