/** A container that has a definition. */
import {
  type ClientContext,
  type ContainerDefinition as ContainerProperties,
  type ContainerResponse,
  type DiagnosticNodeInternal,
  type PartitionKey,
  type PartitionKeyDefinition,
  type RequestOptions,
  type ResourceResponse,
  Container as SdkContainer,
  type Database as SdkDatabase,
} from "@azure/cosmos";
import { type ContainerDefinition, seal } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { checkPartitionKey } from "../sealing/partition-key.js";
import { openStored } from "../sealing/read.js";
import { Item } from "./item.js";
import { Items } from "./items.js";
import { closeSurface, refuse } from "./surface.js";

export class Container extends SdkContainer {
  static {
    closeSurface(Container, SdkContainer, "Container");
  }

  /** The definition that everything in it is sealed under. */
  readonly definition: ContainerDefinition<unknown>;
  readonly #context: ClientContext;
  readonly #seal: SealContext;
  readonly #items: Items;

  constructor(
    database: SdkDatabase,
    id: string,
    context: ClientContext,
    sealing: SealContext,
    definition: ContainerDefinition<unknown>,
  ) {
    super(database, id, context);
    this.definition = definition;
    this.#context = context;
    this.#seal = sealing;
    this.#items = new Items(this, context, sealing);
  }

  override get items(): Items {
    return this.#items;
  }

  override item(id: string, partitionKeyValue?: PartitionKey): Item {
    return new Item(this, id, this.#context, this.#seal, partitionKeyValue);
  }

  /** Throws ERR_OPTIONS_INVALID where the partition key isn't the definition's. */
  override async replace(body: ContainerProperties, options?: RequestOptions): Promise<ContainerResponse> {
    if (body?.partitionKey !== undefined) checkPartitionKey(this.definition, body.partitionKey.paths);
    return super.replace(body, options);
  }

  /** Asked by the SDK before each write. Throws ERR_OPTIONS_INVALID where the account says another key than the definition. */
  override async readPartitionKeyDefinition(
    diagnosticNode: DiagnosticNodeInternal,
  ): Promise<ResourceResponse<PartitionKeyDefinition>> {
    const response = await super.readPartitionKeyDefinition(diagnosticNode);
    checkPartitionKey(this.definition, response.resource?.paths ?? []);
    return response;
  }

  /** Throws ERR_NOT_SUPPORTED where the partition key is sealed. */
  override async deleteAllItemsForPartitionKey(
    partitionKey: PartitionKey,
    options?: RequestOptions,
  ): Promise<ContainerResponse> {
    const { identity, partitionKey: paths } = this.definition.plan;
    if (paths.some((path) => identity.includes(path))) {
      refuse("Container.deleteAllItemsForPartitionKey", "The partition key is sealed.");
    }
    return super.deleteAllItemsForPartitionKey(partitionKey, options);
  }

  /**
   * The stored form of a document, for what is written by other ways than this client: queues, imports, triggers. The document
   * stays as it is. Throws what `items.create` throws before it sends.
   */
  async seal(document: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<Record<string, unknown>> {
    return seal(this.definition, this.#seal.keys, document, {
      stamp: (place) => this.#seal.stamps.next(place),
      createScopes: this.#seal.createScopes,
      signal: options.signal,
    });
  }

  /** The document in a stored one that came by another way: change feed of a function, queue, export. The stored one stays as it is. Throws integrity errors. */
  async open(stored: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<Record<string, unknown>> {
    const [document] = await this.openAll([stored], options);
    return document!;
  }

  /** Many at once, in order; see `open`. Throws the first error. */
  async openAll(
    stored: readonly unknown[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Record<string, unknown>[]> {
    // One by one: a document that is listed twice must not become one object.
    const copies = stored.map((document) => structuredClone(document));
    const opened = await openStored(this.#seal, this.definition, copies, options.signal);
    return opened.map(({ document }) => document);
  }
}
