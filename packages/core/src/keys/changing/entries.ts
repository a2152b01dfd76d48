/** The keys of a record as data: which one is newest, and what the passing of time has made of those that were announced. */
import type { Key } from "../../crypto/key.js";
import { CosmosealError } from "../../errors.js";
import { makeRecord } from "../records.js";
import type { KeyEntry, KeyKind, SchemaRecord, ScopeRecord } from "../store.js";

/** Announced generations whose time has come are active, those before them readable. SPEC §2.4. */
export function settled(entries: readonly KeyEntry[], now: number): readonly KeyEntry[] {
  const due = entries.filter(({ state, from }) => state === "announced" && from !== undefined && from <= now);
  const newest = Math.max(0, ...due.map(({ generation }) => generation));
  if (newest === 0) return entries;
  return entries.map((entry) => {
    if (entry.kind !== "index" || entry.generation > newest) return entry;
    if (entry.generation === newest) return inState(entry, "active");
    return entry.state === "active" || entry.state === "announced" ? inState(entry, "readable") : entry;
  });
}

/** The entry in another state, without what that state has no use for. */
export function inState(entry: KeyEntry, state: Exclude<KeyEntry["state"], "announced">): KeyEntry {
  const { from: _from, root, wrapped, ...rest } = entry;
  if (wrapped === undefined || state === "destroyed") return { ...rest, state };
  return { ...rest, state, ...(root !== undefined && { root }), wrapped };
}

/** The record with other keys, or with other words on schema versions, made under the root key. */
export function changedRecord(
  root: Key,
  old: ScopeRecord,
  change: { readonly keys?: readonly KeyEntry[]; readonly schema?: SchemaRecord },
): ScopeRecord {
  return makeRecord(root, old.scope, old.revision + 1, change.keys ?? old.keys, change.schema ?? old.schema);
}

export function isOf(entry: KeyEntry, kind: KeyKind, group: string): boolean {
  return entry.kind === kind && entry.group === group;
}

/** Throws ERR_SCOPE_UNKNOWN. */
export function known(record: ScopeRecord | undefined, scope: ScopeRecord["scope"]): ScopeRecord {
  return record ?? unknownScope(scope);
}

export function unknownScope(scope: ScopeRecord["scope"]): never {
  throw new CosmosealError(
    "ERR_SCOPE_UNKNOWN",
    `The key store has no record of the scope (family ${JSON.stringify(scope[0])}).`,
    {
      remedy: "Scopes are made by keys.createScope, or on writing with `createScopes: true`; never on reading.",
    },
  );
}

/** A scope whose keys were destroyed is not begun anew by the way: who erased it must not find it again. */
export function destroyedScope(): CosmosealError {
  return new CosmosealError("ERR_KEY_DESTROYED", "The keys of the scope were destroyed, and it has no new ones.", {
    remedy: "To begin it anew, with new keys, call keys.rotate.",
  });
}
