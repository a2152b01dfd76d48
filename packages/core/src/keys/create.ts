/** Makes a new key store: once per environment, by an operator or a deployment, never by an application that finds none. */
import { CosmosealError } from "../errors.js";
import { GROUP_NAME } from "../plan/plan.js";
import type { ContainerDefinition } from "../schema/define.js";
import { wrapTelling } from "./availability.js";
import { makeRoot } from "./changing/rekey.js";
import type { Keyring } from "./keyring.js";
import { Keys } from "./keys.js";
import type { GroupKeysOptions } from "./options.js";
import { makeHead } from "./records.js";
import type { GroupRoot, KeyStore } from "./store.js";

export interface CreateKeyStoreOptions {
  readonly keyring: Keyring;
  readonly store?: KeyStore | undefined;
  /** Definitions of the containers whose scopes are made at once. */
  readonly containers?: readonly ContainerDefinition<unknown>[] | undefined;
  /** Groups that get a root of their own, by name, and the keyring that wraps it. The default group's name is "". */
  readonly groups?: Readonly<Record<string, { readonly keyring: Keyring }>> | undefined;
  readonly now?: (() => number) | undefined;
}

/** What the application pins. */
export interface CreatedKeyStore {
  /** Id of the root key. */
  readonly pin: string;
  /** Ids of the group roots, by group. */
  readonly groups: Readonly<Record<string, string>>;
}

/**
 * Makes a root key and an empty store, then the scopes of the containers. Throws ERR_KEY_STORE_EXISTS, ERR_OPTIONS_INVALID.
 * Keep the pins in the application: they are what a planted root key fails on.
 *
 * @example const { pin } = await createKeyStore({ keyring, store, containers: [customers] });
 * @example const { pin, groups } = await createKeyStore({ keyring, store, groups: { medical: { keyring: medicalKeyring } } });
 */
export async function createKeyStore(options: CreateKeyStoreOptions): Promise<CreatedKeyStore> {
  const store = options.store ?? options.keyring.store;
  if (store === undefined)
    throw new CosmosealError("ERR_OPTIONS_INVALID", "There is no key store to create.", { remedy: "Give `store`." });
  if ((await store.readHead()) !== undefined) {
    throw new CosmosealError("ERR_KEY_STORE_EXISTS", `The key store (${store.kind}) already holds a root key.`, {
      remedy: "Use it as it is. A new root would make every document under the old one unreadable.",
    });
  }
  const { key: root, pin, wraps } = await makeRoot([options.keyring], wrapTelling);
  const groups = await makeGroups(options.groups);
  const listed = Object.fromEntries(groups.map(({ group, root: made }) => [group, made]));
  const head = makeHead(root, {
    root: pin,
    wraps,
    ...(groups.length > 0 && { groups: listed }),
    epoch: 1,
    revision: 1,
    tree: {},
  });
  await store.write({ expected: undefined, head, records: [] });
  root.wipe();
  if (options.containers !== undefined && options.containers.length > 0) {
    const given = groups.map(({ group, keyring, root: made }) => [group, { keyring, pin: made.root }] as const);
    const keys = new Keys({
      keyring: options.keyring,
      store,
      pin,
      groups: Object.fromEntries<GroupKeysOptions>(given),
      now: options.now,
    });
    for (const { plan } of options.containers) await keys.createScope(plan);
    keys.dispose();
  }
  return { pin, groups: Object.fromEntries(groups.map(({ group, root: made }) => [group, made.root])) };
}

interface MadeGroup {
  readonly group: string;
  readonly keyring: Keyring;
  readonly root: GroupRoot;
}

async function makeGroups(groups: CreateKeyStoreOptions["groups"] = {}): Promise<readonly MadeGroup[]> {
  const made: MadeGroup[] = [];
  for (const [group, { keyring }] of Object.entries(groups)) {
    if (!GROUP_NAME.test(group)) {
      throw new CosmosealError("ERR_OPTIONS_INVALID", "A group's name is at most 32 of a-z, 0-9, _ and -.");
    }
    const { key, pin: root, wraps } = await makeRoot([keyring], wrapTelling);
    key.wipe();
    made.push({ group, keyring, root: { root, wraps } });
  }
  return made;
}
