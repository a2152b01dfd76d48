/** Head and scope records: verified under the root key, made. SPEC §2.3, §2.4. */
import { canonicalJson } from "../codec/jcs.js";
import type { ScopeId } from "../codec/place.js";
import { equalBytes, fromBase64, lengthPrefixed, toBase64 } from "../crypto/bytes.js";
import { Key } from "../crypto/key.js";
import { randomBytes } from "../crypto/nonce.js";
import { deriveKey, keyedHash, keyIdOf, openBlob, sealBlob } from "../crypto/sodium.js";
import { CosmosealError } from "../errors.js";
import { readRecordForm } from "./forms.js";
import type { HeadRecord, KeyEntry, KeyKind, SchemaRecord, ScopeRecord } from "./store.js";

/** Throws ERR_KEY_STORE_FORGED. */
export function verifyHead(root: Key, head: HeadRecord): void {
  if (!macHolds(root, "head", head)) throw forged("head");
}

export function makeHead(root: Key, head: Omit<HeadRecord, "mac" | "v">, previous?: HeadRecord): HeadRecord {
  const chained = {
    v: 1 as const,
    ...head,
    ...(previous === undefined ? {} : { previous: chainHash(root, previous) }),
  };
  return { ...chained, mac: mac(root, "head", chained) };
}

/** False where `after` can't have come of `before`: it is older, or of a store that was rolled back and then changed. */
export function follows(root: Key, before: HeadRecord, after: HeadRecord): boolean {
  if (after.revision === before.revision) return after.mac === before.mac;
  if (after.revision === before.revision + 1) return after.previous === chainHash(root, before);
  return after.revision > before.revision;
}

/**
 * The records of one bucket, verified. Throws ERR_KEY_STORE_DAMAGED and, where they are not those that the head lists,
 * ERR_KEY_STORE_FORGED.
 */
export function verifyBucket(root: Key, head: HeadRecord, bucket: string, values: readonly unknown[]): ScopeRecord[] {
  const records = values.map(readRecordForm);
  for (const record of records) {
    if (!macHolds(root, "record", record) || record.bucket !== bucket || bucketOf(root, record.scope) !== bucket) {
      throw forged(`record of the scope family ${JSON.stringify(record.scope[0])}`);
    }
  }
  const listed = head.tree[bucket];
  if (
    (listed === undefined && records.length > 0) ||
    (listed !== undefined && bucketHash(root, bucket, records) !== listed)
  ) {
    throw forged("set of records");
  }
  return records;
}

export function makeRecord(
  root: Key,
  scope: ScopeId,
  revision: number,
  keys: readonly KeyEntry[],
  schema?: SchemaRecord,
): ScopeRecord {
  const record = {
    v: 1 as const,
    scope,
    bucket: bucketOf(root, scope),
    revision,
    keys: [...keys].sort(byKindGroupGeneration),
    ...(schema === undefined ? {} : { schema }),
  };
  return { ...record, mac: mac(root, "record", record) };
}

export function bucketOf(root: Key, scope: ScopeId): string {
  const [first] = keyedHash(deriveKey(root, "tree"), "bucket", canonicalJson(scope));
  return first!.toString(16).padStart(2, "0");
}

/** SPEC §2.4: over scope ids and macs, in order of scope id. */
export function bucketHash(root: Key, bucket: string, records: readonly ScopeRecord[]): string {
  const leaves = records.map((record) => [canonicalJson(record.scope), fromBase64(record.mac)!] as const).sort(byText);
  return toBase64(keyedHash(deriveKey(root, "tree"), "leaves", bucket, ...leaves.flat()));
}

export interface NewKey {
  readonly scope: ScopeId;
  readonly kind: KeyKind;
  readonly group: string;
  readonly generation: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Pin of the group root that it is to be wrapped under; absent for the root key. */
  readonly root?: string;
}

/**
 * A new active key, wrapped under the root key, or the group root that it names. `bytes` are overwritten; given only where keys are
 * imported.
 */
