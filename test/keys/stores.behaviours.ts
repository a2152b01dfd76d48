/** One contract for all key stores. The cases and who runs them stand in matrix.tsv. */
import assert from "node:assert/strict";
import {
  createKeyStore,
  createRoot,
  exportKeyStore,
  type HeadRecord,
  importKeyStore,
  Keys,
  memoryKeyStore,
  type PinUntil,
  passphraseKek,
  type ScopeRecord,
  type StoreChange,
  staticKeyring,
} from "@cosmoseal/core";
import { contract } from "./contract.js";
import { codeOf, failureOf } from "./support/code.js";
import {
  charts,
  KEK,
  keysOn,
  notes,
  OTHER_KEK,
  outcomeOf,
  outcomeOfChart,
  sealChart,
  sealNote,
} from "./support/documents.js";
import { cosmosWorld, fileWorld, memoryWorld, modeOf, type StoreWorld } from "./support/store-worlds.js";
import { runWorkers } from "./support/workers.js";

const keyring = staticKeyring(KEK);
const groupKeyring = staticKeyring(OTHER_KEK);
const tenants = (count: number): string[] => Array.from({ length: count }, (_, i) => `tenant ${i}`);

async function created(world: StoreWorld): Promise<{ readonly pin: string; readonly keys: Keys }> {
  const { pin } = await createKeyStore({ keyring, store: world.open(), containers: [notes] });
  return { pin, keys: keysOn(world.open(), keyring, pin) };
}

async function all(
  world: StoreWorld,
): Promise<{ readonly head: HeadRecord; readonly records: readonly ScopeRecord[] }> {
  const store = world.open();
  const head = (await store.readHead()) as HeadRecord;
  const buckets = await Promise.all(Object.keys(head.tree).map((bucket) => store.readBucket(bucket)));
  return { head, records: buckets.flat() as ScopeRecord[] };
}

/** A store in which a group has a root of its own; keys of who holds it, and of who doesn't. */
async function grouped(world: StoreWorld): Promise<{
  readonly pin: string;
  readonly medical: string;
  readonly holder: (pins?: string | readonly PinUntil[]) => Keys;
  readonly other: () => Keys;
}> {
  const groups = { medical: { keyring: groupKeyring } };
  const made = await createKeyStore({ keyring, store: world.open(), containers: [charts], groups });
  const { pin } = made;
  const medical = made.groups["medical"]!;
  return {
    pin,
    medical,
    holder: (pins = medical) => keysOn(world.open(), keyring, pin, { medical: { keyring: groupKeyring, pin: pins } }),
    other: () => keysOn(world.open(), keyring, pin),
  };
}

/** A change from the head that is there, which changes nothing but the revision. */
async function changeOf(world: StoreWorld): Promise<StoreChange> {
  const { head } = await all(world);
  return { expected: head.revision, head: { ...head, revision: head.revision + 1 }, records: [] };
}

