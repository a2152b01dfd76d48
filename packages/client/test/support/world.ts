/** A whole world for a test: the emulator over HTTP, keys, the owner's client, and the thief's, which is the plain SDK with the account key. */
import { type Container, type CosmosClientOptions, CosmosClient as SdkClient } from "@azure/cosmos";
import { createEmulator, type Emulator, type RecordedExchange } from "@cosmoseal/emulator";
import {
  type ContainerDeclaration,
  CosmosClient,
  createKeyStore,
  defineContainer,
  type Keyring,
  type KeyStore,
  memoryKeyStore,
  type SealOptions,
  sealed,
  staticKeyring,
  unsigned,
} from "cosmoseal";
import { afterAll, beforeAll } from "vitest";
import { z } from "zod";

export const customerSchema = z.object({
  id: z.string(),
  tenantId: z.string(),
  plan: z.string().optional(),
  rank: z.number().optional(),
  visits: unsigned(z.number()).optional(),
  labels: z.array(z.string()).optional(),
  email: sealed(z.string(), { equality: { normalize: "lowercase" } }).optional(),
  name: sealed(z.string().nullable(), { equality: true }).optional(),
  age: sealed(z.number(), { equality: true }).optional(),
  vip: sealed(z.boolean(), { equality: { bits: 4 } }).optional(),
  tags: sealed(z.array(z.string()), { equality: true }).optional(),
  note: sealed(z.string()).optional(),
  address: sealed(z.object({ street: z.string(), city: z.string() })).optional(),
  cards: z.array(z.object({ brand: z.string(), pan: sealed(z.string(), { equality: true }) })).optional(),
  diagnosis: sealed(z.string(), { group: "medical" }).optional(),
});

/** A definition of the customers; each world needs one of its own only where it says so. */
export const customers = defineContainer({ name: "customers", partitionKey: "/tenantId", schema: customerSchema });

/** Id and partition key sealed. */
export const patients = defineContainer({
  name: "patients",
  partitionKey: "/ward",
  schema: z.object({
    id: sealed(z.string()),
    ward: sealed(z.string().nullable()).optional(),
    plan: z.string().optional(),
    finding: sealed(z.string(), { equality: true }),
  }),
});

export interface World {
  readonly emulator: Emulator;
  readonly keyring: Keyring;
  readonly store: KeyStore;
  readonly pin: string;
  readonly client: CosmosClient;
  readonly thief: SdkClient;
  /** The sealed containers and the plaintext one, by the owner's client. */
  readonly customers: Container;
  readonly patients: Container;
  readonly plain: Container;
  /** A client more, on the same account. */
  connect(seal?: Partial<SealOptions>, options?: Partial<CosmosClientOptions>): CosmosClient;
  /** The container as the thief sees it. */
  stolen(name: string): Container;
  /** Requests since `since`. */
  sent(since?: number): readonly RecordedExchange[];
}

export const KEYRING_SECRET = Buffer.alloc(32, 7).toString("base64");

export const CONTAINERS: Readonly<Record<string, ContainerDeclaration>> = {
  "shop/customers": customers,
  "shop/patients": patients,
  "shop/plain": "plaintext",
};

/** Starts a world before the tests of a file and ends it after them. */
export function useWorld(options: WorldOptions = {}): () => World {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(options);
  });
  afterAll(async () => {
    world.client.dispose();
    world.thief.dispose();
    await world.emulator.close();
  });
  return () => world;
}

export interface WorldOptions {
  readonly ranges?: number;
  /** Where the emulator tells of errors; standard error by default. */
  readonly log?: (message: string) => void;
}

export async function createWorld({ ranges = 2, log }: WorldOptions): Promise<World> {
  const emulator = await createEmulator({ record: true, ranges, ...(log && { log }) });
  const keyring = staticKeyring(KEYRING_SECRET);
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [customers, patients] });
  const connect = (seal: Partial<SealOptions> = {}, more: Partial<CosmosClientOptions> = {}): CosmosClient =>
    new CosmosClient({
      connectionString: emulator.connectionString,
      ...more,
      seal: { keyring, store, pin, containers: CONTAINERS, ...seal },
    });
  const client = connect();
  const thief = new SdkClient(emulator.connectionString);
  const { database } = await client.databases.create({ id: "shop" });
  await database.containers.create({ id: "customers", partitionKey: "/tenantId" });
  await database.containers.create({ id: "patients", partitionKey: "/ward" });
  await database.containers.create({ id: "plain", partitionKey: "/tenantId" });
  return {
    emulator,
    keyring,
    store,
    pin,
    client,
    thief,
    customers: database.container("customers"),
    patients: database.container("patients"),
    plain: database.container("plain"),
    connect,
    stolen: (name) => thief.database("shop").container(name),
    sent: (since = 0) => emulator.requests.slice(since),
  };
}

/** Of a thrown or rejected error. */
export async function failureOf(work: () => unknown): Promise<Error & { code?: unknown; committed?: boolean }> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

/** Its code, told apart from one that is not thrown at all. */
export async function codeOf(work: () => unknown): Promise<unknown> {
  return (await failureOf(work)).code;
}

/** A document without what the service adds. */
export function bare(document: unknown): Record<string, unknown> {
  const { _rid, _self, _etag, _ts, _attachments, ...rest } = document as Record<string, unknown>;
  return rest;
}
