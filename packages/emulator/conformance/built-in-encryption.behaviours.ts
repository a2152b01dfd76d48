// Microsoft's built-in client-side encryption runs against the emulator as it is: keys, policy, items, queries.

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { expect } from "vitest";
import { plain, refusal } from "./answers.js";
import { describeBehaviours, type Setup } from "./behaviours.js";

// Stands in for the key vault: wraps under one key that never leaves the test.
function keyVault() {
  const key = randomBytes(32);
  return {
    encryptionKeyResolverName: "AZURE_KEY_VAULT",
    async wrapKey(_id: string, _algorithm: string, unwrapped: Uint8Array): Promise<Uint8Array> {
      const iv = randomBytes(16);
      const cipher = createCipheriv("aes-256-cbc", key, iv);
      return Buffer.concat([iv, cipher.update(unwrapped), cipher.final()]);
    },
    async unwrapKey(_id: string, _algorithm: string, wrapped: Uint8Array): Promise<Uint8Array> {
      const decipher = createDecipheriv("aes-256-cbc", key, wrapped.subarray(0, 16));
      return Buffer.concat([decipher.update(wrapped.subarray(16)), decipher.final()]);
    },
  };
}

const METADATA = (sdk: Setup["sdk"]) => ({
  type: sdk.EncryptionKeyResolverName.AzureKeyVault,
  name: "kek",
  value: "https://vault.invalid/keys/kek/1",
  algorithm: sdk.KeyEncryptionAlgorithm.RSA_OAEP,
});

function encryptedContainer(sdk: Setup["sdk"], id: string) {
  const included = (path: string, encryptionType: string) => ({
    path,
    clientEncryptionKeyId: "dek",
    encryptionType,
    encryptionAlgorithm: sdk.EncryptionAlgorithm.AEAD_AES_256_CBC_HMAC_SHA256,
  });
  return {
    id,
    partitionKey: { paths: ["/pk"] },
    clientEncryptionPolicy: {
      includedPaths: [included("/mail", "Deterministic"), included("/note", "Randomized")],
      policyFormatVersion: 1,
    },
  };
}

describeBehaviours("built-in encryption", (setup, behaviour) => {
  const encryptingClient = () => {
    const { sdk, endpoint, key: accountKey } = setup();
    return new sdk.CosmosClient({
      endpoint,
      key: accountKey,
      clientEncryptionOptions: { keyEncryptionKeyResolver: keyVault() },
    });
  };

  behaviour(
    "a key, a policy, an item and an equality query make the round trip, and the server holds ciphertext",
    async () => {
      const { sdk } = setup();
      const client = encryptingClient();
      const { database } = await client.databases.create({ id: setup().name("encrypted") });
      await database.createClientEncryptionKey(
        "dek",
        sdk.EncryptionAlgorithm.AEAD_AES_256_CBC_HMAC_SHA256,
        METADATA(sdk),
      );
      const { container } = await database.containers.create(encryptedContainer(sdk, "c") as never);
      for (let at = 0; at < 6; at++) {
        const { statusCode } = await container.items.create({
          id: `d${at}`,
          pk: `k${at}`,
          mail: `m${at % 2}@example.org`,
          note: "canary",
        });
        expect(statusCode).toBe(201);
      }
      const { resource } = await container.item("d1", "k1").read();
      expect(plain(resource)).toEqual({ id: "d1", pk: "k1", mail: "m1@example.org", note: "canary" });

      const stored = await setup().client.database(database.id).container("c").item("d1", "k1").read();
      expect(stored.resource!.mail).not.toBe("m1@example.org");
      expect(JSON.stringify(stored.resource)).not.toContain("canary");

      const builder = new sdk.EncryptionQueryBuilder("SELECT * FROM c WHERE c.mail = @mail");
      builder.addParameter("@mail", "m1@example.org", "/mail");
      const iterator = await container.items.getEncryptionQueryIterator(builder);
      const { resources } = await iterator.fetchAll();
      expect(resources.map((one) => one.id).sort()).toEqual(["d1", "d3", "d5"]);
      client.dispose();
      await setup().client.database(database.id).delete();
    },
  );

  behaviour("keys are created once, read with 304 to whoever has them, and rewrapped under If-Match", async () => {
    const { sdk } = setup();
    const client = encryptingClient();
    const { database } = await client.databases.create({ id: setup().name("keys") });
    const create = () =>
      database.createClientEncryptionKey("dek", sdk.EncryptionAlgorithm.AEAD_AES_256_CBC_HMAC_SHA256, METADATA(sdk));
    await create();
    expect((await refusal(create())).code).toBe(409);
    const before = (await database.readClientEncryptionKey("dek")).clientEncryptionKeyProperties!;
    expect(before.wrappedDataEncryptionKey.length).toBeGreaterThan(0);
    await database.rewrapClientEncryptionKey("dek", { ...METADATA(sdk), value: "https://vault.invalid/keys/kek/2" });
    const after = (await database.readClientEncryptionKey("dek")).clientEncryptionKeyProperties!;
    expect(after.encryptionKeyWrapMetadata.value).toBe("https://vault.invalid/keys/kek/2");
    expect(after).not.toMatchObject({ etag: (before as { etag?: string }).etag });
    client.dispose();
    await setup().client.database(database.id).delete();
  });

  behaviour(
    "a request that means a container of the same name, since created anew, is 400 with substatus 1024",
    async () => {
      const { client, database } = setup();
      const container = await setup().container();
      const { resource } = await container.read();
      await container.items.create({ id: "a", pk: "k" });
      await container.delete();
      await database.containers.create({ id: container.id, partitionKey: { paths: ["/pk"] } });
      const error = await refusal(
        client
          .database(setup().database.id)
          .container(container.id)
          .items.create(
            { id: "a", pk: "k" },
            { initialHeaders: { "x-ms-cosmos-intended-collection-rid": resource!._rid } },
          ),
      );
      expect([error.code, error.substatus]).toEqual([400, 1024]);
    },
  );
});
