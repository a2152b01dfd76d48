// What a careful team writes with node:crypto: one AES-256-GCM blob for all sealed fields.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type Customer, partsOf } from "../customer.js";
import type { Variant } from "../variant.js";

export function aesGcm(): Variant {
  const key = randomBytes(32);
  return {
    name: "node AES-256-GCM",
    note: "one blob",
    write(document) {
      const { open, secret } = partsOf(document);
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      cipher.setAAD(Buffer.from("customers/t-4/c-17"));
      const sealed = Buffer.concat([
        nonce,
        cipher.update(JSON.stringify(secret), "utf8"),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return JSON.stringify({ ...open, sealed: sealed.toString("base64") });
    },
    read(stored) {
      const document = JSON.parse(stored) as Record<string, unknown>;
      const blob = Buffer.from(document["sealed"] as string, "base64");
      delete document["sealed"];
      const decipher = createDecipheriv("aes-256-gcm", key, blob.subarray(0, 12));
      decipher.setAAD(Buffer.from("customers/t-4/c-17"));
      decipher.setAuthTag(blob.subarray(-16));
      const secret = Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]).toString("utf8");
      return Object.assign(document, JSON.parse(secret) as Customer);
    },
  };
}
