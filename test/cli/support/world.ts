/** What the command line is run against: an account, a folder with a configuration, containers with sealed and plaintext documents. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Container, CosmosClient as SdkClient } from "@azure/cosmos";
import { createEmulator, type Emulator } from "@cosmoseal/emulator";
import {
  CosmosClient,
  cosmosKeyStore,
  createKeyStore,
  exportKeyStore,
  type KeyStoreCopy,
  keyStoreContainer,
  staticKeyring,
} from "cosmoseal";
import { type Ran, run } from "./run.js";
import { customers, people } from "./schemas.js";

export const KEK: string = Buffer.alloc(32, 7).toString("base64");
export const OTHER_KEK: string = Buffer.alloc(32, 8).toString("base64");

export interface World {
  readonly emulator: Emulator;
  readonly folder: string;
  /** The plain SDK: what a thief, or the portal, does. */
  readonly account: SdkClient;
  readonly pin: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs the built command in the folder. */
  cosmoseal(args: readonly string[], env?: Readonly<Record<string, string | undefined>>): Promise<Ran>;
  plain(container?: string): Container;
  write(file: string, text: string): Promise<void>;
  /** A copy of the key store. */
  exported(): Promise<KeyStoreCopy>;
  close(): Promise<void>;
}

/** The schemas, as the folder has them; a test may write others. */
export const SCHEMAS: string = readFileSync(new URL("schemas.ts", import.meta.url), "utf8");

/** `pin` and `extra` are TypeScript. The key store lies in the same account, so that every command meets it. */
export function configText(pin: string, extra = ""): string {
  return `import { defineConfig, secret } from "@cosmoseal/cli";
import { cosmosKeyStore, staticKeyring } from "cosmoseal";
import { customers, people } from "./schemas.js";

const kek = secret("SEAL_KEK");
export default defineConfig({
  connection: { endpoint: { env: "COSMOS_ENDPOINT" }, key: { env: "COSMOS_KEY" } },
  seal: async (account) => ({
    keyring: staticKeyring(await kek()),
    store: cosmosKeyStore({ container: account.database("ops").container("keys") }),
    pin: ${pin},
    maxStoreAge: 1,
    containers: { "shop/customers": customers, "shop/people": people },
  }),
  keyrings: { other: () => staticKeyring(process.env.OTHER_KEK) },
  ${extra}
});
`;
}

export async function openWorld(): Promise<World> {
  const emulator = await createEmulator();
  const account = new SdkClient(emulator.connectionString);
  const { database } = await account.databases.create({ id: "shop" });
  const { database: ops } = await account.databases.create({ id: "ops" });
  const { container: keys } = await ops.containers.create(keyStoreContainer("keys"));
  const keyring = staticKeyring(KEK);
  const store = cosmosKeyStore({ container: keys });
  const { pin } = await createKeyStore({ keyring, store, containers: [customers, people] });
  const client = new CosmosClient({
    connectionString: emulator.connectionString,
    seal: {
      keyring,
      store,
      pin,
      containers: { "shop/customers": customers, "shop/people": people },
      createScopes: true,
    },
  });
  await client.database("shop").containers.create({ id: "customers", partitionKey: "/tenantId" });
  await client.database("shop").containers.create({ id: "people", partitionKey: "/person" });
  const { items } = client.container(customers);
  for (let i = 0; i < 12; i++) {
    const tenantId = `t-${i % 3}`;
    const email = `canary-${i}@example.org`;
    await items.create({
      id: `c-${i}`,
      tenantId,
      plan: "pro",
      visits: i,
      email,
      name: `Canary ${i}`,
      diagnosis: "J45.9",
    });
  }
  for (const person of ["p-1", "p-2", "p-3"]) {
    await client.container(people).items.create({ id: person, person, note: `canary of ${person}` });
  }
  await database.containers.create({ id: "audit", partitionKey: "/day" });
  client.dispose();

  const folder = await mkdtemp(join(tmpdir(), "cosmoseal-cli-"));
  // As an application that has installed the packages.
  await symlink(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"));
  await writeFile(join(folder, "schemas.ts"), SCHEMAS);
  await writeFile(join(folder, "cosmoseal.config.ts"), configText(JSON.stringify(pin)));
  const env = { COSMOS_ENDPOINT: emulator.endpoint, COSMOS_KEY: emulator.key, SEAL_KEK: KEK, OTHER_KEK };
  return {
    emulator,
    folder,
    account,
    pin,
    env,
    cosmoseal: (args, changes = {}) => run(args, { cwd: folder, env: { ...env, ...changes } }),
    plain: (container = "customers") => database.container(container),
    exported: () => exportKeyStore({ keyring, store, pin }),
    write: (file, text) => writeFile(join(folder, file), text),
    close: async () => {
      account.dispose();
      await emulator.close();
      await rm(folder, { recursive: true });
    },
  };
}
