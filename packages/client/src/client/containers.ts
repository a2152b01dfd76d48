/** `database.containers`: hands out our Container, and says how its sealed paths are indexed. */
import {
  type ClientContext,
  type ContainerRequest,
  type ContainerResponse,
  DEFAULT_PARTITION_KEY_PATH,
  type RequestOptions,
  Containers as SdkContainers,
  type Database as SdkDatabase,
} from "@azure/cosmos";
import type { SealContext } from "../options/seal-options.js";
import { restoreDefinition } from "../policy/restore.js";
import { rewriteDefinition } from "../policy/rewrite.js";
import { amend } from "../sdk/internals.js";
import { checkPartitionKey } from "../sealing/partition-key.js";
import { Container } from "./container.js";
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

  /**
   * What is sent says how sealed paths are indexed; what comes back is the application's own definition. Throws
   * ERR_CONTAINER_UNDECLARED; ERR_OPTIONS_INVALID where the partition key isn't the definition's, and what `rewriteDefinition`
   * refuses.
   */
  override async create(body: ContainerRequest, options?: RequestOptions): Promise<ContainerResponse> {
    return this.#ours(await super.create(this.#rewritten(body), options));
  }

  /** As `create`. A container that is there already stays as it is; what it lacks is told by a warning. */
  override async createIfNotExists(body: ContainerRequest, options?: RequestOptions): Promise<ContainerResponse> {
    return this.#ours(await super.createIfNotExists(this.#rewritten(body), options));
  }

  #rewritten(body: ContainerRequest): ContainerRequest {
    // Without an id the SDK has its own error.
    if (typeof body?.id !== "string") return body;
    const declaration = this.#seal.containers.find(this.database.id, body.id);
    if (declaration === "plaintext") return body;
    // The SDK's own, where the application names none.
    const { partitionKey = DEFAULT_PARTITION_KEY_PATH } = body;
    checkPartitionKey(declaration, typeof partitionKey === "string" ? [partitionKey] : (partitionKey?.paths ?? []));
    const { body: rewritten, warnings } = rewriteDefinition(declaration, body);
    for (const message of warnings) this.#seal.emit({ type: "warning", container: declaration.name, message });
    return rewritten;
  }

  #ours(response: ContainerResponse): ContainerResponse {
    const container = this.database.container(response.container.id);
    const { resource } = response;
    if (!(container instanceof Container) || resource === undefined) return amend(response, { container });
    return amend(response, { container, resource: restoreDefinition(container.definition.plan, resource) });
  }
}
