/** Generations of keys: which one writes, which ones read, and that none stands for another. SPEC §2.2, §2.4. */
import {
  cryptoReady,
  type DocumentKeys,
  type ErrorCode,
  isCosmosealError,
  type KeyEntry,
  type KeyState,
  type ScopeId,
} from "@cosmoseal/core";
import { beforeAll, describe, expect, test } from "vitest";
import { lengthPrefixed, toBase64 } from "../src/crypto/bytes.js";
import { Key } from "../src/crypto/key.js";
import { deriveKey, keyIdOf, sealBlob } from "../src/crypto/sodium.js";
import {
  bucketHash,
  bucketOf,
  makeEntry,
  makeHead,
  makeRecord,
  unwrapEntry,
  verifyBucket,
} from "../src/keys/records.js";
import { documentKeys, LoadedScope } from "../src/keys/scope-keys.js";
import { overTheWire } from "./support/keys.js";

const scope = ["container", "notes"] as const;
let root: Key;
beforeAll(async () => {
  await cryptoReady();
  root = Key.take(Uint8Array.from({ length: 32 }, (_, i) => i + 1));
});

function entry(state: KeyState, generation: number, more: Partial<Pick<KeyEntry, "kind" | "group">> = {}): KeyEntry {
  const made = makeEntry(root, { scope, kind: "group", group: "", generation, created: 0, ...more });
  const { wrapped: _, ...bare } = made;
  if (state === "announced") return { ...made, state, from: ANNOUNCED };
  return state === "destroyed" ? { ...bare, state } : { ...made, state };
}

/** From when on writers use an announced generation. */
const ANNOUNCED = 1_000;

function load(...entries: KeyEntry[]): LoadedScope {
  return new LoadedScope(root, makeRecord(root, scope, 1, entries));
}

function code(work: () => unknown): ErrorCode {
  try {
    work();
  } catch (error) {
    if (isCosmosealError(error)) return error.code;
    throw error;
  }
  throw new Error("it succeeded");
}

describe("the keys of a scope", () => {
  test("the active generation writes, readable ones still read, retired and destroyed ones do neither", () => {
    const [destroyed, retired, readable, active] = [
      entry("destroyed", 1),
      entry("retired", 2),
      entry("readable", 3),
      entry("active", 4),
    ];
    const loaded = load(destroyed, retired, readable, active);
    expect(loaded.active("group", "")?.id).toBe(active.id);
    expect(keyIdOf(loaded.reading("group", "", active.id))).toBe(active.id);
    expect(keyIdOf(loaded.reading("group", "", readable.id))).toBe(readable.id);
    expect(code(() => loaded.reading("group", "", retired.id))).toBe("ERR_KEY_RETIRED");
    expect(code(() => loaded.reading("group", "", destroyed.id))).toBe("ERR_KEY_DESTROYED");
    expect(load(destroyed, retired, readable).active("group", "")).toBeUndefined();
  });

  test("a key of another kind or group is none for the place, though it is held", () => {
    const [group, medical, integrity] = [
      entry("active", 1),
      entry("active", 1, { group: "medical" }),
      entry("active", 1, { kind: "integrity" }),
    ];
    const loaded = load(group, medical, integrity);
    expect(code(() => loaded.reading("group", "", medical.id))).toBe("ERR_KEY_SCOPE");
    expect(code(() => loaded.reading("group", "medical", group.id))).toBe("ERR_KEY_SCOPE");
    expect(code(() => loaded.reading("group", "", integrity.id))).toBe("ERR_KEY_SCOPE");
    expect(code(() => loaded.reading("integrity", "", group.id))).toBe("ERR_KEY_SCOPE");
    expect(keyIdOf(loaded.reading("integrity", "", integrity.id))).toBe(integrity.id);
  });

  test("two keys with one id are refused", () => {
    const bytes = (): Uint8Array => new Uint8Array(32).fill(5);
    const key = { scope, kind: "group", generation: 1, created: 0 } as const;
    const [one, other] = [
      makeEntry(root, { ...key, group: "" }, bytes()),
      makeEntry(root, { ...key, group: "b" }, bytes()),
    ];
    expect(one.id).toBe(other.id);
    expect(code(() => load(one, other))).toBe("ERR_KEY_STORE_FORGED");
  });
});

