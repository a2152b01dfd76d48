/** What is left of a process that is killed in the middle of what it does to keys and documents, and whether the next one goes on. */
import assert from "node:assert/strict";
import { anyKeyring, createKeyStore, exportKeyStore, type HeadRecord, Keys, staticKeyring } from "@cosmoseal/core";
import { contract } from "./contract.js";
import { type DataPlace, makeDataPlace, startApplication } from "./support/application.js";
import { CHANGES } from "./support/changes.js";
import { KEK, notes, OTHER_KEK } from "./support/documents.js";
import { account, cosmosWorld, fileWorld, type StoreWorld } from "./support/store-worlds.js";
import { startWorker } from "./support/workers.js";

const full = process.env["COSMOSEAL_FULL"] === "1";
const KILLS = { file: full ? 100 : 6, cosmos: full ? 100 : 6 };
const SEED = Number(process.env["COSMOSEAL_SEED"] ?? Math.floor(Math.random() * 1e9));
const DOCUMENTS = 24;
const keyrings = [staticKeyring(KEK), staticKeyring(OTHER_KEK)] as const;
const either = anyKeyring(...keyrings);

interface Home {
  readonly world: StoreWorld;
  readonly data: DataPlace;
}

const home = async (world: StoreWorld): Promise<Home> => ({
  world,
  data: await makeDataPlace((await account()).connectionString),
});

contract<Home>(
  "killed",
  {
    file: { open: async () => home(fileWorld()) },
    cosmos: { open: async () => home(await cosmosWorld()) },
  },
  {
    "at any moment of rotate, rewrap, destroy, rekey and reseal it leaves a store that opens, with every document, and a job that ends":
      async ({ world, data }, implementation) => {
        const kills = KILLS[implementation as keyof typeof KILLS];
        let { pin } = await createKeyStore({ keyring: keyrings[0], store: world.open(), containers: [notes] });
        await fill(world, data, pin);
        const destroyed = new Set<string>();
        const met: string[] = [];
        for (let kill = 0; kill < kills; kill++) {
          const seed = SEED + kill;
          const wanted = CHANGES[seed % CHANGES.length]!;
          const worker = await startWorker(world.place!, pin, { job: "live", seed, wanted, data });
          await worker.heard(({ did, step }) => did === "begin" && step === 1);
          await new Promise((resolve) => setTimeout(resolve, momentOf(seed) * (wanted === "reseal" ? 500 : 60)));
          worker.process.kill("SIGKILL");
          await worker.ended;
          const pins = [pin];
          for (const did of worker.told) {
            if (did["did"] === "pin") pins.push(did["pin"] as string);
            if (did["did"] === "destroy") destroyed.add(did["tenant"] as string);
          }
          const ended = worker.told.some(({ did, step }) => did === "step" && step === 1);
          met.push(ended ? `after ${wanted}` : wanted);
          try {
            pin = await goOn(world, data, pins, destroyed);
          } catch (error) {
            throw new Error(`Kill ${kill} of COSMOSEAL_SEED=${SEED}, after ${JSON.stringify(worker.told.at(-1))}`, {
              cause: error,
            });
          }
        }
        await checkNothingLiesAbout(world, pin);
        console.info(`killed ${kills} times (COSMOSEAL_SEED=${SEED}): ${met.join(", ")}`);
      },
  },
  SEED,
);

async function fill(world: StoreWorld, data: DataPlace, pin: string): Promise<void> {
  const { container, end } = startApplication(data, {
    keyring: keyrings[0],
    store: world.open(),
    pin,
    maxStoreAge: 50,
  });
  for (let i = 0; i < DOCUMENTS; i++) await container.items.create({ id: `n-${i}`, pk: "kept", text: `text ${i}` });
  end();
}

/** Everything opens, and the job that was begun is ended; the pin of the root key that the store is under now. */
async function goOn(
  world: StoreWorld,
  data: DataPlace,
  pins: readonly string[],
  destroyed: ReadonlySet<string>,
): Promise<string> {
  // Whichever root key it is under: all of them were announced before.
  const pin = pins.map((one) => ({ pin: one }));
  const { client, container, leases, end } = startApplication(data, {
    keyring: either,
    store: world.open(),
    pin,
    maxStoreAge: 50,
  });
  await checkDocuments(container);
  const result = await client.jobs.reseal(notes, { leases });
  assert.equal(result.state, "done");
  assert.equal(result.failed, 0);
  await checkDocuments(container);
  const entries = await client.keys.describe(notes, "kept");
  const active = entries.find(({ kind, state }) => kind === "integrity" && state === "active");
  const { keys: used } = await client.keys.usage(notes, "kept");
  assert.equal(used.find(({ id }) => id === active!.id)?.documents, DOCUMENTS);
  const current = await client.keys.pin();
  const { records } = await exportKeyStore({ keyring: either, store: world.open(), pin: current });
  const states = new Map(records.map(({ scope, keys }) => [scope[1], keys.map(({ state }) => state)]));
  for (const tenant of destroyed) assert.deepEqual([...new Set(states.get(tenant))], ["destroyed"]);
  end();
  return current;
}

async function checkDocuments(container: ReturnType<typeof startApplication>["container"]): Promise<void> {
  const { resources } = await container.items.readAll<{ id: string; text: string }>().fetchAll();
  const texts = resources.map(({ id, text }) => `${id} ${text}`).toSorted();
  assert.deepEqual(texts, Array.from({ length: DOCUMENTS }, (_, i) => `n-${i} text ${i}`).toSorted());
}

/** Nothing of what was superseded or destroyed. */
async function checkNothingLiesAbout(world: StoreWorld, pin: string): Promise<void> {
  // The next change clears away what was left by a process that was killed before its head.
  await new Keys({ keyring: either, store: world.open(), pin }).rotate(notes.plan, "kept");
  const text = await world.stolen();
  const { records } = await exportKeyStore({ keyring: either, store: world.open(), pin });
  const { wraps } = (await world.open().readHead()) as HeadRecord;
  const living = new Set([...records.flatMap(({ keys }) => keys), ...wraps].map(({ wrapped }) => wrapped));
  for (const [, wrapped] of text.matchAll(/"wrapped": ?"([^"]{96})"/g)) assert(living.has(wrapped!));
}

/** From 0 to 1, by the seed. */
function momentOf(seed: number): number {
  return ((Math.imul(seed, 2_654_435_761) >>> 0) % 1000) / 1000;
}
