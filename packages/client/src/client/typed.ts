/** The typed view of a sealed container: items by the definition's schema, in and out. */
import type {
  BulkOperationResponse,
  BulkOptions,
  ChangeFeedIterator,
  ChangeFeedIteratorOptions,
  ChangeFeedOptions,
  ChangeFeedPullModelIterator,
  Container,
  FeedOptions,
  Item,
  ItemDefinition,
  ItemResponse,
  Items,
  OperationInput,
  PartitionKey,
  PatchRequestBody,
  QueryIterator,
  RequestOptions,
  Resource,
  SqlQuerySpec,
} from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { QueryExplanation } from "../query/explain.js";
import type { QueryOptions } from "../query/options.js";
import type { BadDocumentOptions } from "../sealing/bad-documents.js";

/** A document as it is created: its id may be left to the client. */
export type NewDocument<Document> = Document extends { readonly id: string }
  ? Omit<Document, "id"> & { readonly id?: string }
  : Document;

type Stored<Document> = Document & ItemDefinition;

/** The SDK's items of one container, typed. */
export interface TypedItems<Document>
  extends Omit<
    Items,
    "create" | "upsert" | "bulk" | "query" | "readAll" | "changeFeed" | "readChangeFeed" | "getChangeFeedIterator"
  > {
  create(body: NewDocument<Document>, options?: RequestOptions): Promise<ItemResponse<Stored<Document>>>;
  upsert(body: NewDocument<Document>, options?: RequestOptions): Promise<ItemResponse<Stored<Document>>>;
  bulk(
    operations: OperationInput[],
    bulkOptions?: BulkOptions & BadDocumentOptions,
    options?: RequestOptions,
  ): Promise<BulkOperationResponse>;
  query<Row = Document & Resource>(
    query: string | SqlQuerySpec,
    options?: FeedOptions & QueryOptions,
  ): QueryIterator<Row>;
  /** What would be done with a query, without doing it. Sends nothing and needs no keys. */
  explain(query: string | SqlQuerySpec, options?: FeedOptions & QueryOptions): QueryExplanation;
  readAll(options?: FeedOptions & QueryOptions): QueryIterator<Document & Resource>;
  changeFeed(
    partitionKey: PartitionKey,
    options?: ChangeFeedOptions & BadDocumentOptions,
  ): ChangeFeedIterator<Document>;
  readChangeFeed(
    partitionKey: PartitionKey,
    options?: ChangeFeedOptions & BadDocumentOptions,
  ): ChangeFeedIterator<Document>;
  /** In the mode of all versions and deletes give the shape of a row: its `current` and `previous` are documents. */
  getChangeFeedIterator<Row = Document>(
    options?: ChangeFeedIteratorOptions & BadDocumentOptions,
  ): ChangeFeedPullModelIterator<Row>;
}

/** The SDK's item, typed. */
export interface TypedItem<Document> extends Omit<Item, "read" | "replace" | "patch" | "delete"> {
  read(options?: RequestOptions): Promise<ItemResponse<Stored<Document>>>;
  replace(body: Document, options?: RequestOptions): Promise<ItemResponse<Stored<Document>>>;
  patch(body: PatchRequestBody, options?: RequestOptions): Promise<ItemResponse<Stored<Document>>>;
  delete(options?: RequestOptions): Promise<ItemResponse<Stored<Document>>>;
}

/**
 * A sealed container, typed by its definition's schema. At run time it is the very object that `database.container(id)` makes;
 * pass that one on where the SDK's own type `Container` is asked for.
 */
export interface TypedContainer<Document> extends Omit<Container, "items" | "item"> {
  readonly definition: ContainerDefinition<Document>;
  readonly items: TypedItems<Document>;
  item(id: string, partitionKeyValue?: PartitionKey): TypedItem<Document>;
  /**
   * The stored form of a document, for what is written by other ways than this client: queues, imports, triggers.
   * Throws what `items.create` throws before it sends.
   */
  seal(document: Document, options?: { readonly signal?: AbortSignal }): Promise<Record<string, unknown>>;
  /** The document in a stored one that came by another way: a trigger, a queue, an export. Throws integrity errors. */
  open(stored: unknown, options?: { readonly signal?: AbortSignal }): Promise<Document & Resource>;
  /** Many at once, in order. Throws the first error. */
  openAll(stored: readonly unknown[], options?: { readonly signal?: AbortSignal }): Promise<(Document & Resource)[]>;
}
