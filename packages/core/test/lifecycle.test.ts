/** The lifecycle of keys: what each change does to documents, to other processes and to earlier copies of the store. SPEC §2.3, §2.4. */
import assert from "node:assert/strict";
import {
  createKeyStore,
  createRoot,
  defineContainer,
  type ErrorCode,
  type HeadRecord,
  isCosmosealError,
  type Keyring,
  type KeyStore,
  Keys,
  type KeysOptions,
  memoryKeyStore,
  open,
  openAll,
  type ScopeRecord,
  seal,
  sealed,
  staticKeyring,
} from "@cosmoseal/core";
import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { KEK, overTheWire } from "./support/keys.js";
import { copyOf, switchable, textOf } from "./support/stores.js";

const START = 1_795_513_325_123;
const AGE = 60_000;
const keyring = staticKeyring(KEK);
const otherKeyring = staticKeyring(Buffer.alloc(32, 9).toString("base64"));

const notes = defineContainer({
  name: "notes",
  partitionKey: "/pk",
  scope: { path: "/pk", family: "tenant" },
  schema: z.object({
    id: z.string(),
    pk: z.string(),
    text: sealed(z.string(), { equality: true }),
    medical: sealed(z.string(), { group: "medical" }),
  }),
});
const note = (pk = "a", id = "1") => ({ id, pk, text: `text of ${pk}`, medical: `medical of ${pk}` });

interface StoredSeal {
  readonly e: number;
  readonly k: string;
  readonly t: number;
  readonly g: Readonly<Record<string, readonly [string, number, string]>>;
}

let now: number;
let store: KeyStore;
let pin: string;

/** Another process on the same store. */
const processOf = (more: Partial<KeysOptions> = {}): Keys => new Keys({ keyring, store, pin, now: () => now, ...more });
const write = async (keys: Keys, document: object = note(), createScopes = false): Promise<{ _seal: StoredSeal }> =>
  overTheWire(await seal(notes, keys, document, { stamp: START, createScopes })) as { _seal: StoredSeal };
const read = (keys: Keys, stored: unknown): Promise<unknown> =>
  open(notes, keys, structuredClone(stored), { now: START });
const headOf = async (of: KeyStore = store): Promise<HeadRecord> => (await of.readHead()) as HeadRecord;

async function recordOf(scope: readonly [string, string], of: KeyStore = store): Promise<ScopeRecord> {
  const { tree } = await headOf(of);
  const records = (await Promise.all(Object.keys(tree).map((bucket) => of.readBucket(bucket)))).flat() as ScopeRecord[];
  const record = records.find((other) => other.scope[0] === scope[0] && other.scope[1] === scope[1]);
  assert(record !== undefined);
  return record;
}

async function code(work: Promise<unknown>): Promise<ErrorCode> {
  const error = await work.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert(isCosmosealError(error), String(error));
  return error.code;
}

beforeEach(async () => {
  now = START;
  store = memoryKeyStore();
  ({ pin } = await createKeyStore({ keyring, store, containers: [notes], now: () => now }));
  const keys = processOf();
  for (const tenant of ["a", "b"]) await keys.createScope(notes.plan, tenant);
  keys.dispose();
});

