/** What an application or its operator does with keys: make scopes, and everything that happens to them later. */

import type { Container as SdkContainer } from "@azure/cosmos";
import type {
  ContainerDefinition,
  DestroyOptions,
  GroupDescription,
  KeyDescription,
  Keyring,
  NewRoot,
  RetireOptions,
  RootCallOptions,
  RootWrap,
  RotateOptions,
  Rotation,
  ScopeId,
  ScopeValue,
} from "@cosmoseal/core";
import { type ScopeUsage, usageOf } from "../jobs/usage.js";
import type { SealContext } from "../options/seal-options.js";

/** Aborting gives up the waiting; a change that is on its way may still be made. */
export interface KeyCallOptions {
  readonly signal?: AbortSignal;
}

/**
 * All methods take the definition and, for a definition with a declared scope, the value at the scope's path as stored (the value
 * itself, or its token where the path is sealed); without a value they mean the container's own keys. They throw what keyring and
 * key store throw, and ERR_KEY_STORE_CONFLICT after eight lost races. Whatever they change, other processes learn within the maximum
 * store age, or with the first document that is written after it.
 */
export interface ClientKeys {
  /**
   * Makes the keys of a scope, or adds those that it lacks; does nothing where none is lacking. Keys of groups whose root this client
   * lacks stay lacking until a client that has it calls this, too. Throws ERR_KEY_DESTROYED for a scope
   * whose keys were destroyed.
   *
   * @example await client.keys.createScope(customers, "t-1");
   */
  createScope(definition: Definition, value?: ScopeValue, options?: KeyCallOptions): Promise<void>;
  /** The keys of the scope: kinds, groups, generations, ids and states, never a key. Throws ERR_SCOPE_UNKNOWN. */
  describe(definition: Definition, value?: ScopeValue, options?: KeyCallOptions): Promise<readonly KeyDescription[]>;
  /**
   * How many documents hang on each key of the scope: of integrity and index keys by an index of the container, of group keys undefined.
   * One query for each key; the counts are the service's word. `at` as in `client.container`. Throws ERR_SCOPE_UNKNOWN.
   *
   * @example const old = (await client.keys.usage(customers)).keys.filter(({ state, documents }) => state === "readable" && documents);
   */
  usage(
    definition: Definition,
    value?: ScopeValue,
    options?: KeyCallOptions & { readonly at?: string },
  ): Promise<ScopeUsage>;
  /** The ids, `[family, value]`, of all scopes of the key store, those whose keys were destroyed too. Reads the whole store. */
  scopes(options?: KeyCallOptions): Promise<readonly ScopeId[]>;
  /**
   * Makes new generations of the scope's keys, for new writes; the old ones go on opening. Index keys (`kind: "index"`, of the container)
   * are announced first: writers use them after twice the maximum store age. On a destroyed scope it begins anew. Throws
   * ERR_SCOPE_UNKNOWN, ERR_KEY_MISSING, ERR_NOT_SUPPORTED for index keys beside a unique index; ERR_GROUP_KEY_MISSING where one of the
   * groups has a root that this client lacks, and then rotates none.
   *
   * @example const [made] = await client.keys.rotate(customers, "t-1", { kind: "group", group: "medical" });
   */
  rotate(
    definition: Definition,
    value?: ScopeValue,
    options?: RotateOptions & KeyCallOptions,
  ): Promise<readonly Rotation[]>;
  /**
   * Refuses documents under this generation and those before it from now on (ERR_KEY_RETIRED): every document is to be resealed before.
   * Throws ERR_SCOPE_UNKNOWN, ERR_KEY_MISSING, ERR_KEY_IN_USE for a generation that some process may still write under.
   */
  retire(definition: Definition, value: ScopeValue, options: RetireOptions & KeyCallOptions): Promise<void>;
  /**
   * Destroys the keys of a scope, or of one group of it; the number of keys. Its documents answer ERR_KEY_DESTROYED from then on.
   * What stays behind: their public parts and tokens; keys in the memory of other processes for the maximum store age; earlier copies of
   * the key store, which open for whoever has the key-encryption key. {@link ClientKeys.rekey} makes clients refuse such copies;
   * against somebody who has the key-encryption key that must be destroyed, too. Throws ERR_SCOPE_UNKNOWN.
   *
   * @example await client.keys.destroy(people, "person-4711");
   */
  destroy(definition: Definition, value?: ScopeValue, options?: DestroyOptions & KeyCallOptions): Promise<number>;
  /**
   * Puts the root key under another key-encryption key, in the place of the one of this client's keyring. No document is touched. Clients
   * with the old keyring stop within `cacheTtl`: deploy `anyKeyring(old, next)` before. With `group` the root of that group is meant, in
   * all four: throws ERR_GROUP_KEY_MISSING where this client isn't given it, ERR_KEY_MISSING where the group has none.
   */
  rewrap(next: Keyring, options?: RootCallOptions): Promise<void>;
  /** Adds a wrap of the root key under another key-encryption key: from then on either opens. */
  addWrap(next: Keyring, options?: RootCallOptions): Promise<void>;
  /** Removes the wraps that match; the number of them. Throws ERR_OPTIONS_INVALID where this client's keyring could not open the rest. */
  removeWrap(matches: (wrap: RootWrap) => boolean, options?: RootCallOptions): Promise<number>;
  /**
   * Puts a new root key, which createRoot made, in the place of the old one; no document is touched. Every process must pin both before,
   * or it stops with ERR_PIN_MISMATCH. Throws ERR_PIN_MISMATCH where this client doesn't. With `group` it becomes the root of that
   * group: its keys leave the root key, or the root that the group had before.
   *
   * @example
   * const next = await createRoot(medicalKeyring);
   * // deploy to who is to hold it: groups: { medical: { keyring: medicalKeyring, pin: [{ pin: rootPin, until }, { pin: next.pin }] } }
   * await client.keys.rekey(next, { group: "medical" });
   */
  rekey(next: NewRoot, options?: RootCallOptions): Promise<void>;
  /** The groups that have a root of their own, with its pin, and whether this client is given it. */
  groups(options?: KeyCallOptions): Promise<readonly GroupDescription[]>;
  /** Lets only this schema version and newer ones write (ERR_SCHEMA_OUTDATED for others). It never falls. Throws ERR_OPTIONS_INVALID. */
  raiseFloor(definition: Definition, version: number, options?: KeyCallOptions): Promise<void>;
  /**
   * Records that every document carries the index, or each of several, as this schema version defines it: `client.jobs.rebuild` does it
   * by itself. Throws ERR_OPTIONS_INVALID.
   */
  recordComplete(
    definition: Definition,
    indexNames: string | readonly string[],
    version: number,
    options?: KeyCallOptions,
  ): Promise<void>;
  /** Id of the root key that the store is under, 43 characters. */
  pin(): Promise<string>;
  /** Reads the key store's head again, for changes of other processes; once a second at the most. Throws ERR_STORE_ROLLED_BACK. */
  refresh(options?: KeyCallOptions): Promise<void>;
}

