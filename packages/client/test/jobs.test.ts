/** Jobs over whole containers: what they make of documents, beside whom they run, how they stop and go on, and what they tell. */
import type { Container } from "@azure/cosmos";
import {
  type CosmosClient,
  cosmosKeyStore,
  createKeyStore,
  createRoot,
  defineContainer,
  type JobLeases,
  type JobProgress,
  JobStoppedError,
  jobLeases,
  jobLeasesContainer,
  keyStoreContainer,
  type SealOptions,
  sealed,
  staticKeyring,
  versionFacts,
} from "cosmoseal";
import { expect, test } from "vitest";
import { z } from "zod";
import type { RangeLease } from "../src/jobs/leases.js";
import { bare, codeOf, failureOf, KEYRING_SECRET, useWorld } from "./support/world.js";

const world = useWorld({ ranges: 3 });
const AGE = 60_000;
const keyring = staticKeyring(KEYRING_SECRET);
const DAY = 86_400_000;

const schema = () =>
  z.object({
    id: z.string(),
    pk: z.string(),
    count: z.number(),
    text: sealed(z.string(), { equality: true }),
    secret: sealed(z.string(), { group: "medical" }).optional(),
  });
const notes = defineContainer({ name: "notes", partitionKey: "/pk", schema: schema() });
/** The same with an index more. */
const laterNotes = () =>
  defineContainer({
    name: "notes",
    partitionKey: "/pk",
    version: 2,
    history: [versionFacts(notes.plan)],
    schema: schema().extend({ text: sealed(z.string(), { equality: true, prefix: true }) }),
  });

const people = defineContainer({
  name: "people",
  partitionKey: "/tenant",
  scope: { path: "/tenant", family: "tenant" },
  schema: z.object({ id: z.string(), tenant: z.string(), email: sealed(z.string(), { equality: true }) }),
});
const note = (i: number) => ({ id: `n-${i}`, pk: `p-${i % 5}`, count: i, text: `text ${i}`, secret: `secret ${i}` });

interface Stored {
  readonly id: string;
  readonly pk: string;
  readonly _etag: string;
  readonly _seal: {
    readonly k: string;
    readonly n: number;
    readonly t: number;
    readonly s: number;
    readonly g: Readonly<Record<string, readonly [string, number, string]>>;
  };
}

interface Scene {
  readonly client: CosmosClient;
  readonly shop: Container;
  readonly leases: JobLeases;
  readonly stored: Container;
  /** A client more, of the same keys, with a clock of its own where one is given. */
  connect(seal?: Partial<SealOptions>): CosmosClient;
  pass(milliseconds: number): void;
  now(): number;
  raw(): Promise<readonly Stored[]>;
}

let scenes = 0;

/** As a fault sees them. */
async function atReplace(fault: { readonly count: number }, count: number): Promise<void> {
  while (fault.count < count) await new Promise((resolve) => setTimeout(resolve, 2));
}

function replacesSince(at: number): number {
  return world()
    .sent(at)
    .filter(({ method, path }) => method === "PUT" && path.includes("/colls/notes-") && !path.includes("-jobs")).length;
}

