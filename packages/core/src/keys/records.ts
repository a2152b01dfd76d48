/** Head and scope records: read strictly, verified under the root key, made. SPEC §2.3, §2.4. */
import { canonicalJson } from "../codec/jcs.js";
import { isObject } from "../codec/json.js";
import type { ScopeId } from "../codec/place.js";
import { equalBytes, fromBase64, lengthPrefixed, toBase64 } from "../crypto/bytes.js";
import { Key } from "../crypto/key.js";
import { randomBytes } from "../crypto/nonce.js";
import { deriveKey, keyedHash, keyIdOf, openBlob, sealBlob } from "../crypto/sodium.js";
import { CosmosealError } from "../errors.js";
import type { HeadRecord, KeyEntry, KeyKind, SchemaRecord, ScopeRecord } from "./store.js";

/** The form alone, before there is a root key. Throws ERR_KEY_STORE_DAMAGED. */
export function readHeadForm(value: unknown): HeadRecord {
  const head = value as HeadRecord;
  const ok =
    isObject(value) &&
    hasOnly(value, ["v", "root", "wraps", "epoch", "revision", "tree", "previous", "mac"]) &&
    head.v === 1 &&
    typeof head.root === "string" &&
    Array.isArray(head.wraps) &&
    head.wraps.every(isWrap) &&
    isCount(head.epoch) &&
    isCount(head.revision) &&
    isObject(head.tree) &&
    Object.entries(head.tree).every(([bucket, hash]) => /^[0-9a-f]{2}$/.test(bucket) && typeof hash === "string") &&
    (head.previous === undefined || typeof head.previous === "string") &&
    typeof head.mac === "string" &&
    isCanonical(value);
  if (!ok) throw damaged("the head");
  return head;
}

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
}

/** A new active key, wrapped under the root. `bytes` are overwritten; given only where keys are imported. */
export function makeEntry(root: Key, { scope, ...key }: NewKey, bytes: Uint8Array = randomBytes(32)): KeyEntry {
  const loaded = Key.take(Uint8Array.from(bytes));
  const id = keyIdOf(loaded);
  loaded.wipe();
  const wrapped = toBase64(sealBlob(deriveKey(root, "wrap"), bytes, wrapData(scope, { ...key, id })));
  bytes.fill(0);
  return { ...key, id, state: "active", wrapped };
}

/** Throws ERR_KEY_STORE_FORGED where the entry doesn't open as what it is listed as. */
export function unwrapEntry(root: Key, scope: ScopeId, entry: KeyEntry): Key {
  const blob = entry.wrapped === undefined ? undefined : fromBase64(entry.wrapped);
  const bytes = blob === undefined ? undefined : openBlob(deriveKey(root, "wrap"), blob, wrapData(scope, entry));
  if (bytes === undefined) throw forged("wrapped key");
  const key = Key.take(bytes);
  if (keyIdOf(key) !== entry.id) throw forged("key id");
  return key;
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

function wrapData(
  scope: ScopeId,
  { kind, group, generation, id }: Pick<KeyEntry, "kind" | "group" | "generation" | "id">,
): Uint8Array {
  return lengthPrefixed(["cosmoseal/1/wrap", kind, canonicalJson(scope), group, generation, id]);
}

function readRecordForm(value: unknown): ScopeRecord {
  const record = value as ScopeRecord;
  const ok =
    isObject(value) &&
    hasOnly(value, ["v", "scope", "bucket", "revision", "keys", "schema", "mac"]) &&
    record.v === 1 &&
    Array.isArray(record.scope) &&
    record.scope.length === 2 &&
    typeof record.scope[0] === "string" &&
    ["string", "number", "boolean"].includes(typeof record.scope[1]) &&
    typeof record.bucket === "string" &&
    isCount(record.revision) &&
    Array.isArray(record.keys) &&
    record.keys.every(isEntry) &&
    (record.schema === undefined || (record.scope[0] === "container" && isSchema(record.schema))) &&
    typeof record.mac === "string" &&
    fromBase64(record.mac)?.length === 32 &&
    isCanonical(value);
  if (!ok) throw damaged("a scope record");
  return record;
}

function isEntry(value: unknown): boolean {
  const entry = value as KeyEntry;
  return (
    isObject(value) &&
    ["group", "integrity", "index", "identity"].includes(entry.kind) &&
    typeof entry.group === "string" &&
    isCount(entry.generation) &&
    entry.generation >= 1 &&
    typeof entry.id === "string" &&
    ["announced", "active", "readable", "retired", "destroyed"].includes(entry.state) &&
    isCount(entry.created) &&
    (entry.state === "announced" ? entry.kind === "index" && isCount(entry.from) : entry.from === undefined) &&
    (entry.wrapped === undefined) === (entry.state === "destroyed") &&
    (entry.wrapped === undefined || typeof entry.wrapped === "string")
  );
}

function isSchema(value: unknown): boolean {
  if (!isObject(value) || !hasOnly(value, ["floor", "complete"])) return false;
  const { floor, complete } = value;
  const isVersion = (version: unknown): boolean => isCount(version) && version >= 1;
  return (
    (floor === undefined || isVersion(floor)) &&
    (complete === undefined ||
      (isObject(complete) &&
        Object.entries(complete).every(([name, version]) => INDEX_NAME.test(name) && isVersion(version))))
  );
}

function isWrap(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { keyring, kek, parameters, wrapped } = value;
  return typeof keyring === "string" && typeof kek === "string" && isObject(parameters) && typeof wrapped === "string";
}

/** What has no canonical form (a lone surrogate, 1e999, 10,000 levels) can't have a mac that holds. */
function isCanonical(value: unknown): boolean {
  try {
    canonicalJson(value);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const INDEX_NAME = /^[erpsu][0-9a-z]{5}$/;

function hasOnly(value: object, names: readonly string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name));
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
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

function damaged(what: string): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_DAMAGED", `The key store is damaged: ${what} is not of its form.`, {
    remedy: "Restore it from a backup or a mirror.",
  });
}

function forged(what: string): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_FORGED", `The key store's ${what} doesn't verify under the root key.`, {
    remedy: "Restore it from a backup or a mirror, and find out who changed it.",
  });
}
