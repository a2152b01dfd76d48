/** Makes a new key store: once per environment, by an operator or a deployment, never by an application that finds none. */
import { CosmosealError } from "../errors.js";
import type { ContainerDefinition } from "../schema/define.js";
import { wrapTelling } from "./availability.js";
import { makeRoot } from "./changing/rekey.js";
import type { Keyring } from "./keyring.js";
import { Keys } from "./keys.js";
import { makeHead } from "./records.js";
import type { KeyStore } from "./store.js";

export interface CreateKeyStoreOptions {
  readonly keyring: Keyring;
  readonly store?: KeyStore | undefined;
  /** Definitions of the containers whose scopes are made at once. */
  readonly containers?: readonly ContainerDefinition<unknown>[] | undefined;
  readonly now?: (() => number) | undefined;
}

/**
 * Makes a root key and an empty store, then the scopes of the containers. Throws ERR_KEY_STORE_EXISTS, ERR_OPTIONS_INVALID.
 * Keep the pin in the application: it is what a planted root key fails on.
 *
 * @example const { pin } = await createKeyStore({ keyring, store, containers: [customers] });
 */
export async function createKeyStore(options: CreateKeyStoreOptions): Promise<{ readonly pin: string }> {
  const store = options.store ?? options.keyring.store;
  if (store === undefined)
    throw new CosmosealError("ERR_OPTIONS_INVALID", "There is no key store to create.", { remedy: "Give `store`." });
  if ((await store.readHead()) !== undefined) {
    throw new CosmosealError("ERR_KEY_STORE_EXISTS", `The key store (${store.kind}) already holds a root key.`, {
      remedy: "Use it as it is. A new root would make every document under the old one unreadable.",
    });
  }
  const { key: root, pin, wraps } = await makeRoot([options.keyring], wrapTelling);
  const head = makeHead(root, { root: pin, wraps, epoch: 1, revision: 1, tree: {} });
  await store.write({ expected: undefined, head, records: [] });
  root.wipe();
  if (options.containers !== undefined && options.containers.length > 0) {
    const keys = new Keys({ keyring: options.keyring, store, pin, now: options.now });
    for (const { plan } of options.containers) await keys.createScope(plan);
    keys.dispose();
  }
  return { pin };
}
