/**
 * The keys of an application: loads the root once, scopes when they are needed, and hands out leases on keys in memory.
 * One unwrap and one read in flight at a time; a failed one is tried again at the next call.
 */
import { canonicalJson } from "../codec/jcs.js";
import { hasLoneSurrogate } from "../codec/json.js";
import { containerScope, type ScopeId } from "../codec/place.js";
import { Key } from "../crypto/key.js";
import { cryptoReady, pinOf } from "../crypto/sodium.js";
import { CosmosealError, isCosmosealError } from "../errors.js";
import type { Plan } from "../plan/plan.js";
import { isUnavailable, tellingStore, unwrapTelling } from "./availability.js";
import type { DocumentKeys } from "./document-keys.js";
import type { Keyring } from "./keyring.js";
import {
  bucketHash,
  bucketOf,
  follows,
  makeEntry,
  makeHead,
  makeRecord,
  readHeadForm,
  verifyBucket,
  verifyHead,
} from "./records.js";
import { documentKeys, LoadedScope } from "./scope-keys.js";
import type { HeadRecord, KeyEntry, KeyKind, KeyStore, ScopeRecord } from "./store.js";

export interface KeysOptions {
  readonly keyring: Keyring;
  /** Default: the keyring's own. */
  readonly store?: KeyStore | undefined;
  /** Id of the root key, 43 characters; needed unless the keyring's own store lies with the customer. */
  readonly pin?: string | undefined;
  /** Scopes kept unwrapped in memory. Default 1,000. */
  readonly maxScopes?: number | undefined;
  /** How old the view of the key store may be, in milliseconds. Default 60,000. */
  readonly maxStoreAge?: number | undefined;
  /**
   * How long keys are used without asking the key-encryption key again, in milliseconds. Default 3,600,000, an hour. Who takes
   * the key-encryption key away ends every process within this time. Looked at when keys are used.
   */
  readonly cacheTtl?: number | undefined;
  /**
   * For how long beyond `maxStoreAge` and `cacheTtl` documents are still opened, in milliseconds, while keyring or store can't be
   * reached. Default 0. Sealing and searching by tokens never go on: another process may have changed what they need.
   */
  readonly staleIfError?: number | undefined;
  /** Milliseconds since 1970. Default Date.now. */
  readonly now?: (() => number) | undefined;
}

/** Keys that stay in memory until `release` is called, exactly once. */
export interface KeyLease {
  /** Throws ERR_SCOPE_UNKNOWN for a scope that was not asked for or has no record. */
  keysOf(scope: ScopeId): DocumentKeys;
  release(): void;
}

/** What keys are for: only reading may go on with an older view. */
export type KeyUse = "read" | "write";

interface Root {
  readonly key: Key;
  head: HeadRecord;
  readAt: number;
  unwrappedAt: number;
  /** When the last attempt to renew it failed. */
  failedAt?: number;
}

/** Verified records of one bucket by scope id, and the hash that the head listed for it. */
interface Bucket {
  readonly records: ReadonlyMap<string, ScopeRecord>;
  readonly listed: string | undefined;
}

export class Keys {
  readonly #keyring: Keyring;
  readonly #store: KeyStore;
  readonly #pin: string | undefined;
  readonly #maxScopes: number;
  readonly #maxStoreAge: number;
  readonly #cacheTtl: number;
  readonly #staleIfError: number;
  readonly #now: () => number;
  /** In order of last use. */
  readonly #scopes = new Map<string, LoadedScope>();
  readonly #loading = new Map<string, Promise<Bucket>>();
  #root: Promise<Root> | undefined;
  #refreshing: Promise<void> | undefined;
  #renewing: Promise<void> | undefined;
  #changing: Promise<void> = Promise.resolve();
  #refreshedAt = 0;
  #highestEpoch = 0;
  #disposed = false;

