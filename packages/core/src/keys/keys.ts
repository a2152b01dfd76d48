/** The keys of an application: leases on keys in memory for documents, and the lifecycle of keys in the store. */
import { canonicalJson } from "../codec/jcs.js";
import { containerScope, type ScopeId } from "../codec/place.js";
import type { Plan } from "../plan/plan.js";
import { tellingStore } from "./availability.js";
import { type Bucket, Scopes } from "./caching/scopes.js";
import { Changes, type Draft, type Outcome } from "./changing/changes.js";
import { createScope, scopeFor } from "./changing/create-scope.js";
import {
  describe,
  describeFamily,
  type KeyDescription,
  listScopes,
  type ScopeDescription,
} from "./changing/describe.js";
import { type DestroyOptions, destroy } from "./changing/destroy.js";
import { unknownScope } from "./changing/entries.js";
import { type NewRoot, rekey } from "./changing/rekey.js";
import { rekeyGroup } from "./changing/rekey-group.js";
import { type RetireOptions, retire } from "./changing/retire.js";
import { addWrap, removeWrap, rewrap, targetOf } from "./changing/rewrap.js";
import { type RotateOptions, type Rotation, rotate } from "./changing/rotate.js";
import { raiseFloor, recordComplete } from "./changing/schema.js";
import type { DocumentKeys } from "./document-keys.js";
import type { Keyring, RootWrap } from "./keyring.js";
import { abortable } from "./loading/abortable.js";
import { Claims } from "./loading/claims.js";
import { type KeyUse, rolledBack, View } from "./loading/view.js";
import { type KeysOptions, type KeysSettings, readSettings } from "./options.js";
import { documentKeys, type LoadedScope } from "./scope-keys.js";
import { groupRootOf } from "./store.js";

/** Keys that stay in memory until `release` is called, exactly once. */
export interface KeyLease {
  /**
   * Throws ERR_SCOPE_UNKNOWN for a scope that was not asked for or has no record; for writing ERR_STORE_ROLLED_BACK where a verified
   * document of the scope was of a newer epoch than the store, less than the maximum store age ago.
   */
  keysOf(scope: ScopeId): DocumentKeys;
  release(): void;
}

/** The value of a scope: that at the declared path as stored; undefined for the container itself. */
export type ScopeValue = string | number | boolean | undefined;

/** A change of a root: of the root key, or of the root of `group`. */
export interface RootCallOptions {
  /** The group whose root is meant. Default: the root key. */
  readonly group?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A group that has a root of its own. */
export interface GroupDescription {
  readonly group: string;
  readonly pin: string;
  /** This process is given a keyring and a pin for it. */
  readonly held: boolean;
}

export class Keys {
  readonly #settings: KeysSettings;
  readonly #view: View;
  readonly #scopes: Scopes;
  readonly #changes: Changes;
  readonly #claims: Claims;
  #rereading: Promise<void> | undefined;

