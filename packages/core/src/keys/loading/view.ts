/**
 * The view of the key store: root key and head as they were last read and verified. One unwrap and one read in flight at a time;
 * a failed one is tried again at the next call. A store older than one that was seen is refused.
 */

import type { Key } from "../../crypto/key.js";
import { cryptoReady } from "../../crypto/sodium.js";
import { CosmosealError } from "../../errors.js";
import { isUnavailable } from "../availability.js";
import { readHeadForm } from "../forms.js";
import { isPinned, type KeysSettings } from "../options.js";
import { follows, verifyHead } from "../records.js";
import type { HeadRecord } from "../store.js";
import { abortable } from "./abortable.js";
import { GroupRoots, type OpenGroupRoot } from "./group-roots.js";
import { openRoot, pinMismatch } from "./open-root.js";

/** What keys are for: only reading may go on with an older view. */
export type KeyUse = "read" | "write";

/** Root key and head, which belong together: both change at once when the root key is replaced. */
export interface Root {
  readonly key: Key;
  readonly head: HeadRecord;
}

export interface ViewListener {
  /** The head is another; the key too where the root was replaced. */
  changed(before: Root, after: Root): void;
  /** Nothing that is in memory may be used any more without asking again. */
  expired(): void;
}

/** Always the newest that was verified: whoever waits looks again afterwards. */
export class View {
  readonly #settings: KeysSettings;
  readonly #listener: ViewListener;
  readonly #groups: GroupRoots;
  #state: State | undefined;
  #loading: Promise<State> | undefined;
  #refreshing: Promise<void> | undefined;
  #renewing: Promise<void> | undefined;
  #refreshedAt = 0;
  #highestEpoch = 0;
  #disposed = false;

  constructor(settings: KeysSettings, listener: ViewListener) {
    this.#settings = settings;
    this.#listener = listener;
    this.#groups = new GroupRoots(settings, () => listener.expired());
  }

  /** The root, no older than allowed. Throws what keyring and store throw, ERR_PIN_MISMATCH, ERR_KEY_STORE_FORGED. */
  async fresh(signal?: AbortSignal, use: KeyUse = "write"): Promise<Root> {
    const state = await this.#loaded(signal);
    const { maxStoreAge, cacheTtl, staleIfError, pins, now } = this.#settings;
    const time = now();
    const isExpired = time - state.unwrappedAt > cacheTtl;
    const isCurrent = isPinned(pins, state.root.head.root, time);
    if (isCurrent && !isExpired && time - state.readAt <= maxStoreAge) return state.root;
    const mayGoOn = isCurrent && use === "read" && this.#isWithin(state, time, staleIfError);
    if (mayGoOn && state.failedAt !== undefined && time - state.failedAt < 1000) return state.root;
    try {
      await (isExpired ? this.#renew(state, signal) : this.refresh(signal));
    } catch (error) {
      if (isUnavailable(error)) {
        state.failedAt = time;
        if (mayGoOn) return state.root;
      }
      // Nobody may use them any more, and nothing has said that they will be again.
      if (time - state.unwrappedAt > cacheTtl + staleIfError) this.#forget(state);
      throw error;
    }
    if (!isPinned(pins, state.root.head.root, time)) throw pinMismatch();
    return state.root;
  }

  /** Reads the head now, or joins whoever reads it already. Throws ERR_STORE_ROLLED_BACK where it is older than what was seen. */
  async refresh(signal?: AbortSignal): Promise<Root> {
    const state = await this.#loaded(signal);
    this.#refreshing ??= this.#reread(state).finally(() => {
      this.#refreshing = undefined;
    });
    await abortable(this.#refreshing, signal);
    return state.root;
  }

  /** Reads the head after whoever reads it already: that one may have begun before what is looked for was written. */
  async refreshAnew(signal?: AbortSignal): Promise<Root> {
    await this.#refreshing?.catch(() => undefined); // told to those who wait for it
    return this.refresh(signal);
  }

