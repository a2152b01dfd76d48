/** The options of keys, checked once: keyring and store, which root keys are pinned, and how old what is known may be. */
import { CosmosealError } from "../errors.js";
import { GROUP_NAME } from "../plan/plan.js";
import type { Keyring } from "./keyring.js";
import type { KeyStore } from "./store.js";

/** A pinned root key that is accepted until a moment. */
export interface PinUntil {
  /** Id of the root key, 43 characters. */
  readonly pin: string;
  /** A Date, or its text as `new Date` reads it. Absent: for good. */
  readonly until?: Date | string | undefined;
}

/** How a process reaches the keys of a group that has a root of its own. */
export interface GroupKeysOptions {
  /** Unwraps the group root; asked for when keys of the group are first needed. */
  readonly keyring: Keyring;
  /**
   * Id of the group root, 43 characters; a list where it is being replaced. While a group's keys move from the root key to a root of
   * their own, the list has the pin of the root key too, with an end: keys under anything else are refused.
   */
  readonly pin: string | readonly PinUntil[];
}

export interface KeysOptions {
  readonly keyring: Keyring;
  /** Default: the keyring's own. */
  readonly store?: KeyStore | undefined;
  /**
   * Id of the root key, 43 characters; needed unless the keyring's own store lies with the customer. While the root key is being
   * replaced, a list: the old one with the moment from which it is refused, and the new one.
   *
   * @example pin: [{ pin: OLD, until: "2027-01-31" }, { pin: NEW }]
   */
  readonly pin?: string | readonly PinUntil[] | undefined;
  /**
   * Groups that have a root of their own, by name; the default group's is "". Of one that isn't named here the process holds no key.
   *
   * @example groups: { medical: { keyring: medicalKeyring, pin: process.env.MEDICAL_PIN } }
   */
  readonly groups?: Readonly<Record<string, GroupKeysOptions>> | undefined;
  /** Scopes kept unwrapped in memory. Default 1,000. */
  readonly maxScopes?: number | undefined;
  /** How old the view of the key store may be, in milliseconds; the same in every process. Default 60,000. */
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

/** The options with their defaults. */
export interface KeysSettings {
  readonly keyring: Keyring;
  readonly store: KeyStore;
  readonly pins: Pins;
  readonly groups: ReadonlyMap<string, GroupSettings>;
  readonly maxScopes: number;
  readonly maxStoreAge: number;
  readonly cacheTtl: number;
  readonly staleIfError: number;
  readonly now: () => number;
}

export interface GroupSettings {
  readonly keyring: Keyring;
  readonly pins: Pins;
}

/** Which root keys are accepted. `undefined`: whichever the store names, since it lies with the customer. */
export type Pins = readonly { readonly pin: string; readonly until: number }[] | undefined;

/** Throws ERR_OPTIONS_INVALID, ERR_PIN_MISSING. */
export function readSettings(options: KeysOptions): KeysSettings {
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
  return {
    keyring: options.keyring,
    store,
    pins: readPins(options.pin),
    groups: readGroups(options.groups),
    maxScopes: options.maxScopes ?? 1000,
    maxStoreAge: options.maxStoreAge ?? 60_000,
    cacheTtl: options.cacheTtl ?? 3_600_000,
    staleIfError: options.staleIfError ?? 0,
    now: options.now ?? Date.now,
  };
}

/** True where a root key with this id may be used now. */
export function isPinned(pins: Pins, pin: string, now: number): boolean {
  return pins === undefined || pins.some((known) => known.pin === pin && now < known.until);
}

function readPins(given: KeysOptions["pin"]): Pins {
  if (given === undefined) return undefined;
  const list: readonly PinUntil[] = typeof given === "string" ? [{ pin: given }] : given;
  if (!Array.isArray(list) || list.length === 0) throw invalidPin();
  return list.map(({ pin, until }) => {
    const end = until === undefined ? Number.POSITIVE_INFINITY : new Date(until).getTime();
    if (typeof pin !== "string" || Number.isNaN(end)) throw invalidPin();
    return { pin, until: end };
  });
}

/** A group's root is never believed for where it lies: whoever holds the root key could have put it there. */
function readGroups(given: KeysOptions["groups"]): ReadonlyMap<string, GroupSettings> {
  const groups = new Map<string, GroupSettings>();
  for (const [group, options] of Object.entries(given ?? {})) {
    if (!GROUP_NAME.test(group) || typeof options?.keyring?.unwrap !== "function") {
      throw new CosmosealError("ERR_OPTIONS_INVALID", "`groups` gives a keyring and a pin for each group.", {
        remedy: "A group's name is 1 to 32 of a-z, 0-9, _ and -; the default group's is \"\".",
      });
    }
    if (options.pin === undefined) {
      throw new CosmosealError("ERR_PIN_MISSING", `The root of group ${JSON.stringify(group)} is not pinned.`, {
        remedy: "Give `pin`, which createKeyStore or createRoot returned: who holds the root key could plant another.",
      });
    }
    groups.set(group, { keyring: options.keyring, pins: readPins(options.pin) });
  }
  return groups;
}

function invalidPin(): CosmosealError {
  return new CosmosealError("ERR_OPTIONS_INVALID", "`pin` is the id of a root key, or a list of { pin, until }.");
}

/** Infinity is a time: never. */
function checkTime(name: string, value: number | undefined): void {
  if (value === undefined || (typeof value === "number" && value >= 0)) return;
  throw new CosmosealError("ERR_OPTIONS_INVALID", `\`${name}\` is a number of milliseconds from 0.`);
}
