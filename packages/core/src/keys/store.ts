/** The key store: where the head and the scope records lie. It is not trusted: all of it is verified under the root key. */
import { CosmosealError } from "../errors.js";
import type { RootWrap } from "./keyring.js";

export type KeyKind = "group" | "integrity" | "index" | "identity";
export type KeyState = "announced" | "active" | "readable" | "retired" | "destroyed";

/** One data key in a record. SPEC §2.4. */
export interface KeyEntry {
  readonly kind: KeyKind;
  readonly group: string;
  readonly generation: number;
  readonly id: string;
  readonly state: KeyState;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** From when on writers use an announced generation, in milliseconds since 1970; of no other state. */
  readonly from?: number;
  /** Pin of the group root that it is wrapped under; absent for the root key. SPEC §2.7. */
  readonly root?: string;
  /** base64 of the sealed blob; absent once destroyed. */
  readonly wrapped?: string;
}

/** What a container's scope record says of schema versions, under the root key. SPEC §2.4. */
export interface SchemaRecord {
  /** Lowest schema version that may write. Absent: any. */
  readonly floor?: number;
  /** By index name: the version as of whose definition of the index every document carries its tokens. */
  readonly complete?: Readonly<Record<string, number>>;
}

/** All keys of one scope. SPEC §2.4. */
export interface ScopeRecord {
  readonly v: 1;
  readonly scope: readonly [family: string, value: string | number | boolean];
  readonly bucket: string;
  readonly revision: number;
  readonly keys: readonly KeyEntry[];
  /** Of a container's scope alone. */
  readonly schema?: SchemaRecord;
  readonly mac: string;
}

/** The root of one group's keys, as it stands in the head. SPEC §2.7. */
export interface GroupRoot {
  /** Its pin. */
  readonly root: string;
  readonly wraps: readonly RootWrap[];
}

/** The store's signed table of contents. SPEC §2.3. */
export interface HeadRecord {
  readonly v: 1;
  readonly root: string;
  readonly wraps: readonly RootWrap[];
  /** By group; absent where none has a root of its own. */
  readonly groups?: Readonly<Record<string, GroupRoot>>;
  readonly epoch: number;
  readonly revision: number;
  readonly tree: Readonly<Record<string, string>>;
  readonly previous?: string;
  readonly mac: string;
}

export interface StoreChange {
  /** Revision of the head that the change was made from; undefined for a new store. */
  readonly expected: number | undefined;
  readonly head: HeadRecord;
  /** New or changed records; the others stay. */
  readonly records: readonly ScopeRecord[];
}

/** One contract for all: a change is applied whole or not at all, and only upon the head that it was made from. */
export interface KeyStore {
  /** Stable name of the kind, and where it is, for messages. */
  readonly kind: string;
  /** The head as stored, or undefined for an empty store. @throws ERR_KEY_STORE_DAMAGED, ERR_KEY_STORE_UNAVAILABLE */
  readHead(signal?: AbortSignal): Promise<unknown>;
  /** All records of one bucket, as stored. @throws ERR_KEY_STORE_DAMAGED, ERR_KEY_STORE_UNAVAILABLE */
  readBucket(bucket: string, signal?: AbortSignal): Promise<readonly unknown[]>;
  /** @throws ERR_KEY_STORE_CONFLICT when the head is another by now */
  write(change: StoreChange, signal?: AbortSignal): Promise<void>;
}

/**
 * A store in memory, for tests and for keys that live as long as the process.
 *
 * @example const store = memoryKeyStore(); await createKeyStore({ keyring, store, containers: [customers] });
 */
export function memoryKeyStore(): KeyStore {
  let head: string | undefined;
  const buckets = new Map<string, Map<string, string>>();
  return {
    kind: "memory",
    readHead: async () => (head === undefined ? undefined : JSON.parse(head)),
    readBucket: async (bucket) => [...(buckets.get(bucket)?.values() ?? [])].map((record) => JSON.parse(record)),
    write: async (change) => {
      const before = head === undefined ? undefined : (JSON.parse(head) as HeadRecord);
      checkExpected(before, change);
      // Under another root key every record has another bucket, and all are there.
      if (before?.root !== change.head.root) buckets.clear();
      head = JSON.stringify(change.head);
      for (const record of change.records) {
        const bucket = buckets.get(record.bucket) ?? new Map<string, string>();
        bucket.set(JSON.stringify(record.scope), JSON.stringify(record));
        buckets.set(record.bucket, bucket);
      }
    },
  };
}

/** Throws ERR_KEY_STORE_CONFLICT unless the change was made from this head. */
export function checkExpected(head: { readonly revision: number } | undefined, change: StoreChange): void {
  if (head?.revision !== change.expected) throw storeConflict();
}

/** The group root that the head lists, if it lists one for the group. A group may be called `constructor`. */
export function groupRootOf({ groups }: Pick<HeadRecord, "groups">, group: string): GroupRoot | undefined {
  return groups !== undefined && Object.hasOwn(groups, group) ? groups[group] : undefined;
}

export function storeConflict(): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_CONFLICT", "The key store was changed by another process.", {
    remedy: "Read it again and repeat the change.",
  });
}
