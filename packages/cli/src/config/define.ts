/** The configuration file: what it may say, and the functions that it is written with. */
import type { CosmosClient as SdkClient } from "@azure/cosmos";
import type { CosmosClientOptions, JobLeases, Keyring, SealOptions } from "cosmoseal";
import { CliError, EXIT } from "../terminal/exit.js";
import { askSecret, canAsk } from "../terminal/prompts.js";

/**
 * A setting that may be a secret: the name of an environment variable, or a function. Never a literal: what stands in a file is committed
 * sooner or later.
 */
export type Secret = { readonly env: string } | (() => string | Promise<string>);

/** How the account is reached: a connection string, or an endpoint and a key, or an endpoint and a credential. */
export interface Connection {
  readonly connectionString?: Secret;
  /** `https://….documents.azure.com:443/`; no secret. */
  readonly endpoint?: string | Secret;
  /** The account key. Asked for at the terminal where the variable is not set. */
  readonly key?: Secret;
  /** An Entra ID credential: `() => new DefaultAzureCredential()`. Loaded when it is needed. */
  readonly credential?: () => NonNullable<CosmosClientOptions["aadCredentials"]>;
}

/** What `cosmoseal.config.ts` exports by default. Relative paths in it are those of its folder. */
export interface CosmosealConfig {
  /** Default: `COSMOS_CONNECTION_STRING`, or `COSMOS_ENDPOINT` and `COSMOS_KEY`, of the environment. */
  readonly connection?: Connection;
  /** Other options of the SDK's client. */
  readonly client?: Omit<CosmosClientOptions, "seal" | "endpoint" | "key" | "connectionString" | "aadCredentials">;
  /**
   * Keyring, key store, pin and definitions, as the application gives them to its client. A function gets the plain SDK's client, for key
   * stores that lie in an account.
   */
  readonly seal: SealOptions | ((account: SdkClient) => SealOptions | Promise<SealOptions>);
  /** Other keyrings by name, for `keys add-wrap`, `keys rewrap` and `keys import`. */
  readonly keyrings?: Readonly<Record<string, Keyring | (() => Keyring | Promise<Keyring>)>>;
  /** Where jobs keep their state, so that they are gone on with and shared by several processes: see jobLeases. Default: in memory. */
  readonly leases?: (account: SdkClient) => JobLeases;
  /** Lock file of each definition, by its logical name. Default: `<name>.lock.json`. */
  readonly locks?: Readonly<Record<string, string>>;
  /** Files of infrastructure code (Bicep, Terraform, ARM) that make the containers, for `doctor`. */
  readonly infrastructure?: readonly string[];
  /** Where repairs are recorded, one JSON object a line. Default: `cosmoseal-repairs.jsonl`. */
  readonly repairs?: string;
}

/**
 * Types the configuration; changes nothing.
 *
 * @example
 * export default defineConfig({
 *   connection: { endpoint: { env: "COSMOS_ENDPOINT" }, key: { env: "COSMOS_KEY" } },
 *   seal: {
 *     keyring: passphraseKeyring("customer.keys", { passphrase: secret("SEAL_PASSPHRASE") }),
 *     containers: { "shop/customers": customers },
 *   },
 * });
 */
export function defineConfig(config: CosmosealConfig): CosmosealConfig {
  return config;
}

/**
 * A function that reads the environment variable, and asks at the terminal where it is not set; the answer is kept for the rest of the
 * process. Rejects where nobody can answer.
 *
 * @example passphraseKeyring("customer.keys", { passphrase: secret("SEAL_PASSPHRASE", "Passphrase of customer.keys") })
 */
export function secret(variable: string, question: string = variable): () => Promise<string> {
  let answer: Promise<string> | undefined;
  return async () => {
    const value = process.env[variable];
    if (value !== undefined && value !== "") return value;
    if (!canAsk()) {
      throw new CliError(EXIT.config, "SECRET_MISSING", `The environment variable ${variable} is not set.`);
    }
    answer ??= askSecret(question, `Set ${variable}.`);
    return answer;
  };
}
