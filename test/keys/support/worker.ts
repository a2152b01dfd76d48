/** A process of its own that works on a key store: told what to do as JSON on its command line, tells what it did line by line. */
import { CosmosClient } from "@azure/cosmos";
import {
  anyKeyring,
  createRoot,
  type HeadRecord,
  type KeyStore,
  Keys,
  type NewRoot,
  staticKeyring,
} from "@cosmoseal/core";
import { fileKeyStore } from "@cosmoseal/core/node";
import { cosmosKeyStore } from "cosmoseal";
import { type DataPlace, startApplication } from "./application.js";
import { CHANGES, type Change } from "./changes.js";
import { charts, KEK, notes, OTHER_KEK } from "./documents.js";
import type { StorePlace } from "./store-worlds.js";

/**
 * `create` makes scopes and ends; `live` does everything that keys can go through, the second thing being the one that is
 * `wanted`, until it is killed; `erase` destroys a tenant and
 * replaces the root key, and tells a copy of the store after each step; `change` does all that an operator does in a year; `regroup` gives
 * a group one root after another, and new generations, until it is killed.
 */
export type Job =
  | { readonly job: "create"; readonly tenants: readonly string[] }
  | { readonly job: "live"; readonly seed: number; readonly wanted: Change; readonly data: DataPlace }
  | { readonly job: "erase"; readonly tenant: string; readonly next: NewRoot }
  | { readonly job: "change"; readonly data: DataPlace; readonly next: NewRoot; readonly age: number }
  | { readonly job: "regroup"; readonly pins: readonly string[] };

const { place, pin, job } = JSON.parse(process.argv[2] ?? "") as { place: StorePlace; pin: string; job: Job };
const keyrings = [staticKeyring(KEK), staticKeyring(OTHER_KEK)] as const;
const store = storeAt(place);

switch (job.job) {
  case "create":
    await create(job.tenants);
    break;
  case "live":
    await live(job.seed, job.wanted, job.data);
    break;
  case "erase":
    await erase(job.tenant, job.next);
    break;
  case "change":
    await change(job.data, job.next, job.age);
    break;
  case "regroup":
    await regroup(job.pins);
}
process.exit(0);

async function create(tenants: readonly string[]): Promise<void> {
  const keys = new Keys({ keyring: keyrings[0], store, pin });
  for (const tenant of tenants) {
    await keys.createScope(notes.plan, tenant);
    tell({ did: "create", tenant });
  }
}

async function live(seed: number, wanted: Change, data: DataPlace): Promise<never> {
  const below = randomOf(seed);
  const keyring = anyKeyring(...keyrings);
  let current = pin;
  for (let step = 0; ; step++) {
    const kind = step === 1 ? wanted : CHANGES[below(CHANGES.length)]!;
    const keys = new Keys({ keyring, store, pin: current });
    const doomed = `doomed ${seed}.${step}`;
    const work: Readonly<Record<Change, () => Promise<unknown>>> = {
      rotate: () => keys.rotate(notes.plan, "kept"),
      announce: () => keys.rotate(notes.plan, undefined, { kind: "index" }),
      destroy: async () => {
        await keys.createScope(notes.plan, doomed);
        await keys.destroy(notes.plan, doomed);
        tell({ did: "destroy", tenant: doomed });
      },
      rewrap: () => keys.rewrap(keyrings[below(2)]!),
      rekey: async () => {
        const next = await createRoot(...keyrings);
        // Told before it is done: whoever comes after must pin both.
        tell({ did: "pin", pin: next.pin });
        const both = new Keys({ keyring, store, pin: [{ pin: current }, { pin: next.pin }] });
        await both.rekey(next);
        both.dispose();
        current = next.pin;
      },
      reseal: async () => {
        await keys.rotate(notes.plan, "kept");
        const { client, leases, end } = startApplication(data, { keyring, store, pin: current, maxStoreAge: 50 });
        await client.jobs.reseal(notes, { leases, pageSize: 3, documents: 2 });
        end();
      },
    };
    tell({ did: "begin", step, kind });
    await work[kind]();
    tell({ did: "step", step });
    keys.dispose();
  }
}

async function erase(tenant: string, next: NewRoot): Promise<void> {
  const keys = new Keys({ keyring: keyrings[0], store, pin: [{ pin }, { pin: next.pin }] });
  const steps = {
    "as it was": async () => undefined,
    rotated: () => keys.rotate(notes.plan, tenant),
    "with another tenant": () => keys.createScope(notes.plan, "later"),
    destroyed: () => keys.destroy(notes.plan, tenant),
    "rotated after": () => keys.rotate(notes.plan, "kept"),
    rekeyed: () => keys.rekey(next),
  };
  for (const [step, work] of Object.entries(steps)) {
    await work();
    const head = (await store.readHead()) as HeadRecord;
    const buckets: Record<string, readonly unknown[]> = {};
    for (const bucket of Object.keys(head.tree)) buckets[bucket] = await store.readBucket(bucket);
    tell({ did: "copy", step, head, buckets });
  }
}

async function change(data: DataPlace, next: NewRoot, age: number): Promise<void> {
  const pins = [{ pin }, { pin: next.pin }];
  const { client, leases } = startApplication(data, { keyring: keyrings[0], store, pin: pins, maxStoreAge: age });
  const { keys, jobs } = client;
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2 * age));
  tell({ did: "start" });
  await wait();
  await keys.rotate(notes, "kept");
  const resealed = await jobs.reseal(notes, { leases });
  tell({ did: "resealed", changed: resealed.changed, failed: resealed.failed });
  for (const kind of ["group", "integrity"] as const) await keys.retire(notes, "kept", { kind, generation: 1 });
  await keys.rotate(notes, undefined, { kind: "index" });
  tell({ did: "destroy" });
  await keys.destroy(notes, "doomed");
  const rebuilt = await jobs.rebuild(notes, { leases });
  tell({ did: "rebuilt", changed: rebuilt.changed, failed: rebuilt.failed, complete: rebuilt.complete });
  await keys.retire(notes, undefined, { kind: "index", generation: 1 });
  await keys.rekey(next);
  tell({ did: "rekeyed" });
  await wait();
}

async function regroup(known: readonly string[]): Promise<never> {
  const keyring = keyrings[1];
  for (let pins = known; ; ) {
    const next = await createRoot(keyring);
    pins = [...pins, next.pin];
    // Told before it is done: whoever comes after must pin both.
    tell({ did: "pin", pin: next.pin });
    const groups = { medical: { keyring, pin: pins.map((one) => ({ pin: one })) } };
    const keys = new Keys({ keyring: keyrings[0], store, pin, groups });
    await keys.rekey(next, { group: "medical" });
    await keys.rotate(charts.plan, "a", { kind: "group", group: "medical" });
    tell({ did: "step" });
    keys.dispose();
  }
}

function storeAt(at: StorePlace): KeyStore {
  if (at.kind === "file") return fileKeyStore(at.path);
  const sdk = new CosmosClient(at.connectionString);
  return cosmosKeyStore({ container: sdk.database("ops").container(at.container) });
}

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/** Mulberry32: the same seed does the same. */
function randomOf(seed: number): (count: number) => number {
  let random = seed;
  return (count) => {
    random = (random + 0x6d2b79f5) | 0;
    let t = Math.imul(random ^ (random >>> 15), 1 | random);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * count);
  };
}
