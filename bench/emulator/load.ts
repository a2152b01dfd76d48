// The load: the real SDK, sixteen requests under way at once, over connections that stay open. It comes from two processes,
// since one that runs the SDK is slower than the server that it asks.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Container, CosmosClient } from "@azure/cosmos";
import { documentOf, STORED } from "./documents.js";
import type { Account, Answer, Order, Verb } from "./driver.js";
import type { Server } from "./servers.js";

const DRIVERS = 2;

export interface Rate {
  /** Operations per second. */
  readonly rate: number;
  /** Processor time of the server and of the clients per operation, in milliseconds: what a busy machine does not disturb. */
  readonly server: number;
  readonly client: number;
}

export interface Rates {
  readonly reads: Rate;
  readonly creates: Rate;
}

/** After a warm-up of `warm` seconds, over `seconds` each. */
export async function measureRates(server: Server, key: string, warm: number, seconds: number): Promise<Rates> {
  const account: Account = { endpoint: server.endpoint, key };
  await prepare(account);
  const drivers = Array.from({ length: DRIVERS }, (_, at) => startDriver(account, at));
  const measure = async (verb: Verb): Promise<Rate> => {
    await during(server, drivers, { verb, seconds: warm });
    return during(server, drivers, { verb, seconds });
  };
  try {
    return { reads: await measure("read"), creates: await measure("create") };
  } finally {
    for (const driver of drivers) driver.disconnect();
  }
}

async function prepare({ endpoint, key }: Account): Promise<void> {
  const client = new CosmosClient({
    endpoint,
    key,
    // The other server names itself with https, whatever it speaks.
    connectionPolicy: { enableEndpointDiscovery: false },
  });
  const { database } = await client.databases.create({ id: "bench" });
  const { container } = await database.containers.create({ id: "bench", partitionKey: { paths: ["/pk"] } });
  for (let at = 0; at < STORED; at++) await container.items.create(documentOf(`d${at}`));
  client.dispose();
}

type Driver = ReturnType<typeof fork>;

function startDriver(account: Account, at: number): Driver {
  const script = fileURLToPath(new URL("./driver.ts", import.meta.url));
  const driver = fork(script, [String(at)], { execArgv: ["--import", "tsx"] });
  driver.send(account);
  return driver;
}

async function during(server: Server, drivers: readonly Driver[], order: Order): Promise<Rate> {
  const before = server.processorTime();
  const answers = await Promise.all(
    drivers.map(async (driver): Promise<Answer> => {
      const answer = once(driver, "message");
      driver.send(order);
      return (await answer)[0] as Answer;
    }),
  );
  const done = answers.reduce((sum, answer) => sum + answer.done, 0);
  return {
    rate: answers.reduce((sum, answer) => sum + answer.done / answer.seconds, 0),
    server: ((server.processorTime() - before) * 1000) / done,
    client: answers.reduce((sum, answer) => sum + answer.processor, 0) / done,
  };
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
