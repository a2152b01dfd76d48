// The load: the real SDK, sixteen requests under way at once, over connections that stay open.

import { type Container, CosmosClient } from "@azure/cosmos";
import type { Server } from "./servers.js";

const CONCURRENCY = 16;
const STORED = 1_000;

export interface Rate {
  /** Operations per second. */
  readonly rate: number;
  /** Processor time of the server and of the client per operation, in milliseconds: what a busy machine does not disturb. */
  readonly server: number;
  readonly client: number;
}

export interface Rates {
  readonly reads: Rate;
  readonly creates: Rate;
}

/** After a warm-up of `warm` seconds, over `seconds` each. */
export async function measureRates(server: Server, key: string, warm: number, seconds: number): Promise<Rates> {
  const client = new CosmosClient({
    endpoint: server.endpoint,
    key,
    // The other server names itself with https, whatever it speaks.
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  const { database } = await client.databases.create({ id: "bench" });
  const { container } = await database.containers.create({ id: "bench", partitionKey: { paths: ["/pk"] } });
  for (let at = 0; at < STORED; at++) await container.items.create(documentOf(`d${at}`));
  const read = (at: number): Promise<unknown> => {
    const id = `d${at % STORED}`;
    return container.item(id, id).read();
  };
  let fresh = 0;
  const create = (): Promise<unknown> => container.items.create(documentOf(`f${fresh++}`));
  await during(server, warm, read);
  const reads = await during(server, seconds, read);
  await during(server, warm, create);
  const creates = await during(server, seconds, create);
  client.dispose();
  return { reads, creates };
}

/** Writes `count` documents of 1 KB each, in bulk. */
export async function store(endpoint: string, key: string, count: number): Promise<void> {
  const client = new CosmosClient({ endpoint, key });
  const { database } = await client.databases.create({ id: "store" });
  const { container } = await database.containers.create({ id: "store", partitionKey: { paths: ["/pk"] } });
  for (let from = 0; from < count; from += 1_000) await storeSome(container, from, Math.min(from + 1_000, count));
  client.dispose();
}

async function storeSome(container: Container, from: number, to: number): Promise<void> {
  const operations = Array.from({ length: to - from }, (_, at) => ({
    operationType: "Create" as const,
    resourceBody: documentOf(`s${from + at}`),
  }));
  const answers = await container.items.executeBulkOperations(
    operations.map((operation) => ({ ...operation, partitionKey: operation.resourceBody.pk })),
  );
  const failed = answers.find((answer) => answer.response?.statusCode !== 201);
  if (failed !== undefined) throw new Error(`A document was not stored: ${failed.error?.message}`);
}

async function during(server: Server, seconds: number, operation: (at: number) => Promise<unknown>): Promise<Rate> {
  const started = performance.now();
  const serverBefore = server.processorTime();
  const clientBefore = process.cpuUsage();
  const end = started + seconds * 1000;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) await operation(done++);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const { user, system } = process.cpuUsage(clientBefore);
  return {
    rate: done / ((performance.now() - started) / 1000),
    server: ((server.processorTime() - serverBefore) * 1000) / done,
    client: (user + system) / 1000 / done,
  };
}

function documentOf(id: string): { id: string; pk: string; n: number; padding: string } {
  return { id, pk: id, n: id.length, padding: "x".repeat(940) };
}
