/** A process of its own that works on a key store: told what to do as JSON on its command line, tells what it did line by line. */
import { CosmosClient } from "@azure/cosmos";
import { anyKeyring, createRoot, type KeyStore, Keys, staticKeyring } from "@cosmoseal/core";
import { fileKeyStore } from "@cosmoseal/core/node";
import { cosmosKeyStore } from "../../../packages/client/src/keystore/cosmos-key-store.js";
import { KEK, notes, OTHER_KEK } from "./documents.js";
import type { StorePlace } from "./store-worlds.js";

/** `create` makes scopes and ends; `live` does everything that keys can go through, until it is killed. */
export type Job =
  | { readonly job: "create"; readonly tenants: readonly string[] }
  | { readonly job: "live"; readonly seed: number };

const { place, pin, job } = JSON.parse(process.argv[2] ?? "") as { place: StorePlace; pin: string; job: Job };

function storeAt(at: StorePlace): KeyStore {
  if (at.kind === "file") return fileKeyStore(at.path);
  const sdk = new CosmosClient(at.connectionString);
  return cosmosKeyStore({ container: sdk.database("ops").container(at.container) });
}

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

const keyrings = [staticKeyring(KEK), staticKeyring(OTHER_KEK)] as const;

if (job.job === "create") {
  const keys = new Keys({ keyring: keyrings[0], store: storeAt(place), pin });
  for (const tenant of job.tenants) {
    await keys.createScope(notes.plan, tenant);
    tell({ did: "create", tenant });
  }
  process.exit(0);
}

let random = job.seed;
/** Mulberry32: the same seed does the same. */
function below(count: number): number {
  random = (random + 0x6d2b79f5) | 0;
  let t = Math.imul(random ^ (random >>> 15), 1 | random);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * count);
}

const store = storeAt(place);
let current = pin;
tell({ did: "start" });
for (let step = 0; ; step++) {
  const keyring = anyKeyring(...keyrings);
  const keys = new Keys({ keyring, store, pin: current });
  const doomed = `doomed ${job.seed}.${step}`;
  switch (below(5)) {
    case 0:
      await keys.rotate(notes.plan, "kept");
      break;
    case 1:
      await keys.rotate(notes.plan, undefined, { kind: "index" });
      break;
    case 2:
      await keys.createScope(notes.plan, doomed);
      await keys.destroy(notes.plan, doomed);
      tell({ did: "destroy", tenant: doomed });
      break;
    case 3:
      await keys.rewrap(keyrings[below(2)]!);
      break;
    default: {
      const next = await createRoot(...keyrings);
      // Told before it is done: whoever comes after must pin both.
      tell({ did: "pin", pin: next.pin });
      const both = new Keys({ keyring, store, pin: [{ pin: current }, { pin: next.pin }] });
      await both.rekey(next);
      both.dispose();
      current = next.pin;
    }
  }
  keys.dispose();
  tell({ did: "step", step });
}
