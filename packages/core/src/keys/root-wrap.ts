/** Keyrings whose key-encryption key is in this process: a passphrase, or 32 bytes that the application holds. SPEC §2.5. */
import { canonicalJson } from "../codec/jcs.js";
import { fromBase64, fromBase64url, lengthPrefixed, toBase64 } from "../crypto/bytes.js";
import { Key } from "../crypto/key.js";
import { randomBytes } from "../crypto/nonce.js";
import {
  cryptoReady,
  deriveKey,
  keyIdOf,
  openBlob,
  type PassphraseCost,
  passphraseKey,
  sealBlob,
} from "../crypto/sodium.js";
import { CosmosealError } from "../errors.js";
import type { Keyring, RootWrap } from "./keyring.js";

export interface PassphraseOptions {
  /** Asked for when it is needed, once per unwrap; never kept. */
  readonly passphrase: () => string | Promise<string>;
  /** Cost of new wraps. Default: 3 passes over 256 MiB. */
  readonly cost?: PassphraseCost;
}

/** A keyring behind a passphrase, by Argon2id. Never put its wrap into the account: it can be guessed offline. */
export function passphraseKek(options: PassphraseOptions): Keyring {
  const cost = options.cost ?? DEFAULT_COST;
  checkCost(cost, "ERR_OPTIONS_INVALID");
  const kek = async (parameters: Parameters): Promise<Key> => {
    const passphrase = await options.passphrase();
    if (typeof passphrase !== "string" || passphrase === "") {
      throw new CosmosealError("ERR_OPTIONS_INVALID", "The passphrase is empty.", {
        remedy: "Set the environment variable, or whatever `passphrase` reads, before the first use.",
      });
    }
    return passphraseKey(passphrase, parameters.salt, parameters);
  };
  return {
    kind: "passphrase",
    accepts: (wrap) => wrap.keyring === "passphrase",
    wrap: async (root, pin) => {
      await cryptoReady();
      const salt = randomBytes(16);
      const parameters = { kdf: "argon2id", salt: toBase64(salt), passes: cost.passes, memory: cost.memory };
      const key = await kek({ salt, ...cost });
      return wrapRoot(key, { keyring: "passphrase", kek: "", parameters }, root, pin);
    },
    unwrap: async (wrap, pin) => {
      await cryptoReady();
      const key = await kek(readParameters(wrap));
      const root = unwrapRoot(key, wrap, pin);
      if (root === undefined) {
        throw new CosmosealError("ERR_PASSPHRASE_WRONG", "The passphrase doesn't open the root key.", {
          remedy: "Check which passphrase belongs to this key file.",
        });
      }
      return root;
    },
  };
}

/**
 * A keyring of 32 bytes that the application gets from elsewhere, as base64 or base64url: CI, serverless, a secret manager.
 *
 * @throws ERR_OPTIONS_INVALID where the text is missing or not 32 bytes
 * @example staticKeyring(process.env.SEAL_KEK)
 */
export function staticKeyring(secret: string | undefined): Keyring {
  const bytes = secret === undefined ? undefined : (fromBase64(secret) ?? fromBase64url(secret));
  if (bytes?.length !== 32) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "A static keyring needs 32 bytes as base64.", {
      remedy: "Set the environment variable that it is read from: `openssl rand -base64 32` makes one.",
    });
  }
  const key = Key.take(Uint8Array.from(bytes));
  return {
    kind: "static",
    // Before the library is loaded the id isn't computable: the unwrap then tells a wrong key from a right one.
    accepts: (wrap) => wrap.keyring === "static",
    wrap: async (root, pin) => {
      await cryptoReady();
      return wrapRoot(key, { keyring: "static", kek: keyIdOf(key), parameters: {} }, root, pin, false);
    },
    unwrap: async (wrap, pin) => {
      await cryptoReady();
      const root = wrap.kek === keyIdOf(key) ? unwrapRoot(key, wrap, pin, false) : undefined;
      if (root === undefined) {
        throw new CosmosealError("ERR_UNWRAP_FAILED", "The static key doesn't open the root key.", {
          remedy: "Check which key belongs to this key store.",
        });
      }
      return root;
    },
  };
}

const DEFAULT_COST: PassphraseCost = Object.freeze({ passes: 3, memory: 256 * 1024 * 1024 });

interface Parameters extends PassphraseCost {
  readonly salt: Uint8Array;
}

function wrapRoot(kek: Key, wrap: Omit<RootWrap, "wrapped">, root: Uint8Array, pin: string, once = true): RootWrap {
  const wrapped = toBase64(sealBlob(deriveKey(kek, "root-wrap"), root, associatedData(wrap, pin)));
  if (once) kek.wipe();
  return { ...wrap, wrapped };
}

function unwrapRoot(kek: Key, wrap: RootWrap, pin: string, once = true): Uint8Array | undefined {
  const blob = fromBase64(wrap.wrapped);
  if (blob === undefined) throw damaged("its wrapped root key is not base64");
  const root = openBlob(deriveKey(kek, "root-wrap"), blob, associatedData(wrap, pin));
  if (once) kek.wipe();
  return root;
}

function associatedData({ keyring, parameters }: Omit<RootWrap, "wrapped">, pin: string): Uint8Array {
  return lengthPrefixed(["cosmoseal/1/root-wrap", keyring, pin, canonicalJson(parameters)]);
}

/** What a store says may cost time and memory only within bounds, and may not be made cheap to guess. */
function readParameters(wrap: RootWrap): Parameters {
  const { kdf, salt, passes, memory } = wrap.parameters;
  const bytes = typeof salt === "string" ? fromBase64(salt) : undefined;
  if (kdf !== "argon2id" || bytes?.length !== 16 || typeof passes !== "number" || typeof memory !== "number") {
    throw damaged("its passphrase parameters are malformed");
  }
  checkCost({ passes, memory }, "ERR_KEY_STORE_DAMAGED");
  return { salt: bytes, passes, memory };
}

function checkCost({ passes, memory }: PassphraseCost, code: "ERR_OPTIONS_INVALID" | "ERR_KEY_STORE_DAMAGED"): void {
  const MIB = 1024 * 1024;
  const ok =
    Number.isInteger(passes) &&
    passes >= 3 &&
    passes <= 10 &&
    Number.isInteger(memory) &&
    memory >= 64 * MIB &&
    memory <= 1024 * MIB;
  if (!ok) throw new CosmosealError(code, "Argon2id takes 3 to 10 passes over 64 MiB to 1 GiB.");
}

function damaged(what: string): CosmosealError {
  return new CosmosealError("ERR_KEY_STORE_DAMAGED", `The key store is damaged: ${what}.`, {
    remedy: "Restore it from a backup.",
  });
}
