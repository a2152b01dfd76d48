/** Groups with a root of their own: who holds the root key alone opens nothing of them, and can't make others believe his own. */
import {
  type ContainerDefinition,
  createKeyStore,
  createRoot,
  defineContainer,
  exportKeyStore,
  type HeadRecord,
  importKeyStore,
  isCosmosealError,
  type KeyEntry,
  type Keyring,
  type KeyStore,
  Keys,
  type KeysOptions,
  memoryKeyStore,
  openAll,
  type ScopeRecord,
  seal,
  sealed,
  staticKeyring,
} from "@cosmoseal/core";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { Key } from "../src/crypto/key.js";
import { bucketHash, makeEntry, makeHead, makeRecord, unwrapEntry } from "../src/keys/records.js";
import { overTheWire } from "./support/keys.js";
import { copyOf, textOf } from "./support/stores.js";

const secret = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
const MAIN = staticKeyring(secret(7));
const MEDICAL = staticKeyring(secret(9));
const OTHER = staticKeyring(secret(11));

const charts = defineContainer({
  name: "charts",
  partitionKey: "/tenantId",
  scope: { path: "/tenantId", family: "tenant" },
  schema: z.object({
    id: z.string(),
    tenantId: z.string(),
    email: sealed(z.string(), { equality: true }).optional(),
    diagnosis: sealed(z.string(), { group: "medical" }).optional(),
  }),
});

let store: KeyStore;
let pin: string;
let medicalPin: string;
let now: number;

beforeEach(async () => {
  store = memoryKeyStore();
  now = 1_800_000_000_000;
  const made = await createKeyStore({
    keyring: MAIN,
    store,
    containers: [charts],
    groups: { medical: { keyring: MEDICAL } },
    now: () => now,
  });
  pin = made.pin;
  medicalPin = made.groups["medical"]!;
});

function keysWith(options: Partial<KeysOptions> = {}): Keys {
  return new Keys({ keyring: MAIN, store, pin, now: () => now, ...options });
}

function full(options: Partial<KeysOptions> = {}): Keys {
  return keysWith({ groups: { medical: { keyring: MEDICAL, pin: medicalPin } }, ...options });
}

async function sealedBy(keys: Keys, id = "c-1", tenantId = "t-1"): Promise<unknown> {
  const document = { id, tenantId, email: "ada@example.com", diagnosis: "asthma" };
  return overTheWire(await seal(charts, keys, document, { stamp: now }));
}

async function openedBy(keys: Keys, stored: unknown, missing: "error" | "omit" = "error"): Promise<unknown> {
  const [document] = await openAll(charts, keys, [structuredClone(stored)], { now, missing: () => missing });
  return document;
}

async function code(work: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (!isCosmosealError(error)) throw error;
    return error.code;
  }
  return "nothing was thrown";
}

async function recordOf(tenant: string): Promise<ScopeRecord> {
  const head = (await store.readHead()) as HeadRecord;
  const buckets = await Promise.all(Object.keys(head.tree).map((bucket) => store.readBucket(bucket)));
  return (buckets.flat() as ScopeRecord[]).find(({ scope }) => scope[1] === tenant)!;
}

const rootKey = async (): Promise<Key> => {
  const head = (await store.readHead()) as HeadRecord;
  return Key.take(await MAIN.unwrap(head.wraps[0]!, pin));
};

/** What the holder of the root key can make of the store: records and a head that verify. */
async function forge(
  edit: (keys: readonly KeyEntry[], record: ScopeRecord) => readonly KeyEntry[],
  change: (head: HeadRecord) => Partial<HeadRecord> = () => ({}),
): Promise<void> {
  const root = await rootKey();
  const { mac: _mac, v: _v, previous: _previous, ...head } = (await store.readHead()) as HeadRecord;
  const before = (await store.readHead()) as HeadRecord;
  const tree: Record<string, string> = {};
  const records: ScopeRecord[] = [];
  for (const bucket of Object.keys(head.tree)) {
    const made = ((await store.readBucket(bucket)) as ScopeRecord[]).map((record) =>
      makeRecord(root, record.scope, record.revision + 1, edit(record.keys, record), record.schema),
    );
    tree[bucket] = bucketHash(root, bucket, made);
    records.push(...made);
  }
  // As JSON has it: without what is undefined.
  const changed: HeadRecord = JSON.parse(JSON.stringify({ ...head, ...change(before) }));
  const next = { ...changed, tree, epoch: head.epoch + 1, revision: head.revision + 1 };
  await store.write({ expected: head.revision, head: makeHead(root, next, before), records });
}

