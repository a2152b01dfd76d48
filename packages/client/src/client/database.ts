/** A database: hands out sealed containers, the SDK's own where the application declares plaintext, and refuses the rest. */
import {
  type ClientContext,
  type ClientEncryptionKeyResponse,
  type CosmosClient,
  Container as SdkContainer,
  Database as SdkDatabase,
} from "@azure/cosmos";
import type { SealContext } from "../options/seal-options.js";
import { Container } from "./container.js";
import { Containers } from "./containers.js";
import { closeSurface, refuse } from "./surface.js";

export class Database extends SdkDatabase {
  static {
    closeSurface(Database, SdkDatabase, "Database");
  }

  declare readonly containers: Containers;
  readonly #context: ClientContext;
  readonly #seal: SealContext;

  constructor(client: CosmosClient, id: string, context: ClientContext, seal: SealContext) {
    super(client, id, context);
    this.#context = context;
    this.#seal = seal;
    this.containers = new Containers(this, context, seal);
  }

  /** Throws ERR_CONTAINER_UNDECLARED: here, where the container is named, is the earliest. */
  override container(id: string): SdkContainer {
    const declaration = this.#seal.containers.find(this.id, id);
    if (declaration === "plaintext") return new SdkContainer(this, id, this.#context);
    return new Container(this, id, this.#context, this.#seal, declaration);
  }

  override async createClientEncryptionKey(): Promise<ClientEncryptionKeyResponse> {
    refuse("Database.createClientEncryptionKey", BUILT_IN);
  }

  override async readClientEncryptionKey(): Promise<ClientEncryptionKeyResponse> {
    refuse("Database.readClientEncryptionKey", BUILT_IN);
  }

  override async rewrapClientEncryptionKey(): Promise<ClientEncryptionKeyResponse> {
    refuse("Database.rewrapClientEncryptionKey", BUILT_IN);
  }
}

const BUILT_IN =
  "Client encryption keys belong to the SDK's own encryption; Cosmoseal keeps its keys outside the account.";