async function rangesOf(leases: JobLeases): Promise<readonly (RangeLease & { readonly etag: string })[]> {
  return (await leases.list("reseal notes")).filter((item) => item.id !== "round") as never;
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** Changes what is signed, as whoever has the account key may. */
async function forge(stored: Container, id: string, pk: string): Promise<void> {
  const { resource } = await stored.item(id, pk).read();
  await stored.item(id, pk).replace({ ...resource, count: 1_000_000 });
}

/** Three tenants with four documents each. */
async function setTenants(): Promise<{
  readonly client: CosmosClient;
  readonly container: Container;
  pass(milliseconds: number): void;
  raw(): Promise<readonly { readonly id: string; readonly tenant: string }[]>;
}> {
  const { thief, connect } = world();
  const id = `people-${++scenes}`;
  let time = Date.now();
  const now = (): number => time;
  const { container: keys } = await thief.database("shop").containers.create(keyStoreContainer(`${id}-keys`));
  const store = cosmosKeyStore({ container: keys });
  const { pin } = await createKeyStore({ keyring, store, containers: [people], now });
  const client = connect({
    store,
    pin,
    containers: { [`shop/${id}`]: people },
    maxStoreAge: AGE,
    now,
    createScopes: true,
  });
  const { container } = await client.database("shop").containers.create({ id, partitionKey: "/tenant" });
  for (const tenant of ["t-1", "t-2", "t-3"]) {
    for (let i = 0; i < 4; i++) await container.items.create({ id: `d-${i}`, tenant, email: "jane@example.org" });
  }
  const stolen = thief.database("shop").container(id);
  const raw = async () => (await stolen.items.readAll<{ id: string; tenant: string }>().fetchAll()).resources;
  return {
    client,
    container,
    pass: (milliseconds) => {
      time += milliseconds;
    },
    raw,
  };
}

async function setScene(definition: typeof notes = notes, documents = 20): Promise<Scene> {
  const { thief, connect: connectTo } = world();
  const id = `notes-${++scenes}`;
  const shop = thief.database("shop");
  const { container: keys } = await shop.containers.create(keyStoreContainer(`${id}-keys`));
  const { container: jobs } = await shop.containers.create(jobLeasesContainer(`${id}-jobs`));
  let time = Date.now();
  const now = (): number => time;
  const { pin } = await createKeyStore({
    keyring,
    store: cosmosKeyStore({ container: keys }),
    containers: [definition],
    now,
  });
  const connect = (seal: Partial<SealOptions> = {}): CosmosClient =>
    connectTo({
      store: cosmosKeyStore({ container: keys }),
      pin,
      containers: { [`shop/${id}`]: definition },
      maxStoreAge: AGE,
      now,
      ...seal,
    });
  const client = connect();
  await client.database("shop").containers.create({ id, partitionKey: "/pk" });
  const container = client.database("shop").container(id);
  for (let i = 0; i < documents; i++) await container.items.create(note(i));
  const stored = shop.container(id);
  return {
    client,
    shop: container,
    leases: jobLeases({ container: jobs, duration: 300 }),
    stored,
    connect,
    pass: (milliseconds) => {
      time += milliseconds;
    },
    now,
    raw: async () => (await stored.items.readAll<Stored & { id: string }>().fetchAll()).resources,
  };
}

test("a reseal leaves every document as it was, under the newest keys of its scope, with a later stamp", async () => {
  const { client, shop, raw, pass } = await setScene();
  const before = new Map((await raw()).map((one) => [one.id, one]));
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const result = await client.jobs.reseal(notes);
  expect(result).toMatchObject({ state: "done", documents: 20, changed: 20, unchanged: 0, failed: 0, estimated: 20 });
  expect(result.ranges.length).toBe(3);
  expect(result.requestUnits).toBeGreaterThan(20);
  const active = (await client.keys.describe(notes)).filter(({ state }) => state === "active").map(({ id }) => id);
  for (const { id, _seal } of await raw()) {
    const old = before.get(id)!._seal;
    expect(_seal.n).toBeGreaterThan(old.n);
    for (const key of [_seal.k, _seal.g[""]![0], _seal.g["medical"]![0]]) expect(active).toContain(key);
  }
  const { resources } = await shop.items.readAll<{ count: number }>().fetchAll();
  for (const document of resources) expect(bare(document)).toEqual(note(document.count));
});

test("what is as new documents are is not written again", async () => {
  const { client, raw, pass } = await setScene();
  await client.keys.rotate(notes);
  pass(2 * AGE);
  await client.jobs.reseal(notes);
  const before = await raw();
  const second = await client.jobs.reseal(notes);
  expect(second).toMatchObject({ documents: 20, changed: 0, unchanged: 20, failed: 0 });
  expect(await raw()).toEqual(before);
});

test("documents of an earlier schema version are sealed by the later one", async () => {
  const { shop, raw, connect } = await setScene();
  const later = laterNotes();
  const client = connect({ containers: { [`shop/${shop.id}`]: later } });
  expect(await client.jobs.reseal(later)).toMatchObject({ changed: 20, failed: 0 });
  for (const { _seal } of await raw()) expect(_seal.s).toBe(2);
  const { resources } = await client.database("shop").container(shop.id).items.readAll<{ count: number }>().fetchAll();
  for (const document of resources) expect(bare(document)).toEqual(note(document.count));
});

test("an instance of an earlier schema version leaves documents of a later one to it, and says which", async () => {
  const { client, shop, connect, pass, raw } = await setScene(notes, 3);
  const later = laterNotes();
  await connect({ containers: { [`shop/${shop.id}`]: later } }).jobs.reseal(later);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const before = await raw();
  const result = await client.jobs.reseal(notes, { onBadDocument: "quarantine" });
  expect(result).toMatchObject({ changed: 0, failed: 3 });
  expect(result.failures.map(({ code }) => code)).toEqual(Array(3).fill("ERR_SCHEMA_OUTDATED"));
  expect(await raw()).toEqual(before);
});

test("plaintext that is still believed is none of its documents, and stays as it is", async () => {
  const { shop, stored, connect, now } = await setScene(notes, 3);
  const plain = { id: "plain", pk: "p-1", count: 7, text: "not sealed yet" };
  await stored.items.create(plain);
  const since = new Date(now() + 2 * DAY);
  const moving = defineContainer({
    name: "notes",
    partitionKey: "/pk",
    schema: schema(),
    movingIn: { phase: "sealing", since: since.toISOString() },
  });
  const client = connect({ containers: { [`shop/${shop.id}`]: moving } });
  expect(await client.jobs.reseal(moving)).toMatchObject({ documents: 4, unchanged: 3, skipped: 1, failed: 0 });
  expect(bare((await stored.item("plain", "p-1").read()).resource)).toEqual(plain);
});

test("documents under destroyed keys are counted apart and left alone", async () => {
  const { client, container, raw, pass } = await setTenants();
  await client.keys.destroy(people, "t-2");
  await client.keys.rotate(people, "t-1");
  pass(2 * AGE);
  const doomed = (await raw()).filter(({ tenant }) => tenant === "t-2");
  const result = await client.jobs.reseal(people);
  expect(result).toMatchObject({ changed: 4, unchanged: 4, destroyed: 4, failed: 0 });
  expect((await raw()).filter(({ tenant }) => tenant === "t-2")).toEqual(doomed);
  expect((await container.item("d-0", "t-1").read()).resource).toMatchObject({ email: "jane@example.org" });
});

test("a reseal of one scope leaves the documents of others alone", async () => {
  const { client, raw, pass } = await setTenants();
  for (const tenant of ["t-1", "t-3"]) await client.keys.rotate(people, tenant);
  pass(2 * AGE);
  const others = (await raw()).filter(({ tenant }) => tenant !== "t-1");
  expect(await client.jobs.reseal(people, { scope: "t-1" })).toMatchObject({ changed: 4, skipped: 8, failed: 0 });
  expect((await raw()).filter(({ tenant }) => tenant !== "t-1")).toEqual(others);
  expect(await client.jobs.reseal(people)).toMatchObject({ changed: 4, unchanged: 8 });
});

test("a document that doesn't open ends the job and is named, and nothing that it holds is told", async () => {
  const { client, stored, leases, pass } = await setScene();
  await forge(stored, "n-7", "p-2");
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const told: JobProgress[] = [];
  const failure = await failureOf(() =>
    client.jobs.reseal(notes, { leases, onProgress: (progress) => told.push(progress) }),
  );
  expect(failure).toBeInstanceOf(JobStoppedError);
  const { code, progress, remedy, cause } = failure as JobStoppedError;
  expect(code).toBe("ERR_JOB_STOPPED");
  expect(progress).toMatchObject({
    state: "stopped",
    failures: [{ id: "n-7", partitionKey: ["p-2"], code: "ERR_INTEGRITY" }],
  });
  expect(remedy).toContain("quarantine");
  expect(cause).toMatchObject({ code: "ERR_INTEGRITY" });
  expect(told.at(-1)).toEqual(progress);
  expect(JSON.stringify([told, failure.message])).not.toMatch(/text \d|secret \d/);
});

test("under quarantine it goes on, counts the document and names it, and a later run finds whether it was mended", async () => {
  const { client, shop, stored, leases, pass } = await setScene();
  await forge(stored, "n-7", "p-2");
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const options = { leases, onBadDocument: "quarantine" } as const;
  const result = await client.jobs.reseal(notes, options);
  expect(result).toMatchObject({ documents: 20, changed: 19, failed: 1 });
  expect(result.failures).toEqual([{ id: "n-7", partitionKey: ["p-2"], code: "ERR_INTEGRITY" }]);
  await shop.items.upsert(note(7));
  expect(await client.jobs.reseal(notes, options)).toMatchObject({
    documents: 20,
    unchanged: 20,
    failed: 0,
    failures: [],
  });
});

test("a document that another writer changes meanwhile is read again, and nothing that was written is lost", async () => {
  const { client, shop, raw, connect, pass } = await setScene(notes, 10);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const writer = connect().database("shop").container(shop.id);
  let writes = 0;
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      const i = writes % 10;
      await writer.item(`n-${i}`, `p-${i % 5}`).patch([{ op: "incr", path: "/count", value: 100 }]);
      writes++;
    }
  })();
  const conflicts = world().sent().length;
  const result = await client.jobs.reseal(notes, { pageSize: 3 });
  isOver = true;
  await writing;
  expect(writes).toBeGreaterThan(0);
  expect(result.failed).toBe(0);
  const { resources } = await shop.items.readAll<{ count: number }>().fetchAll();
  expect(resources.reduce((sum, { count }) => sum + count, 0)).toBe(45 + 100 * writes);
  const active = new Set(
    (await client.keys.describe(notes)).filter(({ state }) => state === "active").map(({ id }) => id),
  );
  expect((await raw()).every(({ _seal }) => active.has(_seal.k))).toBe(true);
  expect(world().sent().length).toBeGreaterThan(conflicts);
});

