// One process of the load: told the account first, then orders, each answered when its time is over.

import { type Container, CosmosClient } from "@azure/cosmos";
import { documentOf, STORED } from "./documents.js";

export interface Account {
  readonly endpoint: string;
  readonly key: string;
}

export type Verb = "read" | "create";

export interface Order {
  readonly verb: Verb;
  readonly seconds: number;
}

export interface Answer {
  readonly done: number;
  readonly seconds: number;
  /** Processor time used, in milliseconds. */
  readonly processor: number;
}

const CONCURRENCY = 8;
const name = process.argv[2];
let container: Container;
let fresh = 0;

const verbs: Readonly<Record<Verb, (at: number) => Promise<unknown>>> = {
  read: (at) => container.item(`d${at % STORED}`, `d${at % STORED}`).read(),
  create: () => container.items.create(documentOf(`f${name}-${fresh++}`)),
};

process.on("message", async (message: Account | Order) => {
  if ("verb" in message) process.send!(await run(message));
  else {
    const client = new CosmosClient({ ...message, connectionPolicy: { enableEndpointDiscovery: false } });
    container = client.database("bench").container("bench");
  }
});
process.on("disconnect", () => process.exit());

async function run({ verb, seconds }: Order): Promise<Answer> {
  const before = process.cpuUsage();
  const started = performance.now();
  const end = started + seconds * 1000;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) await verbs[verb](done++);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const { user, system } = process.cpuUsage(before);
  return { done, seconds: (performance.now() - started) / 1000, processor: (user + system) / 1000 };
}