describe("rotate", () => {
  test("seals new documents under the new generation, and the old ones go on opening", async () => {
    const keys = processOf();
    const old = await write(keys);
    expect(await keys.rotate(notes.plan, "a")).toEqual([
      { kind: "group", group: "", generation: 2 },
      { kind: "group", group: "medical", generation: 2 },
      { kind: "integrity", group: "", generation: 2 },
    ]);
    const fresh = await write(keys);
    expect(fresh._seal.k).not.toBe(old._seal.k);
    expect(fresh._seal.g[""]![0]).not.toBe(old._seal.g[""]![0]);
    for (const stored of [old, fresh]) expect(await read(keys, stored)).toEqual(note());
  });

  test("of one group leaves the others and the manifests alone", async () => {
    const keys = processOf();
    const old = await write(keys);
    expect(await keys.rotate(notes.plan, "a", { kind: "group", group: "medical" })).toEqual([
      { kind: "group", group: "medical", generation: 2 },
    ]);
    const fresh = await write(keys);
    expect([fresh._seal.k, fresh._seal.g[""]![0]]).toEqual([old._seal.k, old._seal.g[""]![0]]);
    expect(fresh._seal.g["medical"]![0]).not.toBe(old._seal.g["medical"]![0]);
  });

  test("of one tenant leaves the others alone", async () => {
    const keys = processOf();
    const before = await recordOf(["tenant", "b"]);
    await keys.rotate(notes.plan, "a");
    expect(await recordOf(["tenant", "b"])).toEqual(before);
  });

  test("is met without a restart by a process that had looked at the store before", async () => {
    const [a, b] = [processOf(), processOf()];
    await write(a);
    await b.rotate(notes.plan, "a");
    expect(await read(a, await write(b))).toEqual(note());
  });

  test("by many processes at once: each makes a generation, none is lost, one is active", async () => {
    const processes = Array.from({ length: 4 }, () => processOf());
    const before = await Promise.all(processes.map((keys) => write(keys)));
    const made = await Promise.all(processes.map((keys) => keys.rotate(notes.plan, "a", { kind: "integrity" })));
    expect(
      made
        .flat()
        .map(({ generation }) => generation)
        .sort(),
    ).toEqual([2, 3, 4, 5]);
    const { keys } = await recordOf(["tenant", "a"]);
    const integrity = keys.filter(({ kind }) => kind === "integrity");
    expect(integrity.map(({ generation, state }) => [generation, state])).toEqual([
      [1, "readable"],
      [2, "readable"],
      [3, "readable"],
      [4, "readable"],
      [5, "active"],
    ]);
    for (const stored of before) expect(await read(processOf(), stored)).toEqual(note());
  });

  test("of an index key is announced first: queries ask for both, writers change over when its time has come", async () => {
    const [a, b] = [processOf(), processOf()];
    const from = START + 2 * AGE;
    expect(await b.rotate(notes.plan, undefined, { kind: "index" })).toEqual([
      { kind: "index", group: "", generation: 2, from },
    ]);
    now = START + AGE + 1; // the view of A is older than allowed by now
    const generations = async (keys: Keys): Promise<unknown> => {
      const lease = await keys.lease(notes.plan, []);
      const own = lease.keysOf(["container", "notes"]);
      lease.release();
      return [own.indexGenerations(), own.index().generation];
    };
    for (const keys of [a, b]) expect(await generations(keys)).toEqual([{ oldest: 1, newest: 2 }, 1]);
    expect((await write(a))._seal.t).toBe(1);
    now = from;
    for (const keys of [a, b]) expect(await generations(keys)).toEqual([{ oldest: 1, newest: 2 }, 2]);
    expect((await write(a))._seal.t).toBe(2);
    await b.rotate(notes.plan, undefined, { kind: "index" });
    const { keys } = await recordOf(["container", "notes"]);
    expect(keys.filter(({ kind }) => kind === "index").map(({ state, from: time }) => [state, time])).toEqual([
      ["readable", undefined],
      ["active", undefined],
      ["announced", from + 2 * AGE],
    ]);
  });

  test("of index keys is refused beside a unique index: one value would have two tokens", async () => {
    const unique = defineContainer({
      name: "unique",
      partitionKey: "/pk",
      schema: z.object({ id: z.string(), pk: z.string(), text: sealed(z.string(), { unique: true }) }),
    });
    const keys = processOf();
    await keys.createScope(unique.plan);
    expect(await code(keys.rotate(unique.plan, undefined, { kind: "index" }))).toBe("ERR_NOT_SUPPORTED");
    await keys.rotate(unique.plan);
  });

  test("of a scope that there is not, and of keys that a scope has not, are told apart", async () => {
    const keys = processOf();
    expect(await code(keys.rotate(notes.plan, "nobody"))).toBe("ERR_SCOPE_UNKNOWN");
    expect(await code(keys.rotate(notes.plan, "a", { kind: "index" }))).toBe("ERR_KEY_MISSING");
    expect(await code(keys.rotate(notes.plan, "a", { group: "dental" }))).toBe("ERR_KEY_MISSING");
    expect(await code(keys.rotate(notes.plan))).toBe("ERR_KEY_MISSING");
  });

  test("never touches identity keys: ids and partition keys would change", async () => {
    const identity = async (): Promise<unknown> =>
      (await recordOf(["container", "notes"])).keys.filter(({ kind }) => kind === "identity");
    const before = await identity();
    await processOf().rotate(notes.plan, undefined, { kind: "index" });
    expect(await identity()).toEqual(before);
  });
});

