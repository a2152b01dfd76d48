// The same by sodium-native, libsodium compiled for the machine.
import { randomFillSync } from "node:crypto";
import { createRequire } from "node:module";
import { type Customer, partsOf } from "../customer.js";
import type { Variant } from "../variant.js";

/** It ships no types. */
interface SodiumNative {
  crypto_aead_xchacha20poly1305_ietf_encrypt(
    c: Buffer,
    m: Buffer,
    ad: Buffer,
    nsec: null,
    npub: Buffer,
    k: Buffer,
  ): number;
  crypto_aead_xchacha20poly1305_ietf_decrypt(
    m: Buffer,
    nsec: null,
    c: Buffer,
    ad: Buffer,
    npub: Buffer,
    k: Buffer,
  ): number;
}

export function sodiumNative(): Variant {
  const sodium = createRequire(import.meta.url)("sodium-native") as SodiumNative;
  const key = Buffer.alloc(32, 7);
  const data = Buffer.from("customers/t-4/c-17");
  return {
    name: "sodium-native",
    note: "one blob",
    write(document) {
      const { open, secret } = partsOf(document);
      const plaintext = Buffer.from(JSON.stringify(secret), "utf8");
      const blob = Buffer.allocUnsafe(24 + plaintext.length + 16);
      const nonce = randomFillSync(blob.subarray(0, 24));
      sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(blob.subarray(24), plaintext, data, null, nonce, key);
      return JSON.stringify({ ...open, sealed: blob.toString("base64") });
    },
    read(stored) {
      const document = JSON.parse(stored) as Record<string, unknown>;
      const blob = Buffer.from(document["sealed"] as string, "base64");
      delete document["sealed"];
      const plaintext = Buffer.allocUnsafe(blob.length - 40);
      sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        plaintext,
        null,
        blob.subarray(24),
        data,
        blob.subarray(0, 24),
        key,
      );
      return Object.assign(document, JSON.parse(plaintext.toString("utf8")) as Customer);
    },
  };
}
