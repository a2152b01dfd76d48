/**
 * What networks and loaded services do, through the real SDK: whatever is refused, delayed, cut off or done without an answer,
 * a client that seals ends as a plain one does; what it sends again are the same bytes; what was acknowledged is there and opens.
 */
import {
  BulkOperationType,
  ChangeFeedStartFrom,
  type Container,
  type CosmosClientOptions,
  type OperationInput,
  CosmosClient as SdkClient,
} from "@azure/cosmos";
import type { Fault, RecordedExchange } from "@cosmoseal/emulator";
import type { CosmosClient } from "cosmoseal";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sightings } from "./support/canary.js";
import { detour } from "./support/detour.js";
import { failureOf, useWorld, type World } from "./support/world.js";

/** The emulators' logs would tell of each error that is injected. */
const world = useWorld({ ranges: 1, log: () => undefined });
/** The plain client meets the same faults at the same time elsewhere: most of the time is the SDK's waiting. */
const plainWorld = useWorld({ ranges: 1, log: () => undefined });
const SECRET = { email: "faulty-canary@example.org", note: "canary note, long enough", name: "Canary Name" };
/** Few and quick, so that a run of refusals ends. */
const OPTIONS: Partial<CosmosClientOptions> = {
  connectionPolicy: {
    requestTimeout: 2000,
    retryOptions: { maxRetryAttemptCount: 5, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 5 },
  },
};

let client: CosmosClient;
let plainClient: SdkClient;
let n = 0;
let tenantId: string;

beforeAll(() => {
  client = world().connect({}, OPTIONS);
  plainClient = new SdkClient({ connectionString: plainWorld().emulator.connectionString, ...OPTIONS });
});
afterAll(() => {
  client.dispose();
  plainClient.dispose();
});
beforeEach(() => {
  tenantId = `fault-${++n}`;
});

const sealed = (): Container => client.database("shop").container("customers");
const plain = (): Container => plainClient.database("shop").container("plain");
const documentOf = (id: string) => ({ id, tenantId, plan: "pro", rank: 1, ...SECRET });

/** Each verb on documents that are there (`a`, `b`) or are not (`new`). */
const VERBS: Readonly<Record<string, (container: Container) => Promise<{ statusCode?: number | undefined }>>> = {
  create: ({ items }) => items.create(documentOf("new")),
  upsert: ({ items }) => items.upsert(documentOf("a")),
  replace: (container) => container.item("a", tenantId).replace(documentOf("a")),
  read: (container) => container.item("a", tenantId).read(),
  delete: (container) => container.item("b", tenantId).delete(),
  patch: (container) => container.item("a", tenantId).patch([{ op: "set", path: "/note", value: SECRET.note }]),
  batch: async ({ items }) => {
    const operations: OperationInput[] = [
      { operationType: BulkOperationType.Create, resourceBody: documentOf("new") },
      { operationType: BulkOperationType.Upsert, resourceBody: documentOf("a") },
    ];
    return { statusCode: (await items.batch(operations, tenantId)).code };
  },
  executeBulkOperations: async ({ items }) => {
    const results = await items.executeBulkOperations([
      { operationType: BulkOperationType.Create, partitionKey: tenantId, resourceBody: documentOf("new") },
      { operationType: BulkOperationType.Upsert, partitionKey: tenantId, resourceBody: documentOf("a") },
    ]);
    const failed = results.find(({ error }) => error !== undefined)?.error;
    if (failed !== undefined) throw failed;
    return { statusCode: results[0]?.response?.statusCode };
  },
  query: async ({ items }) => {
    const { resources } = await items
      .query("SELECT * FROM c WHERE c.plan = 'pro' ORDER BY c.id", { partitionKey: tenantId })
      .fetchAll();
    return { statusCode: resources.length };
  },
  "change feed": ({ items }) =>
    items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(tenantId) }).readNext(),
};

