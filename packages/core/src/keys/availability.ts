/** Keyrings and stores fail in their own words; callers need one: what can't be had now may be had later. */
import { CosmosealError, type ErrorCode, isCosmosealError } from "../errors.js";
import type { Keyring, RootWrap } from "./keyring.js";
import type { KeyStore } from "./store.js";

/** The store; what it throws that is no error of ours is ERR_KEY_STORE_UNAVAILABLE, with the cause. */
export function tellingStore(store: KeyStore): KeyStore {
  const told = <T>(work: Promise<T>): Promise<T> =>
    telling("ERR_KEY_STORE_UNAVAILABLE", `The key store (${store.kind}) can't be reached.`, work);
  return {
    kind: store.kind,
    readHead: (signal) => told(store.readHead(signal)),
    readBucket: (bucket, signal) => told(store.readBucket(bucket, signal)),
    write: (change, signal) => told(store.write(change, signal)),
  };
}

/** The root key. What the keyring throws that is no error of ours is ERR_KEY_UNAVAILABLE, with the cause. */
export function unwrapTelling(keyring: Keyring, ...given: Parameters<Keyring["unwrap"]>): Promise<Uint8Array> {
  return telling("ERR_KEY_UNAVAILABLE", `The keyring (${keyring.kind}) can't unwrap now.`, keyring.unwrap(...given));
}

/** A wrap of the root key; what the keyring throws is told in the same way. */
export function wrapTelling(keyring: Keyring, ...given: Parameters<Keyring["wrap"]>): Promise<RootWrap> {
  return telling("ERR_KEY_UNAVAILABLE", `The keyring (${keyring.kind}) can't wrap now.`, keyring.wrap(...given));
}

/** True where trying again later may help, and nothing says that what is known already is wrong. */
export function isUnavailable(error: unknown): boolean {
  return isCosmosealError(error, "ERR_KEY_STORE_UNAVAILABLE", "ERR_KEY_UNAVAILABLE", "ERR_KEK_THROTTLED");
}

async function telling<T>(code: ErrorCode, message: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isCosmosealError(error)) throw error;
    throw new CosmosealError(code, message, { cause: error, remedy: "It is tried again at the next call." });
  }
}
