/** Keys: what is loaded, what is refused, and that each refusal is told apart. */
import assert from "node:assert/strict";
import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  createKeyStore,
  defineContainer,
  type ErrorCode,
  type HeadRecord,
  isCosmosealError,
  type Keyring,
  type KeyStore,
  Keys,
  memoryKeyStore,
  open,
  openAll,
  passphraseKek,
  type ScopeRecord,
  seal,
  sealed,
  staticKeyring,
} from "@cosmoseal/core";
import { fileKeyStore, passphraseKeyring } from "@cosmoseal/core/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { toBase64 } from "../src/crypto/bytes.js";
import { Key } from "../src/crypto/key.js";
import { bucketOf, makeHead } from "../src/keys/records.js";
import { KEK, overTheWire } from "./support/keys.js";

const NOW = 1_795_513_325_123;
const cheap = { passes: 3, memory: 64 * 1024 * 1024 };
const PASSPHRASE = "correct horse";
const folder = mkdtempSync(join(tmpdir(), "cosmoseal-keys-"));
afterAll(() => rmSync(folder, { recursive: true }));

const notes = defineContainer({
  name: "notes",
  partitionKey: "/pk",
  scope: { path: "/pk", family: "tenant" },
  schema: z.object({
    id: z.string(),
    pk: z.string(),
    text: sealed(z.string()),
    medical: sealed(z.string(), { group: "medical" }).optional(),
  }),
});
const other = defineContainer({
  name: "other",
  partitionKey: "/pk",
  schema: z.object({ id: z.string(), pk: z.string(), text: sealed(z.string()) }),
});

async function code(work: Promise<unknown>): Promise<ErrorCode> {
  const error = await work.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert(isCosmosealError(error), String(error));
  assert(!error.message.includes(PASSPHRASE));
  return error.code;
}

interface HeadDraft {
  v: number;
  root: string;
  epoch?: number;
  revision: number;
  tree: Record<string, string>;
  wraps: { parameters: object }[];
  mac: string;
  extra?: number;
}

interface RecordDraft {
  scope: unknown[];
  keys: { id?: string; kind: string; state: string; wrapped: string }[];
}

function deep(levels: number): object {
  let value = {};
  for (let i = 0; i < levels; i++) value = { value };
  return value;
}

/** A copy that can be tampered with: the store is where the attacker is. */
async function tampered(
  store: KeyStore,
  change: { head?: (head: HeadDraft) => void; record?: (record: RecordDraft) => void },
): Promise<KeyStore> {
  const copy = structuredClone;
  return {
    ...store,
    readHead: async () => {
      const head = copy(await store.readHead()) as HeadDraft;
      change.head?.(head);
      return head;
    },
    readBucket: async (bucket) => {
      const records = copy(await store.readBucket(bucket)) as RecordDraft[];
      for (const record of records) change.record?.(record);
      return records;
    },
  };
}

