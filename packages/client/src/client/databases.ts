/** `client.databases`: hands out our Database. */
import {
  type ClientContext,
  type CosmosClient,
  type DatabaseRequest,
  type DatabaseResponse,
  type RequestOptions,
  Databases as SdkDatabases,
} from "@azure/cosmos";
import type { SealContext } from "../options/seal-options.js";
import { amend } from "../sdk/internals.js";
import { Database } from "./database.js";
import { closeSurface } from "./surface.js";

export class Databases extends SdkDatabases {
  static {
    closeSurface(Databases, SdkDatabases, "Databases");
  }

  readonly #context: ClientContext;
  readonly #seal: SealContext;

  constructor(client: CosmosClient, context: ClientContext, seal: SealContext) {
    super(client, context);
    this.#context = context;
    this.#seal = seal;
  }

  override async create(body: DatabaseRequest, options?: RequestOptions): Promise<DatabaseResponse> {
    return this.#ours(await super.create(body, options));
  }

  override async createIfNotExists(body: DatabaseRequest, options?: RequestOptions): Promise<DatabaseResponse> {
    return this.#ours(await super.createIfNotExists(body, options));
  }

  #ours(response: DatabaseResponse): DatabaseResponse {
    const { database } = response;
    if (database instanceof Database) return response;
    return amend(response, { database: new Database(this.client, database.id, this.#context, this.#seal) });
  }
}