export function makeEntry(root: Key, { scope, ...key }: NewKey, bytes: Uint8Array = randomBytes(32)): KeyEntry {
  const loaded = Key.take(Uint8Array.from(bytes));
  const id = keyIdOf(loaded);
  loaded.wipe();
  const wrapped = toBase64(sealBlob(wrappingKey(root, key), bytes, wrapData(scope, { ...key, id })));
  bytes.fill(0);
  return { ...key, id, state: "active", wrapped };
}

/** `root` is what the entry is wrapped under. Throws ERR_KEY_STORE_FORGED where it doesn't open as what it is listed as. */
export function unwrapEntry(root: Key, scope: ScopeId, entry: KeyEntry): Key {
  const blob = entry.wrapped === undefined ? undefined : fromBase64(entry.wrapped);
  const bytes = blob === undefined ? undefined : openBlob(wrappingKey(root, entry), blob, wrapData(scope, entry));
  if (bytes === undefined) throw forged("wrapped key");
  const key = Key.take(bytes);
  if (keyIdOf(key) !== entry.id) throw forged("key id");
  return key;
}

/**
 * The same data key under another root key, or under the group root whose pin is `pin`. Destroyed ones stay as they are. Throws
 * ERR_KEY_STORE_FORGED.
 */
export function rewrapEntry(from: Key, to: Key, scope: ScopeId, entry: KeyEntry, pin?: string): KeyEntry {
  const { root: _, wrapped: before, ...rest } = entry;
  if (before === undefined) return entry;
  const blob = fromBase64(before);
  const bytes = blob && openBlob(wrappingKey(from, entry), blob, wrapData(scope, entry));
  if (bytes === undefined) throw forged("wrapped key");
  const next = { ...rest, ...(pin !== undefined && { root: pin }) };
  const wrapped = toBase64(sealBlob(wrappingKey(to, next), bytes, wrapData(scope, next)));
  bytes.fill(0);
  return { ...next, wrapped };
}

function chainHash(root: Key, previous: HeadRecord): string {
  return toBase64(keyedHash(deriveKey(root, "head"), "head-chain", canonicalJson(previous)));
}

type Unsigned = Readonly<Record<string, unknown>> & { readonly mac?: string };

function mac(root: Key, use: "head" | "record", record: Unsigned): string {
  const { mac: _, ...rest } = record;
  return toBase64(keyedHash(deriveKey(root, use), use, canonicalJson(rest)));
}

function macHolds(root: Key, use: "head" | "record", record: HeadRecord | ScopeRecord): boolean {
  const stored = fromBase64(record.mac);
  const expected = fromBase64(mac(root, use, record as unknown as Unsigned))!;
  return stored !== undefined && equalBytes(stored, expected);
}

/** A root key and a group root never make the same of one key. SPEC §2.4, §2.7. */
function wrappingKey(root: Key, { root: pin }: Pick<KeyEntry, "root">): Key {
  return deriveKey(root, pin === undefined ? "wrap" : "group-wrap");
}

function wrapData(
  scope: ScopeId,
  { kind, group, generation, id, root }: Pick<KeyEntry, "kind" | "group" | "generation" | "id" | "root">,
): Uint8Array {
  if (root !== undefined) {
    return lengthPrefixed(["cosmoseal/1/group-wrap", root, canonicalJson(scope), group, generation, id]);
  }
  return lengthPrefixed(["cosmoseal/1/wrap", kind, canonicalJson(scope), group, generation, id]);
}

function byKindGroupGeneration(a: KeyEntry, b: KeyEntry): number {
  return compare(a.kind, b.kind) || compare(a.group, b.group) || a.generation - b.generation;
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compare(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function forged(what: string): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_FORGED", `The key store's ${what} doesn't verify under the root key.`, {
    remedy: "Restore it from a backup or a mirror, and find out who changed it.",
  });
}