const isMedical = ({ kind, group }: KeyEntry): boolean => kind === "group" && group === "medical";

describe("who holds what", () => {
  beforeEach(async () => {
    await full().createScope(charts.plan, "t-1");
  });

  test("a store without group roots has no word of them", async () => {
    const plain = memoryKeyStore();
    const made = await createKeyStore({ keyring: MAIN, store: plain, containers: [charts] });
    expect(made.groups).toEqual({});
    expect(await textOf(plain)).not.toMatch(/groups|"root":"[^"]*","(?!wraps)/);
    expect(Object.keys((await plain.readHead()) as object)).not.toContain("groups");
  });

  test("a document sealed with the group's key opens whole with it, and but for the group without it", async () => {
    const stored = await sealedBy(full());
    expect(await openedBy(full(), stored)).toMatchObject({ email: "ada@example.com", diagnosis: "asthma" });
    expect(await code(openedBy(keysWith(), stored))).toBe("ERR_GROUP_KEY_MISSING");
    const partial = (await openedBy(keysWith(), stored, "omit")) as object;
    expect(partial).toMatchObject({ email: "ada@example.com" });
    expect(partial).not.toHaveProperty("diagnosis");
    expect(await code(sealedBy(keysWith()))).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("the root key opens no key of the group, also not for who reads the store himself", async () => {
    const { keys, scope } = await recordOf("t-1");
    const entry = keys.find(isMedical)!;
    const root = await rootKey();
    expect(entry.root).toBe(medicalPin);
    expect(await code(() => unwrapEntry(root, scope, entry))).toBe("ERR_KEY_STORE_FORGED");
    const { root: _, ...without } = entry;
    expect(await code(() => unwrapEntry(root, scope, without))).toBe("ERR_KEY_STORE_FORGED");
  });

  test("the default group may have a root, too: the main keyring alone verifies and opens nothing", async () => {
    store = memoryKeyStore();
    const roots = { "": { keyring: OTHER }, medical: { keyring: MEDICAL } };
    const made = await createKeyStore({ keyring: MAIN, store, containers: [charts], groups: roots });
    pin = made.pin;
    const all = keysWith({
      groups: {
        "": { keyring: OTHER, pin: made.groups[""]! },
        medical: { keyring: MEDICAL, pin: made.groups["medical"]! },
      },
    });
    await all.createScope(charts.plan, "t-1");
    const stored = await sealedBy(all);
    expect(await openedBy(keysWith(), stored, "omit")).toEqual({ id: "c-1", tenantId: "t-1" });
    const forged = { ...(stored as object), tenantId: "t-1", extra: 1 };
    expect(await code(openedBy(keysWith(), forged, "omit"))).toBe("ERR_INTEGRITY");
  });

  test("groups are told with their pins, and whose root this process has", async () => {
    expect(await full().groups()).toEqual([{ group: "medical", pin: medicalPin, held: true }]);
    expect(await keysWith().groups()).toEqual([{ group: "medical", pin: medicalPin, held: false }]);
    expect(await keysWith().missingGroups(charts.plan)).toEqual(["medical"]);
    const described = await keysWith().describe(charts.plan, "t-1");
    expect(described.map(({ kind, group, root }) => [kind, group, root])).toEqual([
      ["group", "", undefined],
      ["group", "medical", medicalPin],
      ["integrity", "", undefined],
    ]);
  });

  test.each<[string, KeysOptions["groups"], string]>([
    ["a group without a pin", { medical: { keyring: MEDICAL } as never }, "ERR_PIN_MISSING"],
    ["a group without a keyring", { medical: { pin: "x" } as never }, "ERR_OPTIONS_INVALID"],
    ["a name that no group has", { Medical: { keyring: MEDICAL, pin: "x" } }, "ERR_OPTIONS_INVALID"],
    ["an empty list of pins", { medical: { keyring: MEDICAL, pin: [] } }, "ERR_OPTIONS_INVALID"],
  ])("%s is refused at once", async (_, groups, expected) => {
    expect(await code(() => keysWith({ groups }))).toBe(expected);
  });

  test("a group may be called as JavaScript's own members are", async () => {
    store = memoryKeyStore();
    const named = defineContainer({
      name: "named",
      partitionKey: "/id",
      schema: z.object({ id: z.string(), a: sealed(z.string(), { group: "constructor" }) }),
    });
    pin = (await createKeyStore({ keyring: MAIN, store, containers: [named] })).pin;
    const document = { id: "1", a: "x" };
    const stored = overTheWire(await seal(named, keysWith(), document, { stamp: now }));
    expect((await openAll(named, keysWith(), [stored], { now }))[0]).toEqual(document);
    expect(await keysWith().missingGroups(named.plan)).toEqual([]);
  });
});

describe("what the holder of the root key can't make others believe", () => {
  beforeEach(async () => {
    const keys = full();
    for (const tenant of ["t-1", "t-2"]) await keys.createScope(charts.plan, tenant);
    await keys.rotate(charts.plan, "t-1", { kind: "group", group: "medical" });
  });

  test("a group root of his own", async () => {
    const evil = await createRoot(MEDICAL); // who may wrap under the key-encryption key: with RSA, everybody
    const secret = Key.take(await MEDICAL.unwrap(evil.wraps[0]!, evil.pin));
    await forge(
      (keys, { scope }) =>
        keys.map((entry) =>
          isMedical(entry)
            ? {
                ...makeEntry(secret, {
                  scope,
                  kind: "group",
                  group: "medical",
                  generation: entry.generation,
                  created: now,
                  root: evil.pin,
                }),
                state: entry.state,
              }
            : entry,
        ),
      () => ({ groups: { medical: { root: evil.pin, wraps: evil.wraps } } }),
    );
    expect(await code(sealedBy(full()))).toBe("ERR_PIN_MISMATCH");
  });

  test("that the group has no root, and its keys are under the root key", async () => {
    const root = await rootKey();
    const underRoot = (entry: KeyEntry, { scope }: ScopeRecord): KeyEntry =>
      isMedical(entry)
        ? {
            ...makeEntry(root, { scope, kind: "group", group: "medical", generation: entry.generation, created: now }),
            state: entry.state,
          }
        : entry;
    const listed = await copyOf(store);
    await forge((keys, record) => keys.map((entry) => underRoot(entry, record)));
    expect(await code(sealedBy(full()))).toBe("ERR_KEY_STORE_FORGED");
    store = listed;
    await forge(
      (keys, record) => keys.map((entry) => underRoot(entry, record)),
      () => ({ groups: undefined as never }),
    );
    expect(await code(sealedBy(full()))).toBe("ERR_PIN_MISMATCH");
  });

  test("one scope's key of the group for another's, or one generation for another", async () => {
    const [first, second] = [await recordOf("t-1"), await recordOf("t-2")];
    const theirs = second.keys.find(isMedical)!;
    const whole = await copyOf(store);
    await forge((keys, { scope }) =>
      scope[1] === "t-1" ? keys.map((entry) => (isMedical(entry) && entry.generation === 1 ? theirs : entry)) : keys,
    );
    expect(await code(sealedBy(full()))).toBe("ERR_KEY_STORE_FORGED");
    store = whole;
    const [old, young] = first.keys.filter(isMedical) as [KeyEntry, KeyEntry];
    const exchanged = new Map([
      [1, { ...old, id: young.id, wrapped: young.wrapped! }],
      [2, { ...young, id: old.id, wrapped: old.wrapped! }],
    ]);
    await forge((keys, { scope }) =>
      scope[1] === "t-1" ? keys.map((entry) => (isMedical(entry) ? exchanged.get(entry.generation)! : entry)) : keys,
    );
    expect(await code(sealedBy(full()))).toBe("ERR_KEY_STORE_FORGED");
  });

  test("stated limit: which generation is used, and which is retired, is his word", async () => {
    const stored = await sealedBy(full());
    const states = { 1: "active", 2: "readable" } as const;
    await forge((keys, { scope }) =>
      scope[1] === "t-1"
        ? keys.map((entry) => (isMedical(entry) ? { ...entry, state: states[entry.generation as 1 | 2] } : entry))
        : keys,
    );
    expect(await openedBy(full(), stored)).toMatchObject({ diagnosis: "asthma" });
    const again = (await sealedBy(full())) as { readonly _seal: { readonly g: Record<string, [string]> } };
    const [old] = (await recordOf("t-1")).keys.filter(isMedical);
    expect(again._seal.g["medical"]![0]).toBe(old!.id);
  });

  test.each<[string, unknown]>([
    ["an empty list", {}],
    ["a name that no group has", { Medical: { root: "x", wraps: [] } }],
    ["a root without wraps", { medical: { root: "x" } }],
    ["a member that is not of the form", { medical: { root: "x", wraps: [], more: 1 } }],
  ])("%s of group roots is a damaged head", async (_, groups) => {
    await forge(
      (keys) => keys,
      () => ({ groups: groups as never }),
    );
    expect(await code(keysWith().ready())).toBe("ERR_KEY_STORE_DAMAGED");
  });
});

describe("changes by who lacks the group's root", () => {
  test("a scope is made without the group's key, and whoever has the root adds it", async () => {
    await keysWith().createScope(charts.plan, "t-1");
    expect((await keysWith().describe(charts.plan, "t-1")).map(({ group, kind }) => [kind, group])).toEqual([
      ["group", ""],
      ["integrity", ""],
    ]);
    expect(await code(sealedBy(full()))).toBe("ERR_GROUP_KEY_MISSING");
    const { epoch } = (await store.readHead()) as HeadRecord;
    await full().createScope(charts.plan, "t-1");
    expect(((await store.readHead()) as HeadRecord).epoch).toBe(epoch);
    expect(await openedBy(full(), await sealedBy(full()))).toMatchObject({ diagnosis: "asthma" });
  });

  test("writing makes neither a scope nor a change where the group is missing", async () => {
    const before = await textOf(store);
    const document = { id: "c-1", tenantId: "t-9", diagnosis: "x" };
    const sealing = seal(charts, keysWith(), document, { stamp: now, createScopes: true });
    expect(await code(sealing)).toBe("ERR_GROUP_KEY_MISSING");
    expect(await textOf(store)).toBe(before);
    await keysWith().createScope(charts.plan, "t-9");
    expect((await recordOf("t-9")).keys.some(isMedical)).toBe(false);
    await seal(charts, full(), document, { stamp: now, createScopes: true });
    expect((await recordOf("t-9")).keys.some(isMedical)).toBe(true);
  });

  test("no generation of the group is made, and then none of the others", async () => {
    await full().createScope(charts.plan, "t-1");
    const before = await textOf(store);
    expect(await code(keysWith().rotate(charts.plan, "t-1"))).toBe("ERR_GROUP_KEY_MISSING");
    expect(await code(keysWith().rotate(charts.plan, "t-1", { kind: "group" }))).toBe("ERR_GROUP_KEY_MISSING");
    expect(await textOf(store)).toBe(before);
    expect(await keysWith().rotate(charts.plan, "t-1", { kind: "integrity" })).toHaveLength(1);
    expect(await keysWith().rotate(charts.plan, "t-1", { kind: "group", group: "" })).toHaveLength(1);
    expect(await full().rotate(charts.plan, "t-1")).toHaveLength(3);
  });

  test("destroying and retiring need no key: they make the group unreadable, and nothing readable", async () => {
    const keys = full();
    await keys.createScope(charts.plan, "t-1");
    const stored = await sealedBy(keys);
    await keys.rotate(charts.plan, "t-1", { kind: "group", group: "medical" });
    now += 10 * 60_000;
    await keysWith().retire(charts.plan, "t-1", { kind: "group", group: "medical", generation: 1 });
    expect(await code(openedBy(full(), stored))).toBe("ERR_KEY_RETIRED");
    expect(await code(openedBy(keysWith(), stored, "omit"))).toBe("ERR_KEY_RETIRED");
    expect(await keysWith().destroy(charts.plan, "t-1", { group: "medical" })).toBe(2);
    expect(await code(openedBy(full(), stored))).toBe("ERR_KEY_DESTROYED");
    expect((await recordOf("t-1")).keys.filter(isMedical)).toEqual([
      expect.not.objectContaining({ root: expect.anything() }),
      expect.not.objectContaining({ wrapped: expect.anything() }),
    ]);
    expect(await code(keysWith().rotate(charts.plan, "t-1", { kind: "group", group: "medical" }))).toBe(
      "ERR_GROUP_KEY_MISSING",
    );
    await full().rotate(charts.plan, "t-1", { kind: "group", group: "medical" });
    expect(await openedBy(full(), await sealedBy(full()))).toMatchObject({ diagnosis: "asthma" });
  });

  test("a new root key leaves the group's keys as they are, to the byte", async () => {
    await full().createScope(charts.plan, "t-1");
    const stored = await sealedBy(full());
    const entry = (await recordOf("t-1")).keys.find(isMedical);
    const next = await createRoot(MAIN);
    await keysWith({ pin: [{ pin }, { pin: next.pin }] }).rekey(next);
    pin = next.pin;
    expect((await recordOf("t-1")).keys.find(isMedical)).toEqual(entry);
    expect(await openedBy(full(), stored)).toMatchObject({ diagnosis: "asthma" });
    expect(await code(openedBy(keysWith(), stored))).toBe("ERR_GROUP_KEY_MISSING");
  });

  test("the group's wraps and root are not his to change", async () => {
    const next = await createRoot(OTHER);
    const before = await textOf(store);
    for (const work of [
      keysWith().rekey(next, { group: "medical" }),
      keysWith().rewrap(OTHER, { group: "medical" }),
      keysWith().addWrap(OTHER, { group: "medical" }),
      keysWith().removeWrap(() => true, { group: "medical" }),
    ]) {
      expect(await code(work)).toBe("ERR_GROUP_KEY_MISSING");
    }
    const evil = keysWith({ groups: { medical: { keyring: OTHER, pin: [{ pin: medicalPin }, { pin: next.pin }] } } });
    expect(await code(evil.rekey(next, { group: "medical" }))).toBe("ERR_UNWRAP_FAILED");
    expect(await textOf(store)).toBe(before);
  });
});

describe("the root of a group", () => {
  const pins = (...list: readonly string[]): { readonly pin: string }[] => list.map((one) => ({ pin: one }));

  async function separated(): Promise<{
    readonly before: unknown;
    readonly next: Awaited<ReturnType<typeof createRoot>>;
  }> {
    store = memoryKeyStore();
    pin = (await createKeyStore({ keyring: MAIN, store, containers: [charts], now: () => now })).pin;
    await keysWith().createScope(charts.plan, "t-1");
    await keysWith().createScope(charts.plan, "t-2");
    const before = await sealedBy(keysWith());
    return { before, next: await createRoot(MEDICAL) };
  }

  test("takes the group's keys away from the root key in one change, and no document is touched", async () => {
    const { before, next } = await separated();
    const holder = keysWith({ groups: { medical: { keyring: MEDICAL, pin: pins(pin, next.pin) } } });
    expect(await openedBy(holder, before)).toMatchObject({ diagnosis: "asthma" }); // deployed ahead
    const running = keysWith();
    await running.ready();
    const { epoch } = (await store.readHead()) as HeadRecord;
    await holder.rekey(next, { group: "medical" });
    expect(((await store.readHead()) as HeadRecord).epoch).toBe(epoch + 1);
    medicalPin = next.pin;
    expect(await openedBy(holder, before)).toMatchObject({ diagnosis: "asthma" });
    expect(await openedBy(full(), before)).toMatchObject({ diagnosis: "asthma" });
    now += 61_000;
    expect(await code(openedBy(running, before))).toBe("ERR_GROUP_KEY_MISSING");
    expect((await openedBy(running, before, "omit")) as object).not.toHaveProperty("diagnosis");
    await holder.rekey(next, { group: "medical" }); // done already
  });

  test("is taken only where both what the keys are under and the new root are pinned for the group", async () => {
    const { next } = await separated();
    const given = (pin: string | { pin: string }[]) => keysWith({ groups: { medical: { keyring: MEDICAL, pin } } });
    expect(await code(given(next.pin).rekey(next, { group: "medical" }))).toBe("ERR_PIN_MISMATCH");
    expect(await code(given(pin).rekey(next, { group: "medical" }))).toBe("ERR_PIN_MISMATCH");
    expect(await code(given(next.pin).createScope(charts.plan, "t-3"))).toBe("ERR_PIN_MISMATCH");
    const main = await createRoot(MAIN);
    const self = { ...main, pin };
    expect(await code(given(pins(pin, next.pin)).rekey(self, { group: "medical" }))).toBe("ERR_OPTIONS_INVALID");
  });

  test("a pin of a group has an end: then keys under what it named are refused", async () => {
    const { before, next } = await separated();
    const until = new Date(now + 60_000);
    const holder = keysWith({ groups: { medical: { keyring: MEDICAL, pin: [{ pin, until }, { pin: next.pin }] } } });
    expect(await openedBy(holder, before)).toMatchObject({ diagnosis: "asthma" });
    now += 60_001;
    expect(await code(openedBy(holder, before))).toBe("ERR_PIN_MISMATCH");
    expect(await openedBy(keysWith(), before)).toMatchObject({ diagnosis: "asthma" });
  });

  test("is replaced as the root key is, and holders that pin both go on", async () => {
    await full().createScope(charts.plan, "t-1");
    const stored = await sealedBy(full());
    const next = await createRoot(OTHER, MEDICAL);
    const both = full({ groups: { medical: { keyring: MEDICAL, pin: pins(medicalPin, next.pin) } } });
    await openedBy(both, stored);
    const changing = full({ groups: { medical: { keyring: MEDICAL, pin: pins(medicalPin, next.pin) } } });
    const old = full();
    await old.ready();
    await changing.rekey(next, { group: "medical" });
    expect(await textOf(store)).not.toContain(medicalPin);
    now += 61_000;
    expect(await openedBy(both, stored)).toMatchObject({ diagnosis: "asthma" });
    expect(await code(openedBy(old, stored))).toBe("ERR_PIN_MISMATCH");
    const another = full({ groups: { medical: { keyring: OTHER, pin: next.pin } } });
    expect(await openedBy(another, stored)).toMatchObject({ diagnosis: "asthma" });
  });

  test("may change under a process that pins both, in the middle of its work: it reads what is written next", async () => {
    await full().createScope(charts.plan, "t-1");
    const next = await createRoot(MEDICAL);
    const both = () => full({ groups: { medical: { keyring: MEDICAL, pin: pins(medicalPin, next.pin) } } });
    const [running, changing] = [both(), both()];
    const before = await sealedBy(running);
    await changing.rekey(next, { group: "medical" });
    await changing.rotate(charts.plan, "t-1", { kind: "group", group: "medical" });
    const after = await sealedBy(changing);
    const opened = await Promise.all([after, before, after].map((stored) => openedBy(running, stored)));
    for (const document of opened) expect(document).toMatchObject({ diagnosis: "asthma" });
    expect(await openedBy(changing, await sealedBy(running))).toMatchObject({ diagnosis: "asthma" });
  });

  test("that is given while a process without it runs closes the group there, no later than its view of the store is old", async () => {
    const { before, next } = await separated();
    const running = keysWith();
    expect(await openedBy(running, before, "omit")).toMatchObject({ diagnosis: "asthma" });
    const holder = keysWith({ groups: { medical: { keyring: MEDICAL, pin: pins(pin, next.pin) } } });
    await holder.rekey(next, { group: "medical" });
    await holder.rotate(charts.plan, "t-1", { kind: "group", group: "medical" });
    const after = await sealedBy(holder);
    expect((await openedBy(running, after, "omit")) as object).not.toHaveProperty("diagnosis");
    expect((await openedBy(running, before, "omit")) as object).not.toHaveProperty("diagnosis");
  });

  test("has wraps of its own, which change without a document or the root key's wraps", async () => {
    await full().createScope(charts.plan, "t-1");
    const stored = await sealedBy(full());
    const { wraps } = (await store.readHead()) as HeadRecord;
    await full().addWrap(OTHER, { group: "medical" });
    const other = full({ groups: { medical: { keyring: OTHER, pin: medicalPin } } });
    // The first wrap is of the same kind and not its own: that it opens is what counts.
    expect(await openedBy(other, stored)).toMatchObject({ diagnosis: "asthma" });
    const kek = ((await store.readHead()) as HeadRecord).groups!["medical"]!.wraps[0]!.kek;
    expect(await other.removeWrap((wrap) => wrap.kek === kek, { group: "medical" })).toBe(1);
    expect(await code(openedBy(full(), stored))).toBe("ERR_UNWRAP_FAILED");
    await full({ groups: { medical: { keyring: OTHER, pin: medicalPin } } }).rewrap(MEDICAL, { group: "medical" });
    expect(await openedBy(full(), stored)).toMatchObject({ diagnosis: "asthma" });
    expect(((await store.readHead()) as HeadRecord).wraps).toEqual(wraps);
    expect(await code(keysWith().rewrap(OTHER, { group: "dental" }))).toBe("ERR_KEY_MISSING");
  });

  test("goes along with an export, verified under the root key, and opens in the new place", async () => {
    await full().createScope(charts.plan, "t-1");
    const stored = await sealedBy(full());
    const copy = JSON.parse(JSON.stringify(await exportKeyStore({ keyring: MAIN, store, pin })));
    const changed = structuredClone(copy);
    changed.head.groups.medical.root = pin;
    store = memoryKeyStore();
    expect(await code(importKeyStore({ keyring: MAIN, store, pin }, changed))).toBe("ERR_KEY_STORE_FORGED");
    await importKeyStore({ keyring: MAIN, store, pin }, copy);
    expect(await openedBy(full(), stored)).toMatchObject({ diagnosis: "asthma" });
    expect(await code(openedBy(keysWith(), stored))).toBe("ERR_GROUP_KEY_MISSING");
  });
});

describe("the group's key-encryption key", () => {
  function watched(): { readonly keyring: Keyring; calls: number; fails: Error | undefined } {
    const world = {
      calls: 0,
      fails: undefined as Error | undefined,
      keyring: {
        ...MEDICAL,
        unwrap: async (...given: Parameters<Keyring["unwrap"]>) => {
          world.calls++;
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (world.fails !== undefined) throw world.fails;
          return MEDICAL.unwrap(...given);
        },
      },
    };
    return world;
  }

  const plain: ContainerDefinition<unknown> = defineContainer({
    name: "plain",
    partitionKey: "/id",
    schema: z.object({ id: z.string(), a: sealed(z.string()) }),
  });

  test("is asked once for all scopes, by who needs the group, and again after cacheTtl", async () => {
    const tenants = Array.from({ length: 20 }, (_, i) => `t-${i}`);
    for (const tenant of tenants) await full().createScope(charts.plan, tenant);
    await full().createScope(plain.plan);
    const medical = watched();
    const keys = full({ groups: { medical: { keyring: medical.keyring, pin: medicalPin } } });
    const other = overTheWire(await seal(plain, keys, { id: "1", a: "x" }, { stamp: now }));
    await openAll(plain, keys, [other], { now });
    expect(medical.calls).toBe(0);
    const stored = await Promise.all(tenants.map((tenant, i) => sealedBy(keys, `c-${i}`, tenant)));
    await openAll(charts, keys, stored, { now });
    expect(medical.calls).toBe(1);
    now += 3_600_001;
    await openedBy(keys, await sealedBy(full()));
    expect(medical.calls).toBe(2);
  });

  test("may be away for as long as staleIfError says, for reading alone", async () => {
    await full().createScope(charts.plan, "t-1");
    const stored = await sealedBy(full());
    const medical = watched();
    const groups = { medical: { keyring: medical.keyring, pin: medicalPin } };
    const keys = full({ groups, staleIfError: 600_000 });
    await openedBy(keys, stored);
    medical.fails = new Error("the network is down");
    now += 3_600_001;
    expect(await openedBy(keys, stored)).toMatchObject({ diagnosis: "asthma" });
    expect(await code(sealedBy(keys))).toBe("ERR_KEY_UNAVAILABLE");
    now += 600_001;
    expect(await code(openedBy(keys, stored))).toBe("ERR_KEY_UNAVAILABLE");
    expect(await code(openedBy(keys, stored, "omit"))).toBe("ERR_KEY_UNAVAILABLE"); // away is not missing
    medical.fails = undefined;
    expect(await openedBy(keys, stored)).toMatchObject({ diagnosis: "asthma" });
  });

  test("that opens another root than the pinned one opens nothing", async () => {
    await full().createScope(charts.plan, "t-1");
    const stored = await sealedBy(full());
    const liar = { ...MEDICAL, unwrap: async () => new Uint8Array(32).fill(1) };
    const keys = full({ groups: { medical: { keyring: liar, pin: medicalPin } } });
    expect(await code(openedBy(keys, stored))).toBe("ERR_PIN_MISMATCH");
  });

  test("is asked at the start by who wants to know whether all keys are right", async () => {
    const medical = watched();
    const given = (pin: string) => full({ groups: { medical: { keyring: medical.keyring, pin } } });
    await given(medicalPin).ready();
    expect(medical.calls).toBe(1);
    expect(await code(given(pin).ready())).toBe("ERR_PIN_MISMATCH");
    medical.fails = new Error("the network is down");
    expect(await code(given(medicalPin).ready())).toBe("ERR_KEY_UNAVAILABLE");
  });

  test("is forgotten with the client", async () => {
    await full().createScope(charts.plan, "t-1");
    const keys = full();
    const stored = await sealedBy(keys);
    keys.dispose();
    expect(await code(openedBy(keys, stored))).toBe("ERR_CLIENT_DISPOSED");
  });
});
