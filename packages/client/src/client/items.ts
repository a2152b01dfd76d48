/** `container.items` of a sealed container. */
import {
  type BulkOperationResponse,
  type BulkOperationResult,
  type BulkOptions,
  type ChangeFeedIteratorOptions,
  type ChangeFeedOptions,
  type ChangeFeedPullModelIterator,
  type ClientContext,
  type FeedOptions,
  type ItemDefinition,
  type ItemResponse,
  type OperationInput,
  type OperationResponse,
  type PartitionKey,
  type RequestOptions,
  type Response,
  Item as SdkItem,
  Items as SdkItems,
  type SqlQuerySpec,
} from "@azure/cosmos";
import { type JsonObject, partitionKeyOf } from "@cosmoseal/core";
import { feedArguments, startFeed, startPullFeed } from "../feed/changes.js";
import { runBatch } from "../operations/batch.js";
import { runBulk } from "../operations/bulk.js";
import { executeBulk } from "../operations/execute-bulk.js";
import { placeOfBody, replaceByCarrying } from "../operations/replace.js";
import type { SealContext } from "../options/seal-options.js";
import type { StoredItems } from "../patch/rewrite.js";
import { explainQuery, type QueryExplanation } from "../query/explain.js";
import type { QueryOptions } from "../query/options.js";
import { startQuery } from "../query/start.js";
import { amend } from "../sdk/internals.js";
import { openWritten } from "../sealing/answers.js";
import type { BadDocumentOptions } from "../sealing/bad-documents.js";
import { mustCarry } from "../sealing/missing-groups.js";
import { generateId, type Purpose, sealForWriting } from "../sealing/write.js";
import { APPROVAL_HEADER } from "../tripwire/approval.js";
import { ChangeFeedIterator, ChangeFeedPullIterator } from "./change-feed.js";
import type { Container } from "./container.js";
import type { Item } from "./item.js";
import { QueryIterator } from "./query-iterator.js";
import { closeSurface } from "./surface.js";

export class Items extends SdkItems {
  static {
    closeSurface(Items, SdkItems, "Items");
  }

  declare readonly container: Container;
  readonly #context: ClientContext;
  readonly #seal: SealContext;