describe("a key file behind a passphrase", () => {
  const path = join(folder, "customer.keys");
  beforeAll(async () => {
    await createKeyStore({
      keyring: passphraseKeyring(path, { passphrase: () => PASSPHRASE, cost: cheap }),
      containers: [other],
    });
  });
  const keysWith = (passphrase: string, file = path): Keys =>
    new Keys({ keyring: passphraseKeyring(file, { passphrase: () => passphrase, cost: cheap }) });

  test("is readable by its owner alone, and holds no key in the clear", () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).not.toContain(PASSPHRASE);
  });

  test("opens in another process with the same passphrase, in any Unicode form", async () => {
    const stored = await seal(other, keysWith(PASSPHRASE), { id: "1", pk: "p", text: "x" }, { stamp: NOW });
    expect(await open(other, keysWith(PASSPHRASE), overTheWire(stored), { now: NOW })).toEqual({
      id: "1",
      pk: "p",
      text: "x",
    });
  });

  test("a wrong passphrase, an empty one, a missing file and a damaged file are told apart", async () => {
    expect(await code(keysWith("wrong").ready())).toBe("ERR_PASSPHRASE_WRONG");
    expect(await code(keysWith("").ready())).toBe("ERR_OPTIONS_INVALID");
    expect(await code(keysWith(PASSPHRASE, join(folder, "none.keys")).ready())).toBe("ERR_KEY_STORE_EMPTY");
    const text = readFileSync(path, "utf8");
    for (const [i, damage] of ["", "{", "[]", text.slice(0, -50), text.replace('"epoch": 1', '"epoch": 2')].entries()) {
      const damaged = join(folder, `damaged-${i}.keys`);
      writeFileSync(damaged, damage);
      expect(await code(keysWith(PASSPHRASE, damaged).ready())).toBe("ERR_KEY_STORE_DAMAGED");
    }
  });

  test("is never made a second time over the first", async () => {
    expect(
      await code(createKeyStore({ keyring: passphraseKeyring(path, { passphrase: () => PASSPHRASE, cost: cheap }) })),
    ).toBe("ERR_KEY_STORE_EXISTS");
  });

  test("in a folder that is not there can't be made, and says so", async () => {
    const keyring = passphraseKeyring(join(folder, "no", "such", "x.keys"), {
      passphrase: () => PASSPHRASE,
      cost: cheap,
    });
    expect(await code(createKeyStore({ keyring }))).toBe("ERR_KEY_STORE_UNAVAILABLE");
  });

  test("a cost outside the bounds is refused, whoever asks for it", () => {
    for (const cost of [
      { passes: 1, memory: cheap.memory },
      { passes: 3, memory: 1024 },
      { passes: 99, memory: cheap.memory },
    ]) {
      expect(() => passphraseKek({ passphrase: () => PASSPHRASE, cost })).toThrow(/ERR_OPTIONS_INVALID/);
    }
  });

  test("a failed load is tried again", async () => {
    let passphrase = "wrong";
    const keys = new Keys({ keyring: passphraseKeyring(path, { passphrase: () => passphrase, cost: cheap }) });
    expect(await code(keys.ready())).toBe("ERR_PASSPHRASE_WRONG");
    passphrase = PASSPHRASE;
    await keys.ready();
  });

  test("changes made by two processes at once are both kept", async () => {
    const file = join(folder, "shared.keys");
    const keyring = (): ReturnType<typeof staticKeyring> => staticKeyring(KEK);
    const store = fileKeyStore(file);
    const { pin } = await createKeyStore({ keyring: keyring(), store });
    const processes = [1, 2, 3, 4].map(() => new Keys({ keyring: keyring(), store: fileKeyStore(file), pin }));
    await Promise.all(processes.map((keys, i) => keys.createScope(notes.plan, `tenant ${i}`)));
    const fresh = new Keys({ keyring: keyring(), store, pin });
    for (const i of [0, 1, 2, 3]) {
      const lease = await fresh.lease(notes.plan, [["tenant", `tenant ${i}`]]);
      lease.release();
    }
    expect(JSON.parse(readFileSync(file, "utf8")).records).toHaveLength(4);
  });

  test("through a link is the same file, for reading and for writing", async () => {
    const real = join(folder, "real.keys");
    const link = join(folder, "link.keys");
    const keyring = staticKeyring(KEK);
    const { pin } = await createKeyStore({ keyring, store: fileKeyStore(real) });
    symlinkSync(real, link);
    await new Keys({ keyring, store: fileKeyStore(link), pin }).createScope(other.plan);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    await (await new Keys({ keyring, store: fileKeyStore(real), pin }).lease(other.plan, [])).keysOf([
      "container",
      "other",
    ]);
  });

  test("a writer that slept until its lock was taken from it overwrites nothing", async () => {
    const file = join(folder, "asleep.keys");
    const lock = `${file}.lock`;
    const keyring = staticKeyring(KEK);
    const store = fileKeyStore(file);
    const { pin } = await createKeyStore({ keyring, store });
    const before = readFileSync(file, "utf8");
    let outcome: Promise<ErrorCode> | undefined;
    const asleep: KeyStore = {
      ...store,
      write: async ({ head, ...change }) => {
        const written = store.write({
          ...change,
          // Asked for when the file was read and checked: here it sleeps, and another finds its lock stale.
          get head() {
            writeFileSync(lock, "another's");
            return head;
          },
        });
        outcome = code(written);
        await outcome;
      },
    };
    await new Keys({ keyring, store: asleep, pin }).createScope(other.plan);
    expect(await outcome).toBe("ERR_KEY_STORE_CONFLICT");
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(readFileSync(lock, "utf8")).toBe("another's");
  });

  test("that can't be read is unavailable, not damaged", async () => {
    expect(await code(keysWith(PASSPHRASE, folder).ready())).toBe("ERR_KEY_STORE_UNAVAILABLE");
  });
});

