/** The client, sealed: another import, and the schema. */
import { CosmosClient } from "cosmoseal";
import { containers, keys } from "./schema.js";

export function createClient(connectionString: string): CosmosClient {
  return new CosmosClient(connectionString, { seal: { ...keys(), containers } });
}
