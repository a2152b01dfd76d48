// The three clients that are held against each other, each on a container of its own.
import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt } from "node:crypto";
import {
  type Container,
  EncryptionAlgorithm,
  EncryptionKeyResolverName,
  EncryptionType,
  KeyEncryptionAlgorithm,
  CosmosClient as PlainClient,
} from "@azure/cosmos";
import { CosmosClient, createKeyStore, memoryKeyStore, staticKeyring } from "cosmoseal";
import { customers, SEALED } from "../seal/customer.js";

export interface Contender {
  readonly name: string;
  readonly container: Container;
}

const PARTITION_KEY = { paths: ["/tenantId"] };

export async function contenders(endpoint: string, key: string): Promise<readonly Contender[]> {
  const client = new PlainClient({ endpoint, key });
  const { database } = await client.databases.create({ id: "bench" });
  await database.containers.create({ id: "plain", partitionKey: PARTITION_KEY });
  return [
    { name: "plain", container: database.container("plain") },
    { name: "cosmoseal", container: await sealedContainer(endpoint, key) },
    { name: "built-in", container: await encryptedContainer(endpoint, key) },
  ];
}

async function sealedContainer(endpoint: string, key: string): Promise<Container> {
  const keyring = staticKeyring(Buffer.alloc(32, 9).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [customers] });
  const containers = { "bench/sealed": customers };
  const client = new CosmosClient({ endpoint, key, seal: { keyring, store, pin, containers } });
  const database = client.database("bench");
  await database.containers.create({ id: "sealed", partitionKey: PARTITION_KEY });
  return database.container("sealed");
}

/** The client encryption that the SDK brings along, over the same ten paths. */
async function encryptedContainer(endpoint: string, key: string): Promise<Container> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const keyEncryptionKeyResolver = {
    encryptionKeyResolverName: EncryptionKeyResolverName.AzureKeyVault,
    wrapKey: async (_url: string, _algorithm: string, dataKey: Uint8Array) =>
      publicEncrypt({ key: publicKey, padding }, dataKey),
    unwrapKey: async (_url: string, _algorithm: string, wrapped: Uint8Array) =>
      privateDecrypt({ key: privateKey, padding }, wrapped),
  };
  const client = new PlainClient({ endpoint, key, clientEncryptionOptions: { keyEncryptionKeyResolver } });
  const database = client.database("bench");
  await database.createClientEncryptionKey("dek", EncryptionAlgorithm.AEAD_AES_256_CBC_HMAC_SHA256, {
    type: EncryptionKeyResolverName.AzureKeyVault,
    name: "dek",
    value: "https://vault.invalid/keys/dek/1",
    algorithm: KeyEncryptionAlgorithm.RSA_OAEP,
  });
  const includedPaths = SEALED.map((name) => ({
    path: `/${name}`,
    clientEncryptionKeyId: "dek",
    encryptionType: name === "email" || name === "lastName" ? EncryptionType.DETERMINISTIC : EncryptionType.RANDOMIZED,
    encryptionAlgorithm: EncryptionAlgorithm.AEAD_AES_256_CBC_HMAC_SHA256,
  }));
  await database.containers.create({
    id: "encrypted",
    partitionKey: PARTITION_KEY,
    clientEncryptionPolicy: { includedPaths, policyFormatVersion: 1 },
  });
  const container = database.container("encrypted");
  await container.initializeEncryption();
  return container;
}