describe("a store that somebody else writes to", () => {
  const keyring = staticKeyring(KEK);
  let store: KeyStore;
  let pin: string;
  beforeAll(async () => {
    store = memoryKeyStore();
    ({ pin } = await createKeyStore({ keyring, store, containers: [notes, other] }));
    const keys = new Keys({ keyring, store, pin });
    await keys.createScope(notes.plan, "a");
    await keys.createScope(notes.plan, "b");
  });

  test("keys without a pin are refused, unless their file lies with the customer", () => {
    expect(() => new Keys({ keyring, store })).toThrow(/ERR_PIN_MISSING/);
    expect(() => new Keys({ keyring } as never)).toThrow(/ERR_OPTIONS_INVALID/);
  });

  test("another root key than the pinned one is never used", async () => {
    const planted = memoryKeyStore();
    await createKeyStore({ keyring, store: planted, containers: [other] });
    expect(await code(new Keys({ keyring, store: planted, pin }).ready())).toBe("ERR_PIN_MISMATCH");
    const relabelled = await tampered(planted, { head: (head) => (head.root = pin) });
    expect(await code(new Keys({ keyring, store: relabelled, pin }).ready())).toBe("ERR_UNWRAP_FAILED");
  });

  test("a planted root is never used, though the keyring unwraps whatever is wrapped under its public key", async () => {
    const evil = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
    const gullible: Keyring = {
      kind: "gullible",
      accepts: () => true,
      wrap: async (bytes) => ({ keyring: "gullible", kek: "", parameters: {}, wrapped: toBase64(bytes) }),
      unwrap: async (wrap) => new Uint8Array(Buffer.from(wrap.wrapped, "base64")),
    };
    const live = memoryKeyStore();
    const made = await createKeyStore({ keyring: gullible, store: live, containers: [other] });
    await new Keys({ keyring: gullible, store: live, pin: made.pin }).ready();
    const wraps = [await gullible.wrap(Uint8Array.from(evil), made.pin)];
    const head = makeHead(Key.take(evil), { root: made.pin, wraps, epoch: 1, revision: 2, tree: {} });
    const planted: KeyStore = { ...live, readHead: async () => structuredClone(head), readBucket: async () => [] };
    expect(await code(new Keys({ keyring: gullible, store: planted, pin: made.pin }).ready())).toBe("ERR_PIN_MISMATCH");
  });

  test.each<[string, object]>([
    ["cheap to guess", { passes: 1 }],
    ["cheap to guess in memory", { memory: 8192 }],
    ["dear beyond the bounds", { passes: 1_000_000 }],
    ["dear beyond the bounds in memory", { memory: 2 ** 40 }],
    ["of a short salt", { salt: toBase64(new Uint8Array(8)) }],
    ["of another function", { kdf: "pbkdf2" }],
  ])("a passphrase wrap that is %s is refused before the passphrase is asked for", async (_, change) => {
    const asked: string[] = [];
    const kek = passphraseKek({
      passphrase: () => {
        asked.push("passphrase");
        return PASSPHRASE;
      },
      cost: cheap,
    });
    const wrap = { keyring: "passphrase", kek: "", wrapped: toBase64(new Uint8Array(72)) };
    const parameters = { kdf: "argon2id", salt: toBase64(new Uint8Array(16)), ...cheap, ...change };
    expect(await code(kek.unwrap({ ...wrap, parameters }, pin))).toBe("ERR_KEY_STORE_DAMAGED");
    expect(asked).toEqual([]);
  });

  test("a wrong static key, and a keyring of another kind, are told apart", async () => {
    const wrong = staticKeyring(Buffer.alloc(32, 8).toString("base64"));
    expect(await code(new Keys({ keyring: wrong, store, pin }).ready())).toBe("ERR_UNWRAP_FAILED");
    const passphrase = passphraseKek({ passphrase: () => PASSPHRASE, cost: cheap });
    expect(await code(new Keys({ keyring: passphrase, store, pin }).ready())).toBe("ERR_KEYRING_MISMATCH");
    expect(() => staticKeyring(undefined)).toThrow(/ERR_OPTIONS_INVALID/);
    expect(() => staticKeyring("c2hvcnQ=")).toThrow(/ERR_OPTIONS_INVALID/);
  });

  test.each<[string, (head: HeadDraft) => void, ErrorCode]>([
    ["epoch", (head) => (head.epoch = 9), "ERR_KEY_STORE_FORGED"],
    ["revision", (head) => head.revision++, "ERR_KEY_STORE_FORGED"],
    ["tree", (head) => delete head.tree[Object.keys(head.tree)[0]!], "ERR_KEY_STORE_FORGED"],
    ["mac", (head) => (head.mac = Buffer.alloc(32).toString("base64")), "ERR_KEY_STORE_FORGED"],
    ["form", (head) => delete head.epoch, "ERR_KEY_STORE_DAMAGED"],
    ["unknown member", (head) => (head.extra = 1), "ERR_KEY_STORE_DAMAGED"],
    ["version", (head) => (head.v = 2), "ERR_KEY_STORE_DAMAGED"],
    ["text that no reader hashes alike", (head) => (head.mac = "\ud800"), "ERR_KEY_STORE_DAMAGED"],
    ["nesting without end", (head) => (head.wraps[0]!.parameters = deep(10_000)), "ERR_KEY_STORE_DAMAGED"],
  ])("a head with another %s is refused", async (_, head, expected) => {
    expect(await code(new Keys({ keyring, store: await tampered(store, { head }), pin }).ready())).toBe(expected);
  });

  test.each<[string, (record: RecordDraft) => void, ErrorCode]>([
    ["state", (record) => (record.keys[0]!.state = "retired"), "ERR_KEY_STORE_FORGED"],
    ["key of another kind", (record) => (record.keys[0]!.kind = "identity"), "ERR_KEY_STORE_FORGED"],
    ["scope", (record) => (record.scope = ["tenant", "eve"]), "ERR_KEY_STORE_FORGED"],
    ["wrapped key", (record) => (record.keys[0]!.wrapped = record.keys[1]!.wrapped), "ERR_KEY_STORE_FORGED"],
    ["key removed", (record) => record.keys.pop(), "ERR_KEY_STORE_FORGED"],
    ["form", (record) => delete record.keys[0]!.id, "ERR_KEY_STORE_DAMAGED"],
    ["number that is not finite", (record) => (record.scope[1] = Number.POSITIVE_INFINITY), "ERR_KEY_STORE_DAMAGED"],
  ])("a record with another %s is refused", async (_, record, expected) => {
    const keys = new Keys({ keyring, store: await tampered(store, { record }), pin });
    expect(await code(keys.lease(other.plan, []))).toBe(expected);
  });

  test("the record of one scope copied over another's, and a record left out, are refused", async () => {
    const all = await Promise.all(
      Array.from({ length: 256 }, (_, i) => store.readBucket(i.toString(16).padStart(2, "0"))),
    );
    const records = all.flat() as { scope: unknown[]; bucket: string }[];
    const swapped: KeyStore = {
      ...store,
      readBucket: async (bucket) => structuredClone(records.map((record) => ({ ...record, bucket }))),
    };
    expect(await code(new Keys({ keyring, store: swapped, pin }).lease(other.plan, []))).toBe("ERR_KEY_STORE_FORGED");
    const empty: KeyStore = { ...store, readBucket: async () => [] };
    expect(await code(new Keys({ keyring, store: empty, pin }).lease(other.plan, []))).toBe("ERR_KEY_STORE_FORGED");
  });

  test("a change of this process that overtakes a reading of its own is no roll-back", async () => {
    const live = memoryKeyStore();
    const made = await createKeyStore({ keyring, store: live, containers: [other] });
    let now = NOW;
    let held: Promise<void> | undefined;
    const slow: KeyStore = {
      ...live,
      readHead: async () => {
        const head = await live.readHead();
        await held;
        return head;
      },
      write: async (change) => {
        // The view grows old while the change is on its way, and the head is read before the change and told after it.
        now += 120_000;
        let go = (): void => undefined;
        held = new Promise((resolve) => {
          go = resolve;
        });
        reading = keys.ready();
        await new Promise((resolve) => setTimeout(resolve, 10));
        await live.write(change);
        setTimeout(go, 10);
      },
    };
    let reading: Promise<void> = Promise.resolve();
    const keys = new Keys({ keyring, store: slow, pin: made.pin, now: () => now });
    await keys.createScope(notes.plan);
    await reading;
    await keys.ready();
  });

  test.each([
    ["before its records are read", false],
    ["after its records are read, the head being read again", true],
  ])("a scope that another process makes beside, %s, is not lost", async (_, after) => {
    const live = memoryKeyStore();
    const made = await createKeyStore({ keyring, store: live, containers: [other, notes] });
    const root = Key.take(await keyring.unwrap(((await live.readHead()) as HeadRecord).wraps[0]!, made.pin));
    const bucket = bucketOf(root, ["tenant", "mine"]);
    const beside = Array.from({ length: 10_000 }, (_, i) => i).find((i) => bucketOf(root, ["tenant", i]) === bucket)!;
    let now = NOW;
    let overtaken = false;
    const slow: KeyStore = {
      ...live,
      readBucket: async (wanted) => {
        const records = await live.readBucket(wanted);
        if (wanted !== bucket || overtaken) return records;
        overtaken = true;
        await new Keys({ keyring, store: live, pin: made.pin }).createScope(notes.plan, beside);
        if (!after) return live.readBucket(wanted);
        now += 2000;
        await keys.refresh();
        return records;
      },
    };
    const keys = new Keys({ keyring, store: slow, pin: made.pin, now: () => now });
    await keys.createScope(notes.plan, "mine");
    const lease = await new Keys({ keyring, store: live, pin: made.pin }).lease(notes.plan, [
      ["tenant", "mine"],
      ["tenant", beside],
    ]);
    for (const value of ["mine", beside]) {
      expect(lease.keysOf(["tenant", value]).writing("integrity", "").key.live).toBe(true);
    }
  });

  test("an epoch that another process has just raised is looked for at once", async () => {
    const live = memoryKeyStore();
    const made = await createKeyStore({ keyring, store: live, containers: [other] });
    const keys = new Keys({ keyring, store: live, pin: made.pin, now: () => NOW });
    await keys.refresh();
    const old = (await live.readHead()) as HeadRecord;
    const { mac: _mac, v: _v, previous: _previous, ...head } = old;
    const root = Key.take(await keyring.unwrap(head.wraps[0]!, made.pin));
    const raised = makeHead(root, { ...head, epoch: 2, revision: head.revision + 1 }, old);
    await live.write({ expected: head.revision, head: raised, records: [] });
    const writer = new Keys({ keyring, store: live, pin: made.pin });
    const document = { id: "1", pk: "a", text: "hello" };
    const stored = overTheWire(await seal(other, writer, document, { stamp: NOW }));
    expect(await open(other, keys, stored, { now: NOW })).toEqual(document);
    expect(await keys.noteEpochs(new Map([["a scope", 3]]))).toBe(2);
  });

  test("a store that was put back and changed by another process is a roll-back, though its revision is no lower", async () => {
    for (const changes of [1, 2]) {
      const live = memoryKeyStore();
      const made = await createKeyStore({ keyring, store: live, containers: [other] });
      const put = { head: await live.readHead(), back: memoryKeyStore() };
      const records = await Promise.all(
        Array.from({ length: 256 }, (_, i) => live.readBucket(i.toString(16).padStart(2, "0"))),
      );
      await put.back.write({
        expected: undefined,
        head: put.head as HeadRecord,
        records: records.flat() as ScopeRecord[],
      });
      let store: KeyStore = live;
      const switched: KeyStore = {
        kind: "switched",
        readHead: () => store.readHead(),
        readBucket: (bucket) => store.readBucket(bucket),
        write: (change) => store.write(change),
      };
      let now = NOW;
      const keys = new Keys({ keyring, store: switched, pin: made.pin, now: () => now });
      await keys.createScope(notes.plan, "mine");
      store = put.back;
      const elsewhere = new Keys({ keyring, store: put.back, pin: made.pin });
      for (let i = 0; i < changes; i++) await elsewhere.createScope(notes.plan, `theirs ${i}`);
      now += 120_000;
      expect(await code(keys.ready())).toBe("ERR_STORE_ROLLED_BACK");
    }
  });

  test("a record that the head doesn't list is refused, though it is one of the store's own", async () => {
    const live = memoryKeyStore();
    const made = await createKeyStore({ keyring, store: live });
    const old = await live.readHead();
    await new Keys({ keyring, store: live, pin: made.pin }).createScope(other.plan);
    const behind: KeyStore = { ...live, readHead: async () => structuredClone(old) };
    const reader = new Keys({ keyring, store: behind, pin: made.pin });
    expect(await code(reader.lease(other.plan, []))).toBe("ERR_KEY_STORE_FORGED");
  });

  test("an older store than one seen is a roll-back", async () => {
    const history: unknown[] = [];
    const live = memoryKeyStore();
    const made = await createKeyStore({ keyring, store: live, containers: [other] });
    history.push(await live.readHead());
    let now = NOW;
    let old = false;
    const flaky: KeyStore = { ...live, readHead: async () => (old ? history[0] : live.readHead()) };
    const keys = new Keys({ keyring, store: flaky, pin: made.pin, now: () => now });
    await keys.createScope(notes.plan);
    old = true;
    now += 120_000;
    expect(await code(keys.ready())).toBe("ERR_STORE_ROLLED_BACK");
  });
});

