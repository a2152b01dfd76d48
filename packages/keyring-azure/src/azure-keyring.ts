/** A keyring whose key-encryption key never leaves Azure Key Vault or a Managed HSM. */
import type { TokenCredential } from "@azure/core-auth";
import { CryptographyClient, type CryptographyClientOptions, KeyClient } from "@azure/keyvault-keys";
import { CosmosealError, type Keyring, type KeyringOptions, type RootWrap } from "@cosmoseal/core";
import { told } from "./failures.js";
import { addressOf, type KeyAddress, parseKeyUrl } from "./key-address.js";

/** RSA keys: RSA-OAEP-256, or RSA-OAEP where a policy asks for SHA-1. Symmetric keys of a Managed HSM: A256KW, A192KW, A128KW. */
export type AzureKeyAlgorithm = "RSA-OAEP-256" | "RSA-OAEP" | "A256KW" | "A192KW" | "A128KW";

export interface AzureKeyringOptions {
  /**
   * `https://<vault>.vault.azure.net/keys/<name>`, or of a Managed HSM, with `/<version>` or without. Without, new wraps are made under the
   * key's newest version (which needs the permission `get`), and a wrap opens under the version that it was made with.
   */
  readonly key: string;
  /** Of `@azure/identity`, or any other. */
  readonly credential: TokenCredential;
  /** Default RSA-OAEP-256. A wrap that says another is not accepted. */
  readonly algorithm?: AzureKeyAlgorithm;
  /** For the client of `@azure/keyvault-keys`: retries, proxies, certificates. */
  readonly clientOptions?: CryptographyClientOptions;
}

/**
 * A keyring of a key in Azure Key Vault or Managed HSM. The application names the key: what a wrap says is compared with it, and nothing
 * that a store says is ever called. RSA wraps are not authenticated, so that the root key's pin is what a planted one fails on. One
 * call at start and one each `cacheTtl`; throttled calls are tried again as the client's retry options say.
 *
 * Its calls throw ERR_KEK_DENIED, ERR_KEK_DISABLED, ERR_KEK_NOT_FOUND, ERR_KEK_THROTTLED, ERR_KEY_UNAVAILABLE, ERR_UNWRAP_FAILED, and
 * the reason of a signal that was aborted. Throws ERR_OPTIONS_INVALID.
 *
 * @example
 * const keyring = azureKeyring({ key: "https://kv-shop.vault.azure.net/keys/cosmoseal", credential: new DefaultAzureCredential() });
 */
export function azureKeyring(options: AzureKeyringOptions): Keyring {
  const { credential, clientOptions = {}, algorithm = "RSA-OAEP-256" } = options;
  const own = parseKeyUrl(options.key);
  if (own === undefined) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "`key` is not the URL of a key in Key Vault or Managed HSM.", {
      remedy: "It is of the form https://<vault>.vault.azure.net/keys/<name>, with /<version> or without.",
    });
  }
  if (!ALGORITHMS.has(algorithm)) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "`algorithm` is none that wraps safely.", {
      remedy: `It is one of ${[...ALGORITHMS].join(", ")}.`,
    });
  }
  const clients = new Map<string, CryptographyClient>();
  const clientFor = (address: KeyAddress): CryptographyClient => {
    const url = addressOf(address);
    const client = clients.get(url) ?? new CryptographyClient(url, credential, clientOptions);
    clients.set(url, client);
    return client;
  };
  const newest = async (call: KeyringOptions): Promise<KeyAddress> => {
    if (own.version !== undefined) return own;
    const { properties } = await new KeyClient(own.vault, credential, clientOptions).getKey(own.name, abort(call));
    const { version } = properties;
    if (version === undefined) throw new CosmosealError("ERR_KEY_UNAVAILABLE", "The vault told no version of the key.");
    return { ...own, version };
  };
  return {
    kind: KIND,
    accepts: (wrap) => acceptedAddress(wrap, own, algorithm) !== undefined,
    wrap: (root, _pin, call = {}) =>
      told(own, "wrap", call, async () => {
        const address = await newest(call);
        const { result } = await clientFor(address).wrapKey(algorithm, root, abort(call));
        return { keyring: KIND, kek: addressOf(address), parameters: { algorithm }, wrapped: base64(result) };
      }),
    unwrap: (wrap, _pin, call = {}) =>
      told(own, "unwrap", call, async () => {
        const address = acceptedAddress(wrap, own, algorithm);
        const wrapped = bytesOf(wrap.wrapped);
        if (address === undefined || wrapped === undefined) {
          throw new CosmosealError("ERR_UNWRAP_FAILED", "The wrap is not one of this key.");
        }
        const { result } = await clientFor(address).unwrapKey(algorithm, wrapped, abort(call));
        // A copy that is the caller's alone: the client's own buffer may be a part of a larger one.
        const root = Uint8Array.from(result);
        result.fill(0);
        return root;
      }),
  };
}

const KIND = "azure-key-vault";

/** Not RSA1_5: it gives its plaintext away to whoever may ask often enough. */
const ALGORITHMS: ReadonlySet<string> = new Set(["RSA-OAEP-256", "RSA-OAEP", "A256KW", "A192KW", "A128KW"]);

/** Of the version that made the wrap, if vault, name and algorithm are the application's own. */
function acceptedAddress(wrap: RootWrap, own: KeyAddress, algorithm: string): KeyAddress | undefined {
  if (wrap.keyring !== KIND || wrap.parameters["algorithm"] !== algorithm) return undefined;
  const address = parseKeyUrl(wrap.kek);
  if (address?.version === undefined || address.vault !== own.vault || address.name !== own.name) return undefined;
  return own.version === undefined || own.version === address.version ? address : undefined;
}

function abort({ signal }: KeyringOptions): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Undefined where `text` is not the one spelling of any bytes. */
function bytesOf(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.length > 0 && bytes.toString("base64") === text ? Uint8Array.from(bytes) : undefined;
}