const when = { resourceType: "docs" };
const FAULTS: Readonly<Record<string, Fault>> = {
  "429, twice": { when, fault: { status: 429, retryAfterMs: 5 }, times: 2 },
  "503, once": { when, fault: { status: 503 }, times: 1 },
  "449, twice": { when, fault: { status: 449, retryAfterMs: 5 }, times: 2 },
  "408, once": { when, fault: { status: 408 }, times: 1 },
  "410 that says that the range is gone, once": { when, fault: { status: 410, substatus: 1002 }, times: 1 },
  "500, once": { when, fault: { status: 500 }, times: 1 },
  "a connection closed before the work is done": { when, fault: "drop", times: 1 },
  "a connection closed after it": { when, fault: "drop", times: 1, applied: true },
  "a connection broken after it": { when, fault: "reset", times: 1, applied: true },
  "an answer cut off in its middle": { when, fault: "truncate", times: 1 },
  "429 without end": { when, fault: { status: 429, retryAfterMs: 5 } },
  "a slow answer": { when, fault: { latencyMs: 100 }, times: 1 },
};

async function seed(container: Container): Promise<void> {
  for (const id of ["a", "b"]) await container.items.create(documentOf(id));
}

/** What the caller sees: the status, or the error's code. */
async function outcomeOf(container: Container, verb: keyof typeof VERBS, fault: Fault): Promise<string> {
  // A patch of a sealed path reads before it writes: what befalls a plain one befalls its write.
  const isSealed = "definition" in container;
  const method = isSealed ? "PUT" : "PATCH";
  const { emulator } = isSealed ? world() : plainWorld();
  const injected = emulator.injectFault(verb === "patch" ? { ...fault, when: { ...fault.when, method } } : fault);
  try {
    const { statusCode } = await VERBS[verb]!(container);
    return `done ${statusCode}`;
  } catch (error) {
    const { code, name } = error as { readonly code?: unknown; readonly name: string };
    return `failed ${String(code ?? name)}`;
  } finally {
    injected.remove();
  }
}

/** Requests with a body, by what they ask: their bodies, in order. */
function bodiesSent(exchanges: readonly RecordedExchange[]): string[][] {
  const bodies = new Map<string, string[]>();
  for (const { method, path, requestBody, requestHeaders } of exchanges) {
    if (requestBody.length === 0) continue;
    const kind = requestHeaders.filter((text) => /^x-ms-(cosmos-is-|documentdb-is)/i.test(text)).join();
    const key = `${method} ${path} ${kind}`;
    bodies.set(key, [...(bodies.get(key) ?? []), requestBody.toString()]);
  }
  return [...bodies.values()];
}

/** The SDK's bulk waits for ever where a range is said to be gone and isn't, over plaintext too; one that is gone stands below. */
function isEndless(verb: string, fault: string): boolean {
  return verb === "executeBulkOperations" && fault.startsWith("410");
}

describe.each(Object.keys(VERBS))("%s", (verb) => {
  test.each(Object.entries(FAULTS).filter(([fault]) => !isEndless(verb, fault)))(
    "meets %s as over plaintext",
    async (_, fault) => {
      await Promise.all([seed(plain()), seed(sealed())]);
      const from = world().sent().length;
      const [theirs, ours] = await Promise.all([outcomeOf(plain(), verb, fault), outcomeOf(sealed(), verb, fault)]);
      const exchanges = world().sent(from);
      expect(ours).toBe(theirs);
      for (const bodies of bodiesSent(exchanges)) {
        // Sent again are the same bytes: one call seals once. A patch and its retries read anew what they change.
        if (verb !== "patch") expect(new Set(bodies).size).toBe(1);
      }
      const haystacks = exchanges.map(({ method, path, requestBody, requestHeaders }) => ({
        where: `${method} ${path}`,
        text: `${path}\n${requestHeaders.join("\n")}\n${requestBody.toString()}`,
      }));
      expect(sightings(haystacks, SECRET)).toEqual([]);
      // Whatever happened, what is there opens, and is what was written: sealed once.
      const { resources } = await sealed().items.readAll<{ id: string }>({ partitionKey: tenantId }).fetchAll();
      for (const resource of resources) expect(resource).toMatchObject(documentOf(resource.id));
      const ids = resources.map(({ id }) => id);
      const there = await plain().items.readAll<{ id: string }>({ partitionKey: tenantId }).fetchAll();
      expect(ids.sort()).toEqual(there.resources.map(({ id }) => id).sort());
    },
  );
});

