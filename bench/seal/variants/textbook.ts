// libsodium-wrappers as its documentation shows it, field by field.
import sodium from "libsodium-wrappers";
import { SEALED } from "../customer.js";
import type { Variant } from "../variant.js";

export async function textbook(): Promise<Variant> {
  await sodium.ready;
  const key = sodium.crypto_aead_xchacha20poly1305_ietf_keygen();
  const { ORIGINAL } = sodium.base64_variants;
  return {
    name: "libsodium, textbook",
    note: "each field by itself",
    write(document) {
      const stored: Record<string, unknown> = { ...document };
      for (const name of SEALED) {
        const nonce = sodium.randombytes_buf(sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
        const text = JSON.stringify(document[name]);
        const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(text, name, null, nonce, key);
        stored[name] = [sodium.to_base64(nonce, ORIGINAL), sodium.to_base64(sealed, ORIGINAL)].join(".");
      }
      return JSON.stringify(stored);
    },
    read(stored) {
      const document = JSON.parse(stored) as Record<string, unknown>;
      for (const name of SEALED) {
        const [nonce, sealed] = (document[name] as string).split(".");
        const text = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
          null,
          sodium.from_base64(sealed!, ORIGINAL),
          name,
          sodium.from_base64(nonce!, ORIGINAL),
          key,
          "text",
        );
        document[name] = JSON.parse(text);
      }
      return document;
    },
  };
}
