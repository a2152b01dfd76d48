/** What commands need of the configuration, each made when it is first asked for: the account, the definitions, keys, the sealing client. */
import { type Container, CosmosClient as SdkClient } from "@azure/cosmos";
import { type KeyStore, Keys } from "@cosmoseal/core";
import { CosmosClient, type SealOptions } from "cosmoseal";
import { CliError, EXIT, isCliError } from "../terminal/exit.js";
import { connectionOptions } from "./connection.js";
import { type LoadedConfig, loadConfig } from "./load.js";
import { findTarget, type Target } from "./target.js";

export interface Workspace {
  /** Throws CONFIG_MISSING, CONFIG_INVALID. */
  loaded(): Promise<LoadedConfig>;
  /** The plain SDK's client: what a holder of the account key can do. */
  account(): Promise<SdkClient>;
  seal(): Promise<SealOptions>;
  /** The sealing client, for keys and for explaining: it has no connection, since the key store brings its own. */
  client(): Promise<CosmosClient>;
  /** The sealing client with its connection, for work on documents. */
  online(): Promise<CosmosClient>;
  /** The keys without a client around them, for looking at single documents. */
  keys(): Promise<Keys>;
  store(): Promise<KeyStore>;
  target(name: string | undefined): Promise<Target>;
  /** The plain container, known to be there. Throws CONTAINER_MISSING. */
  container(target: Pick<Target, "databaseId" | "containerId">): Promise<Container>;
  /** Of the account, once it is known. */
  endpoint(): string | undefined;
  dispose(): void;
}

/** `needsConfig: false` serves commands that the account alone is enough for: without a file the environment tells the connection. */
export function createWorkspace(cwd: string, file: string | undefined, needsConfig = true): Workspace {
  const closing: (() => void)[] = [];
  let endpoint: string | undefined;
  const loaded = once(() => loadConfig(cwd, file));
  const config = once(async () => {
    if (needsConfig || file !== undefined) return (await loaded()).config;
    try {
      return (await loaded()).config;
    } catch (error) {
      if (isCliError(error, "CONFIG_MISSING")) return undefined;
      throw error;
    }
  });
  const connection = once(async () => {
    const options = await connectionOptions(await config());
    endpoint = options.endpoint;
    return options;
  });
  const account = once(async () => {
    const client = new SdkClient(await connection());
    closing.push(() => client.dispose());
    return client;
  });
  const seal = once(async () => {
    const { seal: given } = (await loaded()).config;
    return typeof given === "function" ? given(await account()) : given;
  });
  const online = once(async () => {
    const made = new CosmosClient({ ...(await connection()), seal: await seal() });
    closing.push(() => made.dispose());
    return made;
  });
  const client = once(async () => {
    const made = new CosmosClient({ ...OFFLINE, seal: await seal() });
    closing.push(() => made.dispose());
    return made;
  });
  const keys = once(async () => {
    const { keyring, store, pin, groups, maxStoreAge } = await seal();
    const made = new Keys({ keyring, store, pin, groups, maxStoreAge });
    closing.push(() => made.dispose());
    return made;
  });
  return {
    loaded,
    account,
    seal,
    client,
    online,
    keys,
    store: async () => {
      const { store, keyring } = await seal();
      const found = store ?? keyring.store;
      if (found !== undefined) return found;
      throw new CliError(
        EXIT.config,
        "CONFIG_INVALID",
        "`seal` has no key store: give `store`, or a keyring that brings one.",
      );
    },
    target: async (name) => findTarget(await seal(), name),
    container: async ({ databaseId, containerId }) => {
      const container = (await account()).database(databaseId).container(containerId);
      try {
        await container.read();
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== 404) throw error;
        throw new CliError(
          EXIT.account,
          "CONTAINER_MISSING",
          `The account ${endpoint ?? ""} has no container ${databaseId}/${containerId}. Check the names, or make it.`,
          error,
        );
      }
      return container;
    },
    endpoint: () => endpoint,
    dispose: () => {
      for (const close of closing) close();
    },
  };
}

/** Nothing is sent to it. */
const OFFLINE = {
  endpoint: "https://localhost:1/",
  key: "b2ZmbGluZQ==",
  connectionPolicy: { enableBackgroundEndpointRefreshing: false },
};

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
