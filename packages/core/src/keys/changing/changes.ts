/**
 * Changes of the key store: each is made from the newest head, verified, written whole or not at all, and made anew where
 * another process was faster. One at a time in this process.
 */
import { canonicalJson } from "../../codec/jcs.js";
import type { ScopeId } from "../../codec/place.js";
import type { Key } from "../../crypto/key.js";
import { isCosmosealError } from "../../errors.js";
import { abortable } from "../loading/abortable.js";
import type { Root, View } from "../loading/view.js";
import { bucketHash, bucketOf, makeHead, verifyBucket } from "../records.js";
import { groupRootOf, type HeadRecord, type KeyStore, type ScopeRecord, storeConflict } from "../store.js";

/** What a change is made from. Records are verified under the head, and read once. */
export interface Draft {
  readonly root: Key;
  readonly head: HeadRecord;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * What keys of the group are to be wrapped under; undefined where this process lacks the group's root. Throws ERR_PIN_MISMATCH, what
   * the group's keyring throws.
   */
  wrappingOf(group: string): Promise<Wrapping | undefined>;
  record(scope: ScopeId): Promise<ScopeRecord | undefined>;
  /** Of one bucket, or of all. */
  records(bucket?: string): Promise<readonly ScopeRecord[]>;
}

/** A root key, or a group root and its pin. */
export interface Wrapping {
  readonly key: Key;
  readonly root?: string;
}

/** What is to be written. */
export interface Edit {
  /** New or changed records; with a new root key all of them. */
  readonly records?: readonly ScopeRecord[];
  readonly wraps?: HeadRecord["wraps"];
  readonly groups?: HeadRecord["groups"];
  /** A new root key, that takes the place of the old one. */
  readonly root?: { readonly key: Key; readonly pin: string };
  /** All changes raise it but the creation of a scope. SPEC §2.3. */
  readonly raisesEpoch: boolean;
}

/** Without an edit nothing is written. */
export interface Outcome<T> {
  readonly edit?: Edit | undefined;
  readonly result: T;
}

export class Changes {
  readonly #store: KeyStore;
  readonly #now: () => number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: KeyStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * Makes the change from the newest state, again after each lost race. Throws ERR_KEY_STORE_CONFLICT after eight, what `make`,
   * keyring and store throw.
   */
  async run<T>(view: View, make: (draft: Draft) => Promise<Outcome<T>>, signal?: AbortSignal): Promise<T> {
    const turn = this.#last.then(() => this.#attempts(view, make, signal));
    this.#last = turn.catch(() => undefined); // told to whoever asked for it; the next goes on
    return abortable(turn, signal);
  }

  async #attempts<T>(view: View, make: (draft: Draft) => Promise<Outcome<T>>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const before = await view.refreshAnew(signal);
      const draft = draftOf(this.#store, view, before, this.#now());
      try {
        const { edit, result } = await make(draft);
        if (edit !== undefined) view.adopt(await this.#write(draft, edit));
        return result;
      } catch (error) {
        // A record that another process changed since the head was read doesn't verify, either.
        const isRace = isCosmosealError(error, "ERR_KEY_STORE_CONFLICT", "ERR_KEY_STORE_FORGED");
        const isReplaced = view.current.key !== before.key;
        if (!(isRace || isReplaced) || attempt === ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
      }
    }
  }

  async #write(draft: Draft, { records = [], wraps, groups, root, raisesEpoch }: Edit): Promise<Root> {
    const { head: before } = draft;
    const key = root?.key ?? draft.root;
    const groupRoots = groups ?? before.groups;
    const head = makeHead(
      key,
      {
        root: root?.pin ?? before.root,
        wraps: wraps ?? before.wraps,
        ...(groupRoots !== undefined && { groups: groupRoots }),
        epoch: before.epoch + (raisesEpoch ? 1 : 0),
        revision: before.revision + 1,
        tree: root === undefined ? await changedTree(draft, records) : treeOf(key, records),
      },
      before,
    );
    try {
      await this.#store.write({ expected: before.revision, head, records });
    } catch (error) {
      root?.key.wipe();
      throw error;
    }
    return { key, head };
  }
}

const ATTEMPTS = 8;

function draftOf(store: KeyStore, view: View, { key, head }: Root, now: number): Draft {
  // One head for all of it: another that is read meanwhile lists records that weren't read here, and would drop them.
  const read = new Map<string, Promise<readonly ScopeRecord[]>>();
  const bucketRecords = (bucket: string): Promise<readonly ScopeRecord[]> => {
    const known = read.get(bucket);
    if (known !== undefined) return known;
    const reading = store.readBucket(bucket).then((values) => verifyBucket(key, head, bucket, values));
    read.set(bucket, reading);
    return reading;
  };
  return {
    root: key,
    head,
    now,
    wrappingOf: async (group) => {
      const listed = groupRootOf(head, group);
      const open = await view.groupRoot(group);
      if (open !== undefined && open.pin === listed?.root) return { key: open.key, root: open.pin };
      // Another process has given the group another root since the head was read.
      if (open !== undefined) throw storeConflict();
      return listed === undefined ? { key } : undefined;
    },
    record: async (scope) => {
      const text = canonicalJson(scope);
      const records = await bucketRecords(bucketOf(key, scope));
      return records.find((record) => canonicalJson(record.scope) === text);
    },
    records: async (bucket) => {
      if (bucket !== undefined) return bucketRecords(bucket);
      const all: ScopeRecord[] = [];
      for (const listed of Object.keys(head.tree)) all.push(...(await bucketRecords(listed)));
      return all;
    },
  };
}

async function changedTree(draft: Draft, changed: readonly ScopeRecord[]): Promise<HeadRecord["tree"]> {
  const tree: Record<string, string> = { ...draft.head.tree };
  for (const [bucket, records] of byBucket(changed)) {
    const texts = new Set(records.map((record) => canonicalJson(record.scope)));
    const kept = (await draft.records(bucket)).filter((record) => !texts.has(canonicalJson(record.scope)));
    tree[bucket] = bucketHash(draft.root, bucket, [...kept, ...records]);
  }
  return tree;
}

function treeOf(key: Key, records: readonly ScopeRecord[]): HeadRecord["tree"] {
  return Object.fromEntries(
    [...byBucket(records)].map(([bucket, of]) => [bucket, bucketHash(key, bucket, of)] as const),
  );
}

function byBucket(records: readonly ScopeRecord[]): ReadonlyMap<string, readonly ScopeRecord[]> {
  const buckets = new Map<string, ScopeRecord[]>();
  for (const record of records) {
    const bucket = buckets.get(record.bucket);
    if (bucket === undefined) buckets.set(record.bucket, [record]);
    else bucket.push(record);
  }
  return buckets;
}