  constructor(container: Container, context: ClientContext, seal: SealContext) {
    super(container, context);
    this.#context = context;
    this.#seal = seal;
  }

  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
  override query<T = any>(query: string | SqlQuerySpec, options: FeedOptions & QueryOptions = {}): QueryIterator<T> {
    const { definition } = this.container;
    const start = startQuery<T>(this.#seal, definition, query, options, (pushed, pushedOptions) =>
      super.query<T>(pushed, pushedOptions),
    );
    return new QueryIterator<T>(this.#context, start);
  }

  /**
   * What would be done with a query, without doing it: what is pushed down, what the client does then, which indexes are searched and
   * what they give away, and the refusal if there is one. Sends nothing and needs no keys. Throws ERR_OPTIONS_INVALID.
   */
  explain(query: string | SqlQuerySpec, options: FeedOptions & QueryOptions = {}): QueryExplanation {
    return explainQuery(this.#seal, this.container.definition, query, options);
  }

  override readAll<T extends ItemDefinition = ItemDefinition>(options?: FeedOptions & QueryOptions): QueryIterator<T> {
    return this.query<T>("SELECT * FROM c", options);
  }

  override changeFeed<T>(
    partitionKeyOrOptions?: PartitionKey | (ChangeFeedOptions & BadDocumentOptions),
    changeFeedOptions?: ChangeFeedOptions & BadDocumentOptions,
  ): ChangeFeedIterator<T> {
    const given = feedArguments(partitionKeyOrOptions, changeFeedOptions);
    super.changeFeed("", given.options); // The SDK's own errors are thrown by the call and not by the first page.
    const start = startFeed<T>(this.#seal, this.container.definition, given, (stored, options) =>
      // Its types don't say that there may be no key; it tells so at the first page.
      super.changeFeed<T>(stored as PartitionKey, options),
    );
    return new ChangeFeedIterator<T>(this.#context, start);
  }

  override readChangeFeed<T>(
    partitionKeyOrOptions?: PartitionKey | (ChangeFeedOptions & BadDocumentOptions),
    changeFeedOptions?: ChangeFeedOptions & BadDocumentOptions,
  ): ChangeFeedIterator<T> {
    return this.changeFeed<T>(partitionKeyOrOptions, changeFeedOptions);
  }

  override getChangeFeedIterator<T>(
    options: ChangeFeedIteratorOptions & BadDocumentOptions = {},
  ): ChangeFeedPullModelIterator<T> {
    super.getChangeFeedIterator<T>(options); // The SDK's own errors are thrown by the call and not by the first page.
    const given = { ...options };
    const start = startPullFeed<T>(this.#seal, this.container.definition, given, (stored) =>
      super.getChangeFeedIterator<T>(stored),
    );
    return new ChangeFeedPullIterator<T>(start);
  }

  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
  override create<T extends ItemDefinition = any>(body: T, options: RequestOptions = {}): Promise<ItemResponse<T>> {
    return this.#write(body, "create", options, (sealed) => super.create<T>(sealed as unknown as T, options));
  }

  /** As the SDK's. A client that lacks the key of a group makes no document: it reads what is stored first and carries the group. */
  override async upsert<T extends ItemDefinition>(
    body: unknown,
    options: RequestOptions = {},
  ): Promise<ItemResponse<T>> {
    const { definition } = this.container;
    if (await mustCarry(this.#seal, definition, options.abortSignal)) {
      const asked = await placeOfBody(this.#seal, definition, body, options.abortSignal);
      if (asked !== undefined) {
        const item = this.#storedItems(asked);
        const response = await replaceByCarrying<T>(this.#seal, definition, item, asked, body, "upsert", options);
        return amend(response, { item: this.#itemOf(response.resource ?? (body as Record<string, unknown>)) });
      }
    }
    return this.#write(body, "replace", options, (sealed) => super.upsert<T>(sealed as unknown as T, options));
  }

  /** As the SDK's; see `runBatch` for what it throws and how patches are done. */
  override async batch(
    operations: OperationInput[],
    partitionKey?: PartitionKey,
    options: RequestOptions = {},
  ): Promise<Response<OperationResponse[]>> {
    const approved = this.#approved(options);
    return runBatch(this.#seal, this.container.definition, operations, partitionKey, options, {
      send: (sealed, key) => super.batch(sealed, key, approved),
      items: this.#storedItems,
    });
  }

  /**
   * As the SDK's, deprecated there. Throws what sealing throws before it sends, and BadDocumentError for documents that don't
   * open, unless `onBadDocument` in the bulk options says otherwise.
   */
  override async bulk(
    operations: OperationInput[],
    bulkOptions?: BulkOptions & BadDocumentOptions,
    options: RequestOptions = {},
  ): Promise<BulkOperationResponse> {
    const approved = this.#approved(options);
    return runBulk(this.#seal, this.container.definition, operations, bulkOptions, options, {
      send: (sealed) => this.#sdk.bulk(sealed, bulkOptions, approved),
      items: this.#storedItems,
    });
  }

  /** As the SDK's. What goes wrong with one operation stands in its result: a CosmosealError where sealing or opening failed. */
  override async executeBulkOperations(
    operations: OperationInput[],
    options: RequestOptions = {},
  ): Promise<BulkOperationResult[]> {
    const approved = this.#approved(options);
    return executeBulk(this.#seal, this.container.definition, operations, options, {
      send: (sealed) => this.#sdk.executeBulkOperations(sealed, approved),
      items: this.#storedItems,
    });
  }

  /** Conditions of patches are let through by the tripwire only with this. */
  #approved(options: RequestOptions): RequestOptions {
    return { ...options, initialHeaders: { ...options.initialHeaders, [APPROVAL_HEADER]: this.#seal.approval } };
  }

  /** The SDK's own: it calls methods of its own that ours doesn't have. */
  get #sdk(): SdkItems {
    return new SdkItems(this.container, this.#context);
  }

  readonly #storedItems: StoredItems = ({ id, partitionKey }) =>
    new SdkItem(this.container, id, this.#context, [...partitionKey]);

  async #write<T extends ItemDefinition>(
    body: unknown,
    purpose: Purpose,
    options: RequestOptions,
    send: (sealed: JsonObject) => Promise<ItemResponse<T>>,
  ): Promise<ItemResponse<T>> {
    const { definition } = this.container;
    generateId(body, options.disableAutomaticIdGeneration);
    const sealed = await sealForWriting(this.#seal, definition, body, purpose, options.abortSignal);
    const response = await send(sealed);
    const resource = await openWritten(this.#seal, definition, response.resource, sealed, options.abortSignal);
    return amend(response, { resource, item: this.#itemOf(resource ?? (body as Record<string, unknown>)) });
  }

  #itemOf(document: Record<string, unknown>): Item {
    // What was opened has an id and a partition key of allowed types.
    const partitionKey = partitionKeyOf(this.container.definition.plan, document);
    return this.container.item(document["id"] as string, partitionKey as string[]);
  }
}
