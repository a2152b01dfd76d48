/**
 * Group roots in memory: unwrapped when keys of the group are first needed, one unwrap in flight for each, asked for again after
 * `cacheTtl`. What they may be is the application's word alone: whoever holds the root key could list others. SPEC §2.7.
 */
import type { Key } from "../../crypto/key.js";
import { CosmosealError } from "../../errors.js";
import { isUnavailable } from "../availability.js";
import { isPinned, type KeysSettings } from "../options.js";
import { type GroupRoot, groupRootOf, type HeadRecord } from "../store.js";
import { abortable } from "./abortable.js";
import { openRoot } from "./open-root.js";
import type { KeyUse } from "./view.js";

/** A group root that may be used now. */
export interface OpenGroupRoot {
  readonly pin: string;
  readonly key: Key;
}

export class GroupRoots {
  readonly #settings: KeysSettings;
  readonly #expired: () => void;
  readonly #held = new Map<string, Held>();
  readonly #loading = new Map<string, Promise<void>>();

  /** `expired` is told where keys that are in memory may not be used any more. */
  constructor(settings: KeysSettings, expired: () => void) {
    this.#settings = settings;
    this.#expired = expired;
  }

  /**
   * The root of the group under this head; undefined where its keys are under the root key, or where this process is given nothing for
   * it. Throws ERR_PIN_MISMATCH, what the keyring throws; for reading not within `staleIfError`, where it can't be reached.
   */
  async fresh(head: HeadRecord, group: string, use: KeyUse, signal?: AbortSignal): Promise<OpenGroupRoot | undefined> {
    const { groups, now, cacheTtl, staleIfError } = this.#settings;
    const given = groups.get(group);
    if (given === undefined) return undefined;
    const listed = groupRootOf(head, group);
    const time = now();
    if (!isPinned(given.pins, listed?.root ?? head.root, time)) throw groupPinMismatch(group);
    if (listed === undefined) return undefined;
    const held = this.#held.get(group);
    const age = held?.pin === listed.root ? time - held.unwrappedAt : Number.POSITIVE_INFINITY;
    if (held !== undefined && age <= cacheTtl) return held;
    const mayGoOn = use === "read" && age <= cacheTtl + staleIfError;
    if (mayGoOn && held?.failedAt !== undefined && time - held.failedAt < 1000) return held;
    try {
      await abortable(this.#load(group, listed), signal);
    } catch (error) {
      if (held !== undefined && isUnavailable(error)) held.failedAt = time;
      if (mayGoOn && isUnavailable(error)) return held;
      if (age > cacheTtl + staleIfError) this.#forget(group);
      throw error;
    }
    return this.#held.get(group);
  }

  /** The root that `fresh` gave last, if it is this one. */
  held(group: string, pin: string): Key | undefined {
    const held = this.#held.get(group);
    return held?.pin === pin ? held.key : undefined;
  }

  forgetAll(): void {
    for (const group of [...this.#held.keys()]) this.#forget(group);
  }

  /** Shared by all who wait. */
  #load(group: string, listed: GroupRoot): Promise<void> {
    const flight = `${group} ${listed.root}`;
    const running = this.#loading.get(flight);
    if (running !== undefined) return running;
    const loading = this.#unwrap(group, listed).finally(() => this.#loading.delete(flight));
    this.#loading.set(flight, loading);
    return loading;
  }

  async #unwrap(group: string, { root: pin, wraps }: GroupRoot): Promise<void> {
    const key = await openRoot(this.#settings.groups.get(group)!.keyring, wraps, pin);
    const before = this.#held.get(group);
    const unwrappedAt = this.#settings.now();
    if (before?.pin === pin) {
      // The same key, as its id says: the copy in use stays.
      key.wipe();
      before.unwrappedAt = unwrappedAt;
      delete before.failedAt;
      return;
    }
    this.#held.set(group, { pin, key, unwrappedAt });
    before?.key.wipe();
  }

  #forget(group: string): void {
    const held = this.#held.get(group);
    if (held === undefined) return;
    this.#held.delete(group);
    this.#expired();
    held.key.wipe();
  }
}

interface Held extends OpenGroupRoot {
  unwrappedAt: number;
  /** When the last attempt to renew it failed. */
  failedAt?: number;
}

function groupPinMismatch(group: string): CosmosealError {
  return new CosmosealError(
    "ERR_PIN_MISMATCH",
    `What the keys of group ${JSON.stringify(group)} are under is not pinned for it now.`,
    {
      remedy:
        "Check that store and pins belong together. A group moves to a root of its own by keys.rekey, and not by another's word.",
    },
  );
}

/** For what only a holder of the group's key can do. */
export function groupKeyMissing(group: string): CosmosealError {
  return new CosmosealError(
    "ERR_GROUP_KEY_MISSING",
    `This client doesn't hold the key of group ${JSON.stringify(group)}.`,
    { remedy: "Give `groups` its keyring and pin, or leave it to a client that has them." },
  );
}