type Definition = ContainerDefinition<unknown>;

/** `containerOf`: the container as the plain SDK sees it, under the tripwire. */
export function clientKeys(
  context: SealContext,
  containerOf: (definition: Definition, at: string | undefined) => SdkContainer,
): ClientKeys {
  const { keys } = context;
  return Object.freeze<ClientKeys>({
    createScope: ({ plan }, value, options = {}) => keys.createScope(plan, value, options.signal),
    describe: ({ plan }, value, options = {}) => keys.describe(plan, value, options.signal),
    usage: async (definition, value, options = {}) =>
      usageOf(context, definition, containerOf(definition, options.at), value, options.signal),
    scopes: (options = {}) => keys.scopes(options.signal),
    rotate: ({ plan }, value, options) => keys.rotate(plan, value, options),
    retire: ({ plan }, value, options) => keys.retire(plan, value, options),
    destroy: ({ plan }, value, options) => keys.destroy(plan, value, options),
    rewrap: (next, options) => keys.rewrap(next, options),
    addWrap: (next, options) => keys.addWrap(next, options),
    removeWrap: (matches, options) => keys.removeWrap(matches, options),
    rekey: (next, options) => keys.rekey(next, options),
    groups: (options = {}) => keys.groups(options.signal),
    raiseFloor: ({ plan }, version, options = {}) => keys.raiseFloor(plan, version, options.signal),
    recordComplete: ({ plan }, names, version, options = {}) =>
      keys.recordComplete(plan, names, version, options.signal),
    pin: () => keys.pin(),
    refresh: (options = {}) => keys.refresh(options.signal),
  });
}
