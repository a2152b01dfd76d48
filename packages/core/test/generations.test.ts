/** Generations of keys: which one writes, which ones read, and that none stands for another. SPEC §2.2, §2.4. */
import { cryptoReady, type ErrorCode, isCosmosealError, type KeyEntry, type KeyState } from "@cosmoseal/core";
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
import { LoadedScope } from "../src/keys/scope-keys.js";
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
  return state === "destroyed" ? { ...bare, state } : { ...made, state };
}

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
  ])("and lists %s is damaged", (_, change) => {
    expect(of(change)).toBe("ERR_KEY_STORE_DAMAGED");
  });
});