test("a range that is split in the middle of the work loses no document", async () => {
  const { client, shop, raw, pass } = await setScene(notes, 40);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const { emulator } = world();
  const slow = emulator.injectFault({ when: { operation: "replace" }, fault: { latencyMs: 10 } });
  const running = client.jobs.reseal(notes, { pageSize: 2, documents: 1 });
  await atReplace(slow, 5);
  await emulator.splitRange(`dbs/shop/colls/${shop.id}`);
  await atReplace(slow, 12);
  await emulator.splitRange(`dbs/shop/colls/${shop.id}`);
  const result = await running;
  slow.remove();
  expect(result).toMatchObject({ documents: 40, changed: 40, failed: 0 });
  expect(new Set((await raw()).map(({ _seal }) => _seal.k)).size).toBe(1);
});

test("a job that is stopped says how to go on, and the next one begins where it was", async () => {
  const { client, leases, connect, raw, pass } = await setScene(notes, 40);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const slow = world().emulator.injectFault({ when: { operation: "replace" }, fault: { latencyMs: 5 } });
  const stop = new AbortController();
  const running = failureOf(() =>
    client.jobs.reseal(notes, { leases, signal: stop.signal, pageSize: 2, ranges: 1, documents: 2 }),
  );
  await atReplace(slow, 10);
  stop.abort(new Error("enough for today"));
  const failure = await running;
  slow.remove();
  expect(failure).toBeInstanceOf(JobStoppedError);
  expect((failure as JobStoppedError).remedy).toContain("same leases");
  expect(failure.cause).toBe(stop.signal.reason);
  const { changed } = (failure as JobStoppedError).progress;
  expect(changed).toBeGreaterThan(0);
  const at = world().sent().length;
  const result = await connect().jobs.reseal(notes, { leases });
  expect(result).toMatchObject({ state: "done", failed: 0 });
  // Counted over both; a page that was not done to its end is looked at again.
  expect(result.changed + result.unchanged).toBeGreaterThanOrEqual(40);
  expect(replacesSince(at)).toBeLessThanOrEqual(40 - changed);
  expect(new Set((await raw()).map(({ _seal }) => _seal.k)).size).toBe(1);
});

