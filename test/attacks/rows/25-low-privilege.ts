/** Row 25: the account key *and* one low-privilege application's keys. */
import { createKeyStore, createRoot, Keys } from "@cosmoseal/core";
import { cosmosKeyStore, keyStoreContainer, staticKeyring } from "cosmoseal";
import { openGroup } from "../../../packages/core/src/codec/group.js";
import { manifestOf } from "../../../packages/core/src/codec/manifest.js";
import { placeOf } from "../../../packages/core/src/codec/place.js";
import { parseSeal } from "../../../packages/core/src/codec/seal-member.js";
import type { Bed } from "../bed/bed.js";
import { createEncrypted, createKeys, encryptingClient, KEKS } from "../bed/built-in.js";
import { bare, customers, otherOf, victimBefore, victimOf } from "../bed/documents.js";
import type { Stored } from "../bed/forge.js";
import { readEncryptionKey, replaceEncryptionKey } from "../bed/key-store.js";
import { changeSeal, groupOf, sealOf, withGroup } from "../bed/sealed.js";
import { searchFor } from "../bed/traces.js";
import { accepted, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 25,
  attacker: "holds the account key *and* one low-privilege application's keys (a group or a scope)",
  must: "reads that group or scope alone; can't forge the sealed content of others",
  run: async (bed) => {
    const world = await createWorld(bed);
    const attempts: Attempt[] = [await readClosed(bed, world)];
    for (const [name, forge] of Object.entries(FORGED)) {
      attempts.push({
        name,
        control: { "point read": await unprotected(bed) },
        ours: { "the owner's point read": await tryForging(world, forge) },
      });
    }
    attempts.push(await plantGroupRoot(bed));
    return attempts;
  },
};

interface World {
  readonly id: string;
  readonly pin: string;
  readonly medicalPin: string;
  readonly store: ReturnType<typeof cosmosKeyStore>;
  readonly stolen: Bed["ours"]["customers"];
  /** Holds every key. */
  readonly owner: Bed["ours"]["customers"];
  /** Holds the main keyring and not that of the group. */
  readonly lowly: Bed["ours"]["customers"];
}

const mainKeyring = staticKeyring(Buffer.alloc(32, 21).toString("base64"));
const medicalKeyring = staticKeyring(Buffer.alloc(32, 22).toString("base64"));

async function createWorld(bed: Bed): Promise<World> {
  const id = bed.fresh("groups");
  const { database } = await bed.thief.databases.create({ id });
  const { container } = await database.containers.create(keyStoreContainer("keys"));
  await database.containers.create({ id: "customers", partitionKey: { paths: ["/tenantId"] } });
  const store = cosmosKeyStore({ container });
  const { groups, pin } = await createKeyStore({
    keyring: mainKeyring,
    store,
    containers: [customers],
    groups: { medical: { keyring: medicalKeyring } },
  });
  const medicalPin = groups["medical"]!;
  const common = { keyring: mainKeyring, store, pin, containers: { [`${id}/customers`]: customers } };
  const owner = bed.connect({ ...common, groups: { medical: { keyring: medicalKeyring, pin: medicalPin } } });
  const lowly = bed.connect({ ...common, missingGroups: "placeholder" });
  return {
    id,
    pin,
    medicalPin,
    store,
    stolen: database.container("customers"),
    owner: owner.database(id).container("customers"),
    lowly: lowly.database(id).container("customers"),
  };
}

