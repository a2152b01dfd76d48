/** The form of head and scope records, strictly, before there is a root key to verify them. SPEC §2.3, §2.4. */
import { canonicalJson } from "../codec/jcs.js";
import { isObject } from "../codec/json.js";
import { fromBase64 } from "../crypto/bytes.js";
import { CosmosealError } from "../errors.js";
import { GROUP_NAME } from "../plan/plan.js";
import type { HeadRecord, KeyEntry, ScopeRecord } from "./store.js";

/** Throws ERR_KEY_STORE_DAMAGED. */
export function readHeadForm(value: unknown): HeadRecord {
  const head = value as HeadRecord;
  const ok =
    isObject(value) &&
    hasOnly(value, ["v", "root", "wraps", "groups", "epoch", "revision", "tree", "previous", "mac"]) &&
    head.v === 1 &&
    typeof head.root === "string" &&
    Array.isArray(head.wraps) &&
    head.wraps.every(isWrap) &&
    (head.groups === undefined || areGroupRoots(head.groups)) &&
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

/** Throws ERR_KEY_STORE_DAMAGED. */
export function readRecordForm(value: unknown): ScopeRecord {
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
    (entry.wrapped === undefined || typeof entry.wrapped === "string") &&
    (entry.root === undefined ||
      (entry.kind === "group" && entry.wrapped !== undefined && typeof entry.root === "string"))
  );
}

function areGroupRoots(value: unknown): boolean {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([group, root]) => GROUP_NAME.test(group) && isGroupRoot(root));
}

function isGroupRoot(value: unknown): boolean {
  if (!isObject(value) || !hasOnly(value, ["root", "wraps"])) return false;
  const { root, wraps } = value;
  return typeof root === "string" && Array.isArray(wraps) && wraps.every(isWrap);
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

/** SPEC §5.1. */
export const INDEX_NAME: RegExp = /^[erpsu][0-9a-z]{5}$/;

function hasOnly(value: object, names: readonly string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name));
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function damaged(what: string): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_DAMAGED", `The key store is damaged: ${what} is not of its form.`, {
    remedy: "Restore it from a backup or a mirror.",
  });
}