describe("a range that splits in mid-work", () => {
  test("loses no acknowledged write of a bulk, and seals each once", async () => {
    const count = 250;
    const ids = Array.from({ length: count }, (_, i) => `s${i}`);
    const keyOf = (i: number) => `${tenantId}-${i % 20}`;
    let batches = 0;
    const httpClient = detour((request) => {
      if (request.headers.get("x-ms-cosmos-is-batch-request") === undefined) return undefined;
      batches++;
      return undefined;
    });
    const own = world().connect(
      {},
      {
        httpClient: {
          sendRequest: async (request) => {
            const response = await httpClient.sendRequest(request);
            if (batches === 1) {
              batches++;
              await world().emulator.splitRange("dbs/shop/colls/customers");
            }
            return response;
          },
        },
      },
    );
    const { items } = own.database("shop").container("customers");
    const results = await items.executeBulkOperations(
      ids.map((id, i) => ({
        operationType: BulkOperationType.Create,
        partitionKey: keyOf(i),
        resourceBody: { ...documentOf(id), tenantId: keyOf(i) },
      })),
    );
    const done = ids.filter((_, i) => results[i]?.response?.statusCode === 201);
    expect(done.length).toBe(count);
    expect(batches).toBeGreaterThan(2);
    for (const [i, id] of ids.entries()) {
      if (i % 10 !== 0) continue;
      const { resource } = await sealed().item(id, keyOf(i)).read();
      expect(resource).toMatchObject({ ...SECRET, id });
    }
    own.dispose();
  });

  test("gives the rows of a query as over plaintext, and loses none of a feed", async () => {
    const ids = Array.from({ length: 30 }, (_, i) => `d${String(i).padStart(2, "0")}`);
    const rowsOf = async (container: Container, name: string, { emulator }: World): Promise<string[]> => {
      for (const id of ids) {
        await container.items.create({ ...documentOf(id), tenantId: `${tenantId}-${id}`, plan: tenantId });
      }
      const query = `SELECT * FROM c WHERE c.plan = '${tenantId}'`;
      const iterator = container.items.query<{ id: string }>(query, { maxItemCount: 7 });
      const rows: string[] = [];
      // The SDK's own iterator may not get over a split: then neither does ours.
      for (let pages = 0; iterator.hasMoreResults() && pages < 40; pages++) {
        if (pages === 1) await emulator.splitRange(`dbs/shop/colls/${name}`);
        rows.push(...((await iterator.fetchNext()).resources ?? []).map(({ id }) => id));
      }
      return rows;
    };
    const theirs = await rowsOf(plain(), "plain", plainWorld());
    const ours = await rowsOf(sealed(), "customers", world());
    expect(new Set(ours).size).toBe(ours.length);
    expect(ours.length > 7).toBe(theirs.length > 7);
    const feed = sealed().items.getChangeFeedIterator<{ id: string; plan: string }>({
      changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
      maxItemCount: 50,
    });
    const seen = new Set<string>();
    for (let pages = 0, idle = 0; idle < 2 && pages < 200; pages++) {
      if (pages === 2) await world().emulator.splitRange("dbs/shop/colls/customers");
      const { statusCode, result } = await feed.readNext();
      idle = statusCode === 304 ? idle + 1 : 0;
      for (const { id, plan } of result) if (plan === tenantId) seen.add(id);
    }
    expect([...seen].sort()).toEqual(ids);
  });
});

describe("a call that is given up", () => {
  test.each(["create", "upsert", "replace", "read", "query"])(
    "%s ends at once, and leaves nothing half done",
    async (verb) => {
      await seed(sealed());
      const injected = world().emulator.injectFault({ when, fault: { latencyMs: 1500 } });
      const controller = new AbortController();
      const { signal: abortSignal } = controller;
      const calls: Readonly<Record<string, () => Promise<unknown>>> = {
        create: () => sealed().items.create(documentOf("new"), { abortSignal }),
        upsert: () => sealed().items.upsert(documentOf("a"), { abortSignal }),
        replace: () => sealed().item("a", tenantId).replace(documentOf("a"), { abortSignal }),
        read: () => sealed().item("a", tenantId).read({ abortSignal }),
        query: () => sealed().items.readAll({ partitionKey: tenantId, abortSignal }).fetchAll(),
      };
      const started = performance.now();
      setTimeout(() => controller.abort(), 50);
      const failure = await failureOf(() => calls[verb]!());
      expect(performance.now() - started).toBeLessThan(1400);
      expect(failure.name).toMatch(/AbortError|TimeoutError/);
      injected.remove();
      const { resources } = await sealed().items.readAll<{ id: string }>({ partitionKey: tenantId }).fetchAll();
      for (const resource of resources) expect(resource).toMatchObject(documentOf(resource.id));
    },
  );
});
