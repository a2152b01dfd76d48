/**
 * The primitives on the memory of libsodium's WebAssembly module, written and read in place. The wrapper's own functions allocate
 * and copy every argument at each call, and leave keys and plaintext behind in that memory; here one area is used again and again,
 * and wiped each time.
 */

import { type AssociatedData, type BackEnd, HASH_BYTES, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from "./back-end.js";
import { mostLengthPrefixed, writable, writeLengthPrefixed } from "./bytes.js";

/** What the wrapper hands out of the module below it, which no type declares. */
export interface RawSodium {
  /** Another one after the memory has grown. */
  readonly HEAPU8: Uint8Array;
  _malloc(length: number): number;
  // Lengths of 64 bits come as two halves; a null is a pointer to nothing.
  _crypto_generichash(
    hash: number,
    hashLength: number,
    message: number,
    length: number,
    lengthHigh: 0,
    key: number,
    keyLength: number,
  ): number;
  _crypto_aead_xchacha20poly1305_ietf_encrypt(
    sealed: number,
    sealedLength: 0,
    plaintext: number,
    length: number,
    lengthHigh: 0,
    data: number,
    dataLength: number,
    dataLengthHigh: 0,
    secretNonce: 0,
    nonce: number,
    key: number,
  ): number;
  _crypto_aead_xchacha20poly1305_ietf_decrypt(
    plaintext: number,
    plaintextLength: 0,
    secretNonce: 0,
    sealed: number,
    length: number,
    lengthHigh: 0,
    data: number,
    dataLength: number,
    dataLengthHigh: 0,
    nonce: number,
    key: number,
  ): number;
}

/**
 * Undefined where the module isn't of that kind. Texts of more than `most` bytes, and what has no room in the area, are sealed and opened
 * by `larger`.
 */
export function heapBackEnd(module: unknown, larger: BackEnd, most: number = AREA): BackEnd | undefined {
  if (!isRawSodium(module)) return undefined;
  const raw = module;
  const area = raw._malloc(AREA);
  if (!Number.isSafeInteger(area) || area <= 0 || area + AREA > raw.HEAPU8.length) return undefined;
  const [keyAt, nonceAt, hashAt, inputAt] = [area, area + KEY_BYTES, area + 64, area + 128];
  const room = AREA - 128;
  let texts = writable(raw.HEAPU8);

  /** The memory as texts are written to it. Growing, which any other call may cause, leaves views of the old one without bytes. */
  const forTexts = (): Uint8Array => {
    if (texts.buffer !== raw.HEAPU8.buffer) texts = writable(raw.HEAPU8);
    return texts;
  };

  /** Where it ends. */
  const writeData = (data: AssociatedData): number => {
    if (!(data instanceof Uint8Array)) return writeLengthPrefixed(data, forTexts(), inputAt);
    raw.HEAPU8.set(data, inputAt);
    return inputAt + data.length;
  };

  return {
    name: "heap",

    hash(key, parts) {
      if (mostLengthPrefixed(parts) > room) return larger.hash(key, parts);
      const bytes = raw.HEAPU8;
      bytes.set(key, keyAt);
      const end = writeLengthPrefixed(parts, forTexts(), inputAt);
      try {
        const status = raw._crypto_generichash(hashAt, HASH_BYTES, inputAt, end - inputAt, 0, keyAt, KEY_BYTES);
        if (status !== 0) throw new Error("BLAKE2b failed");
        return bytes.slice(hashAt, hashAt + HASH_BYTES);
      } finally {
        bytes.fill(0, area, end);
      }
    },

    seal(key, plaintext, data, nonce) {
      const sealedLength = plaintext.length + TAG_BYTES;
      if (plaintext.length > most || mostOf(data) + plaintext.length + sealedLength > room) {
        return larger.seal(key, plaintext, data, nonce);
      }
      const bytes = raw.HEAPU8;
      const plaintextAt = writeData(data);
      const sealedAt = plaintextAt + plaintext.length;
      bytes.set(key, keyAt);
      bytes.set(nonce, nonceAt);
      bytes.set(plaintext, plaintextAt);
      try {
        const status = raw._crypto_aead_xchacha20poly1305_ietf_encrypt(
          sealedAt,
          0,
          plaintextAt,
          plaintext.length,
          0,
          inputAt,
          plaintextAt - inputAt,
          0,
          0,
          nonceAt,
          keyAt,
        );
        if (status !== 0) throw new Error("XChaCha20-Poly1305 failed");
        const blob = new Uint8Array(NONCE_BYTES + sealedLength);
        blob.set(nonce);
        blob.set(bytes.subarray(sealedAt, sealedAt + sealedLength), NONCE_BYTES);
        return blob;
      } finally {
        bytes.fill(0, area, sealedAt);
      }
    },

    open(key, blob, data) {
      const sealedLength = blob.length - NONCE_BYTES;
      const length = sealedLength - TAG_BYTES;
      if (length > most || mostOf(data) + sealedLength + length > room) return larger.open(key, blob, data);
      const bytes = raw.HEAPU8;
      const sealedAt = writeData(data);
      const plaintextAt = sealedAt + sealedLength;
      bytes.set(key, keyAt);
      bytes.set(blob.subarray(0, NONCE_BYTES), nonceAt);
      bytes.set(blob.subarray(NONCE_BYTES), sealedAt);
      try {
        const status = raw._crypto_aead_xchacha20poly1305_ietf_decrypt(
          plaintextAt,
          0,
          0,
          sealedAt,
          sealedLength,
          0,
          inputAt,
          sealedAt - inputAt,
          0,
          nonceAt,
          keyAt,
        );
        return status === 0 ? bytes.slice(plaintextAt, plaintextAt + length) : undefined;
      } finally {
        bytes.fill(0, area, keyAt + KEY_BYTES);
        bytes.fill(0, plaintextAt, plaintextAt + length);
      }
    },
  };
}

/** Documents are a few KiB; for what is larger than this holds, the copies of the wrapper cost little beside the work. */
const AREA = 256 * 1024;

function mostOf(data: AssociatedData): number {
  return data instanceof Uint8Array ? data.length : mostLengthPrefixed(data);
}

function isRawSodium(module: unknown): module is RawSodium {
  if (typeof module !== "object" || module === null) return false;
  const raw = module as Record<string, unknown>;
  return raw["HEAPU8"] instanceof Uint8Array && FUNCTIONS.every((name) => typeof raw[name] === "function");
}

const FUNCTIONS = [
  "_malloc",
  "_crypto_generichash",
  "_crypto_aead_xchacha20poly1305_ietf_encrypt",
  "_crypto_aead_xchacha20poly1305_ietf_decrypt",
] as const;