describe("retire", () => {
  const retired = { kind: "integrity", generation: 1 } as const;

  test("refuses documents under the generation from then on, and no others", async () => {
    const keys = processOf();
    const old = await write(keys);
    await keys.rotate(notes.plan, "a");
    const fresh = await write(keys);
    now += 2 * AGE;
    await keys.retire(notes.plan, "a", retired);
    expect(await code(read(keys, old))).toBe("ERR_KEY_RETIRED");
    expect(await code(read(processOf(), old))).toBe("ERR_KEY_RETIRED");
    expect(await read(processOf(), fresh)).toEqual(note());
  });

  test("waits until no process can write under the generation any more", async () => {
    const keys = processOf();
    expect(await code(keys.retire(notes.plan, "a", retired))).toBe("ERR_KEY_IN_USE");
    await keys.rotate(notes.plan, "a");
    now += 2 * AGE - 1;
    expect(await code(keys.retire(notes.plan, "a", retired))).toBe("ERR_KEY_IN_USE");
    now += 1;
    await keys.retire(notes.plan, "a", retired);
    expect(await code(keys.retire(notes.plan, "a", { kind: "integrity", generation: 2 }))).toBe("ERR_KEY_IN_USE");
  });

  test("of an index key waits until its successor's announcement has gone by and as long again", async () => {
    const keys = processOf();
    await keys.rotate(notes.plan, undefined, { kind: "index" });
    const first = { kind: "index", generation: 1 } as const;
    for (const time of [START, START + 2 * AGE, START + 4 * AGE - 1]) {
      now = time;
      expect(await code(keys.retire(notes.plan, undefined, first))).toBe("ERR_KEY_IN_USE");
    }
    now = START + 4 * AGE;
    await keys.retire(notes.plan, undefined, first);
    const lease = await processOf().lease(notes.plan, []);
    expect(lease.keysOf(["container", "notes"]).indexGenerations()).toEqual({ oldest: 2, newest: 2 });
  });

  test("a second time changes nothing, and of a generation that there is not says so", async () => {
    const keys = processOf();
    await keys.rotate(notes.plan, "a");
    now += 2 * AGE;
    await keys.retire(notes.plan, "a", retired);
    const { revision } = await headOf();
    await keys.retire(notes.plan, "a", retired);
    expect((await headOf()).revision).toBe(revision);
    expect(await code(keys.retire(notes.plan, "a", { kind: "integrity", generation: 9 }))).toBe("ERR_KEY_MISSING");
  });
});

