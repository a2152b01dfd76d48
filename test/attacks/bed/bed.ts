/** One account with three applications in it, which do the same in three ways, and the thief of its key. */
import { type Container, type CosmosClientOptions, CosmosClient as SdkClient } from "@azure/cosmos";
import { createEmulator, type Emulator } from "@cosmoseal/emulator";
import {
  type ContainerTable,
  CosmosClient,
  createKeyStore,
  type Keyring,
  type KeyStore,
  memoryKeyStore,
  type SealOptions,
  staticKeyring,
} from "cosmoseal";
import { createEncrypted, createKeys, createVault, encryptingClient, type Vault } from "./built-in.js";
import { archive, customers } from "./documents.js";

/** An application: its containers as it sees them, and as the thief does. */
export interface Side {
  readonly name: "control" | "ours" | "builtIn";
  readonly customers: Container;
  readonly archive: Container;
  readonly stolen: { readonly customers: Container; readonly archive: Container };
}

export interface Bed {
  readonly emulator: Emulator;
  readonly keyring: Keyring;
  readonly store: KeyStore;
  readonly pin: string;
  readonly vault: Vault;
  /** The plain SDK with the account key. */
  readonly thief: SdkClient;
  readonly client: CosmosClient;
  readonly control: Side;
  readonly ours: Side;
  readonly builtIn: Side;
  /** A partition that nothing is in yet. */
  partition(): string;
  /** An id of a database or container that there is none of yet. */
  fresh(prefix: string): string;
  /** Another process of our application. */
  connect(seal?: Partial<SealOptions>, options?: Partial<CosmosClientOptions>): CosmosClient;
  /** Another process of the application without protection. */
  connectPlain(options?: Partial<CosmosClientOptions>): SdkClient;
  /** Another process of the application with the built-in encryption. */
  connectBuiltIn(options?: Partial<CosmosClientOptions>): SdkClient;
  close(): Promise<void>;
}

export const CONTAINERS: ContainerTable = { "ours/customers": customers, "ours/archive": archive };

export async function createBed(): Promise<Bed> {
  const emulator = await createEmulator({ record: 50_000, log: () => undefined });
  const keyring = staticKeyring(Buffer.alloc(32, 7).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [customers, archive] });
  const open: { dispose(): void }[] = [];
  const kept = <T extends { dispose(): void }>(client: T): T => {
    open.push(client);
    return client;
  };
  const { connectionString, endpoint, key } = emulator;
  const connect: Bed["connect"] = (seal = {}, options = {}) =>
    kept(
      new CosmosClient({
        connectionString,
        ...options,
        seal: { keyring, store, pin, containers: CONTAINERS, ...seal },
      }),
    );
  const connectPlain: Bed["connectPlain"] = (options = {}) => kept(new SdkClient({ endpoint, key, ...options }));
  const vault = createVault();
  const connectBuiltIn: Bed["connectBuiltIn"] = (options = {}) =>
    kept(
      new SdkClient({
        endpoint,
        key,
        clientEncryptionOptions: { keyEncryptionKeyResolver: vault.resolver },
        ...options,
      }),
    );
  const thief = connectPlain();
  const client = connect();

  for (const id of ["control", "ours"] as const) {
    const { database } = await (id === "ours" ? client : thief).databases.create({ id });
    for (const name of ["customers", "archive"]) {
      await database.containers.create({ id: name, partitionKey: { paths: ["/tenantId"] } });
    }
  }
  const encrypting = kept(encryptingClient(connectionString, vault.resolver));
  const { database } = await encrypting.databases.create({ id: "builtIn" });
  await createKeys(database);
  for (const name of ["customers", "archive"]) await createEncrypted(database, name);

  const sideOf = (name: Side["name"], by: SdkClient): Side => ({
    name,
    customers: by.database(name).container("customers"),
    archive: by.database(name).container("archive"),
    stolen: {
      customers: thief.database(name).container("customers"),
      archive: thief.database(name).container("archive"),
    },
  });
  let count = 0;
  return {
    emulator,
    keyring,
    store,
    pin,
    vault,
    thief,
    client,
    control: sideOf("control", connectPlain()),
    ours: sideOf("ours", client),
    builtIn: sideOf("builtIn", encrypting),
    partition: () => `t-${++count}`,
    fresh: (prefix) => `${prefix}-${++count}`,
    connect,
    connectPlain,
    connectBuiltIn,
    close: async () => {
      for (const one of open) one.dispose();
      await emulator.close();
    },
  };
}
