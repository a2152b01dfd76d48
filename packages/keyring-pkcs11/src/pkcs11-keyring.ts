/** A keyring whose key-encryption key never leaves a PKCS#11 token. */
import { CosmosealError, type Keyring, type RootWrap } from "@cosmoseal/core";
import { told } from "./failures.js";
import { loadModule } from "./library.js";
import { mechanismOf, type Pkcs11Mechanism } from "./mechanism.js";
import { findKey, Logins, withSession } from "./session.js";

export type { Pkcs11Mechanism } from "./mechanism.js";

export interface Pkcs11KeyringOptions {
  /** Path of the token's PKCS#11 library, as its maker names it. Loaded on first use, into this process. */
  readonly library: string;
  /** Label of the token. */
  readonly token: string;
  /** Label of the key in it: a secret key for AES-GCM, a key pair of one label for RSA-OAEP. */
  readonly key: string;
  /**
   * PIN of the token's user. Asked for at each use, unless the process is logged in; one that was refused is never tried again, since
   * tokens lock themselves after a few.
   */
  readonly pin: () => string | Promise<string>;
  /**
   * Default AES-GCM, which binds the root key's pin and tells a forged wrap; with RSA-OAEP the pin alone does. RSA-OAEP-SHA1 is for tokens
   * that know no other hash there: the strength of OAEP doesn't hang on it.
   */
  readonly mechanism?: Pkcs11Mechanism;
}

/**
 * A keyring of a key in a PKCS#11 token. The calls into the library are synchronous and block the process while the token works: one at
 * start and one each `cacheTtl`. Needs `pkcs11js`, which is compiled when it is installed.
 *
 * Its calls throw ERR_KEK_PIN_WRONG, ERR_KEK_DENIED where the token forbids, ERR_KEK_NOT_FOUND, ERR_KEY_UNAVAILABLE where library or token
 * can't be reached, ERR_UNWRAP_FAILED. Throws ERR_OPTIONS_INVALID.
 *
 * @example
 * const keyring = pkcs11Keyring({ library: "/usr/lib/softhsm/libsofthsm2.so", token: "shop", key: "kek", pin: () => process.env.HSM_PIN! });
 */
export function pkcs11Keyring(options: Pkcs11KeyringOptions): Keyring {
  const { library, token, key, pin, mechanism = "AES-GCM" } = options;
  const isText = [library, token, key].every((text) => typeof text === "string" && text !== "");
  const how = mechanismOf(mechanism);
  if (!isText || typeof pin !== "function" || how === undefined) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "A PKCS#11 keyring needs `library`, `token`, `key` and `pin`.", {
      remedy: "Three texts and a function; `mechanism` is AES-GCM, RSA-OAEP-SHA256 or RSA-OAEP-SHA1.",
    });
  }
  const kek = uriOf(token, key);
  const logins = new Logins(pin);
  const accepts = (wrap: RootWrap): boolean =>
    wrap.keyring === KIND && wrap.kek === kek && wrap.parameters["mechanism"] === mechanism;
  return {
    kind: KIND,
    accepts,
    wrap: (root, rootPin, { signal } = {}) =>
      told(kek, "wrap", async () => {
        signal?.throwIfAborted();
        const loaded = await loadModule(library);
        return withSession(loaded, token, logins, (session) => {
          const handle = findKey(loaded, session, key, how.wrapsWith);
          const { wrapped, parameters } = how.wrap(loaded, session, handle, Buffer.from(root), rootPin);
          return { keyring: KIND, kek, parameters: { mechanism, ...parameters }, wrapped: wrapped.toString("base64") };
        });
      }),
    unwrap: (wrap, rootPin, { signal } = {}) =>
      told(kek, "unwrap", async () => {
        signal?.throwIfAborted();
        const wrapped = Buffer.from(wrap.wrapped, "base64");
        if (!accepts(wrap) || wrapped.length === 0 || wrapped.toString("base64") !== wrap.wrapped) {
          throw new CosmosealError("ERR_UNWRAP_FAILED", "The wrap is not one of this key.");
        }
        const loaded = await loadModule(library);
        return withSession(loaded, token, logins, (session) => {
          const handle = findKey(loaded, session, key, how.unwrapsWith);
          const opened = how.unwrap(loaded, session, handle, wrapped, wrap.parameters, rootPin);
          if (opened?.length !== 32) {
            opened?.fill(0);
            throw new CosmosealError("ERR_UNWRAP_FAILED", "The token doesn't open the root key.", {
              remedy: "Check which key of the token belongs to this key store.",
            });
          }
          const root = Uint8Array.from(opened);
          opened.fill(0);
          return root;
        });
      }),
  };
}

const KIND = "pkcs11";

/** As RFC 7512 writes it. The library's path is not a part: it is another on each machine. */
function uriOf(token: string, key: string): string {
  return `pkcs11:token=${encodeURIComponent(token)};object=${encodeURIComponent(key)}`;
}