contract<StoreWorld>(
  "store",
  {
    memory: { open: async () => memoryWorld() },
    file: { open: async () => fileWorld() },
    cosmos: { open: cosmosWorld },
  },
  {
    "an empty store has neither head nor records, and says so": async (world) => {
      assert.equal((await world.open().readHead()) ?? undefined, undefined);
      assert.deepEqual(await world.open().readBucket("3f"), []);
      assert.equal(await codeOf(keysOn(world.open(), keyring, "x".repeat(43)).ready()), "ERR_KEY_STORE_EMPTY");
    },

    "what one instance writes another reads, to the last byte": async (world) => {
      const { keys } = await created(world);
      for (const tenant of tenants(5)) await keys.createScope(notes.plan, tenant);
      const [one, other] = [await all(world), await all(world)];
      assert.deepEqual(one, other);
      assert.equal(one.records.length, 6);
      for (const record of one.records) assert.deepEqual(JSON.parse(JSON.stringify(record)), record);
    },

    "a root key is never planted over another": async (world) => {
      await created(world);
      const before = await all(world);
      assert.equal(await codeOf(createKeyStore({ keyring, store: world.open() })), "ERR_KEY_STORE_EXISTS");
      const empty = memoryKeyStore();
      await createKeyStore({ keyring, store: empty });
      const head = (await empty.readHead()) as HeadRecord;
      assert.equal(
        await codeOf(world.open().write({ expected: undefined, head, records: [] })),
        "ERR_KEY_STORE_CONFLICT",
      );
      assert.deepEqual(await all(world), before);
    },

    "a change from an older head is refused, and changes nothing": async (world) => {
      const { keys } = await created(world);
      const late = await changeOf(world);
      await keys.createScope(notes.plan, "a");
      const before = await all(world);
      assert.equal(await codeOf(world.open().write(late)), "ERR_KEY_STORE_CONFLICT");
      assert.deepEqual(await all(world), before);
    },

    "of changes from one head that come at once one wins": async (world) => {
      await created(world);
      const change = await changeOf(world);
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, i) =>
          world
            .open()
            .write({ ...change, head: { ...change.head, epoch: 100 + i, mac: String(i) } })
            .then(
              () => "written",
              (error: { code?: string }) => error.code,
            ),
        ),
      );
      assert.deepEqual(outcomes.toSorted(), [...Array.from({ length: 5 }, () => "ERR_KEY_STORE_CONFLICT"), "written"]);
      assert.equal((await all(world)).head.mac, String(outcomes.indexOf("written")));
    },

    "a change of one scope leaves the records of all others as they were": async (world) => {
      const { keys } = await created(world);
      for (const tenant of tenants(8)) await keys.createScope(notes.plan, tenant);
      const before = await all(world);
      await keys.rotate(notes.plan, "tenant 3");
      const after = await all(world);
      const others = ({ records }: typeof before): ScopeRecord[] =>
        records.filter(({ scope }) => scope[1] !== "tenant 3").toSorted((a, b) => (a.mac < b.mac ? -1 : 1));
      assert.deepEqual(others(after), others(before));
      assert.equal(after.records.find(({ scope }) => scope[1] === "tenant 3")?.revision, 2);
    },

    "what is read is the reader's own: changing it changes nothing there": async (world) => {
      await created(world);
      const before = await all(world);
      const { head, records } = await all(world);
      Object.assign(head, { epoch: 99 });
      Object.assign(records[0]!, { mac: "" });
      assert.deepEqual(await all(world), before);
    },

    "many writers at once lose nothing": async (world) => {
      const { pin } = await created(world);
      const writers = tenants(6).map((tenant) => ({ tenant, keys: keysOn(world.open(), keyring, pin) }));
      await Promise.all(writers.map(({ tenant, keys }) => keys.createScope(notes.plan, tenant)));
      await Promise.all(writers.map(({ keys }) => keys.rotate(notes.plan, "tenant 0", { kind: "integrity" })));
      const { records } = await all(world);
      assert.equal(records.length, 7);
      const generations = records.find(({ scope }) => scope[1] === "tenant 0")!.keys;
      assert.equal(generations.filter(({ kind }) => kind === "integrity").length, 7);
    },

    "several processes at once lose nothing": async (world) => {
      const { pin } = await created(world);
      const made = await runWorkers(world.place!, pin, [
        { job: "create", tenants: ["a", "b", "c"] },
        { job: "create", tenants: ["c", "d", "a"] },
        { job: "create", tenants: ["e", "a", "f"] },
      ]);
      assert.deepEqual(made, [3, 3, 3]);
      const { records } = await all(world);
      assert.deepEqual(records.map(({ scope }) => scope[1]).toSorted(), ["a", "b", "c", "d", "e", "f", "notes"]);
    },

    "a destroyed key is nowhere in it any more": async (world) => {
      const { keys } = await created(world);
      await keys.createScope(notes.plan, "a");
      await keys.rotate(notes.plan, "a");
      const { records } = await all(world);
      const wrapped = records.find(({ scope }) => scope[1] === "a")!.keys.map((entry) => entry.wrapped!);
      const before = await world.stolen();
      for (const text of wrapped) assert(before.includes(text));
      await keys.destroy(notes.plan, "a");
      const after = await world.stolen();
      for (const text of wrapped) assert(!after.includes(text));
    },

    "a new root key replaces every record, and nothing of the old one stays": async (world) => {
      const { pin, keys } = await created(world);
      for (const tenant of tenants(40)) await keys.createScope(notes.plan, tenant);
      const stored = await sealNote(keys, "tenant 7");
      const before = await all(world);
      const next = await createRoot(keyring);
      const both = new Keys({ keyring, store: world.open(), pin: [{ pin }, { pin: next.pin }] });
      await both.rekey(next);
      assert.equal(await outcomeOf(keysOn(world.open(), keyring, next.pin), stored), "open");
      const text = await world.stolen();
      for (const { mac, keys: entries } of before.records) {
        assert(!text.includes(mac));
        for (const { wrapped } of entries) assert(!text.includes(wrapped!));
      }
      assert.equal((await all(world)).records.length, 41);
    },

    "an export goes into an empty store as the same one, and over no other": async (world) => {
      const { pin, keys } = await created(world);
      for (const tenant of tenants(5)) await keys.createScope(notes.plan, tenant);
      const stored = await sealNote(keys, "tenant 2");
      const copy = JSON.parse(JSON.stringify(await exportKeyStore({ keyring, store: world.open(), pin })));
      const mirror = memoryKeyStore();
      await importKeyStore({ keyring, store: mirror, pin }, copy);
      assert.deepEqual(await exportKeyStore({ keyring, store: mirror, pin }), copy);
      assert.equal(await outcomeOf(keysOn(mirror, keyring, pin), stored), "open");
      const over = importKeyStore({ keyring, store: world.open(), pin }, copy);
      assert.equal(await codeOf(over), "ERR_KEY_STORE_EXISTS");
    },

    "an import that was tampered with is refused, and leaves the store empty": async (world) => {
      const source = memoryKeyStore();
      const { pin } = await createKeyStore({ keyring, store: source, containers: [notes] });
      const copy = await exportKeyStore({ keyring, store: source, pin });
      const epoch = { ...copy, head: { ...copy.head, epoch: 9 } };
      const missing = { ...copy, records: [] };
      const revived = { ...copy, records: copy.records.map((record) => ({ ...record, revision: 7 })) };
      for (const forged of [epoch, missing, revived]) {
        assert.equal(
          await codeOf(importKeyStore({ keyring, store: world.open(), pin }, forged)),
          "ERR_KEY_STORE_FORGED",
        );
      }
      assert.equal(await codeOf(importKeyStore({ keyring, store: world.open(), pin }, {})), "ERR_KEY_STORE_DAMAGED");
      const foreign = importKeyStore({ keyring, store: world.open(), pin: "x".repeat(43) }, copy);
      assert.equal(await codeOf(foreign), "ERR_PIN_MISMATCH");
      assert.equal((await world.open().readHead()) ?? undefined, undefined);
      await importKeyStore({ keyring, store: world.open(), pin }, copy);
      assert.deepEqual((await all(world)).head, copy.head);
    },

    "a store that can't be reached is unavailable, neither empty nor damaged": async (world) => {
      const failure = await failureOf(keysOn(world.unreachable(), keyring, "x".repeat(43)).ready());
      assert.equal(failure.code, "ERR_KEY_STORE_UNAVAILABLE");
    },

    "a damaged store says so, and opens nothing": async (world) => {
      const { pin, keys } = await created(world);
      await keys.createScope(notes.plan, "a");
      await world.damage!();
      const work = async (): Promise<void> => {
        const fresh = keysOn(world.open(), keyring, pin);
        for (const tenant of ["a", undefined]) await fresh.rotate(notes.plan, tenant, tenant ? {} : { kind: "index" });
      };
      assert.equal(await codeOf(work()), "ERR_KEY_STORE_DAMAGED");
    },

    "what is stolen from it holds no key, and no name of a key-encryption key's secret": async (world) => {
      const { keys } = await created(world);
      await keys.createScope(notes.plan, "a");
      const text = await world.stolen();
      assert(!text.includes(KEK));
      assert(!text.includes(Buffer.from(KEK, "base64").toString("hex")));
    },

    "its file is its owner's alone, before and after a change": async (world) => {
      const { keys } = await created(world);
      assert.equal(modeOf(world), 0o600);
      await keys.createScope(notes.plan, "a");
      assert.equal(modeOf(world), 0o600);
    },

    "a wrap behind a passphrase never goes into it": async (world) => {
      const passphrase = passphraseKek({
        passphrase: () => "correct horse",
        cost: { passes: 3, memory: 64 * 1024 * 1024 },
      });
      assert.equal(await codeOf(createKeyStore({ keyring: passphrase, store: world.open() })), "ERR_OPTIONS_INVALID");
      const { keys } = await created(world);
      assert.equal(await codeOf(keys.addWrap(passphrase)), "ERR_OPTIONS_INVALID");
      assert.equal(await codeOf(keys.rewrap(passphrase)), "ERR_OPTIONS_INVALID");
      assert(!(await world.stolen()).includes("argon2id"));
    },

    "a change whose answer is lost is made once, and known as made": async (world) => {
      const { keys, pin } = await created(world);
      await keys.createScope(notes.plan, "a");
      const lost = world.emulator!.injectFault({ when: { method: "PUT" }, fault: "drop", applied: true, times: 1 });
      const [made] = await keys.rotate(notes.plan, "a", { kind: "integrity" });
      assert.equal(lost.count, 1);
      assert.equal(made!.generation, 2);
      const { records } = await all(world);
      const integrity = records.find(({ scope }) => scope[1] === "a")!.keys.filter(({ kind }) => kind === "integrity");
      assert.deepEqual(
        integrity.map(({ generation }) => generation),
        [1, 2],
      );
      assert.equal(await outcomeOf(keysOn(world.open(), keyring, pin), await sealNote(keys, "a")), "open");
    },

    "what a process left that was killed before the head is deleted by the next change": async (world) => {
      const { keys } = await created(world);
      const broken = world.emulator!.injectFault({ when: { method: "PUT" }, fault: { status: 403 } });
      await codeOf(keys.createScope(notes.plan, "orphan"));
      broken.remove();
      assert((await world.stolen()).includes("orphan"));
      await keys.createScope(notes.plan, "a");
      assert(!(await world.stolen()).includes("orphan"));
    },

    "a container that is not there is told apart from an empty store": async (world) => {
      assert.equal(world.place?.kind, "cosmos");
      const { cosmosKeyStore } = await import("cosmoseal");
      const { CosmosClient } = await import("@azure/cosmos");
      const sdk = new CosmosClient(world.place!.kind === "cosmos" ? world.place.connectionString : "");
      const store = cosmosKeyStore({ container: sdk.database("ops").container("misspelt") });
      assert.equal(await codeOf(keysOn(store, keyring, "x".repeat(43)).ready()), "ERR_KEY_STORE_UNAVAILABLE");
      sdk.dispose();
    },

    "keys of a group with a root of its own open for its holders alone, whoever made the scope": async (world) => {
      const { holder, other } = await grouped(world);
      const stored = await sealChart(holder(), "a");
      assert.equal(await outcomeOfChart(holder(), stored), "open");
      assert.equal(await outcomeOfChart(other(), stored), "open but for the group");
      await other().createScope(charts.plan, "b");
      assert.equal(await codeOf(sealChart(other(), "b")), "ERR_GROUP_KEY_MISSING");
      assert.equal(await outcomeOfChart(holder(), await sealChart(holder(), "b")), "open");
      const { head, records } = await all(world);
      const entries = records.flatMap(({ keys }) => keys.filter(({ group }) => group === "medical"));
      assert.equal(entries.length, 2);
      for (const { root } of entries) assert.equal(root, head.groups!["medical"]!.root);
    },

    "a new group root replaces the group's keys in every record, and nothing of what they were under stays": async (
      world,
    ) => {
      const { holder, other, medical } = await grouped(world);
      for (const tenant of tenants(12)) await holder().createScope(charts.plan, tenant);
      const stored = await sealChart(holder(), "tenant 7");
      const before = await all(world);
      const next = await createRoot(groupKeyring);
      await holder([{ pin: medical }, { pin: next.pin }]).rekey(next, { group: "medical" });
      assert.equal(await outcomeOfChart(holder(next.pin), stored), "open");
      assert.equal(await outcomeOfChart(holder(), stored), "ERR_PIN_MISMATCH");
      assert.equal(await outcomeOfChart(other(), stored), "open but for the group");
      const text = await world.stolen();
      assert(!text.includes(medical));
      for (const { wrapped, group } of before.records.flatMap(({ keys }) => keys)) {
        assert.equal(text.includes(wrapped!), group !== "medical");
      }
    },

    "who holds a group's root and who doesn't change it at once, and nothing is lost": async (world) => {
      const { holder, other } = await grouped(world);
      await holder().createScope(charts.plan, "a");
      await Promise.all([
        holder().rotate(charts.plan, "a", { kind: "group", group: "medical" }),
        other().rotate(charts.plan, "a", { kind: "integrity" }),
        other().createScope(charts.plan, "b"),
        holder().createScope(charts.plan, "b"),
      ]);
      const { records } = await all(world);
      const keysOf = (tenant: string): readonly string[] =>
        records
          .find(({ scope }) => scope[1] === tenant)!
          .keys.map(({ kind, group, generation }) => `${kind} ${group} ${generation}`);
      assert.deepEqual(keysOf("a"), ["group  1", "group medical 1", "group medical 2", "integrity  1", "integrity  2"]);
      assert.deepEqual(keysOf("b"), ["group  1", "group medical 1", "integrity  1"]);
    },

    "an export takes group roots along, and opens no more where it goes": async (world) => {
      const { pin, medical, holder } = await grouped(world);
      const stored = await sealChart(holder(), "a");
      const copy = JSON.parse(JSON.stringify(await exportKeyStore({ keyring, store: world.open(), pin })));
      const mirror = memoryKeyStore();
      await importKeyStore({ keyring, store: mirror, pin }, copy);
      const groups = { medical: { keyring: groupKeyring, pin: medical } };
      assert.equal(await outcomeOfChart(keysOn(mirror, keyring, pin, groups), stored), "open");
      assert.equal(await outcomeOfChart(keysOn(mirror, keyring, pin), stored), "open but for the group");
      const { groups: _, ...without } = copy.head;
      const forged = importKeyStore({ keyring, store: memoryKeyStore(), pin }, { ...copy, head: without });
      assert.equal(await codeOf(forged), "ERR_KEY_STORE_FORGED");
    },

    "a wrap of a group root behind a passphrase never goes into it": async (world) => {
      const cost = { passes: 3, memory: 64 * 1024 * 1024 };
      const passphrase = passphraseKek({ passphrase: () => "correct horse", cost });
      const groups = { medical: { keyring: passphrase } };
      assert.equal(await codeOf(createKeyStore({ keyring, store: world.open(), groups })), "ERR_OPTIONS_INVALID");
      const { holder } = await grouped(world);
      assert.equal(await codeOf(holder().addWrap(passphrase, { group: "medical" })), "ERR_OPTIONS_INVALID");
      assert(!(await world.stolen()).includes("argon2id"));
    },
  },
);
