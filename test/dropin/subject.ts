/** The three clients that one behaviour is run by: the SDK's own, ours on plaintext, ours on sealed containers. The names that they use are the same. */
import { createHash } from "node:crypto";
import {
  type Container,
  type ContainerRequest,
  CosmosClient,
  type CosmosClientOptions,
  type Database,
  type JSONObject,
} from "@azure/cosmos";
import { createEmulator, type Emulator } from "@cosmoseal/emulator";
import {
  createKeyStore,
  defineContainer,
  memoryKeyStore,
  type PathContainerOptions,
  CosmosClient as SealClient,
  type SealedContainerDefinition,
  sealed,
  staticKeyring,
  unsigned,
} from "cosmoseal";
import { observe, type Seen } from "./observe.js";

export const MODES = ["plain", "plaintext", "sealed"] as const;
export type Mode = (typeof MODES)[number];

/** A document of these behaviours. */
export type Doc = JSONObject & { id: string; pk: string };

/** What a behaviour works with. */
export interface Subject {
  readonly mode: Mode;
  readonly client: CosmosClient;
  readonly database: Database;
  /** Shared by all behaviours; each keeps to its own partition. */
  readonly container: Container;
  /** This behaviour's own partition. */
  readonly pk: string;
  /** A document in it, with values at sealed, signed and unsigned paths. */
  doc(n: number | string, more?: object): Doc;
  /** A container of its own. In a sealed client it is sealed under a definition with the same partition key. */
  fresh(definition?: Partial<ContainerRequest>): Promise<Container>;
  /** A name for a container that the behaviour makes by itself, declared with this partition key. */
  declare(id: string, partitionKey?: readonly string[], more?: Partial<PathContainerOptions>): string;
  /** A client more on the same account. */
  connect(options?: Partial<CosmosClientOptions>): CosmosClient;
  /** A database name that no other behaviour uses. */
  databaseName(start: string): string;
  /** The error of what must fail, as a value; a success is told as one. */
  thrown(work: () => unknown): Promise<unknown>;
}

/** Where a behaviour's answers come from. */
export interface Stage {
  readonly emulator: Emulator | undefined;
  run(title: string, mode: Mode, show: (subject: Subject) => Promise<unknown>): Promise<Seen>;
  close(): Promise<void>;
}

export const ACCOUNT: { readonly endpoint: string; readonly key: string } | undefined = readAccount();

export async function openStage(ranges: number): Promise<Stage> {
  const emulator = ACCOUNT === undefined ? await createEmulator({ ranges }) : undefined;
  const { endpoint, key } = ACCOUNT ?? emulator!;
  const run = Math.random().toString(36).slice(2, 8);
  const worlds = new Map<Mode, Promise<World>>();
  const worldOf = (mode: Mode): Promise<World> => {
    const world = worlds.get(mode) ?? createWorld(mode, endpoint, key, `${mode}-${run}`);
    worlds.set(mode, world);
    return world;
  };
  return {
    emulator,
    async run(title, mode, show) {
      const world = await worldOf(mode);
      const subject = world.subject(keyOf(title));
      const seen = await settle(() => show(subject));
      return observe(seen, { [world.database.id]: "<database>", [endpoint]: "<endpoint>" });
    },
    async close() {
      for (const opening of worlds.values()) await (await opening).close();
      await emulator?.close();
    },
  };
}

/** The same in every run, so that what stands in the matrix doesn't hang on which other behaviours there are. */
function keyOf(title: string): string {
  return `b${createHash("sha256").update(title).digest("hex").slice(0, 6)}`;
}

/** A behaviour's answer, or how it failed. */
async function settle(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return { "<thrown>": error };
  }
}

interface World {
  readonly database: Database;
  subject(key: string): Subject;
  close(): Promise<void>;
}

