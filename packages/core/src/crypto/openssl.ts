/**
 * XChaCha20-Poly1305 by the OpenSSL that node brings along: HChaCha20 here, ChaCha20-Poly1305 there. It is compiled for the machine and
 * several times as fast, but a call costs more: it pays from some KiB on.
 */
import type { AssociatedData, BackEnd } from "./back-end.js";
import { NONCE_BYTES, TAG_BYTES } from "./back-end.js";
import { lengthPrefixed } from "./bytes.js";
import { hChaCha20 } from "./hchacha20.js";

/** What is used of node's crypto module. */
interface NodeCrypto {
  getCiphers(): readonly string[];
  createCipheriv(cipher: string, key: Uint8Array, nonce: Uint8Array, options: CipherOptions): Cipher;
  createDecipheriv(cipher: string, key: Uint8Array, nonce: Uint8Array, options: CipherOptions): Decipher;
}

interface CipherOptions {
  readonly authTagLength: number;
}

interface Either {
  setAAD(data: Uint8Array, options: { readonly plaintextLength: number }): unknown;
  update(bytes: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

interface Cipher extends Either {
  getAuthTag(): Uint8Array;
}

interface Decipher extends Either {
  setAuthTag(tag: Uint8Array): unknown;
}

/** Undefined where there is no node, or its OpenSSL lacks the cipher. Hashing is left to `other`. */
export function openSslBackEnd(other: BackEnd): BackEnd | undefined {
  const crypto = nodeCrypto();
  if (crypto === undefined || !crypto.getCiphers().includes(CIPHER)) return undefined;
  const options = { authTagLength: TAG_BYTES } as const;
  return {
    name: "openssl",

    hash: other.hash,

    seal(key, plaintext, data, nonce) {
      const derived = hChaCha20(key, nonce);
      try {
        const cipher = crypto.createCipheriv(CIPHER, derived, shortNonce(nonce), options);
        cipher.setAAD(bytesOf(data), { plaintextLength: plaintext.length });
        const blob = new Uint8Array(NONCE_BYTES + plaintext.length + TAG_BYTES);
        blob.set(nonce);
        blob.set(cipher.update(plaintext), NONCE_BYTES);
        cipher.final();
        blob.set(cipher.getAuthTag(), NONCE_BYTES + plaintext.length);
        return blob;
      } finally {
        derived.fill(0);
      }
    },

    open(key, blob, data) {
      const derived = hChaCha20(key, blob);
      try {
        const sealed = blob.subarray(NONCE_BYTES, -TAG_BYTES);
        const decipher = crypto.createDecipheriv(CIPHER, derived, shortNonce(blob), options);
        decipher.setAAD(bytesOf(data), { plaintextLength: sealed.length });
        decipher.setAuthTag(blob.subarray(-TAG_BYTES));
        const plaintext = decipher.update(sealed);
        // Nothing of it may be used before the tag was found right.
        if (holds(decipher)) return plaintext;
        plaintext.fill(0);
        return undefined;
      } finally {
        derived.fill(0);
      }
    },
  };
}

const CIPHER = "chacha20-poly1305";

/** Looked up, so that nothing is imported where there is no node. */
function nodeCrypto(): NodeCrypto | undefined {
  const { process } = globalThis as { readonly process?: { readonly getBuiltinModule?: (id: string) => unknown } };
  return process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;
}

/** What XChaCha20 leaves to ChaCha20: four zeros and the last eight bytes of the nonce. */
function shortNonce(nonce: Uint8Array): Uint8Array {
  const short = new Uint8Array(12);
  short.set(nonce.subarray(16, NONCE_BYTES), 4);
  return short;
}

function holds(decipher: Decipher): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    // It throws on a wrong tag alone. One opaque answer for every cause.
    return false;
  }
}

function bytesOf(data: AssociatedData): Uint8Array {
  return data instanceof Uint8Array ? data : lengthPrefixed(data);
}