test("workers share the ranges, and each of them resolves when all is done", async () => {
  const { client, leases, connect, pass } = await setScene(notes, 60);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const at = world().sent().length;
  const slow = world().emulator.injectFault({ when: { operation: "replace" }, fault: { latencyMs: 5 } });
  const workers = new Set<string>();
  const options = {
    leases,
    ranges: 1,
    documents: 2,
    pageSize: 5,
    onProgress: ({ ranges }: JobProgress) => {
      for (const { worker } of ranges) if (worker !== undefined) workers.add(worker);
    },
  };
  const results = await Promise.all([client, connect(), connect()].map((one) => one.jobs.reseal(notes, options)));
  slow.remove();
  for (const result of results) expect(result).toMatchObject({ state: "done", documents: 60, changed: 60, failed: 0 });
  expect(workers.size).toBeGreaterThan(1);
  expect(replacesSince(at)).toBe(60);
});

test("a range whose worker is heard of no more is taken over from where it was", async () => {
  const { client, leases, connect, pass } = await setScene(notes, 30);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const stop = new AbortController();
  const slow = world().emulator.injectFault({ when: { operation: "replace" }, fault: { latencyMs: 5 } });
  // As of a process that was killed: its leases keep its name, and nobody renews them.
  const mute: JobLeases = {
    ...leases,
    duration: 1e6,
    replace: (item) => (stop.signal.aborted ? never() : leases.replace(item)),
  };
  const running = client.jobs.reseal(notes, { leases: mute, signal: stop.signal, pageSize: 2, documents: 1 });
  running.catch(() => undefined); // it never ends
  await atReplace(slow, 6);
  stop.abort();
  slow.remove();
  const held = (await rangesOf(leases)).filter(({ worker }) => worker !== "");
  expect(held.length).toBeGreaterThan(0);
  const result = await connect().jobs.reseal(notes, { leases });
  expect(result).toMatchObject({ state: "done", failed: 0 });
  expect(result.changed + result.unchanged).toBeGreaterThanOrEqual(30);
});