/** What the low-privilege application sees, and what its keys open of the stored bytes. */
async function readClosed(bed: Bed, world: World): Promise<Attempt> {
  const tenantId = bed.partition();
  await world.owner.items.create(victimOf(tenantId));
  const canaries = { diagnosis: String(victimOf(tenantId)["diagnosis"]) };
  const { resource } = await world.lowly.item("victim", tenantId).read();
  const { resources } = await world.lowly.items.query("SELECT * FROM c", { partitionKey: tenantId }).fetchAll();
  const plain = await outcomeOf(
    async () => (await bed.control.customers.items.create(victimOf(tenantId))).resource,
    (document) => searchFor(canaries, [{ where: "the document", text: JSON.stringify(document) }]),
  );
  const seen = [resource, resources].map((value, i) => ({ where: `reading ${i}`, text: JSON.stringify(value) }));
  const search = await outcomeOf(
    async () =>
      (
        await world.lowly.items
          .query(`SELECT VALUE c.diagnosis FROM c`, { partitionKey: tenantId, unindexed: "scan" })
          .fetchAll()
      ).resources,
    (rows) => searchFor(canaries, [{ where: "a query", text: JSON.stringify(rows) }]),
    ["ERR_GROUP_KEY_MISSING"],
  );
  return {
    name: "reads what is not theirs",
    control: { "an application without protection": plain },
    ours: {
      "its own reading": searchFor(canaries, seen),
      "its own query": search,
      "each of its keys on the blob": await openWithOwnKeys(world, tenantId),
    },
    builtIn: { "its own reading": await readBuiltIn(bed) },
  };
}

async function openWithOwnKeys(world: World, tenantId: string): Promise<Outcome> {
  const stored = await storedOf(world, tenantId);
  const parsed = parseSeal(stored["_seal"])!;
  const place = placeOf(customers.plan, stored)!;
  return withKeys(world, (keys) => {
    for (const key of [keys.writing("integrity", "").key, keys.writing("group", "").key, keys.index().key]) {
      for (const group of parsed.groups) {
        if (group.name === "medical" && openGroup(key, place, group) !== undefined) return accepted("opened");
      }
    }
    return PREVENTED;
  });
}

/** With the integrity key at hand, everything but the sealed content of the group can be made anew. */
type Forge = (loot: { readonly victim: Stored; readonly other: Stored }) => Stored;

const FORGED: Readonly<Record<string, Forge>> = {
  "the group of another document, under a manifest of their own": ({ other, victim }) =>
    withGroup(victim, "medical", groupOf(other, "medical")),
  "the group under the key of the default group": ({ victim }) => {
    const [, stamp, blob] = groupOf(victim, "");
    const [keyId] = groupOf(victim, "");
    return withGroup(victim, "medical", [keyId, stamp, blob]);
  },
  "the group's key id on another blob": ({ victim }) => {
    const [keyId, stamp] = groupOf(victim, "medical");
    return withGroup(victim, "medical", [keyId, stamp, groupOf(victim, "")[2]]);
  },
  "the group taken out": ({ victim }) => withGroup(victim, "medical", undefined),
  "its value in public": ({ victim }) => ({ ...victim, diagnosis: "forged" }),
  "its value in public, and a later schema version": ({ victim }) => ({
    ...changeSeal(withGroup(victim, "medical", undefined), { s: 2 }),
    diagnosis: "forged",
  }),
};

async function tryForging(world: World, forge: Forge): Promise<Outcome> {
  const tenantId = `f-${Math.random().toString(36).slice(2)}`;
  await world.owner.items.create(victimBefore(tenantId));
  await world.owner.items.create(otherOf(tenantId));
  const victim = await storedOf(world, tenantId);
  const other = await storedOf(world, tenantId, "other");
  const forged = await signAgain(world, forge({ victim, other }));
  await world.stolen.items.upsert(forged);
  return outcomeOf(
    async () => (await world.owner.item("victim", tenantId).read()).resource,
    (resource) =>
      resource?.["diagnosis"] === victimBefore(tenantId)["diagnosis"] ? PREVENTED : accepted("read as data"),
  );
}

async function signAgain(world: World, document: Stored): Promise<Stored> {
  const place = placeOf(customers.plan, document)!;
  const parsed = parseSeal(sealOf(document));
  if (parsed === undefined) throw new Error("the forgery is not of the form");
  return withKeys(world, (keys) => {
    const { key } = keys.writing("integrity", "");
    const places = customers.plan.versions.get(1)!.unsignedPlaces;
    const member = sealOf(document) as unknown as Record<string, unknown>;
    const m = Buffer.from(manifestOf(key, place, parsed.groups, member, document, places)).toString("base64");
    return changeSeal(document, { m });
  });
}

