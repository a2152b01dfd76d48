/** A world with a group that has a root of its own: who holds it, who holds the main keyring alone, and the thief. */
import { type Container, CosmosClient as SdkClient } from "@azure/cosmos";
import { createEmulator, type Emulator } from "@cosmoseal/emulator";
import {
  CosmosClient,
  createKeyStore,
  defineContainer,
  type GroupKeysOptions,
  type KeyStore,
  memoryKeyStore,
  type SealOptions,
  sealed,
  staticKeyring,
  unsigned,
} from "cosmoseal";
import { afterAll, beforeAll } from "vitest";
import { z } from "zod";

export const chartSchema = z.object({
  id: z.string(),
  tenantId: z.string(),
  plan: z.string().optional(),
  visits: unsigned(z.number()).optional(),
  email: sealed(z.string(), { equality: true }).optional(),
  diagnosis: sealed(z.string(), { group: "medical", equality: true }).optional(),
  history: z.object({ since: z.string(), note: sealed(z.string(), { group: "medical" }).optional() }).optional(),
  stays: z
    .array(
      z.object({
        day: z.string(),
        ward: sealed(z.string()).optional(),
        finding: sealed(z.string(), { group: "medical", equality: true }).optional(),
      }),
    )
    .optional(),
});

export const charts = defineContainer({ name: "charts", partitionKey: "/tenantId", schema: chartSchema });

/** Id and partition key sealed: they lie in the default group. */
export const wards = defineContainer({
  name: "wards",
  partitionKey: "/ward",
  schema: z.object({ id: sealed(z.string()), ward: sealed(z.string()), beds: z.number().optional() }),
});

export const MAIN = staticKeyring(Buffer.alloc(32, 7).toString("base64"));
export const MEDICAL = staticKeyring(Buffer.alloc(32, 9).toString("base64"));
export const DEFAULT = staticKeyring(Buffer.alloc(32, 11).toString("base64"));

export interface GroupWorld {
  readonly emulator: Emulator;
  readonly store: KeyStore;
  readonly pin: string;
  /** All groups, as an option of the client. */
  readonly groups: Readonly<Record<string, GroupKeysOptions>>;
  /** Holds every key; without medical; with the main keyring alone, where the default group has a root too. */
  readonly full: Container;
  readonly partial: Container;
  readonly thief: Container;
  connect(seal?: Partial<SealOptions>): CosmosClient;
  /** The container of charts, by a client more. */
  by(seal?: Partial<SealOptions>): Container;
}

export interface GroupWorldOptions {
  /** Groups with a root of their own. Default: medical. */
  readonly rooted?: readonly ("" | "medical")[];
}

export function useGroupWorld(options: GroupWorldOptions = {}): () => GroupWorld {
  let world: GroupWorld;
  const ends: (() => unknown)[] = [];
  beforeAll(async () => {
    world = await createGroupWorld(options, ends);
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });
  return () => world;
}

async function createGroupWorld(
  { rooted = ["medical"] }: GroupWorldOptions,
  ends: (() => unknown)[],
): Promise<GroupWorld> {
  const emulator = await createEmulator({ record: true, ranges: 2 });
  ends.push(() => emulator.close());
  const keyrings = { "": DEFAULT, medical: MEDICAL };
  const store = memoryKeyStore();
  const { pin, groups: pins } = await createKeyStore({
    keyring: MAIN,
    store,
    containers: [charts, wards],
    groups: Object.fromEntries(rooted.map((group) => [group, { keyring: keyrings[group] }])),
  });
  const groups = Object.fromEntries(rooted.map((group) => [group, { keyring: keyrings[group], pin: pins[group]! }]));
  const connect = (seal: Partial<SealOptions> = {}): CosmosClient => {
    const client = new CosmosClient({
      connectionString: emulator.connectionString,
      seal: { keyring: MAIN, store, pin, containers: { "shop/charts": charts, "shop/wards": wards }, ...seal },
    });
    ends.push(() => client.dispose());
    return client;
  };
  const by = (seal?: Partial<SealOptions>): Container => connect(seal).database("shop").container("charts");
  const { database } = await connect({ groups }).databases.create({ id: "shop" });
  await database.containers.create({ id: "charts", partitionKey: "/tenantId" });
  await database.containers.create({ id: "wards", partitionKey: "/ward" });
  const thief = new SdkClient(emulator.connectionString);
  ends.push(() => thief.dispose());
  return {
    emulator,
    store,
    pin,
    groups,
    full: by({ groups }),
    partial: by({ missingGroups: "omit" }),
    thief: thief.database("shop").container("charts"),
    connect,
    by,
  };
}
