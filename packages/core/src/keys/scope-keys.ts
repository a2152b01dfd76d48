/** The keys of scopes in memory: looked up by what a document must be under, never by id alone. */

import { canonicalJson } from "../codec/jcs.js";
import type { ScopeId } from "../codec/place.js";
import type { Key } from "../crypto/key.js";
import { CosmosealError } from "../errors.js";
import { destroyedScope, isOf } from "./changing/entries.js";
import type { DocumentKeys, IndexKey, WritingKey } from "./document-keys.js";
import { groupKeyMissing } from "./loading/group-roots.js";
import { forged, unwrapEntry } from "./records.js";
import {
  groupRootOf,
  type HeadRecord,
  type KeyEntry,
  type KeyKind,
  type KeyState,
  type SchemaRecord,
  type ScopeRecord,
} from "./store.js";

/** One scope's record, unwrapped but for the keys that are under group roots: those are locked until their root is at hand. */
export class LoadedScope {
  readonly scope: ScopeId;
  readonly text: string;
  readonly schema: SchemaRecord;
  readonly #entries: readonly KeyEntry[];
  readonly #keys = new Map<string, Key>();
  readonly #locked = new Map<string, string>();
  #leases = 0;
  #dropped = false;

  /** Throws ERR_KEY_STORE_FORGED: an entry that doesn't open, two with one id, or one under another root than the head lists. */
  constructor(root: Key, record: ScopeRecord, head: Pick<HeadRecord, "groups"> = {}) {
    this.scope = record.scope;
    this.text = canonicalJson(record.scope);
    this.schema = Object.freeze({ ...record.schema });
    this.#entries = record.keys;
    const ids = new Set<string>();
    for (const entry of record.keys) {
      if (ids.has(entry.id)) throw new CosmosealError("ERR_KEY_STORE_FORGED", "Two keys of a scope have one id.");
      ids.add(entry.id);
      if (entry.wrapped === undefined) continue;
      const listed = entry.kind === "group" ? groupRootOf(head, entry.group)?.root : undefined;
      if (entry.root !== listed) throw forged("group root");
      if (entry.root === undefined) this.#keys.set(entry.id, unwrapEntry(root, record.scope, entry));
      else this.#locked.set(entry.group, entry.root);
    }
  }

  /** Pin of the group root that the group's keys are locked under; undefined where none is locked. */
  lockedUnder(group: string): string | undefined {
    return this.#locked.get(group);
  }

  /** Throws ERR_KEY_STORE_FORGED where a key of the group doesn't open. */
  unlock(group: string, root: Key): void {
    for (const entry of this.#entries) {
      if (entry.root === undefined || entry.group !== group || this.#keys.has(entry.id)) continue;
      this.#keys.set(entry.id, unwrapEntry(root, this.scope, entry));
    }
    this.#locked.delete(group);
  }

  get entries(): readonly KeyEntry[] {
    return this.#entries;
  }

  active(kind: KeyKind, group: string): (WritingKey & { readonly generation: number }) | undefined {
    const entry = this.#entries.findLast(
      (other) => other.kind === kind && other.group === group && other.state === "active",
    );
    return entry === undefined ? undefined : { id: entry.id, key: this.#held(entry), generation: entry.generation };
  }

  /** Index keys that stored documents may be under, by rising generation; the last is one that writers will use. */
  searching(): readonly IndexKey[] {
    return this.#entries
      .filter(({ kind, state }) => kind === "index" && SEARCHED.has(state))
      .map((entry) => ({ key: this.#keys.get(entry.id)!, generation: entry.generation }));
  }

  /** The index key that tokens are made with at `now`. */
  indexing(now: number): IndexKey | undefined {
    const due = this.#entries.findLast(({ state, from }) => state === "announced" && from !== undefined && from <= now);
    return due === undefined ? this.active("index", "") : { key: this.#keys.get(due.id)!, generation: due.generation };
  }

  reading(kind: KeyKind, group: string, keyId: string): Key {
    const entry = this.#entries.find((other) => other.id === keyId);
    if (entry === undefined || entry.kind !== kind || entry.group !== group) {
      throw new CosmosealError("ERR_KEY_SCOPE", `No ${kind} key of this scope and group has that id.`);
    }
    if (entry.state === "destroyed")
      throw new CosmosealError("ERR_KEY_DESTROYED", "The key was destroyed; the data is gone for good.");
    if (entry.state === "retired") {
      throw new CosmosealError("ERR_KEY_RETIRED", "The key was retired: every document was to be resealed before.", {
        remedy: "A document that comes back under it was replayed, or missed by the reseal.",
      });
    }
    return this.#held(entry);
  }

  #held({ id, group }: KeyEntry): Key {
    const key = this.#keys.get(id);
    if (key === undefined) throw groupKeyMissing(group);
    return key;
  }

  lease(): void {
    this.#leases++;
  }

  release(): void {
    this.#leases--;
    this.#wipeWhenFree();
  }

  /** No longer in the cache: wiped as soon as nobody uses it. */
  drop(): void {
    this.#dropped = true;
    this.#wipeWhenFree();
  }

  #wipeWhenFree(): void {
    if (!this.#dropped || this.#leases > 0) return;
    for (const key of this.#keys.values()) key.wipe();
    this.#keys.clear();
  }
}

/** Keys for documents of scope `own` in a container whose scope is `container`. */
export function documentKeys(own: LoadedScope, container: LoadedScope, epoch: number, now: () => number): DocumentKeys {
  const searching = (): readonly IndexKey[] => {
    const keys = container.searching();
    return keys.length === 0 ? absent(container, "index", "") : keys;
  };
  return {
    epoch,
    scopeText: own.text,
    writing: (kind, group) => own.active(kind, group) ?? absent(own, kind, group),
    reading: (kind, group, keyId) => own.reading(kind, group, keyId),
    index: () => container.indexing(now()) ?? absent(container, "index", ""),
    searching,
    indexGenerations: () => {
      const keys = searching();
      return { oldest: keys[0]!.generation, newest: keys.at(-1)!.generation };
    },
    schema: () => container.schema,
    identity: () => (container.active("identity", "") ?? absent(container, "identity", "")).key,
  };
}

const SEARCHED: ReadonlySet<KeyState> = new Set(["announced", "active", "readable"]);

function absent(scope: LoadedScope, kind: KeyKind, group: string): never {
  const same = scope.entries.filter((entry) => isOf(entry, kind, group));
  if (same.length > 0 && same.every(({ state }) => state === "destroyed")) throw destroyedScope();
  const inGroup = kind === "group" ? ` of group ${JSON.stringify(group)}` : "";
  throw new CosmosealError(
    kind === "group" ? "ERR_GROUP_KEY_MISSING" : "ERR_KEY_MISSING",
    `The scope has no active ${kind} key${inGroup}.`,
    {
      remedy: "Call keys.createScope with the definition: it adds what the scope lacks.",
    },
  );
}
