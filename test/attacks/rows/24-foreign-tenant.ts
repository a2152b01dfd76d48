/** Row 24: the account key *and* tenant A's keys, or one group's: tenant B's document, or another group, under a key of their own. */
import { type DocumentKeys, defineContainer, Keys } from "@cosmoseal/core";
import { sealed } from "cosmoseal";
import { z } from "zod";
import { prepareDocument, sealDocument } from "../../../packages/core/src/codec/seal.js";
import type { Bed } from "../bed/bed.js";
import { encryptingClient, KEKS } from "../bed/built-in.js";
import { bare, victimOf } from "../bed/documents.js";
import type { Stored } from "../bed/forge.js";
import { createStoredKeys, type StoredKeys } from "../bed/key-store.js";
import { changeSeal, groupOf, sealOf } from "../bed/sealed.js";
import { accepted, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 24,
  attacker:
    "holds the account key *and* tenant A's keys, or one group's, and forges tenant B's document or another group by naming a key of their own (`k`, group key ids)",
  must: "detected (`ERR_KEY_SCOPE`)",
  run: async (bed) => {
    const keys = await createStoredKeys(bed, { tenants: tenants as never });
    const owner = keys.connect();
    for (const tenant of ["a", "b"]) await owner.keys.createScope(tenants as never, tenant);
    const container = owner.database(keys.id).container("tenants");
    for (const tenantId of ["a", "b"]) await container.items.create(documentOf(tenantId));
    const control = await unprotected(bed);
    const builtIn = await theirs(bed);
    const attempts: Attempt[] = [];
    for (const [name, forge] of Object.entries(FORGED)) {
      const forged = await forge(keys);
      await keys.stolen("tenants").items.upsert(forged);
      attempts.push({
        name,
        control: { "point read": control },
        ours: { "point read": await read(container) },
        builtIn: { "point read": builtIn },
      });
    }
    return attempts;
  },
};

const tenants = defineContainer({
  name: "tenants",
  partitionKey: "/tenantId",
  scope: { path: "/tenantId", family: "tenant" },
  schema: z.object({
    id: z.string(),
    tenantId: z.string(),
    plan: z.string(),
    email: sealed(z.string()),
    diagnosis: sealed(z.string(), { group: "medical" }),
  }),
});

const documentOf = (tenantId: string, plan = "pro"): Stored => ({
  id: "victim",
  tenantId,
  plan,
  email: `${tenantId}@example.org`,
  diagnosis: `diagnosis of ${tenantId}`,
});

type Forging = (keys: StoredKeys) => Promise<Stored>;

const FORGED: Readonly<Record<string, Forging>> = {
  "sealed under tenant A's keys, at tenant B's place": (keys) => sealAs(keys, (a) => a),
  "A's groups under B's names and B's manifest": async (keys) => {
    const [own, theirs] = [await sealAs(keys, (a) => a), await storedOf(keys, "b")];
    return changeSeal(theirs, { g: sealOf(own).g });
  },
  "tenant A's document at tenant B's place": async (keys) => ({ ...(await storedOf(keys, "a")), tenantId: "b" }),
  "the manifest under a key of a group": (keys) =>
    sealAs(keys, (_, b) => ({
      ...b,
      writing: (_kind, _group) => b.writing("group", "medical"),
    })),
  "another group under the key of one's own": (keys) =>
    sealAs(keys, (_, b) => ({
      ...b,
      writing: (kind, group) => b.writing(kind, kind === "group" ? "medical" : group),
    })),
  "another group's key id on a blob of one's own": async (keys) => {
    const own = await sealAs(keys, (_, b) => ({
      ...b,
      writing: (kind, g) => b.writing(kind, kind === "group" ? "medical" : g),
    }));
    const [keyId] = groupOf(await storedOf(keys, "b"), "");
    const [, stamp, blob] = groupOf(own, "");
    return changeSeal(own, { g: { ...sealOf(own).g, "": [keyId, stamp, blob] } });
  },
};

/** A document of tenant B as whoever holds the keys can make it: everything else is right. */
async function sealAs(keys: StoredKeys, choose: (a: DocumentKeys, b: DocumentKeys) => DocumentKeys): Promise<Stored> {
  const { keyring } = keys.kek;
  const holder = new Keys({ keyring, store: keys.store, pin: keys.pin });
  const scopes = [
    ["tenant", "a"],
    ["tenant", "b"],
  ] as const;
  const lease = await holder.lease(tenants.plan, scopes);
  try {
    const [a, b] = scopes.map((scope) => methodsOf(lease.keysOf(scope))) as [DocumentKeys, DocumentKeys];
    const prepared = prepareDocument(tenants.plan, documentOf("b", "max"), false, () => a.identity());
    const stored = sealDocument(tenants.plan, prepared, choose(a, b), { stamp: Date.now() });
    return JSON.parse(JSON.stringify(stored)) as Stored;
  } finally {
    lease.release();
  }
}

/** As a plain object, so that one of its methods can be exchanged. */
function methodsOf(keys: DocumentKeys): DocumentKeys {
  return {
    epoch: keys.epoch,
    scopeText: keys.scopeText,
    writing: (kind, group) => keys.writing(kind, group),
    reading: (kind, group, id) => keys.reading(kind, group, id),
    index: () => keys.index(),
    searching: () => keys.searching(),
    indexGenerations: () => keys.indexGenerations(),
    schema: () => keys.schema(),
    identity: () => keys.identity(),
  };
}

async function storedOf(keys: StoredKeys, tenantId: string): Promise<Stored> {
  return bare((await keys.stolen("tenants").item("victim", tenantId).read()).resource) as Stored;
}

async function read(container: ReturnType<ReturnType<SealedClient["database"]>["container"]>): Promise<Outcome> {
  return outcomeOf(
    async () => (await container.item("victim", "b").read()).resource,
    (resource) => (resource?.["plan"] === "pro" ? PREVENTED : accepted("read as data")),
  );
}

type SealedClient = ReturnType<StoredKeys["connect"]>;

async function unprotected(bed: Bed): Promise<Outcome> {
  const tenantId = bed.partition();
  await bed.control.customers.items.create(victimOf(tenantId));
  await bed.control.stolen.customers.items.upsert({ ...victimOf(tenantId), plan: "max" });
  const { resource } = await bed.control.customers.item("victim", tenantId).read();
  return resource?.["plan"] === "max" ? accepted("read as data") : PREVENTED;
}

/** Whoever may use one KEK writes documents of every tenant under it. */
async function theirs(bed: Bed): Promise<Outcome> {
  const tenantId = bed.partition();
  await bed.builtIn.customers.items.create(victimOf(tenantId));
  const { resolver } = bed.vault;
  const holder = encryptingClient(bed.emulator.connectionString, {
    ...resolver,
    unwrapKey: async (url, algorithm, wrapped) => {
      if (url !== KEKS.dek) throw new Error("Forbidden");
      return resolver.unwrapKey(url, algorithm, wrapped);
    },
  });
  const { diagnosis: _, ...rest } = victimOf(tenantId);
  await holder
    .database("builtIn")
    .container("customers")
    .items.upsert({ ...rest, email: "forged@example.org" });
  holder.dispose();
  return outcomeOf(
    async () => (await bed.builtIn.customers.item("victim", tenantId).read()).resource,
    (resource) => (resource?.["email"] === "forged@example.org" ? accepted("read as data") : PREVENTED),
  );
}
