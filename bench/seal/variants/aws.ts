// The AWS Encryption SDK, one message for all sealed fields: raw AES keyring, data keys cached, no signature over the message.
import { randomBytes } from "node:crypto";
import {
  buildClient,
  CommitmentPolicy,
  getLocalCryptographicMaterialsCache,
  NodeCachingMaterialsManager,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from "@aws-crypto/client-node";
import { type Customer, partsOf } from "../customer.js";
import type { Variant } from "../variant.js";

export function aws(): Variant {
  const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  const keyring = new RawAesKeyringNode({
    keyName: "bench",
    keyNamespace: "cosmoseal",
    unencryptedMasterKey: new Uint8Array(randomBytes(32)),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  const cache = getLocalCryptographicMaterialsCache(100);
  const materials = new NodeCachingMaterialsManager({ backingMaterials: keyring, cache, maxAge: 3_600_000 });
  const encryptionContext = { container: "customers", id: "c-17" };
  return {
    name: "AWS Encryption SDK",
    note: "one message, keys cached",
    async write(document) {
      const { open, secret } = partsOf(document);
      const { result } = await encrypt(materials, JSON.stringify(secret), { encryptionContext, suiteId: 0x0478 });
      return JSON.stringify({ ...open, sealed: result.toString("base64") });
    },
    async read(stored) {
      const document = JSON.parse(stored) as Record<string, unknown>;
      const { plaintext } = await decrypt(materials, Buffer.from(document["sealed"] as string, "base64"));
      delete document["sealed"];
      return Object.assign(document, JSON.parse(plaintext.toString("utf8")) as Customer);
    },
  };
}
