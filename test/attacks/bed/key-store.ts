/** Key stores in the account, where the thief reads and writes them. */
import { constants, generateKeyPairSync, type KeyObject, privateDecrypt, publicEncrypt } from "node:crypto";
import { type Container, setAuthorizationTokenHeaderUsingMasterKey } from "@azure/cosmos";
import {
  type ContainerTable,
  type CosmosClient,
  cosmosKeyStore,
  createKeyStore,
  type Keyring,
  type KeyStore,
  keyStoreContainer,
  type SealedContainerDefinition,
  type SealOptions,
} from "cosmoseal";
import type { Bed } from "./bed.js";

/** A keyring as a vault's RSA key is: whoever knows the public half can wrap. */
export interface RsaKek {
  readonly keyring: Keyring;
  readonly publicKey: KeyObject;
}

export function createKek(): RsaKek {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return {
    publicKey,
    keyring: {
      kind: "rsa",
      accepts: ({ keyring }) => keyring === "rsa",
      wrap: async (root) => ({
        keyring: "rsa",
        kek: "kek",
        parameters: {},
        wrapped: publicEncrypt({ key: publicKey, padding }, root).toString("base64"),
      }),
      unwrap: async ({ wrapped }) =>
        Uint8Array.from(privateDecrypt({ key: privateKey, padding }, Buffer.from(wrapped, "base64"))),
    },
  };
}

/** An application whose key store lies in the account: where its documents are, and its keys. */
export interface StoredKeys {
  readonly id: string;
  readonly kek: RsaKek;
  readonly store: KeyStore;
  readonly pin: string;
  /** The container of the key store as the thief has it. */
  readonly stolenKeys: Container;
  /** A container of its documents as the thief has it. */
  stolen(name: string): Container;
  /** A process of the application. */
  connect(seal?: Partial<SealOptions>): CosmosClient;
}

export async function createStoredKeys(
  bed: Bed,
  definitions: Readonly<Record<string, SealedContainerDefinition<unknown>>>,
  kek: RsaKek = createKek(),
): Promise<StoredKeys> {
  const id = bed.fresh("keys");
  const operator = bed.connectPlain();
  const { database } = await operator.databases.create({ id });
  const { container } = await database.containers.create(keyStoreContainer("keys"));
  const store = cosmosKeyStore({ container });
  const { keyring } = kek;
  const { pin } = await createKeyStore({ keyring, store, containers: Object.values(definitions) });
  const containers: ContainerTable = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [`${id}/${name}`, definition]),
  );
  for (const name of Object.keys(definitions)) {
    await database.containers.create({ id: name, partitionKey: { paths: ["/tenantId"] } });
  }
  return {
    id,
    kek,
    store,
    pin,
    stolenKeys: bed.thief.database(id).container("keys"),
    stolen: (name) => bed.thief.database(id).container(name),
    connect: (seal = {}) =>
      bed.connect({
        keyring,
        store: cosmosKeyStore({ container: operator.database(id).container("keys") }),
        pin,
        containers,
        ...seal,
      }),
  };
}

/** All items of the key store, to put them back some day. */
export async function copyOf(container: Container): Promise<readonly Item[]> {
  const { resources } = await container.items.query<Item>("SELECT * FROM c").fetchAll();
  return resources.map(({ _attachments, _etag, _rid, _self, _ts, ...item }) => item as Item);
}

/** Everything else goes. */
export async function putBack(container: Container, items: readonly Item[]): Promise<void> {
  for (const { id, store } of await copyOf(container)) await container.item(id, store).delete();
  for (const item of items) await container.items.create(item);
}

export interface Item extends Record<string, unknown> {
  readonly id: string;
  readonly store: string;
}

/** A request that the SDK has no method for, signed with the stolen key. */
export async function replaceEncryptionKey(bed: Bed, database: string, id: string, body: object): Promise<void> {
  const link = `dbs/${database}/clientencryptionkeys/${id}`;
  const headers: Record<string, string> = {
    "x-ms-date": new Date().toUTCString(),
    "x-ms-version": "2020-07-15",
    "content-type": "application/json",
  };
  await setAuthorizationTokenHeaderUsingMasterKey(
    "PUT" as never,
    link,
    "clientencryptionkeys" as never,
    headers,
    bed.emulator.key,
  );
  const response = await fetch(`${bed.emulator.endpoint}${link}`, {
    method: "PUT",
    headers,
    body: JSON.stringify({ ...body, id }),
  });
  if (!response.ok) throw new Error(`the thief's own request: ${response.status} ${await response.text()}`);
}

export async function readEncryptionKey(bed: Bed, database: string, id: string): Promise<Record<string, unknown>> {
  const { resource } = await bed.connectBuiltIn().database(database).readClientEncryptionKey(id);
  return { ...(resource as unknown as Record<string, unknown>) };
}
