/**
 * The one file that imports libsodium. Everything here takes a `Key`, never bytes, so that an undefined or empty key can't
 * silently compute an unkeyed hash, and nothing here returns a key's bytes.
 */
import sodium from "libsodium-wrappers";
import { CosmosealError } from "../errors.js";
import { type AssociatedData, type BackEnd, HASH_BYTES, NONCE_BYTES, TAG_BYTES } from "./back-end.js";
import { equalBytes, lengthPrefixed, type Part, toBase64url, utf8 } from "./bytes.js";
import { heapBackEnd } from "./heap.js";
import { Key, keyBytes } from "./key.js";
import { nextNonce } from "./nonce.js";
import { openSslBackEnd } from "./openssl.js";

export { NONCE_BYTES, TAG_BYTES } from "./back-end.js";

let loading: Promise<void> | undefined;
let backEnd: BackEnd | undefined;

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
  return backEnd !== undefined;
}

/** Which back end computes; undefined before {@link cryptoReady} has resolved. */
export function cryptoBackEnd(): BackEnd["name"] | undefined {
  return backEnd?.name;
}

/** H and KDF of SPEC §1: keyed BLAKE2b-256 over length-prefixed parts that begin with the use. */
export function keyedHash(key: Key, use: string, ...parts: readonly Part[]): Uint8Array {
  return chosen().hash(keyBytes(key), [`cosmoseal/1/${use}`, ...parts]);
}

/** A sub-key; cached in the key, since most are asked for again with every document. */
export function deriveKey(key: Key, use: string, ...parts: readonly Part[]): Key {
  const name = parts.length === 0 ? use : [use, ...parts.map(String)].join("\0");
  return key.derived(name, () => Key.take(keyedHash(key, use, ...parts)));
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
  associatedData: AssociatedData,
  nonce: Uint8Array = nextNonce(),
): Uint8Array {
  return chosen().seal(keyBytes(key), plaintext, associatedData, nonce);
}

/** The plaintext, or undefined where the blob doesn't open: why is nobody's business. */
export function openBlob(key: Key, blob: Uint8Array, associatedData: AssociatedData): Uint8Array | undefined {
  if (blob.length < NONCE_BYTES + TAG_BYTES) return undefined;
  return chosen().open(keyBytes(key), blob, associatedData);
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

function chosen(): BackEnd {
  if (backEnd !== undefined) return backEnd;
  throw new CosmosealError("ERR_CRYPTO_UNAVAILABLE", "libsodium has not been loaded.");
}

async function load(): Promise<void> {
  try {
    await sodium.ready;
  } catch (cause) {
    throw new CosmosealError("ERR_CRYPTO_UNAVAILABLE", "libsodium does not load.", { cause });
  }
  if (!answersRight(wrapper)) {
    throw new CosmosealError("ERR_CRYPTO_UNAVAILABLE", "libsodium fails its self-test on this platform.");
  }
  backEnd = fastest();
}

/**
 * The heap where the module is as this release knows it, otherwise the wrapper; beside the heap OpenSSL for what is large, where it is
 * there. Each only where it computes what the wrapper does.
 */
function fastest(): BackEnd {
  const { libsodium } = sodium as unknown as { readonly libsodium?: unknown };
  const openSsl = trusted(openSslBackEnd(wrapper));
  const heap = openSsl === undefined ? heapBackEnd(libsodium, wrapper) : heapBackEnd(libsodium, openSsl, LARGE);
  return trusted(heap) ?? wrapper;
}

/** Bytes from which a call of OpenSSL pays. */
const LARGE = 8 * 1024;

function trusted(backEnd: BackEnd | undefined): BackEnd | undefined {
  if (backEnd === undefined) return undefined;
  try {
    return answersRight(backEnd) && openEachOther(backEnd, wrapper) ? backEnd : undefined;
  } catch {
    // One that can't do its work is none; the wrapper, which was tested before, does it.
    return undefined;
  }
}

/** The library's public functions. */
const wrapper: BackEnd = {
  name: "wrapper",
  hash: (key, parts) => sodium.crypto_generichash(HASH_BYTES, lengthPrefixed(parts), key),
  seal(key, plaintext, data, nonce) {
    const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, bytesOf(data), null, nonce, key);
    const blob = new Uint8Array(NONCE_BYTES + sealed.length);
    blob.set(nonce);
    blob.set(sealed, NONCE_BYTES);
    return blob;
  },
  open(key, blob, data) {
    const [nonce, sealed] = [blob.subarray(0, NONCE_BYTES), blob.subarray(NONCE_BYTES)];
    try {
      return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, bytesOf(data), nonce, key);
    } catch {
      // The wrapper throws on a wrong tag alone: lengths were checked before. One opaque answer for every cause.
      return undefined;
    }
  },
};

function bytesOf(data: AssociatedData): Uint8Array {
  return data instanceof Uint8Array ? data : lengthPrefixed(data);
}

/** Known answers, and a wrong tag that must not open: what is broken must not seal anything. */
function answersRight({ hash, open, seal }: BackEnd): boolean {
  const [key, message, nonce] = testInput();
  const blob = seal(key, message, message, nonce);
  const opened = open(key, blob, message);
  const isRight =
    toBase64url(hash(key, ["cosmoseal/1/self-test", message])) === SELF_TEST_DIGEST &&
    toBase64url(blob.subarray(NONCE_BYTES)) === SELF_TEST_SEALED &&
    opened !== undefined &&
    equalBytes(opened, message);
  blob[blob.length - 1]! ^= 1;
  return isRight && open(key, blob, message) === undefined;
}

/** Also over lengths that end within a block, and over what no key was used for before. */
function openEachOther(one: BackEnd, other: BackEnd): boolean {
  const [key, message, nonce] = testInput();
  return [0, 1, 63, 64, 65, 1000].every((length) => {
    const plaintext = Uint8Array.from({ length }, (_, i) => i * 7);
    const parts = [plaintext, "€uro", length, message];
    const there = other.open(key, one.seal(key, plaintext, parts, nonce), parts);
    const back = one.open(key, other.seal(key, plaintext, parts, nonce), parts);
    return (
      there !== undefined &&
      back !== undefined &&
      equalBytes(there, plaintext) &&
      equalBytes(back, plaintext) &&
      equalBytes(one.hash(key, parts), other.hash(key, parts))
    );
  });
}

/** Fixed, and known to everybody: nothing else is ever sealed with it. */
function testInput(): readonly [key: Uint8Array, message: Uint8Array, nonce: Uint8Array] {
  const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
  return [key, utf8("cosmoseal self-test"), new Uint8Array(NONCE_BYTES)];
}

const SELF_TEST_DIGEST = "9wsBA1OdG1YQnCUz2hFa57R6_SPxHHB1qUJQ4kfRIbw";
const SELF_TEST_SEALED = "NhYHk6YFf176r3qCe1tJENYcFIQYKQPwLHF_SNHw_BF_8vc";