describe("scopes", () => {
  const keyring = staticKeyring(KEK);
  const note = { id: "1", pk: "a", text: "hello" };
  let keys: Keys;
  let pin: string;
  let store: KeyStore;
  beforeAll(async () => {
    store = memoryKeyStore();
    ({ pin } = await createKeyStore({ keyring, store, containers: [notes, other] }));
    keys = new Keys({ keyring, store, pin });
  });

  test("without a key nothing is written, and reading makes none", async () => {
    expect(await code(seal(notes, keys, note, { stamp: NOW }))).toBe("ERR_SCOPE_UNKNOWN");
    await seal(notes, keys, note, { stamp: NOW, createScopes: true });
    expect(await code(seal(notes, keys, { ...note, pk: "b" }, { stamp: NOW }))).toBe("ERR_SCOPE_UNKNOWN");
  });

  test("a document of one tenant doesn't open as another's, even for who holds both keys", async () => {
    await keys.createScope(notes.plan, "b");
    const stored = overTheWire(await seal(notes, keys, note, { stamp: NOW, createScopes: true })) as Record<
      string,
      unknown
    >;
    expect(await code(open(notes, keys, { ...stored, pk: "b" }, { now: NOW }))).toBe("ERR_KEY_SCOPE");
  });

  test("a document of one container doesn't open in another", async () => {
    const twin = defineContainer({
      name: "other",
      partitionKey: "/pk",
      schema: z.object({ id: z.string(), pk: z.string(), text: sealed(z.string()) }),
    });
    const stored = await seal(twin, keys, note, { stamp: NOW });
    const renamed = defineContainer({
      name: "renamed",
      partitionKey: "/pk",
      schema: z.object({ id: z.string(), pk: z.string(), text: sealed(z.string()) }),
    });
    await keys.createScope(renamed.plan);
    expect(await code(open(renamed, keys, overTheWire(stored), { now: NOW }))).toBe("ERR_KEY_SCOPE");
  });

  test("a scope made by another process is found without a restart", async () => {
    const reader = new Keys({ keyring, store, pin });
    await reader.ready();
    const stored = await seal(notes, keys, { ...note, pk: "new" }, { stamp: NOW, createScopes: true });
    expect(await open(notes, reader, overTheWire(stored), { now: NOW })).toEqual({ ...note, pk: "new" });
  });

  test("a key that another process made just after this one looked is looked for again, however soon", async () => {
    const reader = new Keys({ keyring, store, pin });
    const writer = new Keys({ keyring, store, pin });
    for (let round = 0; round < 3; round++) {
      await reader.refresh();
      await writer.rotate(other.plan);
      const stored = await seal(other, writer, note, { stamp: NOW });
      expect(await open(other, reader, overTheWire(stored), { now: NOW })).toEqual(note);
    }
  });

  test("a document that names an epoch of the future, without a key, moves nothing", async () => {
    const stored = overTheWire(await seal(other, keys, note, { stamp: NOW })) as { _seal: { e: number } };
    stored._seal.e = 1_000_000;
    expect(await code(open(other, keys, stored, { now: NOW }))).toBe("ERR_INTEGRITY");
    await keys.refresh();
  });

  test("one unwrap and one read serve 1,000 parallel callers", async () => {
    let reads = 0;
    let unwraps = 0;
    const counted = new Keys({
      keyring: {
        ...keyring,
        unwrap: (wrap, id) => {
          unwraps++;
          return keyring.unwrap(wrap, id);
        },
      },
      store: {
        ...store,
        readBucket: (bucket) => {
          reads++;
          return store.readBucket(bucket);
        },
      },
      pin,
    });
    const leases = await Promise.all(Array.from({ length: 1000 }, () => counted.lease(other.plan, [])));
    for (const lease of leases) lease.release();
    expect([unwraps, reads]).toEqual([1, 1]);
  });

  test("documents that claim a thousand scopes cost no more reads than the store has parts", async () => {
    let reads = 0;
    const readBucket: KeyStore["readBucket"] = (bucket) => {
      reads++;
      return store.readBucket(bucket);
    };
    const counted = new Keys({ keyring, store: { ...store, readBucket }, pin });
    const stored = overTheWire(await seal(notes, keys, note, { stamp: NOW, createScopes: true })) as object;
    const junk = Array.from({ length: 1000 }, (_, i) => ({ ...structuredClone(stored), pk: `junk ${i}` }));
    const bad = new Set<unknown>();
    await openAll(notes, counted, junk, { now: NOW, onBad: (error) => bad.add((error as { code?: unknown }).code) });
    expect([...bad]).toEqual(["ERR_SCOPE_UNKNOWN"]);
    // Once, and once more after the store was read again.
    expect(reads).toBeLessThanOrEqual(2 * 256);
  });

  test("a wait that is aborted ends at once, and the others go on", async () => {
    let finish = (): void => undefined;
    const slow = new Keys({
      keyring: {
        ...keyring,
        unwrap: async (wrap, id) => {
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
          return keyring.unwrap(wrap, id);
        },
      },
      store,
      pin,
    });
    const controller = new AbortController();
    const patient = slow.ready();
    const aborted = slow.ready(controller.signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    finish();
    await patient;
  });

  test("who gives up first doesn't end the unwrapping for the others", async () => {
    const slow = new Keys({
      keyring: {
        ...keyring,
        unwrap: async (wrap, id, options) => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          options?.signal?.throwIfAborted();
          return keyring.unwrap(wrap, id);
        },
      },
      store,
      pin,
    });
    const controller = new AbortController();
    const aborted = slow.ready(controller.signal);
    const patient = slow.ready();
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    await patient;
  });

  test.each([[null], [{}], [Number.NaN], ["a\ud800"], [[1]]])(
    "%j is no scope, and asking for it leaves the store as it was",
    async (value) => {
      const before = await store.readHead();
      expect(await code(keys.createScope(notes.plan, value as never))).toBe("ERR_OPTIONS_INVALID");
      expect(await store.readHead()).toEqual(before);
    },
  );

  test("after dispose nothing opens, but a lease that is held keeps its keys until it is released", async () => {
    const mine = new Keys({ keyring, store, pin });
    const lease = await mine.lease(other.plan, []);
    const held = lease.keysOf(["container", "other"]);
    mine.dispose();
    expect(held.writing("integrity", "").key.live).toBe(true);
    const { key } = held.writing("integrity", "");
    lease.release();
    expect(key.live).toBe(false);
    expect(await code(mine.ready())).toBe("ERR_CLIENT_DISPOSED");
  });

  test("scopes beyond the bound leave memory, and come back when they are needed", async () => {
    const few = new Keys({ keyring, store, pin, maxScopes: 2 });
    for (const pk of ["a", "b", "new", "a", "b", "new"]) {
      const stored = await seal(notes, few, { ...note, pk }, { stamp: NOW });
      expect(await open(notes, few, overTheWire(stored), { now: NOW })).toEqual({ ...note, pk });
    }
  });
});