test("a worker that lost its range keeps no place in it any more", async () => {
  const { client, leases, pass } = await setScene(notes, 30);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const slow = world().emulator.injectFault({ when: { operation: "replace" }, fault: { latencyMs: 5 } });
  const running = client.jobs.reseal(notes, { leases, pageSize: 2, documents: 1, ranges: 1 });
  await atReplace(slow, 4);
  const taken = (await rangesOf(leases)).find(({ worker }) => worker !== "");
  // By another worker, that is then heard of no more.
  let stolen = taken && (await leases.replace({ ...taken, worker: "thief" }));
  while (stolen === undefined) {
    const current = (await rangesOf(leases)).find(({ id }) => id === taken!.id)!;
    stolen = await leases.replace({ ...current, worker: "thief" });
  }
  await atReplace(slow, 8);
  const seen = (await rangesOf(leases)).find(({ id }) => id === taken!.id)!;
  expect(seen).toEqual(stolen);
  slow.remove();
  expect(await running).toMatchObject({ state: "done", failed: 0 });
});

test("the job uses no more request units in a second than it may", async () => {
  const { client, pass } = await setScene(notes, 30);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const began = performance.now();
  const free = await client.jobs.reseal(notes);
  const without = performance.now() - began;
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const requestUnitsPerSecond = free.requestUnits / (Math.max(1, without / 1000) + 1);
  const again = performance.now();
  const bounded = await client.jobs.reseal(notes, { requestUnitsPerSecond });
  const seconds = (performance.now() - again) / 1000;
  // What is on its way when the budget is used up is waited for by whoever comes next: at the end nobody does.
  expect((bounded.requestUnits - 150) / seconds).toBeLessThan(requestUnitsPerSecond);
  expect(bounded.changed).toBe(30);
});

