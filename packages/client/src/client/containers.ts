/** `database.containers`: hands out our Container, and checks a definition's partition key before the container is made. */
import {
  type ClientContext,
  type ContainerRequest,
  type ContainerResponse,
  type RequestOptions,
  Containers as SdkContainers,
  type Database as SdkDatabase,
} from "@azure/cosmos";
import type { SealContext } from "../options/seal-options.js";
import { amend } from "../sdk/internals.js";
import { checkPartitionKey } from "../sealing/partition-key.js";
import { closeSurface } from "./surface.js";

export class Containers extends SdkContainers {
  static {
    closeSurface(Containers, SdkContainers, "Containers");
  }

  readonly #seal: SealContext;

  constructor(database: SdkDatabase, context: ClientContext, seal: SealContext) {
    super(database, context);
    this.#seal = seal;
  }

  /** Throws ERR_CONTAINER_UNDECLARED; ERR_OPTIONS_INVALID where the partition key isn't the definition's. */
  override async create(body: ContainerRequest, options?: RequestOptions): Promise<ContainerResponse> {
    this.#check(body);
    return this.#ours(await super.create(body, options));
  }

  /** As `create`. */
  override async createIfNotExists(body: ContainerRequest, options?: RequestOptions): Promise<ContainerResponse> {
    this.#check(body);
    return this.#ours(await super.createIfNotExists(body, options));
  }

  #check(body: ContainerRequest | undefined): void {
    // Without an id the SDK has its own error.
    if (typeof body?.id !== "string") return;
    const declaration = this.#seal.containers.find(this.database.id, body.id);
    if (declaration === "plaintext") return;
    const { partitionKey } = body;
    const paths = typeof partitionKey === "string" ? [partitionKey] : (partitionKey?.paths ?? []);
    checkPartitionKey(declaration, paths);
  }

  #ours(response: ContainerResponse): ContainerResponse {
    return amend(response, { container: this.database.container(response.container.id) });
  }
}