describe("destroy", () => {
  test("ends every document of the scope, for every process, and no other", async () => {
    const [a, b] = [processOf(), processOf()];
    const [gone, stays] = [await write(a), await write(a, note("b"))];
    expect(await b.destroy(notes.plan, "a")).toBe(3);
    now += AGE + 1;
    for (const keys of [a, b, processOf()]) {
      expect(await code(read(keys, gone))).toBe("ERR_KEY_DESTROYED");
      expect(await read(keys, stays)).toEqual(note("b"));
    }
  });

  test("leaves no wrapped key of the scope in the store, and tombstones in its record", async () => {
    const before = await recordOf(["tenant", "a"]);
    await processOf().destroy(notes.plan, "a");
    const text = await textOf(store);
    for (const { wrapped } of before.keys) expect(text).not.toContain(wrapped);
    const { keys } = await recordOf(["tenant", "a"]);
    expect(keys.map(({ id, state }) => [id, state])).toEqual(before.keys.map(({ id }) => [id, "destroyed"]));
  });

  test("is not undone by a writer that makes missing scopes; only an operator begins the scope anew", async () => {
    const keys = processOf();
    const gone = await write(keys);
    await keys.destroy(notes.plan, "a");
    expect(await code(write(keys, note(), true))).toBe("ERR_KEY_DESTROYED");
    expect(await code(write(processOf(), note(), true))).toBe("ERR_KEY_DESTROYED");
    expect(await code(keys.createScope(notes.plan, "a"))).toBe("ERR_KEY_DESTROYED");
    await keys.rotate(notes.plan, "a");
    expect(await read(keys, await write(keys))).toEqual(note());
    expect(await code(read(keys, gone))).toBe("ERR_KEY_DESTROYED");
  });

  test("of one group ends the documents that have it, and counts its keys alone", async () => {
    const keys = processOf();
    const stored = await write(keys);
    expect(await keys.destroy(notes.plan, "a", { group: "medical" })).toBe(1);
    expect(await code(read(keys, stored))).toBe("ERR_KEY_DESTROYED");
  });

  test("a second time changes nothing", async () => {
    const keys = processOf();
    await keys.destroy(notes.plan, "a");
    const { revision } = await headOf();
    expect(await keys.destroy(notes.plan, "a")).toBe(0);
    expect((await headOf()).revision).toBe(revision);
    expect(await code(keys.destroy(notes.plan, "nobody"))).toBe("ERR_SCOPE_UNKNOWN");
  });

  test("of a whole container ends its searches, and says so", async () => {
    const keys = processOf();
    await keys.destroy(notes.plan);
    const lease = await keys.lease(notes.plan, []);
    const own = lease.keysOf(["container", "notes"]);
    for (const work of [() => own.index(), () => own.searching(), () => own.identity()]) {
      expect(work).toThrow(/ERR_KEY_DESTROYED/);
    }
    lease.release();
  });
});

describe("rewrap", () => {
  test("puts the root key under another key-encryption key, and touches no record and no document", async () => {
    const keys = processOf();
    const stored = await write(keys);
    const record = await recordOf(["tenant", "a"]);
    await keys.rewrap(otherKeyring);
    expect(await recordOf(["tenant", "a"])).toEqual(record);
    expect(await read(processOf({ keyring: otherKeyring }), stored)).toEqual(note());
    expect(await code(processOf().ready())).toBe("ERR_UNWRAP_FAILED");
    // The process that did it goes on until it has to ask its own key-encryption key again.
    expect(await read(keys, stored)).toEqual(note());
  });

  test("under a keyring that doesn't open what it wraps changes nothing", async () => {
    const broken: Keyring = { ...otherKeyring, wrap: (root, id) => staticKeyring(KEK).wrap(root, id) };
    const before = await headOf();
    expect(await code(processOf().rewrap(broken))).toBe("ERR_UNWRAP_FAILED");
    const down: Keyring = { ...otherKeyring, wrap: () => Promise.reject(new Error("ECONNREFUSED")) };
    expect(await code(processOf().rewrap(down))).toBe("ERR_KEY_UNAVAILABLE");
    expect(await headOf()).toEqual(before);
  });

  test("with several wraps any one opens, and replaces its own alone", async () => {
    const third = staticKeyring(Buffer.alloc(32, 11).toString("base64"));
    await processOf().addWrap(otherKeyring);
    for (const either of [keyring, otherKeyring]) await processOf({ keyring: either }).ready();
    await processOf({ keyring: otherKeyring }).rewrap(third);
    for (const either of [keyring, third]) await processOf({ keyring: either }).ready();
    expect(await code(processOf({ keyring: otherKeyring }).ready())).toBe("ERR_UNWRAP_FAILED");
    expect((await headOf()).wraps).toHaveLength(2);
  });

  test("a wrap is removed only while this keyring opens another", async () => {
    const keys = processOf();
    const [own] = (await headOf()).wraps;
    await keys.addWrap(otherKeyring);
    expect(await code(keys.removeWrap(() => true))).toBe("ERR_OPTIONS_INVALID");
    expect(await code(keys.removeWrap(({ kek }) => kek === own!.kek))).toBe("ERR_UNWRAP_FAILED");
    expect(await keys.removeWrap(({ kek }) => kek === "nobody's")).toBe(0);
    expect(await keys.removeWrap(({ kek }) => kek !== own!.kek)).toBe(1);
    expect((await headOf()).wraps).toEqual([own]);
  });
});

