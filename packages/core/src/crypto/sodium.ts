/**
 * The one file that imports libsodium. Everything here takes a `Key`, never bytes, so that an undefined or empty key can't
 * silently compute an unkeyed hash, and nothing here returns a key's bytes.
 */
import sodium from "libsodium-wrappers";
import { CosmosealError } from "../errors.js";
import { equalBytes, lengthPrefixed, toBase64url, utf8 } from "./bytes.js";
import { Key, keyBytes } from "./key.js";
import { nextNonce } from "./nonce.js";

export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;

let loading: Promise<void> | undefined;
let loaded = false;

/** Loads the library and tests it once against a known answer. Throws ERR_CRYPTO_UNAVAILABLE; a failed load is tried again. */
export async function cryptoReady(): Promise<void> {
  loading ??= load().catch((cause: unknown) => {
    loading = undefined;
    throw cause;
  });
  await loading;
}

/** True once {@link cryptoReady} has resolved, from when on all the rest is synchronous. */
export function isCryptoReady(): boolean {
  return loaded;
}

/** H and KDF of SPEC §1: keyed BLAKE2b-256 over length-prefixed parts that begin with the use. */
export function keyedHash(key: Key, use: string, ...parts: readonly (string | number | Uint8Array)[]): Uint8Array {
  return sodium.crypto_generichash(32, lengthPrefixed([`cosmoseal/1/${use}`, ...parts]), keyBytes(key));
}

/** A sub-key; cached in the key, since most are asked for again with every document. */
export function deriveKey(key: Key, use: string, ...parts: readonly (string | number | Uint8Array)[]): Key {
  const text = [use, ...parts.map(String)].join("\0");
  return key.derived(text, () => Key.take(keyedHash(key, use, ...parts)));
}

/** Key id of SPEC §2.2: 22 characters that commit to the key. */
export function keyIdOf(key: Key): string {
  return toBase64url(keyedHash(key, "key-id").subarray(0, 16));
}

/** Pin of SPEC §2.3: 43 characters. */
export function pinOf(root: Key): string {
  return toBase64url(keyedHash(root, "key-id"));
}

/** nonce ‖ ciphertext ‖ tag. */
export function sealBlob(
  key: Key,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
  nonce: Uint8Array = nextNonce(),
): Uint8Array {
  const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    plaintext,
    associatedData,
    null,
    nonce,
    keyBytes(key),
  );
  const blob = new Uint8Array(NONCE_BYTES + sealed.length);
  blob.set(nonce);
  blob.set(sealed, NONCE_BYTES);
  return blob;
}

/** The plaintext, or undefined where the blob doesn't open: why is nobody's business. */
export function openBlob(key: Key, blob: Uint8Array, associatedData: Uint8Array): Uint8Array | undefined {
  if (blob.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const bytes = keyBytes(key);
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
      null,
      blob.subarray(NONCE_BYTES),
      associatedData,
      blob.subarray(0, NONCE_BYTES),
      bytes,
    );
  } catch {
    // The wrapper throws on a wrong tag alone: lengths were checked above. One opaque answer for every cause.
    return undefined;
  }
}

/** Parameters of Argon2id: SPEC §2.5. */
export interface PassphraseCost {
  readonly passes: number;
  /** bytes */
  readonly memory: number;
}

/** A key-encryption key from a passphrase, by Argon2id of the sumo build, which is loaded on first use. */
export async function passphraseKey(passphrase: string, salt: Uint8Array, cost: PassphraseCost): Promise<Key> {
  const { default: sumo } = await import("libsodium-wrappers-sumo");
  await sumo.ready;
  const secret = utf8(passphrase.normalize("NFC"));
  try {
    const bytes = sumo.crypto_pwhash(
      32,
      secret,
      salt,
      cost.passes,
      cost.memory,
      sumo.crypto_pwhash_ALG_ARGON2ID13 as number,
    );
    return Key.take(bytes);
  } finally {
    secret.fill(0);
  }
}

async function load(): Promise<void> {
  try {
    await sodium.ready;
  } catch (cause) {
    throw new CosmosealError("ERR_CRYPTO_UNAVAILABLE", "libsodium does not load.", { cause });
  }
  selfTest();
  loaded = true;
}

/** A known answer for the hash and a round trip for the AEAD: a broken build must not seal anything. */
function selfTest(): void {
  const key = Key.take(Uint8Array.from({ length: 32 }, (_, i) => i + 1));
  const message = utf8("cosmoseal self-test");
  const digest = toBase64url(keyedHash(key, "self-test", message));
  const blob = sealBlob(key, message, message, new Uint8Array(NONCE_BYTES));
  const opened = openBlob(key, blob, message);
  blob[NONCE_BYTES]! ^= 1;
  const refused = openBlob(key, blob, message) === undefined;
  if (digest !== SELF_TEST_DIGEST || opened === undefined || !equalBytes(opened, message) || !refused) {
    throw new CosmosealError("ERR_CRYPTO_UNAVAILABLE", "libsodium fails its self-test on this platform.");
  }
}

const SELF_TEST_DIGEST = "9wsBA1OdG1YQnCUz2hFa57R6_SPxHHB1qUJQ4kfRIbw";
