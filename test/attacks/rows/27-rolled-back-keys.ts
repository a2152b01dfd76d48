/** Row 27: the key store, a scope record or the head put back to an earlier state. */
import type { Bed } from "../bed/bed.js";
import { createEncrypted, createKeys, KEKS } from "../bed/built-in.js";
import { archive, customers, victimOf } from "../bed/documents.js";
import {
  copyOf,
  createStoredKeys,
  type Item,
  putBack,
  readEncryptionKey,
  replaceEncryptionKey,
  type StoredKeys,
} from "../bed/key-store.js";
import { sealOf } from "../bed/sealed.js";
import { accepted, notBuilt, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 27,
  attacker: "rolls the key store back to an earlier state, or a scope record, or its head",
  must: "detected by epoch in documents, process and anchor",
  run: async (bed) => {
    const builtIn = await rewrapUndone(bed);
    const control = { "a client that keeps no record": builtIn };
    const whole = await rollBack(bed, (keys, before) => putBack(keys.stolenKeys, before));
    return [
      {
        name: "the whole store",
        control,
        ours: {
          ...whole,
          // It has met no epoch: only what lies outside the account could tell it.
          "a new process that reads no document before it writes": notBuilt("the anchor, which remembers the epoch"),
        },
        builtIn: { "a new process": builtIn },
      },
      { name: "a scope's record", control, ours: await rollBack(bed, recordsAlone) },
      { name: "the head", control, ours: await rollBack(bed, headAlone) },
    ];
  },
};

type RollBack = (keys: StoredKeys, before: readonly Item[]) => Promise<void>;

/** Records of then under the names that the head of now lists. */
const recordsAlone: RollBack = async ({ stolenKeys }, before) => {
  for (const item of await copyOf(stolenKeys)) {
    if (item.id === "head") continue;
    const old = before.find(({ id }) => id.slice(0, 2) === item.id.slice(0, 2) && id !== "head");
    if (old !== undefined) await stolenKeys.items.upsert({ ...item, records: old["records"] });
  }
};

const headAlone: RollBack = async ({ stolenKeys }, before) => {
  await stolenKeys.items.upsert(before.find(({ id }) => id === "head")!);
};

async function rollBack(bed: Bed, deed: RollBack): Promise<Readonly<Record<string, Outcome>>> {
  const keys = await createStoredKeys(bed, { customers, archive });
  let now = Date.now();
  const live = keys.connect({ now: () => now });
  const container = live.database(keys.id).container("customers");
  const before = await copyOf(keys.stolenKeys);
  await live.keys.rotate(customers as never);
  await container.items.create(victimOf("t"));
  await deed(keys, before);
  now += 120_000;
  const codes = ["ERR_KEY_STORE_FORGED", "ERR_KEY_STORE_DAMAGED"];
  return {
    "a process that knows the newer store": await outcomeOf(
      async () => {
        await container.items.upsert({ ...victimOf("t"), id: "again" });
        const stolen = keys.stolen("customers");
        const [one, other] = await Promise.all(["victim", "again"].map((id) => stolen.item(id, "t").read()));
        return sealOf(one!.resource).k === sealOf(other!.resource).k;
      },
      (isNewest) => (isNewest ? PREVENTED : accepted("written under a key that had been replaced")),
      codes,
    ),
    "a new process that reads a document": await outcomeOf(
      async () => (await keys.connect().database(keys.id).container("customers").item("victim", "t").read()).resource,
      (resource) => (resource?.["email"] === undefined ? accepted("no document") : PREVENTED),
      codes,
    ),
  };
}

/** The key was put under another KEK, since the first one had leaked; the thief puts the old entry back. */
async function rewrapUndone(bed: Bed): Promise<Outcome> {
  const id = bed.fresh("rolled");
  const { database } = await bed.connectBuiltIn().databases.create({ id });
  await createKeys(database);
  await createEncrypted(database, "customers");
  const old = await readEncryptionKey(bed, id, "dek");
  const next = "https://vault.invalid/keys/customers/2";
  bed.vault.plant(next);
  const metadata = old["keyWrapMetadata"] as { readonly value: string };
  await database.rewrapClientEncryptionKey("dek", { ...metadata, value: next } as never);
  await replaceEncryptionKey(bed, id, "dek", old);
  const since = bed.vault.asked.length;
  await bed.connectBuiltIn().database(id).container("customers").items.create(victimOf("t"));
  return bed.vault.asked.slice(since).includes(KEKS.dek) ? accepted("the old wrap is obeyed") : PREVENTED;
}