describe("rekey", () => {
  const UNTIL = new Date(START + 10 * AGE);

  test("keeps every document and every search, under a new root key", async () => {
    const keys = processOf({ pin: [{ pin: (await createRoot(keyring)).pin }, { pin }] });
    const next = await createRoot(keyring);
    expect(await code(keys.rekey(next))).toBe("ERR_PIN_MISMATCH");
    const ready = processOf({ pin: [{ pin, until: UNTIL }, { pin: next.pin }] });
    const stored = await write(ready);
    const before = await textOf(store);
    await ready.rekey(next);
    const after = await textOf(store);
    for (const { wrapped } of (await recordOf(["tenant", "a"])).keys) {
      expect(before).not.toContain(wrapped);
      expect(after).toContain(wrapped);
    }
    expect(await ready.pin()).toBe(next.pin);
    for (const process of [ready, processOf({ pin: next.pin })]) {
      expect(await read(process, stored)).toEqual(note());
      const again = await write(process);
      expect([again._seal.k, again._seal.t]).toEqual([stored._seal.k, stored._seal.t]);
    }
    await ready.rekey(next); // done already
  });

  test("is met without a restart by a process that pins both, and stops one that pins the old root key alone", async () => {
    const next = await createRoot(keyring);
    const both = [{ pin, until: UNTIL.toISOString() }, { pin: next.pin }];
    const [a, b, old] = [processOf({ pin: both }), processOf({ pin: both }), processOf()];
    const stored = await write(a);
    await old.ready();
    await b.rekey(next);
    now += AGE + 1;
    expect(await read(a, stored)).toEqual(note());
    expect(await read(a, await write(a))).toEqual(note());
    await a.createScope(notes.plan, "c");
    expect(await read(b, await write(a, note("c")))).toEqual(note("c"));
    expect(await code(old.ready())).toBe("ERR_PIN_MISMATCH");
  });

  test("an earlier copy of the store is a roll-back at once, and refused by its pin when that has run out", async () => {
    const place = switchable(store);
    store = place;
    const next = await createRoot(keyring);
    const both = [{ pin, until: UNTIL }, { pin: next.pin }];
    const keys = processOf({ pin: both });
    const gone = await write(keys);
    const copies = [await copyOf(store)];
    await keys.destroy(notes.plan, "a");
    copies.push(await copyOf(store));
    await keys.rekey(next);
    for (const copy of copies) {
      place.now = copy;
      expect(await code(keys.rotate(notes.plan, "b"))).toBe("ERR_STORE_ROLLED_BACK");
      expect(await code(processOf({ pin: next.pin }).ready())).toBe("ERR_PIN_MISMATCH");
      now = UNTIL.getTime();
      expect(await code(read(processOf({ pin: both }), gone))).toBe("ERR_PIN_MISMATCH");
      now = START;
    }
  });

  test("a pin that has run out stops a running process, too", async () => {
    const keys = processOf({ pin: [{ pin, until: UNTIL }], maxStoreAge: Number.POSITIVE_INFINITY });
    const stored = await write(keys);
    now = UNTIL.getTime();
    expect(await code(read(keys, stored))).toBe("ERR_PIN_MISMATCH");
  });

  test("destroyed keys stay destroyed, and what was recorded of schema versions stays", async () => {
    const next = await createRoot(keyring, otherKeyring);
    const keys = processOf({ pin: [{ pin }, { pin: next.pin }] });
    const gone = await write(keys);
    await keys.destroy(notes.plan, "a");
    await keys.raiseFloor(notes.plan, 2);
    const { schema } = await recordOf(["container", "notes"]);
    await keys.rekey(next);
    const fresh = processOf({ pin: next.pin, keyring: otherKeyring });
    expect(await code(read(fresh, gone))).toBe("ERR_KEY_DESTROYED");
    expect((await recordOf(["container", "notes"])).schema).toEqual(schema);
  });

  test("a pin is text or a list with times that are times", () => {
    for (const bad of [[], [{ pin: 7 }], [{ pin, until: "soon" }], 7]) {
      expect(() => processOf({ pin: bad as never })).toThrow(/ERR_OPTIONS_INVALID/);
    }
  });
});

