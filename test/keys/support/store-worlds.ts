/** Each key store in a world of its own: where it lies, what is on the disk or in the account, and how it goes wrong. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CosmosClient as SdkClient } from "@azure/cosmos";
import { type KeyStore, memoryKeyStore } from "@cosmoseal/core";
import { fileKeyStore } from "@cosmoseal/core/node";
import { createEmulator, type Emulator } from "@cosmoseal/emulator";
import { cosmosKeyStore, keyStoreContainer } from "cosmoseal";
import { afterAll } from "vitest";

export interface StoreWorld {
  /** Another instance on the same place, as another process has it. */
  open(): KeyStore;
  /** Everything that lies there, as a thief finds it. */
  stolen(): Promise<string>;
  /** A store at a place that can't be reached. */
  unreachable(): KeyStore;
  /** Damages what lies there. */
  damage?(): Promise<void>;
  /** For a process of its own. */
  readonly place?: StorePlace;
  readonly emulator?: Emulator;
}

/** Where a store lies, as JSON. */
export type StorePlace =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "cosmos"; readonly connectionString: string; readonly container: string };

export function memoryWorld(): StoreWorld {
  const store = memoryKeyStore();
  return {
    open: () => store,
    stolen: async () => {
      const head = (await store.readHead()) as { tree?: object } | undefined;
      const buckets = await Promise.all(Object.keys(head?.tree ?? {}).map((bucket) => store.readBucket(bucket)));
      return JSON.stringify([head, buckets]);
    },
    unreachable: () => ({ ...store, readHead: () => Promise.reject(new Error("gone")) }),
  };
}

export function fileWorld(): StoreWorld {
  const folder = mkdtempSync(join(tmpdir(), "cosmoseal-store-"));
  ended.push(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "shop.keys");
  return {
    open: () => fileKeyStore(path),
    // Whatever lies in the folder, temporary files and locks too.
    stolen: async () =>
      readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), "utf8"))
        .join("\n"),
    unreachable: () => fileKeyStore(folder),
    damage: async () => writeFileSync(path, readFileSync(path, "utf8").slice(0, -40)),
    place: { kind: "file", path },
  };
}

export function modeOf(world: StoreWorld): number {
  if (world.place?.kind !== "file") throw new Error("no file");
  return statSync(world.place.path).mode & 0o777;
}

let running: Promise<Emulator> | undefined;
let containers = 0;

/** One account for the tests of a file. */
export function account(): Promise<Emulator> {
  running ??= createEmulator({ ranges: 2 }).then((emulator) => {
    ended.push(() => emulator.close());
    return emulator;
  });
  return running;
}

export async function cosmosWorld(): Promise<StoreWorld> {
  const emulator = await account();
  const sdk = new SdkClient(emulator.connectionString);
  ended.push(() => sdk.dispose());
  const { database } = await sdk.databases.createIfNotExists({ id: "ops" });
  const { container } = await database.containers.create(keyStoreContainer(`keys-${++containers}`));
  return {
    open: () => cosmosKeyStore({ container }),
    stolen: async () => JSON.stringify((await container.items.readAll().fetchAll()).resources),
    unreachable: () => {
      const away = new SdkClient({ endpoint: "http://127.0.0.1:9/", key: "bm9uZQ==" });
      ended.push(() => away.dispose());
      return cosmosKeyStore({ container: away.database("ops").container("keys") });
    },
    damage: async () => {
      const { resources } = await container.items.readAll<{ readonly id: string }>().fetchAll();
      const bucket = resources.find(({ id }) => id !== "head");
      await container.item(bucket!.id, "keys").delete();
    },
    place: { kind: "cosmos", connectionString: emulator.connectionString, container: container.id },
    emulator,
  };
}

const ended: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ended.reverse()) await end();
});
