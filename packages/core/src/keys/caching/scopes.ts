/** Scopes in memory: loaded when they are needed, one read per bucket in flight, bounded in number, wiped after the last lease. */
import { canonicalJson } from "../../codec/jcs.js";
import type { ScopeId } from "../../codec/place.js";
import { isCosmosealError } from "../../errors.js";
import { abortable } from "../loading/abortable.js";
import type { Root, View } from "../loading/view.js";
import { bucketOf, verifyBucket } from "../records.js";
import { LoadedScope } from "../scope-keys.js";
import type { KeyStore, ScopeRecord } from "../store.js";

/** Verified records of one bucket by scope id, and the hash that the head listed for it. */
export interface Bucket {
  readonly records: ReadonlyMap<string, ScopeRecord>;
  readonly listed: string | undefined;
}

export class Scopes {
  readonly #store: KeyStore;
  readonly #most: number;
  /** In order of last use. */
  readonly #loaded = new Map<string, LoadedScope>();
  readonly #loading = new Map<string, Promise<Bucket>>();

  constructor(store: KeyStore, most: number) {
    this.#store = store;
    this.#most = most;
  }

  /**
   * The scope, with a lease taken in the same turn in which it was found: later it may be evicted and wiped. `read` keeps the
   * buckets of one call, since whoever writes junk may name a new scope in each document.
   */
  async leased(
    view: View,
    scope: ScopeId,
    read: Map<string, Bucket>,
    signal?: AbortSignal,
  ): Promise<LoadedScope | undefined> {
    const text = canonicalJson(scope);
    for (;;) {
      const known = this.#loaded.get(text);
      if (known !== undefined) return this.#use(text, known);
      const bucket = bucketOf(view.current.key, scope);
      const found = read.get(bucket) ?? (await abortable(this.#bucket(view, bucket), signal));
      if (this.#loaded.has(text)) continue;
      // The head was read again meanwhile, and the bucket is another by now.
      const { key, head } = view.current;
      if (found.listed !== head.tree[bucket] || bucket !== bucketOf(key, scope)) {
        read.delete(bucket);
        continue;
      }
      read.set(bucket, found);
      const record = found.records.get(text);
      if (record === undefined) return undefined;
      return this.#use(text, new LoadedScope(key, record, head));
    }
  }

  /** Records are read again when they are next needed: only what changed costs an unwrap. */
  forgetChanged(before: Root, after: Root): void {
    const isReplaced = before.key !== after.key;
    for (const [text, loaded] of this.#loaded) {
      const bucket = bucketOf(after.key, loaded.scope);
      if (!isReplaced && before.head.tree[bucket] === after.head.tree[bucket]) continue;
      this.#loaded.delete(text);
      loaded.drop();
    }
  }

  forgetAll(): void {
    for (const loaded of this.#loaded.values()) loaded.drop();
    this.#loaded.clear();
  }

  #use(text: string, loaded: LoadedScope): LoadedScope {
    loaded.lease();
    this.#loaded.delete(text);
    this.#loaded.set(text, loaded);
    this.#evict();
    return loaded;
  }

  #bucket(view: View, bucket: string): Promise<Bucket> {
    let loading = this.#loading.get(bucket);
    if (loading === undefined) {
      loading = this.#loadBucket(view, bucket).finally(() => this.#loading.delete(bucket));
      this.#loading.set(bucket, loading);
    }
    return loading;
  }

  /** A record may have changed since the head was read: then the head is read again, once. */
  async #loadBucket(view: View, bucket: string): Promise<Bucket> {
    try {
      return await readBucket(this.#store, view, bucket);
    } catch (error) {
      if (!isCosmosealError(error, "ERR_KEY_STORE_FORGED")) throw error;
      await view.refreshAnew();
      return readBucket(this.#store, view, bucket);
    }
  }

  #evict(): void {
    for (const [text, loaded] of this.#loaded) {
      if (this.#loaded.size <= this.#most) return;
      this.#loaded.delete(text);
      loaded.drop();
    }
  }
}

/** Throws ERR_KEY_STORE_DAMAGED, ERR_KEY_STORE_FORGED, what the store throws. */
async function readBucket(store: KeyStore, view: View, bucket: string): Promise<Bucket> {
  const { head } = view.current;
  const values = await store.readBucket(bucket);
  // Under another root key by now: the old one is wiped, and its buckets are others.
  const { key } = view.current;
  const records = verifyBucket(key, head, bucket, values);
  return {
    records: new Map(records.map((record) => [canonicalJson(record.scope), record])),
    listed: head.tree[bucket],
  };
}
