/** Several key-encryption keys as one keyring: the root key opens with whichever can be reached. */
import { CosmosealError } from "../errors.js";
import { isUnavailable, unwrapTelling } from "./availability.js";
import type { Keyring } from "./keyring.js";

/**
 * A keyring of several, for one key-encryption key in each region, or for the change from one to another. It wraps under the first;
 * the others' wraps are made by `keys.addWrap`. Of a wrap that several accept each is tried; of several failures one that may pass is
 * told, else the last. Throws ERR_OPTIONS_INVALID without any.
 *
 * @example const keyring = anyKeyring(azureKeyring({ … westeurope }), azureKeyring({ … northeurope }));
 */
export function anyKeyring(...keyrings: readonly Keyring[]): Keyring {
  const [first] = keyrings;
  if (first === undefined) throw new CosmosealError("ERR_OPTIONS_INVALID", "anyKeyring needs a keyring.");
  return {
    kind: [...new Set(keyrings.map(({ kind }) => kind))].join(" or "),
    accepts: (wrap) => keyrings.some((keyring) => keyring.accepts(wrap)),
    wrap: (root, pin, options) => first.wrap(root, pin, options),
    unwrap: async (wrap, pin, options) => {
      let failure: unknown;
      for (const keyring of keyrings.filter((other) => other.accepts(wrap))) {
        try {
          return await unwrapTelling(keyring, wrap, pin, options);
        } catch (error) {
          failure = isUnavailable(failure) ? failure : error;
        }
      }
      throw failure ?? new CosmosealError("ERR_KEYRING_MISMATCH", "The wrap is for none of these keyrings.");
    },
  };
}
