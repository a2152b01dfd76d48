/** The client, as the application was written for it. */
import { CosmosClient } from "@azure/cosmos";

export function createClient(connectionString: string): CosmosClient {
  return new CosmosClient(connectionString);
}