describe("what a container's record says of schema versions", () => {
  const schemaFor = async (keys: Keys): Promise<unknown> => {
    const lease = await keys.lease(notes.plan, []);
    const schema = lease.keysOf(["container", "notes"]).schema();
    lease.release();
    return schema;
  };
  const [{ name }] = notes.plan.indexes as unknown as [{ name: string }];

  test("indexes of a container's first definition are complete from the start", async () => {
    expect(await schemaFor(processOf())).toEqual({ complete: { [name]: 1 } });
  });

  test("the floor rises and never falls, and other processes read it", async () => {
    const [a, b] = [processOf(), processOf()];
    await schemaFor(b);
    await a.raiseFloor(notes.plan, 3);
    await a.raiseFloor(notes.plan, 2);
    now += AGE + 1;
    expect(await schemaFor(b)).toEqual({ complete: { [name]: 1 }, floor: 3 });
  });

  test("an index is complete as of a version, and of a later one when that is recorded", async () => {
    const keys = processOf();
    await keys.recordComplete(notes.plan, name, 2);
    await keys.recordComplete(notes.plan, name, 1);
    await keys.recordComplete(notes.plan, "r00000", 1);
    expect(await schemaFor(keys)).toEqual({ complete: { [name]: 2, r00000: 1 } });
  });

  test("a version or an index that is none is refused, and leaves the store as it was", async () => {
    const keys = processOf();
    const before = await headOf();
    for (const work of [
      keys.raiseFloor(notes.plan, 0),
      keys.raiseFloor(notes.plan, 1.5),
      keys.recordComplete(notes.plan, "email", 1),
      keys.recordComplete(notes.plan, name, -1),
    ]) {
      expect(await code(work)).toBe("ERR_OPTIONS_INVALID");
    }
    expect(await headOf()).toEqual(before);
  });
});

describe("authentic parts of an older store, put back", () => {
  const older = (parts: { head?: boolean; records?: boolean }, copy: KeyStore, live: KeyStore): KeyStore => ({
    ...live,
    readHead: () => (parts.head === true ? copy : live).readHead(),
    readBucket: (bucket) => (parts.records === true ? copy : live).readBucket(bucket),
  });

  test.each<[string, { head?: boolean; records?: boolean }, ErrorCode, ErrorCode]>([
    ["a record alone fails on the head", { records: true }, "ERR_KEY_STORE_FORGED", "ERR_KEY_STORE_FORGED"],
    [
      "a head alone fails on what was seen, and on the records",
      { head: true },
      "ERR_STORE_ROLLED_BACK",
      "ERR_KEY_STORE_FORGED",
    ],
    [
      "both fail on what was seen, and on a document",
      { head: true, records: true },
      "ERR_STORE_ROLLED_BACK",
      "ERR_STORE_ROLLED_BACK",
    ],
  ])("%s", async (_, parts, running, fresh) => {
    const live = store;
    const copy = await copyOf(live);
    const place = switchable(live);
    store = place;
    await processOf().rotate(notes.plan, "a", { group: "medical" });
    const survivor = processOf();
    await survivor.ready();
    place.now = older(parts, copy, live);
    now += AGE + 1;
    const document = await newerUnderOldKeys(copy);
    expect(await code(read(survivor, document))).toBe(running);
    expect(await code(read(processOf(), document))).toBe(fresh);
  });

  /** A document under keys that the older store knows, and of an epoch that it doesn't. */
  async function newerUnderOldKeys(copy: KeyStore): Promise<unknown> {
    const elsewhere = new Keys({ keyring, store: await copyOf(copy), pin, now: () => now });
    await elsewhere.rotate(notes.plan, "b");
    return write(elsewhere);
  }
});

