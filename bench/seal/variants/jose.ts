// A JSON Web Encryption for all sealed fields, by panva's jose.
import { randomBytes } from "node:crypto";
import { CompactEncrypt, compactDecrypt } from "jose";
import { type Customer, partsOf } from "../customer.js";
import type { Variant } from "../variant.js";

export function jose(): Variant {
  const key = randomBytes(32);
  return {
    name: "jose",
    note: "one JWE, A256GCM",
    async write(document) {
      const { open, secret } = partsOf(document);
      const jwe = new CompactEncrypt(Buffer.from(JSON.stringify(secret))).setProtectedHeader({
        alg: "dir",
        enc: "A256GCM",
      });
      return JSON.stringify({ ...open, sealed: await jwe.encrypt(key) });
    },
    async read(stored) {
      const document = JSON.parse(stored) as Record<string, unknown>;
      const { plaintext } = await compactDecrypt(document["sealed"] as string, key);
      delete document["sealed"];
      return Object.assign(document, JSON.parse(Buffer.from(plaintext).toString("utf8")) as Customer);
    },
  };
}
