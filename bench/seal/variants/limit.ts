// The limit: the same texts made and read, with no cipher, and the time that native OpenSSL's ChaCha20-Poly1305 takes for as many bytes.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type Customer, partsOf } from "../customer.js";
import type { Variant } from "../variant.js";

export function limit(): Variant {
  return {
    name: "limit",
    note: "the texts alone, and the cipher's own time",
    write(document) {
      const { open, secret } = partsOf(document);
      const bytes = Buffer.from(JSON.stringify(secret), "utf8");
      return JSON.stringify({ ...open, sealed: bytes.toString("base64") });
    },
    read(stored) {
      const document = JSON.parse(stored) as Record<string, unknown> & { sealed?: string };
      const secret = JSON.parse(Buffer.from(document.sealed!, "base64").toString("utf8")) as Customer;
      delete document.sealed;
      return Object.assign(document, secret);
    },
  };
}

/** Microseconds that the cipher takes for each byte, one way: of a text so long that starting it counts for nothing. */
export function cipherTimePerByte(): number {
  const [key, nonce, text] = [randomBytes(32), randomBytes(12), randomBytes(1024 * 1024)];
  const options = { authTagLength: 16 } as const;
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    const started = performance.now();
    const cipher = createCipheriv("chacha20-poly1305", key, nonce, options);
    const sealed = cipher.update(text);
    cipher.final();
    const decipher = createDecipheriv("chacha20-poly1305", key, nonce, options);
    decipher.setAuthTag(cipher.getAuthTag());
    decipher.update(sealed);
    decipher.final();
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return (times[10]! * 1000) / 2 / text.length;
}
