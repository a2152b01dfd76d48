/** An account with each schema twice: a plaintext container, by the SDK's own client, and a sealed one, by ours. */
import { type Container, type FeedOptions, CosmosClient as SdkClient, type SqlQuerySpec } from "@azure/cosmos";
import { createEmulator, type RecordedExchange } from "@cosmoseal/emulator";
import type { Json } from "@cosmoseal/sql";
import { CosmosClient, createKeyStore, memoryKeyStore, staticKeyring } from "cosmoseal";
import type { CatalogueEntry } from "./catalogue.js";
import { SYSTEM_PROPERTIES, toJson } from "./rows.js";
import type { EquivalenceDocument, EquivalenceSchema } from "./schemas/schema.js";

/** One schema on one account. */
export interface Twins {
  /** The documents as the plaintext container holds them, with marks in the place of what the service sets. */
  readonly documents: readonly Json[];
  askPlain(entry: Question): Promise<readonly unknown[]>;
  askSealed(entry: Question, unindexed?: "scan"): Promise<SealedAnswer>;
}

export type Question = Pick<CatalogueEntry, "query" | "parameters" | "partitionKey">;

export interface SealedAnswer {
  /** Undefined where it threw. */
  readonly rows: readonly unknown[] | undefined;
  readonly error: (Error & { readonly code?: unknown }) | undefined;
  /** Documents that came from the service. */
  readonly fetched: number;
  readonly sent: readonly RecordedExchange[];
}

export interface Stage {
  twins(schema: EquivalenceSchema, documents: readonly EquivalenceDocument[]): Promise<Twins>;
  close(): Promise<void>;
}

/** Exchanges that the record keeps. */
const KEPT = 2000;

export async function openStage(ranges: number, schemas: readonly EquivalenceSchema[]): Promise<Stage> {
  const emulator = await createEmulator({ ranges, record: KEPT });
  const plain = new SdkClient(emulator.connectionString);
  const definitions = new Map(schemas.map((schema) => [schema.name, schema.define()]));
  const keyring = staticKeyring(Buffer.alloc(32, 5).toString("base64"));
  const store = memoryKeyStore();
  const { pin } = await createKeyStore({ keyring, store, containers: [...definitions.values()] });
  let fetched = 0;
  const client = new CosmosClient({
    connectionString: emulator.connectionString,
    seal: {
      keyring,
      store,
      pin,
      containers: Object.fromEntries([...definitions].map(([name, definition]) => [`sealed/${name}`, definition])),
      onEvent: (event) => {
        if (event.type === "page") fetched += event.fetched;
      },
    },
  });
  await plain.databases.create({ id: "plain" });
  await client.databases.create({ id: "sealed" });

  return {
    async twins(schema, documents) {
      const plainContainer = await create(plain, "plain", schema);
      const sealedContainer = await create(client, "sealed", schema);
      const json = documents.map((document) => toJson(document) as { [name: string]: Json });
      await fill(sealedContainer, documents);
      let filling: Promise<void> | undefined;
      return {
        documents: json.map((document) => ({
          ...document,
          ...Object.fromEntries(SYSTEM_PROPERTIES.map((name) => [name, ""])),
        })),
        async askPlain(question) {
          filling ??= fill(plainContainer, json);
          await filling;
          return ask(plainContainer, question);
        },
        async askSealed(question, unindexed) {
          fetched = 0;
          const before = recordedBefore(emulator.requests);
          const outcome = await ask(sealedContainer, question, unindexed).then(
            (rows) => ({ rows, error: undefined }),
            (error: Error) => ({ rows: undefined, error }),
          );
          return { ...outcome, fetched, sent: recordedSince(emulator.requests, before) };
        },
      };
    },
    async close() {
      plain.dispose();
      client.dispose();
      await emulator.close();
    },
  };
}

async function create(client: SdkClient, database: string, schema: EquivalenceSchema): Promise<Container> {
  const partitionKey = { paths: [...schema.partitionKey] };
  const { container } = await client.database(database).containers.create({ id: schema.name, partitionKey });
  return container;
}

async function fill(container: Container, documents: readonly object[]): Promise<void> {
  const waiting = [...documents].reverse();
  const workers = Array.from({ length: 16 }, async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await container.items.create(next);
  });
  await Promise.all(workers);
}

async function ask(container: Container, question: Question, unindexed?: "scan"): Promise<readonly unknown[]> {
  const spec: SqlQuerySpec = {
    query: question.query,
    parameters: Object.entries(question.parameters).map(([name, value]) => ({ name, value: toJson(value) as null })),
  };
  const options: FeedOptions & { readonly unindexed?: "scan" } = {
    ...(question.partitionKey !== undefined && { partitionKey: question.partitionKey }),
    ...(unindexed && { unindexed }),
  };
  const { resources } = await container.items.query(spec, options).fetchAll();
  return resources ?? [];
}

/** The record keeps the last exchanges alone: what is new is told by the last one that was there. */
function recordedBefore(exchanges: readonly RecordedExchange[]): RecordedExchange | undefined {
  return exchanges.at(-1);
}

function recordedSince(
  exchanges: readonly RecordedExchange[],
  last: RecordedExchange | undefined,
): readonly RecordedExchange[] {
  const since = exchanges.slice(last === undefined ? 0 : exchanges.lastIndexOf(last) + 1);
  if (since.length >= KEPT) throw new Error("A query sent more than the record keeps.");
  return since;
}
