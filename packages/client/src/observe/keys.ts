/** Keyring and key store, watched: who waited for what, and how long. They answer as before. */
import type { GroupKeysOptions, Keyring, KeyStore } from "@cosmoseal/core";
import type { Emit } from "./events.js";
import { traced } from "./tracing.js";

/** The keyring, whose unwraps are told; so is what its own store reads. */
export function observedKeyring(keyring: Keyring, emit: Emit): Keyring {
  const { store, keepsPin } = keyring;
  return {
    kind: keyring.kind,
    wrap: (root, pin, options) => keyring.wrap(root, pin, options),
    accepts: (wrap) => keyring.accepts(wrap),
    unwrap: async (wrap, pin, options) => {
      const started = performance.now();
      const root = await traced("unwrap", { keyring: keyring.kind }, () => keyring.unwrap(wrap, pin, options));
      emit({ type: "unwrapped", keyring: keyring.kind, milliseconds: performance.now() - started });
      return root;
    },
    ...(store !== undefined && { store: observedStore(store, emit) }),
    ...(keepsPin !== undefined && { keepsPin }),
  };
}

/** The same for the keyrings of groups. What is of the wrong form is left to be refused. */
export function observedGroups(
  groups: Readonly<Record<string, GroupKeysOptions>> | undefined,
  emit: Emit,
): Readonly<Record<string, GroupKeysOptions>> | undefined {
  if (typeof groups !== "object" || groups === null) return groups;
  const observed = Object.entries(groups).map(([group, options]) => {
    const { keyring } = options ?? {};
    return [group, keyring === undefined ? options : { ...options, keyring: observedKeyring(keyring, emit) }] as const;
  });
  return Object.fromEntries(observed);
}

/** The store, whose reads are told. */
export function observedStore(store: KeyStore, emit: Emit): KeyStore {
  const timed = async <T>(records: "head" | "scopes", read: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const found = await read();
    emit({ type: "keysLoaded", store: store.kind, records, milliseconds: performance.now() - started });
    return found;
  };
  return {
    kind: store.kind,
    readHead: (signal) => timed("head", () => store.readHead(signal)),
    readBucket: (bucket, signal) => timed("scopes", () => store.readBucket(bucket, signal)),
    write: (change, signal) => store.write(change, signal),
  };
}