async function createWorld(mode: Mode, endpoint: string, key: string, databaseId: string): Promise<World> {
  const definitions = new Map<string, SealedContainerDefinition<unknown>>();
  const keyring = staticKeyring(Buffer.alloc(32, 7).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [] });
  const connect = (options: Partial<CosmosClientOptions> = {}): CosmosClient => {
    const given = { endpoint, key, ...options };
    if (mode === "plain") return new CosmosClient(given);
    const containers = (database: string, id: string): SealedContainerDefinition<unknown> | "plaintext" =>
      mode === "plaintext" ? "plaintext" : define(database, id);
    return new SealClient({ ...given, seal: { keyring, store, pin, containers, createScopes: true } });
  };
  const define = (
    database: string,
    id: string,
    partitionKey: readonly string[] = ["/pk"],
    more: Partial<PathContainerOptions> = {},
  ): SealedContainerDefinition<unknown> => {
    const name = `${database}/${id}`;
    const known =
      definitions.get(name) ?? defineContainer({ name, partitionKey, paths: TREATMENTS, unlisted: "signed", ...more });
    definitions.set(name, known);
    return known;
  };
  const client = connect();
  const { database } = await client.databases.create({ id: databaseId });
  define(databaseId, "shared");
  const { container } = await database.containers.create({ id: "shared", partitionKey: { paths: ["/pk"] } });
  const opened: CosmosClient[] = [client];
  const made: string[] = [];
  return {
    database,
    subject(name) {
      let fresh = 0;
      return {
        mode,
        client,
        database,
        container,
        pk: name,
        doc: (n, more = {}) =>
          ({ id: `${name}-${n}`, pk: name, ...VALUES, n: typeof n === "number" ? n : 0, ...more }) as Doc,
        async fresh(definition = {}) {
          const id = `${name}-${++fresh}`;
          const partitionKey = definition.partitionKey ?? { paths: ["/pk"] };
          define(databaseId, id, typeof partitionKey === "string" ? [partitionKey] : partitionKey.paths);
          return (await database.containers.create({ partitionKey, ...definition, id })).container;
        },
        declare(id, partitionKey, more) {
          define(databaseId, `${name}-${id}`, partitionKey, more);
          return `${name}-${id}`;
        },
        connect(options) {
          const another = connect(options);
          opened.push(another);
          return another;
        },
        databaseName(start) {
          made.push(`${databaseId}-${name}-${start}`);
          return made.at(-1)!;
        },
        async thrown(work) {
          try {
            return { "not thrown": await work() };
          } catch (error) {
            return { "<thrown>": error };
          }
        },
      };
    },
    async close() {
      for (const id of [...new Set(made), databaseId]) {
        await client.database(id).delete().catch(ignoreMissing);
      }
      for (const one of opened) one.dispose();
    },
  };
}

/** A behaviour may have deleted its database itself. */
function ignoreMissing(error: { code?: unknown }): void {
  if (error.code !== 404) throw error;
}

const TREATMENTS = {
  "/email": sealed({ equality: true, prefix: true }),
  "/name": sealed({ equality: true }),
  "/age": sealed({ equality: true, range: { min: -1_000_000, max: 1_000_000, precision: 1 } }),
  "/tags": sealed({ equality: true }),
  "/note": sealed(),
  "/address": sealed(),
  "/cards/[]/pan": sealed({ equality: true }),
  "/visits": unsigned(),
};

const VALUES = {
  email: "jane@example.org",
  plan: "pro",
  name: "Jane Döe",
  age: 41,
  tags: ["red", "blue"],
  note: "a note",
  address: { street: "1 Main", city: "Oslo", geo: { lat: 59.9, lon: 10.7 } },
  cards: [
    { brand: "visa", pan: "4111" },
    { brand: "amex", pan: "3700" },
  ],
  visits: 1,
};

function readAccount(): { endpoint: string; key: string } | undefined {
  const { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key } = process.env;
  if (endpoint === undefined && key === undefined) return undefined;
  if (!endpoint || !key) throw new Error("COSMOS_ENDPOINT and COSMOS_KEY go together.");
  return { endpoint, key };
}