describe("leases", () => {
  const keyring = staticKeyring(KEK);

  test("keys that are in use are not wiped when others push them out of memory", async () => {
    const store = memoryKeyStore();
    const { pin } = await createKeyStore({ keyring, store, containers: [notes] });
    const keys = new Keys({ keyring, store, pin, maxScopes: 1 });
    const tenants = Array.from({ length: 20 }, (_, i) => `t${i}`);
    for (const tenant of tenants) await keys.createScope(notes.plan, tenant);
    const work = Array.from({ length: 400 }, async (_, i) => {
      const document = { id: `${i}`, pk: tenants[i % tenants.length]!, text: "hello" };
      const stored = await seal(notes, keys, document, { stamp: NOW });
      expect(await open(notes, keys, overTheWire(stored), { now: NOW })).toEqual(document);
    });
    await Promise.all(work);
  });

  test("scopes that many writers need at once are each made once", async () => {
    const store = memoryKeyStore();
    const { pin } = await createKeyStore({ keyring, store, containers: [notes] });
    const keys = new Keys({ keyring, store, pin });
    const documents = Array.from({ length: 60 }, (_, i) => ({ id: `${i}`, pk: `t${i % 30}`, text: "x" }));
    const stored = await Promise.all(
      documents.map((document) => seal(notes, keys, document, { stamp: NOW, createScopes: true })),
    );
    const reader = new Keys({ keyring, store, pin });
    expect(
      await Promise.all(stored.map((document) => open(notes, reader, overTheWire(document), { now: NOW }))),
    ).toEqual(documents);
  });

  test("only the scopes that are asked for are unwrapped", async () => {
    const store = memoryKeyStore();
    const { pin } = await createKeyStore({ keyring, store, containers: [notes] });
    const keys = new Keys({ keyring, store, pin });
    for (let i = 0; i < 300; i++) await keys.createScope(notes.plan, i);
    const fresh = new Keys({ keyring, store, pin, maxScopes: 2 });
    const lease = await fresh.lease(notes.plan, [["tenant", 7]]);
    expect(lease.keysOf(["tenant", 7]).writing("integrity", "").key.live).toBe(true);
    expect(() => lease.keysOf(["tenant", 8])).toThrow(/ERR_SCOPE_UNKNOWN/);
    lease.release();
  });
});

describe("a key in memory", () => {
  test("can't be absent, short or all zero", () => {
    for (const bytes of [undefined, new Uint8Array(32), new Uint8Array(31).fill(1), "k".repeat(32)]) {
      expect(() => Key.take(bytes as Uint8Array)).toThrow(/ERR_KEY_INVALID/);
    }
  });

  test("is never printed", () => {
    const key = Key.take(new Uint8Array(32).fill(0x41));
    for (const text of [
      String(key),
      JSON.stringify({ key }),
      inspect(key, { showHidden: true, depth: 9 }),
      inspect({ key }),
    ]) {
      expect(text).not.toMatch(/AAAA|41|65/);
    }
    expect(Object.keys(key)).toEqual([]);
  });
});
