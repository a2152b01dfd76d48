/** Each keyring in a world of its own: its key-encryption key, another one of its kind, and what may go wrong with it. */
import type { TokenCredential } from "@azure/core-auth";
import { anyKeyring, type Keyring, passphraseKek, staticKeyring } from "@cosmoseal/core";
import { azureKeyring } from "@cosmoseal/keyring-azure";
import { pkcs11Keyring } from "@cosmoseal/keyring-pkcs11";
import { afterAll } from "vitest";
import { KEK, OTHER_KEK } from "./documents.js";
import type { SoftHsm } from "./softhsm.js";
import { startVault, TOKEN, type Vault } from "./vault.js";

export interface KeyringWorld {
  /** Another instance for the same key-encryption key, as another process has it. */
  keyring(): Keyring;
  /** Of the same kind, for another key. */
  other(): Keyring;
  readonly vault?: AzureWorld;
  readonly hsm?: SoftHsm;
}

export interface AzureWorld {
  readonly server: Vault;
  /** The key's name there. */
  readonly name: string;
  /** A keyring of the same key with other options. */
  with(options: AzureVariant): Keyring;
}

export interface AzureVariant {
  readonly key?: string;
  readonly credential?: TokenCredential;
  readonly retries?: number;
}

const COST = { passes: 3, memory: 64 * 1024 * 1024 };

export async function passphraseWorld(): Promise<KeyringWorld> {
  return {
    keyring: () => passphraseKek({ passphrase: () => "correct horse", cost: COST }),
    other: () => passphraseKek({ passphrase: () => "battery staple", cost: COST }),
  };
}

export async function staticWorld(): Promise<KeyringWorld> {
  return { keyring: () => staticKeyring(KEK), other: () => staticKeyring(OTHER_KEK) };
}

/** The first of two is the one that wraps; both open. */
export async function anyWorld(): Promise<KeyringWorld> {
  const spare = staticKeyring(Buffer.alloc(32, 3).toString("base64"));
  return {
    keyring: () => anyKeyring(staticKeyring(KEK), spare),
    other: () => anyKeyring(staticKeyring(OTHER_KEK), spare),
  };
}

export async function azureWorld(type: "RSA" | "oct-HSM"): Promise<KeyringWorld> {
  const server = await startVault({ kek: type, other: type });
  afterAll(() => server.close());
  const make = ({ key = `${server.url}/keys/kek`, credential = CREDENTIAL, retries = 3 }: AzureVariant): Keyring =>
    azureKeyring({
      key,
      credential,
      ...(type === "oct-HSM" && { algorithm: "A256KW" }),
      clientOptions: {
        disableChallengeResourceVerification: true,
        tlsOptions: { ca: server.certificate },
        retryOptions: { maxRetries: retries, retryDelayInMs: 5, maxRetryDelayInMs: 20 },
      },
    });
  return {
    keyring: () => make({}),
    other: () => make({ key: `${server.url}/keys/other` }),
    vault: { server, name: "kek", with: make },
  };
}

export const CREDENTIAL: TokenCredential = {
  getToken: async () => ({ token: TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 }),
};

export async function pkcs11World(hsm: SoftHsm, type: "aes" | "rsa"): Promise<KeyringWorld> {
  const make = (key: string): Keyring =>
    pkcs11Keyring({
      library: hsm.library,
      token: hsm.token,
      key,
      pin: () => hsm.pin,
      ...(type === "rsa" && { mechanism: "RSA-OAEP-SHA1" }),
    });
  const [own, other] = type === "aes" ? ["kek", "other"] : ["pair", "other-pair"];
  return { keyring: () => make(own!), other: () => make(other!), hsm };
}