async function withKeys<T>(world: World, use: (keys: KeysOfDocument) => T): Promise<T> {
  const { pin, store } = world;
  const keys = new Keys({ keyring: mainKeyring, store, pin });
  const lease = await keys.lease(customers.plan, [["container", "customers"]]);
  try {
    return use(lease.keysOf(["container", "customers"]));
  } finally {
    lease.release();
  }
}

type KeysOfDocument = ReturnType<Awaited<ReturnType<Keys["lease"]>>["keysOf"]>;

async function storedOf({ stolen }: World, tenantId: string, id = "victim"): Promise<Stored> {
  return bare((await stolen.item(id, tenantId).read()).resource) as Stored;
}

/** Whoever holds the main keyring can write the key store: a root of their own for the group. */
async function plantGroupRoot(bed: Bed): Promise<Attempt> {
  const world = await createWorld(bed);
  const tenantId = bed.partition();
  await world.owner.items.create(victimOf(tenantId));
  const own = staticKeyring(Buffer.alloc(32, 23).toString("base64"));
  const { pin, store } = world;
  const made = await createRoot(own);
  const planted = await outcomeOf(
    async () => {
      const keys = new Keys({ keyring: mainKeyring, store, pin, groups: { medical: { keyring: own, pin: made.pin } } });
      await keys.rekey(made, { group: "medical" });
      await world.owner.items.create({ ...victimOf(tenantId), id: "next" });
      return storedOf(world, tenantId, "next");
    },
    () => accepted("written under a key of the thief's"),
    ["ERR_PIN_MISMATCH", "ERR_KEY_STORE_FORGED", "ERR_GROUP_KEY_MISSING"],
  );
  return {
    name: "a root of their own for the group",
    control: { "an application without protection": await unprotected(bed) },
    ours: { "the owner's next write": planted },
    builtIn: { "the owner's next write": await plantBuiltIn(bed) },
  };
}

async function unprotected(bed: Bed): Promise<Outcome> {
  const tenantId = bed.partition();
  await bed.control.customers.items.create(victimOf(tenantId));
  await bed.control.stolen.customers.items.upsert({ ...victimOf(tenantId), diagnosis: "forged" });
  const { resource } = await bed.control.customers.item("victim", tenantId).read();
  return resource?.["diagnosis"] === "forged" ? accepted("read as data") : PREVENTED;
}

/** Each key under a KEK of its own, and access to the one alone. */
async function readBuiltIn(bed: Bed): Promise<Outcome> {
  const tenantId = bed.partition();
  await bed.builtIn.customers.items.create(victimOf(tenantId));
  const lowly = lowlyBuiltIn(bed);
  const outcome = await outcomeOf(
    () => lowly.database("builtIn").container("customers").item("victim", tenantId).read(),
    ({ resource }) => searchFor({ diagnosis: "influenza" }, [{ where: "it", text: JSON.stringify(resource) }]),
  );
  lowly.dispose();
  return outcome;
}

function lowlyBuiltIn(bed: Bed): ReturnType<typeof encryptingClient> {
  const { resolver } = bed.vault;
  return encryptingClient(bed.emulator.connectionString, {
    ...resolver,
    unwrapKey: async (url, algorithm, wrapped) => {
      if (url === KEKS.medical) throw new Error("Forbidden");
      return resolver.unwrapKey(url, algorithm, wrapped);
    },
  });
}

async function plantBuiltIn(bed: Bed): Promise<Outcome> {
  const id = bed.fresh("lowly");
  const { database } = await bed.connectBuiltIn().databases.create({ id });
  await createKeys(database);
  await createEncrypted(database, "customers");
  const { id: _, ...entry } = await readEncryptionKey(bed, id, "dek");
  await replaceEncryptionKey(bed, id, "medical", entry);
  await bed.connectBuiltIn().database(id).container("customers").items.create(victimOf("t"));
  const lowly = lowlyBuiltIn(bed);
  const { resource } = await lowly.database(id).container("customers").item("victim", "t").read();
  lowly.dispose();
  return resource?.["diagnosis"] === victimOf("t")["diagnosis"] ? accepted("readable to the thief") : PREVENTED;
}
