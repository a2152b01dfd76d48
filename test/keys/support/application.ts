/** An application on a key store and an account: in this process, and in others. */
import { type Container, CosmosClient as SdkClient } from "@azure/cosmos";
import {
  CosmosClient,
  type JobLeases,
  jobLeases,
  jobLeasesContainer,
  type Keyring,
  type KeyStore,
  type PinUntil,
} from "cosmoseal";
import { notes } from "./documents.js";

/** Where the documents and the state of jobs lie, as JSON. */
export interface DataPlace {
  readonly connectionString: string;
  readonly documents: string;
  readonly jobs: string;
}

export interface Application {
  readonly client: CosmosClient;
  readonly container: Container;
  /** As the account has it. */
  readonly stored: Container;
  readonly leases: JobLeases;
  end(): void;
}

export interface ApplicationKeys {
  readonly keyring: Keyring;
  readonly store: KeyStore;
  readonly pin: string | readonly PinUntil[];
  /** In milliseconds. */
  readonly maxStoreAge: number;
}

export function startApplication(place: DataPlace, keys: ApplicationKeys): Application {
  const { connectionString, documents, jobs } = place;
  const client = new CosmosClient({
    connectionString,
    seal: { ...keys, containers: { [`shop/${documents}`]: notes }, createScopes: true },
  });
  const plain = new SdkClient(connectionString);
  return {
    client,
    container: client.database("shop").container(documents),
    stored: plain.database("shop").container(documents),
    leases: jobLeases({ container: plain.database("ops").container(jobs), duration: 300 }),
    end: () => {
      client.dispose();
      plain.dispose();
    },
  };
}

let places = 0;

/** Empty containers in the account. */
export async function makeDataPlace(connectionString: string): Promise<DataPlace> {
  const plain = new SdkClient(connectionString);
  const [documents, jobs] = [`notes-${++places}`, `jobs-${places}`];
  const { database: ops } = await plain.databases.createIfNotExists({ id: "ops" });
  const { database: shop } = await plain.databases.createIfNotExists({ id: "shop" });
  await ops.containers.create(jobLeasesContainer(jobs));
  await shop.containers.create({
    id: documents,
    partitionKey: "/pk",
    indexingPolicy: {
      includedPaths: ["/*", "/_seal/x/*", "/_seal/s/?", "/_seal/t/?", "/_seal/k/?"].map((path) => ({ path })),
      excludedPaths: [{ path: "/_seal/*" }],
    },
  });
  plain.dispose();
  return { connectionString, documents, jobs };
}
