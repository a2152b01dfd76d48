/** The connection settings as options of the SDK's client: secrets from the environment, functions or the terminal. */
import type { CosmosClientOptions as SdkOptions } from "@azure/cosmos";
import { CliError, EXIT } from "../terminal/exit.js";
import { askSecret, canAsk } from "../terminal/prompts.js";
import type { Connection, CosmosealConfig, Secret } from "./define.js";

/**
 * Throws CONNECTION_MISSING, SECRET_MISSING. The plain environment serves where no configuration says otherwise:
 * COSMOS_CONNECTION_STRING, or COSMOS_ENDPOINT and COSMOS_KEY.
 */
export async function connectionOptions(
  config: CosmosealConfig | undefined,
): Promise<SdkOptions & { endpoint: string }> {
  const { connection = fromEnvironment(), client = {} } = config ?? {};
  const shared: Partial<SdkOptions> = {
    ...client,
    userAgentSuffix: client.userAgentSuffix ?? "cosmoseal-cli",
    // A timer that would keep a finished command alive.
    connectionPolicy: { ...client.connectionPolicy, enableBackgroundEndpointRefreshing: false },
  };
  if (connection.connectionString !== undefined) {
    const text = await read(connection.connectionString, "Connection string");
    return { ...shared, ...parseConnectionString(text) };
  }
  const endpoint = await readEndpoint(connection);
  if (connection.credential !== undefined) return { ...shared, endpoint, aadCredentials: connection.credential() };
  if (connection.key !== undefined) return { ...shared, endpoint, key: await read(connection.key, "Account key") };
  return { ...shared, endpoint };
}

function fromEnvironment(): Connection {
  if ((process.env["COSMOS_CONNECTION_STRING"] ?? "") !== "") {
    return { connectionString: { env: "COSMOS_CONNECTION_STRING" } };
  }
  return { endpoint: { env: "COSMOS_ENDPOINT" }, key: { env: "COSMOS_KEY" } };
}

async function readEndpoint({ endpoint }: Connection): Promise<string> {
  if (endpoint === undefined) {
    throw new CliError(
      EXIT.config,
      "CONNECTION_MISSING",
      "`connection` has neither an endpoint nor a connection string.",
    );
  }
  const text = typeof endpoint === "string" ? endpoint : await read(endpoint, undefined);
  if (/^https?:\/\/[^\s/]+/.test(text)) return text;
  throw new CliError(EXIT.config, "CONNECTION_INVALID", "The endpoint of the account is no https:// address.");
}

async function read(setting: Secret, question: string | undefined): Promise<string> {
  if (typeof setting === "function") return setting();
  const value = process.env[setting.env];
  if (value !== undefined && value !== "") return value;
  if (question !== undefined && canAsk()) return askSecret(question, `Set ${setting.env}.`);
  throw new CliError(EXIT.config, "SECRET_MISSING", `The environment variable ${setting.env} is not set.`);
}

function parseConnectionString(text: string): { endpoint: string; key: string } {
  const parts = new Map(
    text
      .split(";")
      .map((part) => part.trim())
      .filter((part) => part.includes("="))
      .map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  const endpoint = parts.get("AccountEndpoint");
  const key = parts.get("AccountKey");
  if (endpoint !== undefined && key !== undefined) return { endpoint, key };
  throw new CliError(
    EXIT.config,
    "CONNECTION_INVALID",
    "The connection string is not of the form AccountEndpoint=…;AccountKey=…;",
  );
}