  /** Synchronous; nothing is read before the first use. Throws ERR_OPTIONS_INVALID, ERR_PIN_MISSING. */
  constructor(options: KeysOptions) {
    const given = readSettings(options);
    const settings = { ...given, store: tellingStore(given.store) };
    const scopes = new Scopes(settings.store, settings.maxScopes);
    this.#settings = settings;
    this.#scopes = scopes;
    this.#claims = new Claims(settings.maxStoreAge);
    this.#changes = new Changes(settings.store, settings.now);
    this.#view = new View(settings, {
      changed: (before, after) => scopes.forgetChanged(before, after),
      expired: () => scopes.forgetAll(),
    });
  }

  /**
   * Loads the root key and the group roots that this process is given, which are else asked for when they are needed, and checks the
   * head. Throws what keyrings and store throw, ERR_PIN_MISMATCH, ERR_KEY_STORE_FORGED.
   */
  async ready(signal?: AbortSignal): Promise<void> {
    await this.#view.fresh(signal);
    for (const group of this.#settings.groups.keys()) await this.#view.groupRoot(group, "write", signal);
  }

  /** Id of the root key that the store is under now. */
  async pin(): Promise<string> {
    return (await this.#view.fresh()).head.root;
  }

  /**
   * Keys for documents of these scopes in the plan's container. Unknown scopes are told by `keysOf`. Group roots are asked for where
   * there are scopes, for the groups that the plan and `groups` name. Throws what keyring and store throw, ERR_PIN_MISMATCH; for reading
   * not within `staleIfError`, where they can't be reached.
   */
  async lease(
    plan: Plan,
    scopes: readonly ScopeId[],
    signal?: AbortSignal,
    use: KeyUse = "write",
    groups: readonly string[] = [],
  ): Promise<KeyLease> {
    await this.#view.fresh(signal, use);
    const rooted = scopes.length === 0 ? [] : this.#givenOf([...groupsOf(plan), ...groups]);
    if (use === "write" && !this.#claims.isEmpty) await this.#catchUp(scopes, signal);
    const container = containerScope(plan);
    const held = new Map<string, LoadedScope>();
    const read = new Map<string, Bucket>();
    const release = (): void => {
      for (const loaded of held.values()) loaded.release();
    };
    try {
      for (const scope of [container, ...scopes]) {
        const text = canonicalJson(scope);
        const loaded = held.has(text) ? undefined : await this.#unlocked(scope, read, rooted, use, signal);
        if (loaded !== undefined) held.set(text, loaded);
      }
      const { epoch } = this.#view.current.head;
      return {
        keysOf: (scope) => {
          const text = canonicalJson(scope);
          if (use === "write" && this.#claims.isAhead(text, epoch, this.#settings.now())) throw rolledBack();
          const own = held.get(text) ?? unknownScope(scope);
          const shared = held.get(canonicalJson(container)) ?? unknownScope(container);
          return documentKeys(own, shared, epoch, this.#settings.now);
        },
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * The plan's groups whose root this process lacks, sorted: what its documents hold there stays closed. Documents of later schema
   * versions may have more.
   */
  async missingGroups(plan: Plan, signal?: AbortSignal): Promise<readonly string[]> {
    const { head } = await this.#view.fresh(signal, "read");
    if (head.groups === undefined) return [];
    const { groups } = this.#settings;
    return groupsOf(plan).filter((group) => groupRootOf(head, group) !== undefined && !groups.has(group));
  }

  /** True where this process is given the root of some group. */
  get hasGroups(): boolean {
    return this.#settings.groups.size > 0;
  }

  /** The groups that have a root of their own, by name. */
  async groups(signal?: AbortSignal): Promise<readonly GroupDescription[]> {
    const { head } = await this.#view.fresh(signal);
    const { groups } = this.#settings;
    return Object.entries(head.groups ?? {})
      .map(([group, { root: pin }]) => Object.freeze({ group, pin, held: groups.has(group) }))
      .sort((a, b) => (a.group < b.group ? -1 : 1));
  }

  /**
   * Makes a scope, or adds the keys that it lacks for the plan: `value` for a definition with a declared scope, none for the
   * container itself. Does nothing where nothing is lacking but keys of groups whose root this process lacks: a process that has it
   * adds them, by the same call. Throws ERR_KEY_DESTROYED for a scope whose keys were destroyed,
   * ERR_KEY_STORE_CONFLICT after eight lost races.
   */
  async createScope(plan: Plan, value?: ScopeValue, signal?: AbortSignal): Promise<void> {
    const scope = scopeFor(plan, value);
    await this.#change((draft) => createScope(draft, plan, scope), signal);
  }

  /**
   * The keys of a scope, as its record lists them: kinds, groups, generations and states, never a key. Read anew. Throws
   * ERR_SCOPE_UNKNOWN.
   *
   * @example const old = (await keys.describe(customers.plan, "t-1")).filter(({ state }) => state === "readable");
   */
  async describe(plan: Plan, value?: ScopeValue, signal?: AbortSignal): Promise<readonly KeyDescription[]> {
    const scope = scopeFor(plan, value);
    return this.#change((draft) => describe(draft, scope), signal);
  }

  /**
   * The keys of every scope that documents of the plan hang on: the container's own, or all of the declared family, for which the whole
   * store is read. Throws ERR_SCOPE_UNKNOWN for a container without keys.
   */
  async describeAll(plan: Plan, signal?: AbortSignal): Promise<readonly ScopeDescription[]> {
    const { scope } = plan;
    if (scope !== undefined) return this.#change((draft) => describeFamily(draft, scope.family), signal);
    return [{ scope: containerScope(plan), keys: await this.describe(plan, undefined, signal) }];
  }

  /** The ids of all scopes of the store, those whose keys were destroyed too. Reads the whole store. */
  async scopes(signal?: AbortSignal): Promise<readonly ScopeId[]> {
    return this.#change(listScopes, signal);
  }

  /**
   * Makes new generations of a scope's keys. Those that seal and sign are used by new writes of this process at once, of others
   * when they next look; the old ones go on opening. Index keys are announced first: queries ask for their tokens at once, writers
   * use them after twice the maximum store age. Throws ERR_SCOPE_UNKNOWN, ERR_KEY_MISSING, ERR_NOT_SUPPORTED; ERR_GROUP_KEY_MISSING
   * where one of the groups has a root that this process lacks, and then rotates none.
   *
   * @example await keys.rotate(customers.plan, "t-1");
   */
  async rotate(
    plan: Plan,
    value?: ScopeValue,
    options: RotateOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<readonly Rotation[]> {
    const scope = scopeFor(plan, value);
    return this.#change((draft) => rotate(draft, plan, scope, options, this.#wait), options.signal);
  }

  /**
   * Refuses documents under this generation and those before it from now on, as replayed: reseal them first. Throws
   * ERR_SCOPE_UNKNOWN, ERR_KEY_MISSING, ERR_KEY_IN_USE.
   */
  async retire(
    plan: Plan,
    value: ScopeValue,
    options: RetireOptions & { readonly signal?: AbortSignal },
  ): Promise<void> {
    const scope = scopeFor(plan, value);
    await this.#change((draft) => retire(draft, scope, options, this.#wait), options.signal);
  }

  /**
   * Destroys the keys of a scope, or of one of its groups; the number of them. Its documents are gone from then on for every process
   * that looks at the store again (ERR_KEY_DESTROYED). What stays behind: the documents with their public parts and tokens, and
   * earlier copies of the store, which open for whoever has the key-encryption key; see {@link rekey}. Throws ERR_SCOPE_UNKNOWN.
   */
  async destroy(
    plan: Plan,
    value?: ScopeValue,
    options: DestroyOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<number> {
    const scope = scopeFor(plan, value);
    return this.#change((draft) => destroy(draft, scope, options), options.signal);
  }

  /**
   * Wraps the root key under `next` in the place of the wraps that this keyring opens. No document is touched. This process, and others with
   * the same keyring, go on until they ask their key-encryption key again, within `cacheTtl`: deploy `anyKeyring(old, next)` before.
   * With `group` the group's root. Throws ERR_GROUP_KEY_MISSING where this process lacks that.
   */
  async rewrap(next: Keyring, { group, signal }: RootCallOptions = {}): Promise<void> {
    await this.#change((draft) => rewrap(draft, targetOf(draft, this.#settings, group), next), signal);
  }

  /** Adds a wrap of the root key, or of the group's root, under `next`: from then on either keyring opens it. Throws as `rewrap`. */
  async addWrap(next: Keyring, { group, signal }: RootCallOptions = {}): Promise<void> {
    await this.#change((draft) => addWrap(draft, targetOf(draft, this.#settings, group), next), signal);
  }

  /**
   * Removes the wraps that match, of the root key or of the group's root; the number of them. Earlier copies of the store keep theirs.
   * Throws ERR_OPTIONS_INVALID where the keyring could not open what is left, and as `rewrap`.
   */
  async removeWrap(matches: (wrap: RootWrap) => boolean, { group, signal }: RootCallOptions = {}): Promise<number> {
    return this.#change((draft) => removeWrap(draft, targetOf(draft, this.#settings, group), matches), signal);
  }

  /**
   * Puts the new root key in the place of the old one, in one write: all data keys that are left are wrapped anew, no document is
   * touched. Processes that pin both go on; one that pins the old one alone stops with ERR_PIN_MISMATCH; earlier copies of the store
   * are refused from the moment when the old pin runs out. Throws ERR_PIN_MISMATCH where this process doesn't pin the new one.
   *
   * With `group` it becomes the root of that group, whose keys leave the root key, or the root that the group had. Whoever held what
   * they were under before may have kept them: rotate and reseal then. Throws ERR_GROUP_KEY_MISSING where this process is given nothing
   * for the group.
   *
   * @example const next = await createRoot(keyring); // deploy its pin beside the old one, then:
   * await keys.rekey(next);
   */
  async rekey(next: NewRoot, { group, signal }: RootCallOptions = {}): Promise<void> {
    const { keyring, pins, groups } = this.#settings;
    await this.#change(
      (draft) =>
        group === undefined ? rekey(draft, keyring, pins, next) : rekeyGroup(draft, group, groups.get(group), next),
      signal,
    );
  }

  /**
   * Lets only this schema version and newer ones write into the plan's container. It never falls. Other processes learn it when they
   * next look at the store, within the maximum store age. Throws ERR_OPTIONS_INVALID, ERR_SCOPE_UNKNOWN.
   */
  async raiseFloor(plan: Plan, version: number, signal?: AbortSignal): Promise<void> {
    await this.#change((draft) => raiseFloor(draft, plan, version), signal);
  }

  /**
   * Records that every document carries the index, or each of several, as this schema version defines it; an announced index key whose
   * time has come becomes the active one. Throws ERR_OPTIONS_INVALID, ERR_SCOPE_UNKNOWN.
   */
  async recordComplete(
    plan: Plan,
    indexNames: string | readonly string[],
    version: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const names = typeof indexNames === "string" ? [indexNames] : indexNames;
    await this.#change((draft) => recordComplete(draft, plan, names, version), signal);
  }

  /**
   * Notes the epochs of documents whose manifests hold, by scope; the store's own epoch. A newer one than that makes the store be read
   * again: at once when it is the first of its scope, else once a second at the most. Documents that are newer even so: the store was
   * rolled back, or a holder of the scope's integrity key has lied, which must not end the work with other scopes.
   */
  async noteEpochs(epochs: ReadonlyMap<string, number>, signal?: AbortSignal): Promise<number> {
    const { head } = await this.#view.fresh(signal, "read");
    const newer = [...epochs].filter(([, epoch]) => epoch > head.epoch);
    if (newer.length === 0) return head.epoch;
    const now = this.#settings.now();
    const isNews = newer.filter(([scope, epoch]) => this.#claims.note(scope, epoch, now)).length > 0;
    if (isNews) await this.#view.refreshAnew(signal);
    else await this.#refreshSlowly(signal);
    return this.#view.current.head.epoch;
  }

  /**
   * Reads the head again, once a second at the most: who asks sooner waits for it, since what was read before may lack what is looked
   * for. Throws ERR_STORE_ROLLED_BACK where it is older than what was seen.
   */
  async refresh(signal?: AbortSignal): Promise<void> {
    await this.#view.fresh(signal);
    this.#rereading ??= this.#reread();
    await abortable(this.#rereading, signal);
  }

  /** How old the view of the store may be, in every process: in milliseconds. */
  get maxStoreAge(): number {
    return this.#settings.maxStoreAge;
  }

  /** Forgets and overwrites every key. Leases that are still held keep theirs until they are released. */
  dispose(): void {
    this.#scopes.forgetAll();
    this.#view.dispose();
  }

  /** Of these groups the ones that this process is given a root for. */
  #givenOf(groups: readonly string[]): readonly string[] {
    const { groups: given } = this.#settings;
    return given.size === 0 ? [] : [...new Set(groups)].filter((group) => given.has(group));
  }

  /** The scope under a lease, with the keys of these groups. A root that was replaced meanwhile makes it be read again. */
  async #unlocked(
    scope: ScopeId,
    read: Map<string, Bucket>,
    groups: readonly string[],
    use: KeyUse,
    signal: AbortSignal | undefined,
  ): Promise<LoadedScope | undefined> {
    for (;;) {
      const loaded = await this.#scopes.leased(this.#view, scope, read, signal);
      if (loaded === undefined || groups.length === 0) return loaded;
      try {
        if (await this.#unlock(loaded, groups, use, signal)) return loaded;
      } catch (error) {
        loaded.release();
        throw error;
      }
      loaded.release();
    }
  }

  async #unlock(
    loaded: LoadedScope,
    groups: readonly string[],
    use: KeyUse,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    for (const group of groups) {
      // Asked for where nothing is locked, too: what the keys are under must be pinned, and the root may have run out.
      await this.#view.groupRoot(group, use, signal);
      const pin = loaded.lockedUnder(group);
      if (pin === undefined) continue;
      const root = this.#view.heldGroupRoot(group, pin);
      if (root === undefined) return false;
      loaded.unlock(group, root);
    }
    return true;
  }

  /** Twice the maximum store age: once for views that are as old as allowed, once for clocks that differ. */
  get #wait(): number {
    return 2 * this.#settings.maxStoreAge;
  }

  async #change<T>(make: (draft: Draft) => Promise<Outcome<T>>, signal?: AbortSignal): Promise<T> {
    return this.#changes.run(this.#view, make, signal);
  }

  /** Whoever comes while it waits is answered by it; who comes while it reads would be told what was there before. */
  async #reread(): Promise<void> {
    const since = this.#settings.now() - this.#view.refreshedAt;
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, Math.max(0, 1000 - since))));
    this.#rereading = undefined;
    await this.#view.refreshAnew();
  }

  async #refreshSlowly(signal?: AbortSignal): Promise<void> {
    if (this.#settings.now() - this.#view.refreshedAt >= 1000) await this.#view.refresh(signal);
  }

  /** The store may have reached by now what documents claimed. */
  async #catchUp(scopes: readonly ScopeId[], signal?: AbortSignal): Promise<void> {
    const { epoch } = this.#view.current.head;
    const now = this.#settings.now();
    const isAhead = scopes.some((scope) => this.#claims.isAhead(canonicalJson(scope), epoch, now));
    if (isAhead) await this.#refreshSlowly(signal);
  }
}

/** Of all versions, sorted. */
function groupsOf({ versions }: Plan): readonly string[] {
  const all = new Set([...versions.values()].flatMap(({ groupNames }) => groupNames));
  return [...all].sort();
}