describe("what is told of keys", () => {
  test("is each generation with its state, and never a key", async () => {
    const keys = processOf();
    await keys.rotate(notes.plan, "a", { group: "medical" });
    await keys.rotate(notes.plan, undefined, { kind: "index" });
    const told = (await keys.describe(notes.plan, "a")).map(({ kind, group, generation, state }) =>
      [kind, group, generation, state].join(" "),
    );
    expect(told).toEqual([
      "group  1 active",
      "group medical 1 readable",
      "group medical 2 active",
      "integrity  1 active",
    ]);
    const index = async (): Promise<unknown> =>
      (await keys.describe(notes.plan)).filter(({ kind }) => kind === "index").map(({ state }) => state);
    expect(await index()).toEqual(["active", "announced"]);
    now += 2 * AGE;
    expect(await index()).toEqual(["readable", "active"]);
    const text = JSON.stringify([await keys.describe(notes.plan, "a"), await keys.describe(notes.plan)]);
    expect(text).not.toContain("wrapped");
    expect(await code(keys.describe(notes.plan, "nobody"))).toBe("ERR_SCOPE_UNKNOWN");
  });

  test("is every scope of the store, the destroyed ones too, and asking changes nothing", async () => {
    const keys = processOf();
    await keys.destroy(notes.plan, "b");
    const before = await headOf();
    expect((await keys.scopes()).map((scope) => scope.join(" ")).toSorted()).toEqual([
      "container notes",
      "tenant a",
      "tenant b",
    ]);
    expect(await headOf()).toEqual(before);
  });
});