test("throttling is waited for, and told", async () => {
  const { client, pass } = await setScene(notes, 20);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const { emulator } = world();
  // More than the SDK tries by itself.
  const fault = emulator.injectFault({
    when: { operation: "replace" },
    fault: { status: 429, retryAfterMs: 1 },
    times: 120,
  });
  const lost = emulator.injectFault({ when: { operation: "replace" }, fault: "drop", times: 3 });
  const result = await client.jobs.reseal(notes, { documents: 4 });
  expect(fault.count).toBe(120);
  expect(lost.count).toBe(3);
  expect(result).toMatchObject({ changed: 20, failed: 0 });
  expect(result.throttled).toBeGreaterThan(0);
});

test("an answer that is lost after the write was done changes nothing", async () => {
  const { client, shop, pass } = await setScene(notes, 10);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const lost = world().emulator.injectFault({ when: { operation: "replace" }, fault: "drop", applied: true, times: 4 });
  const result = await client.jobs.reseal(notes);
  expect(lost.count).toBe(4);
  expect(result.failed).toBe(0);
  const { resources } = await shop.items.readAll<{ count: number }>().fetchAll();
  for (const document of resources) expect(bare(document)).toEqual(note(document.count));
});

test("after a rotation it doesn't end before every writer has learnt of it, and finds what those wrote until then", async () => {
  const { client, shop, connect, raw, pass } = await setScene(notes, 6);
  const late = connect().database("shop").container(shop.id);
  await late.items.upsert(note(0));
  await client.keys.rotate(notes);
  let state = "";
  const running = client.jobs.reseal(notes, {
    onProgress: (progress) => {
      state = progress.state;
    },
  });
  while (state !== "settling") await new Promise((resolve) => setTimeout(resolve, 20));
  // Its view of the key store is of before the rotation, and may be for a while.
  await late.items.upsert(note(6));
  const active = (await client.keys.describe(notes)).find(
    ({ kind, state: is }) => kind === "integrity" && is === "active",
  );
  expect((await raw()).find(({ id }) => id === "n-6")!._seal.k).not.toBe(active!.id);
  pass(2 * AGE);
  expect(await running).toMatchObject({ state: "done", documents: 7, changed: 7 });
  for (const { _seal } of await raw()) expect(_seal.k).toBe(active!.id);
});

test("keys that are rotated in the middle of a reseal begin it anew, and no worker ends with the old ones", async () => {
  const { client, leases, connect, raw, pass } = await setScene(notes, 12);
  await client.keys.rotate(notes);
  let state = "";
  const first = client.jobs.reseal(notes, {
    leases,
    onProgress: (progress) => {
      state = progress.state;
    },
  });
  while (state !== "settling") await new Promise((resolve) => setTimeout(resolve, 20));
  await connect().keys.rotate(notes);
  const second = connect().jobs.reseal(notes, { leases });
  await new Promise((resolve) => setTimeout(resolve, 300));
  pass(2 * AGE);
  for (const result of await Promise.all([first, second])) expect(result).toMatchObject({ state: "done", changed: 12 });
  const active = (await client.keys.describe(notes)).find(
    ({ kind, state: is }) => kind === "integrity" && is === "active",
  );
  expect(active!.generation).toBe(3);
  for (const { _seal } of await raw()) expect(_seal.k).toBe(active!.id);
});

test("a job that is done answers at once, and begins anew when it is told to", async () => {
  const { client, leases, pass } = await setScene(notes, 10);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const done = await client.jobs.reseal(notes, { leases });
  const at = world().sent().length;
  const told = await client.jobs.reseal(notes, { leases });
  expect(told).toMatchObject({ state: "done", changed: done.changed, documents: 10 });
  expect(
    world()
      .sent(at)
      .filter(({ path }) => path.includes("notes-") && path.endsWith("/docs")).length,
  ).toBeLessThan(8);
  expect(await client.jobs.reseal(notes, { leases, again: true })).toMatchObject({ changed: 0, unchanged: 10 });
});