  /** Synchronous; nothing is read before the first use. Throws ERR_OPTIONS_INVALID, ERR_PIN_MISSING. */
  constructor(options: KeysOptions) {
    const store = options.store ?? options.keyring?.store;
    if (options.keyring === undefined || store === undefined) {
      throw new CosmosealError("ERR_OPTIONS_INVALID", "Keys need a keyring and a key store.", {
        remedy: "Give `keyring`, and `store` unless the keyring brings its own.",
      });
    }
    if (options.pin === undefined && !(options.keyring.keepsPin === true && options.store === undefined)) {
      throw new CosmosealError("ERR_PIN_MISSING", "The root key is not pinned.", {
        remedy: "Give `pin`, which createKeyStore returned: it keeps others from planting a root key of their own.",
      });
    }
    for (const name of ["maxStoreAge", "cacheTtl", "staleIfError"] as const) checkTime(name, options[name]);
    this.#keyring = options.keyring;
    this.#store = tellingStore(store);
    this.#pin = options.pin;
    this.#maxScopes = options.maxScopes ?? 1000;
    this.#maxStoreAge = options.maxStoreAge ?? 60_000;
    this.#cacheTtl = options.cacheTtl ?? 3_600_000;
    this.#staleIfError = options.staleIfError ?? 0;
    this.#now = options.now ?? Date.now;
  }

  /** Loads the root and checks the head. Throws what keyring and store throw, ERR_PIN_MISMATCH, ERR_KEY_STORE_FORGED. */
  async ready(signal?: AbortSignal): Promise<void> {
    await this.#freshRoot(signal);
  }

  /** Id of the root key that is pinned. */
  async pin(): Promise<string> {
    return (await this.#freshRoot()).head.root;
  }

  /**
   * Keys for documents of these scopes in the plan's container. Unknown scopes are told by `keysOf`. Throws what keyring and store
   * throw; for reading not within `staleIfError`, where they can't be reached.
   */
  async lease(plan: Plan, scopes: readonly ScopeId[], signal?: AbortSignal, use: KeyUse = "write"): Promise<KeyLease> {
    const root = await this.#freshRoot(signal, use);
    const container = containerScope(plan);
    const held = new Map<string, LoadedScope>();
    const read = new Map<string, Bucket>();
    const release = (): void => {
      for (const loaded of held.values()) loaded.release();
    };
    try {
      for (const scope of [container, ...scopes]) {
        const text = canonicalJson(scope);
        const loaded = held.has(text) ? undefined : await this.#leased(root, scope, text, read, signal);
        if (loaded !== undefined) held.set(text, loaded);
      }
    } catch (error) {
      release();
      throw error;
    }
    return {
      keysOf: (scope) => {
        const own = held.get(canonicalJson(scope)) ?? unknownScope(scope);
        const shared = held.get(canonicalJson(container)) ?? unknownScope(container);
        return documentKeys(own, shared, root.head.epoch, this.#now);
      },
      release,
    };
  }

  /**
   * Makes a scope, or adds the keys that it lacks for the plan: `value` for a definition with a declared scope, none for the
   * container itself. Does nothing where nothing is lacking. Throws ERR_KEY_STORE_CONFLICT after five lost races.
   */
  async createScope(plan: Plan, value?: string | number | boolean, signal?: AbortSignal): Promise<void> {
    const scope = value === undefined ? containerScope(plan) : scopeFor(plan, value);
    // One change at a time in this process: against others there are retries.
    const turn = this.#changing.then(async () => {
      for (let attempt = 1; ; attempt++) {
        const root = await this.#refresh(signal);
        try {
          await this.#addMissing(root, scope, wantedKeys(plan, scope));
          return;
        } catch (error) {
          // A record that another process changed since the head was read doesn't verify, either.
          const again = isCosmosealError(error, "ERR_KEY_STORE_CONFLICT", "ERR_KEY_STORE_FORGED");
          if (!again || attempt === 5) throw error;
        }
      }
    });
    this.#changing = turn.catch(() => undefined); // told to whoever asked for it; the next goes on
    await abortable(turn, signal);
  }