describe("the epoch", () => {
  test("is raised by every change but the creation of a scope", async () => {
    const next = await createRoot(keyring);
    const keys = processOf({ pin: [{ pin }, { pin: next.pin }] });
    const epochAfter = async (change: Promise<unknown>): Promise<number> => {
      await change;
      return (await headOf()).epoch;
    };
    const { epoch } = await headOf();
    expect(await epochAfter(keys.createScope(notes.plan, "c"))).toBe(epoch);
    expect(await epochAfter(keys.rotate(notes.plan, "a"))).toBe(epoch + 1);
    expect(await epochAfter(keys.rotate(notes.plan, undefined, { kind: "index" }))).toBe(epoch + 2);
    now += 2 * AGE;
    expect(await epochAfter(keys.retire(notes.plan, "a", { kind: "integrity", generation: 1 }))).toBe(epoch + 3);
    expect(await epochAfter(keys.destroy(notes.plan, "a"))).toBe(epoch + 4);
    expect(await epochAfter(keys.addWrap(otherKeyring))).toBe(epoch + 5);
    expect(await epochAfter(keys.raiseFloor(notes.plan, 2))).toBe(epoch + 6);
    expect(await epochAfter(keys.rekey(next))).toBe(epoch + 7);
    expect(await epochAfter(keys.rewrap(otherKeyring))).toBe(epoch + 8);
  });

  /** What a holder of one scope's keys can write: a document that verifies, and is of the future. */
  async function ahead(tenant: string): Promise<{ _seal: StoredSeal }> {
    const elsewhere = new Keys({ keyring, store: await copyOf(store), pin, now: () => now });
    for (let i = 0; i < 3; i++) await elsewhere.rotate(notes.plan, "b");
    const stored = await write(elsewhere, note(tenant));
    expect(stored._seal.e).toBe((await headOf()).epoch + 3);
    return stored;
  }

  test("of a document that is newer than the store refuses that document, and no other", async () => {
    const keys = processOf();
    const [fine, forged] = [await write(keys), await ahead("a")];
    expect(await code(read(keys, forged))).toBe("ERR_STORE_ROLLED_BACK");
    const bad: unknown[] = [];
    const documents = await openAll(notes, keys, [forged, fine].map(overTheWire), {
      now: START,
      onBad: (error, index) => bad.push([index, (error as { code?: unknown }).code]),
    });
    expect([documents, bad]).toEqual([[undefined, note()], [[0, "ERR_STORE_ROLLED_BACK"]]]);
  });

  test("claimed by a holder of one scope's keys closes that scope for writing, and leaves all others alone", async () => {
    const keys = processOf();
    await code(read(keys, await ahead("a")));
    expect(await code(write(keys))).toBe("ERR_STORE_ROLLED_BACK");
    expect(await read(keys, await write(keys, note("b")))).toEqual(note("b"));
    await keys.ready();
    await keys.refresh();
    await keys.createScope(notes.plan, "c");
    await keys.rotate(notes.plan, "b");
  });

  test("claimed by a document that is there no more closes the scope no longer than the maximum store age", async () => {
    const keys = processOf();
    await code(read(keys, await ahead("a")));
    now += AGE;
    expect(await code(write(keys))).toBe("ERR_STORE_ROLLED_BACK");
    now += 1;
    expect(await read(keys, await write(keys))).toEqual(note());
  });

  test("that the store reaches in the end opens the scope again", async () => {
    const keys = processOf();
    const document = await ahead("a");
    expect(await code(read(keys, document))).toBe("ERR_STORE_ROLLED_BACK");
    const other = processOf();
    for (let i = 0; i < 3; i++) await other.rotate(notes.plan, "b");
    now += 1000;
    expect(await read(keys, await write(keys))).toEqual(note());
    expect(await read(keys, document)).toEqual(note());
  });

  test("of documents tells a process that never saw the newer store that it was rolled back", async () => {
    const place = switchable(store);
    store = place;
    const copy = await copyOf(store);
    const keys = processOf();
    await keys.destroy(notes.plan, "b");
    const stored = await write(keys);
    place.now = copy;
    expect(await code(read(processOf(), stored))).toBe("ERR_STORE_ROLLED_BACK");
  });

  test("of a store whose replica is behind for a moment is no roll-back", async () => {
    const old = await headOf();
    let behind = 0;
    const replicas: KeyStore = {
      ...store,
      readHead: async () => (behind-- > 0 ? structuredClone(old) : store.readHead()),
    };
    const keys = processOf({ store: replicas });
    await keys.rotate(notes.plan, "a");
    behind = 2;
    now += AGE + 1;
    await keys.ready();
    behind = Number.POSITIVE_INFINITY;
    now += AGE + 1;
    expect(await code(keys.ready())).toBe("ERR_STORE_ROLLED_BACK");
  });

  test("doesn't tell a roll-back to before a scope was made: the scope is unknown, and its documents don't open", async () => {
    const place = switchable(store);
    store = place;
    const copy = await copyOf(store);
    const keys = processOf();
    await keys.createScope(notes.plan, "late");
    const stored = await write(keys, note("late"));
    place.now = copy;
    now += 1000;
    expect(await code(keys.refresh())).toBe("ERR_STORE_ROLLED_BACK");
    const fresh = processOf();
    expect(await code(read(fresh, stored))).toBe("ERR_SCOPE_UNKNOWN");
    await fresh.createScope(notes.plan, "late");
    expect(await code(read(fresh, stored))).toBe("ERR_KEY_SCOPE");
  });
});