test("patch and replace put a document under the newest keys by the way", async () => {
  const { client, shop, raw, pass } = await setScene(notes, 3);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  await shop.item("n-0", "p-0").replace(note(0));
  await shop.item("n-1", "p-1").patch([{ op: "set", path: "/text", value: "another" }]);
  await shop.items.upsert(note(2));
  const result = await client.jobs.reseal(notes);
  expect(result).toMatchObject({ changed: 0, unchanged: 3 });
  expect(new Set((await raw()).map(({ _seal }) => _seal.k)).size).toBe(1);
});

test("events tell how far a job is, in counts and names alone", async () => {
  const { connect, shop, pass, client } = await setScene(notes, 5);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const events: unknown[] = [];
  await connect({ containers: { [`shop/${shop.id}`]: notes }, onEvent: (event) => events.push(event) }).jobs.reseal(
    notes,
  );
  const jobs = events.filter((event) => (event as { type: string }).type === "job");
  expect(jobs.length).toBeGreaterThan(1);
  expect(jobs.at(-1)).toMatchObject({
    container: "notes",
    progress: { job: "reseal notes", state: "done", changed: 5, secondsLeft: 0 },
  });
  expect(JSON.stringify(jobs)).not.toMatch(/text \d|secret \d/);
});

test("options that can't be meant are refused before anything is read", async () => {
  const { client } = await setScene(notes, 0);
  const at = world().sent().length;
  for (const options of [
    { requestUnitsPerSecond: 0 },
    { ranges: 0 },
    { pageSize: 1.5 },
    { leases: {} as never },
    { onBadDocument: "ignore" as never },
  ]) {
    expect(await codeOf(() => client.jobs.reseal(notes, options))).toBe("ERR_OPTIONS_INVALID");
  }
  expect(
    world()
      .sent(at)
      .filter(({ path }) => path.endsWith("/pkranges")),
  ).toEqual([]);
  expect(await codeOf(() => jobLeases({ container: undefined as never }))).toBe("ERR_OPTIONS_INVALID");
});

test("leases that can't be reached for a moment, and answers of theirs that are lost, end nothing", async () => {
  const { client, leases, pass } = await setScene(notes, 20);
  await client.keys.rotate(notes);
  pass(2 * AGE);
  const { emulator } = world();
  const when = { path: /\/colls\/notes-\d+-jobs\// };
  const away = emulator.injectFault({ when, fault: { status: 503 }, times: 6 });
  const lost = emulator.injectFault({ when: { ...when, method: "PUT" }, fault: "drop", applied: true, times: 3 });
  const result = await client.jobs.reseal(notes, { leases, pageSize: 4 });
  expect([away.count, lost.count]).toEqual([6, 3]);
  expect(result).toMatchObject({ state: "done", failed: 0 });
  expect(result.changed + result.unchanged).toBeGreaterThanOrEqual(20);
});

test("a client that lacks the key of a group runs no job, and says which", async () => {
  const { client, connect, shop, raw, pass } = await setScene(notes, 2);
  const medical = staticKeyring(Buffer.alloc(32, 9).toString("base64"));
  const root = await createRoot(medical);
  const pin = [{ pin: await client.keys.pin() }, { pin: root.pin }];
  const holder = connect({
    containers: { [`shop/${shop.id}`]: notes },
    groups: { medical: { keyring: medical, pin } },
  });
  await holder.keys.rekey(root, { group: "medical" });
  await holder.keys.rotate(notes);
  pass(2 * AGE);
  const before = await raw();
  expect(await codeOf(() => client.jobs.reseal(notes))).toBe("ERR_GROUP_KEY_MISSING");
  expect(await codeOf(() => client.jobs.rebuild(notes))).toBe("ERR_GROUP_KEY_MISSING");
  expect(await raw()).toEqual(before);
  expect(await holder.jobs.reseal(notes)).toMatchObject({ changed: 2, failed: 0 });
});