  /**
   * Notes the epoch of a document whose manifest holds. One that is newer than the head makes the store be read again: at once
   * when it is the first of its epoch, else once a second at the most. A store that is still older throws ERR_STORE_ROLLED_BACK.
   */
  async noteEpoch(epoch: number, signal?: AbortSignal): Promise<void> {
    const root = await this.#freshRoot(signal, "read");
    if (epoch <= root.head.epoch) return;
    if (epoch <= this.#highestEpoch) return this.refresh(signal);
    this.#highestEpoch = epoch;
    // One that is on its way may have read the head before the epoch was raised; its failure is told to those who wait for it.
    await this.#refreshing?.catch(() => undefined);
    await this.#refresh(signal);
    this.#checkEpoch(root.head);
  }

  /** Reads the head again. Throws ERR_STORE_ROLLED_BACK where it is older than what was seen. */
  async refresh(signal?: AbortSignal): Promise<void> {
    const root = await this.#freshRoot(signal);
    if (this.#now() - this.#refreshedAt >= 1000) await this.#refresh(signal);
    this.#checkEpoch(root.head);
  }

  /** Forgets and overwrites every key. Leases that are still held keep theirs until they are released. */
  dispose(): void {
    this.#disposed = true;
    this.#dropScopes();
    this.#root?.then(
      (root) => root.key.wipe(),
      () => undefined, // it never loaded: there is nothing to wipe
    );
    this.#root = undefined;
  }

  async #freshRoot(signal?: AbortSignal, use: KeyUse = "write"): Promise<Root> {
    if (this.#disposed) throw new CosmosealError("ERR_CLIENT_DISPOSED", "The keys were disposed of.");
    signal?.throwIfAborted();
    // Shared by all who wait: the signal of whoever came first must not end it for the others.
    this.#root ??= this.#loadRoot().catch((error: unknown) => {
      this.#root = undefined;
      throw error;
    });
    const root = await abortable(this.#root, signal);
    const now = this.#now();
    const isExpired = now - root.unwrappedAt > this.#cacheTtl;
    if (!isExpired && now - root.readAt <= this.#maxStoreAge) return root;
    const mayGoOn = use === "read" && this.#isWithin(root, now, this.#staleIfError);
    if (mayGoOn && root.failedAt !== undefined && now - root.failedAt < 1000) return root;
    try {
      await (isExpired ? this.#renew(root, signal) : this.#refresh(signal));
    } catch (error) {
      if (isUnavailable(error)) {
        root.failedAt = now;
        if (mayGoOn) return root;
      }
      // Nobody may use them any more, and nothing has said that they will be again.
      if (now - root.unwrappedAt > this.#cacheTtl + this.#staleIfError) this.#forget(root);
      throw error;
    }
    return root;
  }

  #isWithin(root: Root, now: number, grace: number): boolean {
    return now - root.readAt <= this.#maxStoreAge + grace && now - root.unwrappedAt <= this.#cacheTtl + grace;
  }

  /** Asks the key-encryption key again, and the store for every scope that is used from now on. */
  async #renew(root: Root, signal?: AbortSignal): Promise<void> {
    this.#renewing ??= this.#reread(root)
      .then(() => this.#unwrapRoot(root.head, root.head.root))
      .then((again) => {
        // The same key, as its id says: the copy in use stays.
        again.wipe();
        this.#dropScopes();
        root.unwrappedAt = this.#now();
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    await abortable(this.#renewing, signal);
  }

  #forget(root: Root): void {
    this.#dropScopes();
    this.#root = undefined;
    root.key.wipe();
  }

  #dropScopes(): void {
    for (const scope of this.#scopes.values()) scope.drop();
    this.#scopes.clear();
  }

  async #loadRoot(): Promise<Root> {
    await cryptoReady();
    const stored = await this.#store.readHead();
    if (stored === undefined || stored === null) {
      throw new CosmosealError("ERR_KEY_STORE_EMPTY", `The key store (${this.#store.kind}) holds no root key.`, {
        remedy: "Make one with createKeyStore, once; or check where the store is looked for.",
      });
    }
    const head = readHeadForm(stored);
    const pin = this.#pin ?? head.root;
    const key = await this.#unwrapRoot(head, pin);
    verifyHead(key, head);
    this.#checkEpoch(head);
    const now = this.#now();
    return { key, head, readAt: now, unwrappedAt: now };
  }

  /** Any wrap that this keyring accepts will do; the last failure is told. */
  async #unwrapRoot(head: HeadRecord, pin: string): Promise<Key> {
    if (head.root !== pin) throw pinMismatch();
    const wraps = head.wraps.filter((wrap) => this.#keyring.accepts(wrap));
    let failure: unknown = new CosmosealError(
      "ERR_KEYRING_MISMATCH",
      `No wrap is for a keyring of the kind ${this.#keyring.kind}.`,
      {
        remedy: "Use the keyring that the store was made with, or rewrap with this one.",
      },
    );
    for (const wrap of wraps) {
      try {
        const key = Key.take(await unwrapTelling(this.#keyring, wrap, pin));
        if (pinOf(key) === pin) return key;
        key.wipe();
        failure = pinMismatch();
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  async #refresh(signal?: AbortSignal): Promise<Root> {
    const root = await (this.#root ?? this.#freshRoot(signal));
    this.#refreshing ??= this.#reread(root).finally(() => {
      this.#refreshing = undefined;
    });
    await abortable(this.#refreshing, signal);
    return root;
  }

  async #reread(root: Root): Promise<void> {
    const [before, seen] = [root.head, this.#highestEpoch];
    const head = readHeadForm(await this.#store.readHead());
    if (head.root !== root.head.root) throw pinMismatch();
    verifyHead(root.key, head);
    // Compared with what was known when the reading began: what was learnt since, it can't have seen.
    if (head.epoch < seen || !follows(root.key, before, head)) throw rolledBack();
    this.#highestEpoch = Math.max(this.#highestEpoch, head.epoch);
    // A change of our own, or another reading, was faster: what it found is newer than this.
    if (head.revision < root.head.revision) return;
    // Records are read again when they are next needed: only what changed costs an unwrap.
    if (head.mac !== root.head.mac) this.#forgetChanged(root.head, head, root.key);
    root.head = head;
    root.readAt = this.#now();
    this.#refreshedAt = root.readAt;
  }

  #forgetChanged(before: HeadRecord, after: HeadRecord, key: Key): void {
    for (const [text, loaded] of this.#scopes) {
      const bucket = bucketOf(key, loaded.scope);
      if (before.tree[bucket] === after.tree[bucket]) continue;
      this.#scopes.delete(text);
      loaded.drop();
    }
  }

  /**
   * The scope, with a lease taken in the same turn in which it was found: later it may be evicted and wiped. `read` keeps the
   * buckets of one call, since whoever writes junk may name a new scope in each document.
   */
  async #leased(
    root: Root,
    scope: ScopeId,
    text: string,
    read: Map<string, Bucket>,
    signal?: AbortSignal,
  ): Promise<LoadedScope | undefined> {
    const bucket = bucketOf(root.key, scope);
    for (;;) {
      const known = this.#scopes.get(text);
      if (known !== undefined) return this.#use(text, known);
      const found = read.get(bucket) ?? (await abortable(this.#bucket(root, bucket), signal));
      if (this.#scopes.has(text)) continue;
      // The head was read again meanwhile, and the bucket is another by now.
      if (found.listed !== root.head.tree[bucket]) {
        read.delete(bucket);
        continue;
      }
      read.set(bucket, found);
      const record = found.records.get(text);
      if (record === undefined) return undefined;
      return this.#use(text, new LoadedScope(root.key, record));
    }
  }

  #use(text: string, loaded: LoadedScope): LoadedScope {
    loaded.lease();
    this.#scopes.delete(text);
    this.#scopes.set(text, loaded);
    this.#evict();
    return loaded;
  }

  #bucket(root: Root, bucket: string): Promise<Bucket> {
    let loading = this.#loading.get(bucket);
    if (loading === undefined) {
      loading = this.#loadBucket(root, bucket).finally(() => this.#loading.delete(bucket));
      this.#loading.set(bucket, loading);
    }
    return loading;
  }

  /** A record may have changed since the head was read: then the head is read again, once. */
  async #loadBucket(root: Root, bucket: string): Promise<Bucket> {
    const load = async (): Promise<Bucket> => {
      const listed = root.head.tree[bucket];
      const records = verifyBucket(root.key, root.head, bucket, await this.#store.readBucket(bucket));
      return { records: new Map(records.map((record) => [canonicalJson(record.scope), record])), listed };
    };
    try {
      return await load();
    } catch (error) {
      if (!isCosmosealError(error, "ERR_KEY_STORE_FORGED")) throw error;
      await this.#reread(root);
      return load();
    }
  }

  #evict(): void {
    for (const [text, loaded] of this.#scopes) {
      if (this.#scopes.size <= this.#maxScopes) return;
      this.#scopes.delete(text);
      loaded.drop();
    }
  }

  async #addMissing(root: Root, scope: ScopeId, wanted: readonly (readonly [KeyKind, string])[]): Promise<void> {
    // One head for all of it: another that is read meanwhile lists records that weren't read here, and would drop them.
    const before = root.head;
    const bucket = bucketOf(root.key, scope);
    const records = verifyBucket(root.key, before, bucket, await this.#store.readBucket(bucket));
    const text = canonicalJson(scope);
    const old = records.find((record) => canonicalJson(record.scope) === text);
    const { record, added } = extendRecord(root.key, scope, old, wanted, this.#now());
    if (added === 0) return;
    const tree = {
      ...before.tree,
      [bucket]: bucketHash(root.key, bucket, [...records.filter((other) => other !== old), record]),
    };
    const { mac: _mac, v: _v, previous: _previous, ...current } = before;
    const head = makeHead(root.key, { ...current, revision: before.revision + 1, tree }, before);
    await this.#store.write({ expected: before.revision, head, records: [record] });
    if (head.revision <= root.head.revision) return;
    this.#forgetChanged(root.head, head, root.key);
    root.head = head;
    root.readAt = this.#now();
  }

  #checkEpoch(head: HeadRecord): void {
    if (head.epoch < this.#highestEpoch) throw rolledBack();
    this.#highestEpoch = head.epoch;
  }
}

/** The scope of documents with this value at the declared path. */
export function scopeFor(plan: Plan, value: string | number | boolean): ScopeId {
  if (plan.scope === undefined) {
    throw new CosmosealError(
      "ERR_OPTIONS_INVALID",
      "The definition declares no scope, so that there is none for a value.",
      {
        container: plan.name,
      },
    );
  }
  const ok =
    typeof value === "string" ? !hasLoneSurrogate(value) : typeof value === "boolean" || Number.isFinite(value);
  // A record of anything else could never be read again, nor those beside it.
  if (!ok) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "A scope's value is a text, a finite number or a boolean.", {
      container: plan.name,
      path: plan.scope.path,
    });
  }
  return [plan.scope.family, value];
}

/** Index and identity keys lie with the container; group and integrity keys with the documents' scope. SPEC §2.2. */
function wantedKeys(plan: Plan, scope: ScopeId): readonly (readonly [KeyKind, string])[] {
  const wanted: (readonly [KeyKind, string])[] = [];
  const isContainer = scope[0] === "container";
  if (isContainer) wanted.push(["index", ""], ["identity", ""]);
  if (!isContainer || plan.scope === undefined) {
    wanted.push(["integrity", ""], ...plan.groups.map((group) => ["group", group] as const));
  }
  return wanted;
}

function extendRecord(
  root: Key,
  scope: ScopeId,
  old: ScopeRecord | undefined,
  wanted: readonly (readonly [KeyKind, string])[],
  now: number,
): { readonly record: ScopeRecord; readonly added: number } {
  const keys: KeyEntry[] = [...(old?.keys ?? [])];
  const before = keys.length;
  for (const [kind, group] of wanted) {
    if (!keys.some((entry) => entry.kind === kind && entry.group === group)) {
      keys.push(makeEntry(root, { scope, kind, group, generation: 1, created: now }));
    }
  }
  return { record: makeRecord(root, scope, (old?.revision ?? 0) + 1, keys), added: keys.length - before };
}

/** Waiting can be given up, by one caller alone: the work goes on for the others. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Infinity is a time: never. */
function checkTime(name: string, value: number | undefined): void {
  if (value === undefined || (typeof value === "number" && value >= 0)) return;
  throw new CosmosealError("ERR_OPTIONS_INVALID", `\`${name}\` is a number of milliseconds from 0.`);
}

function unknownScope(scope: ScopeId): never {
  throw new CosmosealError(
    "ERR_SCOPE_UNKNOWN",
    `The key store has no record of the scope (family ${JSON.stringify(scope[0])}).`,
    {
      remedy: "Scopes are made by keys.createScope, or on writing with `createScopes: true`; never on reading.",
    },
  );
}

function pinMismatch(): CosmosealError {
  return new CosmosealError("ERR_PIN_MISMATCH", "The store's root key is not the one that is pinned.", {
    remedy: "Check that store and pin belong together; a foreign root key is never used.",
  });
}

function rolledBack(): CosmosealError {
  return new CosmosealError("ERR_STORE_ROLLED_BACK", "The key store is older than what was seen before.", {
    remedy: "Somebody put back an old copy: restore the newest.",
  });
}
