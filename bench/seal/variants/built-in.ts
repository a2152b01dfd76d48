// The client encryption that `@azure/cosmos` brings along: each path by itself, two of them deterministic, so that they can be searched.
import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt } from "node:crypto";
import {
  type Container,
  CosmosClient,
  EncryptionAlgorithm,
  EncryptionKeyResolverName,
  EncryptionType,
  KeyEncryptionAlgorithm,
} from "@azure/cosmos";
import { createEmulator } from "@cosmoseal/emulator";
import { SEALED } from "../customer.js";
import type { Variant } from "../variant.js";

/** What its containers run over a document before it is sent and after it has come; no type declares it. */
interface Encrypting {
  readonly encryptionProcessor: {
    encrypt(body: object): Promise<{ readonly body: object }>;
    decrypt(body: object): Promise<{ readonly body: object }>;
  };
}

const SEARCHED: readonly string[] = ["email", "lastName"];

export async function builtIn(): Promise<Variant> {
  const emulator = await createEmulator();
  const container = await encryptedContainer(emulator.connectionString);
  const { encryptionProcessor } = container as unknown as Encrypting;
  return {
    name: "@azure/cosmos built-in",
    note: "each path by itself",
    write: async (document) => JSON.stringify((await encryptionProcessor.encrypt({ ...document })).body),
    read: async (stored) => (await encryptionProcessor.decrypt(JSON.parse(stored) as object)).body,
    close: () => emulator.close(),
  };
}

async function encryptedContainer(connectionString: string): Promise<Container> {
  const [, endpoint, key] = /^AccountEndpoint=([^;]+);AccountKey=([^;]+);/.exec(connectionString)!;
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const client = new CosmosClient({
    endpoint: endpoint!,
    key: key!,
    clientEncryptionOptions: {
      keyEncryptionKeyResolver: {
        encryptionKeyResolverName: EncryptionKeyResolverName.AzureKeyVault,
        wrapKey: async (_url, _algorithm, dataKey) => publicEncrypt({ key: publicKey, padding }, dataKey),
        unwrapKey: async (_url, _algorithm, wrapped) => privateDecrypt({ key: privateKey, padding }, wrapped),
      },
    },
  });
  const { database } = await client.databases.create({ id: "bench" });
  await database.createClientEncryptionKey("dek", EncryptionAlgorithm.AEAD_AES_256_CBC_HMAC_SHA256, {
    type: EncryptionKeyResolverName.AzureKeyVault,
    name: "dek",
    value: "https://vault.invalid/keys/dek/1",
    algorithm: KeyEncryptionAlgorithm.RSA_OAEP,
  });
  const includedPaths = SEALED.map((name) => ({
    path: `/${name}`,
    clientEncryptionKeyId: "dek",
    encryptionType: SEARCHED.includes(name) ? EncryptionType.DETERMINISTIC : EncryptionType.RANDOMIZED,
    encryptionAlgorithm: EncryptionAlgorithm.AEAD_AES_256_CBC_HMAC_SHA256,
  }));
  await database.containers.create({
    id: "customers",
    partitionKey: { paths: ["/tenantId"] },
    clientEncryptionPolicy: { includedPaths, policyFormatVersion: 1 },
  });
  const container = database.container("customers");
  await container.initializeEncryption();
  return container;
}