describe("generations of an index key", () => {
  const index = { kind: "index" } as const;
  const keysAt = (now: number, ...entries: KeyEntry[]): DocumentKeys =>
    documentKeys(load(...entries), load(...entries), 1, () => now);
  const all = (): KeyEntry[] => [
    entry("destroyed", 1, index),
    entry("retired", 2, index),
    entry("readable", 3, index),
    entry("active", 4, index),
    entry("announced", 5, index),
  ];
  const generations = (keys: DocumentKeys): number[] => keys.searching().map(({ generation }) => generation);

  test("queries ask for readable, active and announced ones from the first moment, and for no other", () => {
    const entries = all();
    const keys = keysAt(0, ...entries);
    expect(generations(keys)).toEqual([3, 4, 5]);
    expect(keys.searching().map(({ key }) => keyIdOf(key))).toEqual(entries.slice(2).map(({ id }) => id));
    expect(keys.indexGenerations()).toEqual({ oldest: 3, newest: 5 });
  });

  test("writers use the announced one when its time has come, and not before", () => {
    const entries = all();
    for (const [now, written] of [
      [ANNOUNCED - 1, 4],
      [ANNOUNCED, 5],
    ] as const) {
      const { key, generation } = keysAt(now, ...entries).index();
      expect([generation, keyIdOf(key)]).toEqual([written, entries[written - 1]!.id]);
    }
  });

  test("a container without any says so, to writers and to queries", () => {
    const keys = keysAt(0, entry("retired", 1, index), entry("active", 1));
    expect(code(() => keys.index())).toBe("ERR_KEY_MISSING");
    expect(code(() => keys.searching())).toBe("ERR_KEY_MISSING");
    expect(code(() => keys.indexGenerations())).toBe("ERR_KEY_MISSING");
  });
});

describe("a wrapped key", () => {
  test.each<[string, Partial<KeyEntry>]>([
    ["kind", { kind: "integrity" }],
    ["group", { group: "medical" }],
    ["generation", { generation: 2 }],
    ["id", { id: "AAAAAAAAAAAAAAAAAAAAAA" }],
  ])("doesn't open as one of another %s", (_, change) => {
    expect(code(() => unwrapEntry(root, scope, { ...entry("active", 1), ...change }))).toBe("ERR_KEY_STORE_FORGED");
  });

  test("doesn't open as one of another scope", () => {
    const made = entry("active", 1);
    expect(keyIdOf(unwrapEntry(root, scope, made))).toBe(made.id);
    expect(code(() => unwrapEntry(root, ["container", "other"], made))).toBe("ERR_KEY_STORE_FORGED");
    expect(code(() => unwrapEntry(root, ["tenant", 1], made))).toBe("ERR_KEY_STORE_FORGED");
  });

  test("that is not of the id which it was wrapped under is refused", () => {
    const made = entry("active", 1);
    const data = lengthPrefixed(["cosmoseal/1/wrap", "group", '["container","notes"]', "", 1, made.id]);
    const wrapped = toBase64(sealBlob(deriveKey(root, "wrap"), new Uint8Array(32).fill(9), data));
    expect(code(() => unwrapEntry(root, scope, { ...made, wrapped }))).toBe("ERR_KEY_STORE_FORGED");
  });
});

describe("a record that holds under the root", () => {
  const of = (change: object): ErrorCode => {
    const record = makeRecord(root, scope, 1, [overTheWire({ ...entry("active", 1), ...change }) as KeyEntry]);
    const bucket = bucketOf(root, scope);
    const tree = { [bucket]: bucketHash(root, bucket, [record]) };
    const head = makeHead(root, { root: "", wraps: [], epoch: 1, revision: 1, tree });
    return code(() => verifyBucket(root, head, bucket, [overTheWire(record)]));
  };
  test.each<[string, object]>([
    ["an active key without its wrapped form", { wrapped: undefined }],
    ["a destroyed key that is still there", { state: "destroyed" }],
    ["a state that is none", { state: "asleep" }],
    ["a kind that is none", { kind: "master" }],
    ["generation 0", { generation: 0 }],
    ["an announced key that is no index key", { state: "announced", from: 1 }],
    ["an announced index key without its time", { kind: "index", state: "announced" }],
    ["a time of an active index key", { kind: "index", from: 1 }],
  ])("and lists %s is damaged", (_, change) => {
    expect(of(change)).toBe("ERR_KEY_STORE_DAMAGED");
  });

  const saying = (schema: object, of: ScopeId = scope): ErrorCode | "read" => {
    const record = makeRecord(root, of, 1, [entry("active", 1)], schema);
    const bucket = bucketOf(root, of);
    const tree = { [bucket]: bucketHash(root, bucket, [record]) };
    const head = makeHead(root, { root: "", wraps: [], epoch: 1, revision: 1, tree });
    try {
      verifyBucket(root, head, bucket, [overTheWire(record)]);
      return "read";
    } catch (error) {
      if (isCosmosealError(error)) return error.code;
      throw error;
    }
  };
  test("may say which schema versions write, and which indexes are complete", () => {
    for (const schema of [{}, { floor: 2 }, { complete: { e3k9q2: 1 } }, { floor: 1, complete: {} }]) {
      expect(saying(schema)).toBe("read");
    }
  });
  test.each([
    [{ floor: 0 }],
    [{ floor: 1.5 }],
    [{ floor: "2" }],
    [{ ceiling: 2 }],
    [{ complete: [] }],
    [{ complete: { email: 1 } }],
    [{ complete: { e3k9q2: 0 } }],
  ])("and says %j of schema versions is damaged", (schema) => {
    expect(saying(schema)).toBe("ERR_KEY_STORE_DAMAGED");
  });
  test("and is of a tenant says nothing of schema versions", () => {
    expect(saying({ floor: 2 }, ["tenant", "a"])).toBe("ERR_KEY_STORE_DAMAGED");
  });
});
