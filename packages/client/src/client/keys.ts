/** What an application does with its keys: make scopes, see that they load. */
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";

export interface ClientKeys {
  /**
   * Makes the keys of a scope, or adds those that it lacks; does nothing where none is lacking. Without `value` the keys of the
   * container, with it those of documents that have this value at the definition's scope path (as stored: the value itself, or
   * its token where the path is sealed). Throws what the key store throws.
   *
   * @example await client.keys.createScope(customers, "t-1");
   */
  createScope(
    definition: ContainerDefinition<unknown>,
    value?: string | number | boolean,
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
  /** Id of the root key, 43 characters. Throws what keyring and store throw. */
  pin(): Promise<string>;
  /** Reads the key store's head again, for changes of other processes. Throws ERR_STORE_ROLLED_BACK. */
  refresh(options?: { readonly signal?: AbortSignal }): Promise<void>;
}

export function clientKeys({ keys }: SealContext): ClientKeys {
  return Object.freeze<ClientKeys>({
    createScope: ({ plan }, value, options = {}) => keys.createScope(plan, value, options.signal),
    pin: () => keys.pin(),
    refresh: (options = {}) => keys.refresh(options.signal),
  });
}
