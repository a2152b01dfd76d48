/** Row 16: the wrapped keys replaced: a root key of the thief's, a data key under the KEK's public key, one scope's record over another's. */
import { randomBytes } from "node:crypto";
import { cosmosKeyStore, createKeyStore, type Keyring } from "cosmoseal";
import type { Bed } from "../bed/bed.js";
import { createEncrypted, createKeys, encryptingClient, KEKS, wrapFor } from "../bed/built-in.js";
import { archive, customers, victimOf } from "../bed/documents.js";
import {
  copyOf,
  createStoredKeys,
  type Item,
  readEncryptionKey,
  replaceEncryptionKey,
  type StoredKeys,
} from "../bed/key-store.js";
import { accepted, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 16,
  attacker:
    "replaces the wrapped keys: own root key, own data key under the KEK's public key, one scope's entry copied over another's",
  must: "prevented (pin, wrap under the root)",
  run: async (bed) => {
    const attempts: Attempt[] = [];
    for (const [name, plant] of Object.entries(PLANTED)) attempts.push(await tryPlanting(bed, name, plant));
    attempts[1] = { ...attempts[1]!, builtIn: { "a new process": await plantDataKey(bed) } };
    attempts[2] = { ...attempts[2]!, builtIn: { "a new process": await copyRestrictedKey(bed) } };
    return attempts;
  },
};

type Plant = (bed: Bed, keys: StoredKeys) => Promise<void>;

const PLANTED: Readonly<Record<string, Plant>> = {
  "a root key of their own": async (_, keys) => {
    for (const { id, store } of await copyOf(keys.stolenKeys)) await keys.stolenKeys.item(id, store).delete();
    await createKeyStore({
      keyring: publicHalf(keys),
      store: cosmosKeyStore({ container: keys.stolenKeys }),
      containers: [customers],
    });
  },
  "a data key under the public key": (_, keys) =>
    changeRecords(keys, (records) => {
      for (const record of records) {
        for (const key of record["keys"] as { wrapped?: string }[]) {
          key.wrapped = wrapFor(keys.kek.publicKey, randomBytes(32)).toString("base64");
        }
      }
    }),
  "one scope's record over another's": async (_, keys) => {
    const items = (await copyOf(keys.stolenKeys)).filter(({ id }) => id !== "head");
    const records = items.flatMap((item) => item["records"] as Record<string, unknown>[]);
    await changeRecords(keys, (all) => {
      for (const record of all) {
        const other = records.find(({ scope }) => JSON.stringify(scope) !== JSON.stringify(record["scope"]))!;
        Object.assign(record, { keys: other["keys"], mac: other["mac"] });
      }
    });
  },
  "their pin in the head's place": async (_, keys) => {
    const { resource: item } = await keys.stolenKeys.item("head", "keys").read<Item>();
    const head = item!["head"] as Record<string, unknown>;
    const wraps = [await publicHalf(keys).wrap(randomBytes(32), keys.pin)];
    await keys.stolenKeys.items.upsert({ ...item, head: { ...head, wraps } });
  },
};

/** What the thief has of the KEK: the public half, and what went through it. */
function publicHalf({ kek: { keyring } }: StoredKeys): Keyring {
  const known = new Map<string, Uint8Array>();
  return {
    ...keyring,
    wrap: async (root, pin) => {
      const wrap = await keyring.wrap(root, pin);
      known.set(wrap.wrapped, Uint8Array.from(root));
      return wrap;
    },
    unwrap: async ({ wrapped }) => Uint8Array.from(known.get(wrapped)!),
  };
}

async function changeRecords(
  { stolenKeys }: StoredKeys,
  change: (records: Record<string, unknown>[]) => void,
): Promise<void> {
  for (const item of await copyOf(stolenKeys)) {
    if (item.id === "head") continue;
    change(item["records"] as Record<string, unknown>[]);
    await stolenKeys.items.upsert(item);
  }
}

async function tryPlanting(bed: Bed, name: string, plant: Plant): Promise<Attempt> {
  const keys = await createStoredKeys(bed, { customers, archive });
  await plant(bed, keys);
  const planted = await keys.kek.keyring.wrap(new Uint8Array(32).fill(5), keys.pin);
  const opened = await keys.kek.keyring.unwrap(planted, keys.pin);
  const ours = await outcomeOf(
    () => keys.connect().database(keys.id).container("customers").items.create(victimOf("t")),
    () => accepted("written under what was planted"),
    ["ERR_PIN_MISMATCH", "ERR_KEY_STORE_FORGED", "ERR_UNWRAP_FAILED", "ERR_KEY_STORE_DAMAGED"],
  );
  return {
    name,
    // Nothing is to be planted where nothing is encrypted: what shows the attack is that the key-encryption key opens anybody's wrap.
    control: { "the KEK opens what was wrapped by anybody": opened[0] === 5 ? accepted("opened") : PREVENTED },
    ours: { "a new process": ours },
  };
}

/** The application's next process writes under a key that the thief knows. */
async function plantDataKey(bed: Bed): Promise<Outcome> {
  const id = await createBuiltIn(bed);
  const own = randomBytes(32);
  const entry = await readEncryptionKey(bed, id, "dek");
  const wrappedDataEncryptionKey = wrapFor(bed.vault.publicKey(KEKS.dek), own).toString("base64");
  await replaceEncryptionKey(bed, id, "dek", { ...entry, wrappedDataEncryptionKey });
  await bed.connectBuiltIn().database(id).container("customers").items.create(victimOf("t"));
  const thief = encryptingClient(bed.emulator.connectionString, {
    encryptionKeyResolverName: bed.vault.resolver.encryptionKeyResolverName,
    wrapKey: async (_url, _algorithm, key) => key,
    unwrapKey: async (url, algorithm, wrapped) =>
      url === KEKS.dek ? own : bed.vault.resolver.unwrapKey(url, algorithm, wrapped),
  });
  const { resource } = await thief.database(id).container("customers").item("victim", "t").read();
  thief.dispose();
  return resource?.["email"] === victimOf("t")["email"] ? accepted("new writes are readable to the thief") : PREVENTED;
}

/** The entry of the key that anybody in the company may use, over that of the restricted one. */
async function copyRestrictedKey(bed: Bed): Promise<Outcome> {
  const id = await createBuiltIn(bed);
  const { id: _, ...entry } = await readEncryptionKey(bed, id, "dek");
  await replaceEncryptionKey(bed, id, "medical", entry);
  await bed.connectBuiltIn().database(id).container("customers").items.create(victimOf("t"));
  const lowly = encryptingClient(bed.emulator.connectionString, {
    ...bed.vault.resolver,
    unwrapKey: async (url, algorithm, wrapped) => {
      if (url === KEKS.medical) throw new Error("Forbidden");
      return bed.vault.resolver.unwrapKey(url, algorithm, wrapped);
    },
  });
  const { resource } = await lowly.database(id).container("customers").item("victim", "t").read();
  lowly.dispose();
  return resource?.["diagnosis"] === victimOf("t")["diagnosis"]
    ? accepted("a restricted field is readable")
    : PREVENTED;
}

async function createBuiltIn(bed: Bed): Promise<string> {
  const id = bed.fresh("planted");
  const { database } = await bed.connectBuiltIn().databases.create({ id });
  await createKeys(database);
  await createEncrypted(database, "customers");
  return id;
}
