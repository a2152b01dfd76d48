/** An application on the client encryption that `@azure/cosmos` brings along, with a key vault of the test's. */
import { constants, generateKeyPairSync, type KeyObject, privateDecrypt, publicEncrypt } from "node:crypto";
import {
  type Container,
  type ContainerRequest,
  type Database,
  EncryptionAlgorithm,
  type EncryptionKeyResolver,
  EncryptionKeyResolverName,
  EncryptionType,
  KeyEncryptionAlgorithm,
  CosmosClient as SdkClient,
} from "@azure/cosmos";
import { ENCRYPTED } from "./documents.js";

/** RSA keys by their URL, as a vault has them: wrapping needs the public half alone. */
export interface Vault {
  readonly resolver: EncryptionKeyResolver;
  /** URLs that were asked to unwrap. */
  readonly asked: string[];
  publicKey(url: string): KeyObject;
  /** From now on the URL has this key: a vault of the attacker's. */
  plant(url: string): void;
}

export const KEKS = {
  dek: "https://vault.invalid/keys/customers/1",
  medical: "https://vault.invalid/keys/medical/1",
} as const;

/** `allowed`: the URLs that this holder of the vault's credentials may use; default all. */
export function createVault(urls: readonly string[] = Object.values(KEKS)): Vault {
  const keys = new Map(urls.map((url) => [url, generateKeyPairSync("rsa", { modulusLength: 2048 })]));
  const asked: string[] = [];
  const find = (url: string): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } => {
    const key = keys.get(url);
    if (key === undefined) throw Object.assign(new Error(`no access to ${url}`), { code: "Forbidden" });
    return key;
  };
  return {
    asked,
    publicKey: (url) => find(url).publicKey,
    plant: (url) => {
      keys.set(url, generateKeyPairSync("rsa", { modulusLength: 2048 }));
    },
    resolver: {
      encryptionKeyResolverName: EncryptionKeyResolverName.AzureKeyVault,
      wrapKey: async (url, _algorithm, key) => wrapFor(find(url).publicKey, key),
      unwrapKey: async (url, _algorithm, wrapped) => {
        asked.push(url);
        return privateDecrypt({ key: find(url).privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, wrapped);
      },
    },
  };
}

export function wrapFor(publicKey: KeyObject, key: Uint8Array): Buffer {
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, key);
}

export function encryptingClient(connectionString: string, resolver: EncryptionKeyResolver): SdkClient {
  const { endpoint, key } = parseConnection(connectionString);
  return new SdkClient({ endpoint, key, clientEncryptionOptions: { keyEncryptionKeyResolver: resolver } });
}

export async function createKeys(database: Database): Promise<void> {
  for (const [id, value] of Object.entries(KEKS)) {
    await database.createClientEncryptionKey(id, EncryptionAlgorithm.AEAD_AES_256_CBC_HMAC_SHA256, {
      type: EncryptionKeyResolverName.AzureKeyVault,
      name: id,
      value,
      algorithm: KeyEncryptionAlgorithm.RSA_OAEP,
    });
  }
}

export async function createEncrypted(database: Database, id: string): Promise<Container> {
  await database.containers.create(encryptedDefinition(id));
  return database.container(id);
}

export function encryptedDefinition(id: string): ContainerRequest {
  const includedPaths = ENCRYPTED.map((name) => ({
    path: `/${name}`,
    clientEncryptionKeyId: name === "diagnosis" ? "medical" : "dek",
    encryptionType: name === "email" ? EncryptionType.DETERMINISTIC : EncryptionType.RANDOMIZED,
    encryptionAlgorithm: EncryptionAlgorithm.AEAD_AES_256_CBC_HMAC_SHA256,
  }));
  return {
    id,
    partitionKey: { paths: ["/tenantId"] },
    clientEncryptionPolicy: { includedPaths, policyFormatVersion: 1 },
  };
}

function parseConnection(text: string): { readonly endpoint: string; readonly key: string } {
  const [, endpoint, key] = /^AccountEndpoint=([^;]+);AccountKey=([^;]+);/.exec(text) ?? [];
  if (endpoint === undefined || key === undefined) throw new Error("no connection string");
  return { endpoint, key };
}