  /** The newest that was verified, without a look at its age: for whoever was given a fresh one in the same call. */
  get current(): Root {
    if (this.#disposed) throw disposed();
    if (this.#state === undefined) {
      throw new CosmosealError("ERR_KEY_UNAVAILABLE", "The time for which keys are kept ran out.", {
        remedy: "It is tried again at the next call.",
      });
    }
    return this.#state.root;
  }

  /**
   * The root of a group under the newest head, no older than allowed; undefined where its keys are under the root key, or where this
   * process is given nothing for it. Throws ERR_PIN_MISMATCH, what the keyring throws.
   */
  async groupRoot(group: string, use: KeyUse = "write", signal?: AbortSignal): Promise<OpenGroupRoot | undefined> {
    return this.#groups.fresh(this.current.head, group, use, signal);
  }

  /** The group root with this pin, where `groupRoot` gave it last: it may be used in the same turn. */
  heldGroupRoot(group: string, pin: string): Key | undefined {
    return this.#groups.held(group, pin);
  }

  /** When the head was last read again, in milliseconds since 1970. */
  get refreshedAt(): number {
    return this.#refreshedAt;
  }

  /** Takes over a change that this process has written. */
  adopt(next: Root): void {
    const state = this.#state;
    if (state === undefined || next.head.revision <= state.root.head.revision) return;
    this.#replace(state, next);
  }

  /** Forgets the root. */
  dispose(): void {
    this.#disposed = true;
    this.#groups.forgetAll();
    if (this.#state !== undefined) this.#forget(this.#state);
  }

  /** Shared by all who wait: the signal of whoever came first must not end it for the others. */
  async #loaded(signal?: AbortSignal): Promise<State> {
    if (this.#disposed) throw disposed();
    signal?.throwIfAborted();
    if (this.#state !== undefined) return this.#state;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return abortable(this.#loading, signal);
  }

  async #load(): Promise<State> {
    await cryptoReady();
    const { store, now } = this.#settings;
    const stored = await store.readHead();
    if (stored === undefined || stored === null) {
      throw new CosmosealError("ERR_KEY_STORE_EMPTY", `The key store (${store.kind}) holds no root key.`, {
        remedy: "Make one with createKeyStore, once; or check where the store is looked for.",
      });
    }
    const head = readHeadForm(stored);
    const key = await this.#verified(head);
    if (head.epoch < this.#highestEpoch) throw rolledBack();
    this.#highestEpoch = head.epoch;
    const time = now();
    const state: State = { root: { key, head }, readAt: time, unwrappedAt: time };
    if (this.#disposed) {
      key.wipe();
      throw disposed();
    }
    this.#state = state;
    return state;
  }

  async #verified(head: HeadRecord): Promise<Key> {
    const { keyring, pins, now } = this.#settings;
    if (!isPinned(pins, head.root, now())) throw pinMismatch();
    const key = await openRoot(keyring, head.wraps, head.root);
    verifyHead(key, head);
    return key;
  }

  #isWithin(state: State, now: number, grace: number): boolean {
    const { maxStoreAge, cacheTtl } = this.#settings;
    return now - state.readAt <= maxStoreAge + grace && now - state.unwrappedAt <= cacheTtl + grace;
  }

  /** Asks the key-encryption key again, and the store for every scope that is used from now on. */
  async #renew(state: State, signal?: AbortSignal): Promise<void> {
    this.#renewing ??= this.#reread(state)
      .then(() => this.#verified(state.root.head))
      .then((again) => {
        // The same key, as its id says: the copy in use stays.
        again.wipe();
        this.#listener.expired();
        state.unwrappedAt = this.#settings.now();
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    await abortable(this.#renewing, signal);
  }

  /** A store of several replicas may answer with an older one for a moment: only what stays older was rolled back. */
  async #reread(state: State): Promise<void> {
    const [before, seen] = [state.root, this.#highestEpoch];
    for (const pause of [100, 400, undefined]) {
      const head = readHeadForm(await this.#settings.store.readHead());
      const isReplaced = head.root !== before.head.root;
      const key = isReplaced ? await this.#verified(head) : before.key;
      // Another reading, or a change of our own, has replaced the root meanwhile: what it found is newer than this.
      if (state.root.key !== before.key) {
        if (isReplaced) key.wipe();
        return;
      }
      if (!isReplaced) verifyHead(key, head);
      // Compared with what was known when the reading began: what was learnt since, it can't have seen.
      const isOlder = head.epoch < seen || (isReplaced && head.epoch === seen);
      if (!isOlder && follows(key, before.head, head)) return this.#accept(state, { key, head });
      if (isReplaced) key.wipe();
      if (pause === undefined) throw rolledBack();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  #accept(state: State, next: Root): void {
    this.#highestEpoch = Math.max(this.#highestEpoch, next.head.epoch);
    // A change of our own, or another reading, was faster: what it found is newer than this.
    if (next.head.revision < state.root.head.revision) return;
    this.#replace(state, next);
    this.#refreshedAt = state.readAt;
  }

  #replace(state: State, next: Root): void {
    const before = state.root;
    this.#highestEpoch = Math.max(this.#highestEpoch, next.head.epoch);
    state.root = next;
    state.readAt = this.#settings.now();
    if (next.head.mac !== before.head.mac) this.#listener.changed(before, next);
    if (next.key !== before.key) {
      state.unwrappedAt = state.readAt;
      before.key.wipe();
    }
  }

  #forget(state: State): void {
    this.#listener.expired();
    this.#groups.forgetAll();
    this.#state = undefined;
    state.root.key.wipe();
  }
}

interface State {
  root: Root;
  readAt: number;
  unwrappedAt: number;
  /** When the last attempt to renew it failed. */
  failedAt?: number;
}

export function rolledBack(): CosmosealError {
  return new CosmosealError("ERR_STORE_ROLLED_BACK", "The key store is older than what was seen before.", {
    remedy: "Somebody put back an old copy: restore the newest.",
  });
}

function disposed(): CosmosealError {
  return new CosmosealError("ERR_CLIENT_DISPOSED", "The keys were disposed of.");
}
