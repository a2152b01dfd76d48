/** `container.items` of a sealed container. */
import {
  type ClientContext,
  type FeedOptions,
  type ItemDefinition,
  type ItemResponse,
  type RequestOptions,
  Items as SdkItems,
  type SqlQuerySpec,
} from "@azure/cosmos";
import { type JsonObject, partitionKeyOf } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { startQuery } from "../query/start.js";
import { amend } from "../sdk/internals.js";
import { openWritten } from "../sealing/answers.js";
import { generateId, sealForWriting } from "../sealing/write.js";
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
  override query<T = any>(query: string | SqlQuerySpec, options: FeedOptions = {}): QueryIterator<T> {
    const { definition } = this.container;
    const start = startQuery<T>(this.#seal, definition, query, options, (pushed, pushedOptions) =>
      super.query<T>(pushed, pushedOptions),
    );
    return new QueryIterator<T>(this.#context, start);
  }

  override readAll<T extends ItemDefinition = ItemDefinition>(options?: FeedOptions): QueryIterator<T> {
    return this.query<T>("SELECT * FROM c", options);
  }

  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
  override create<T extends ItemDefinition = any>(body: T, options: RequestOptions = {}): Promise<ItemResponse<T>> {
    return this.#write(body, options, (sealed) => super.create<T>(sealed as unknown as T, options));
  }

  override upsert<T extends ItemDefinition>(body: unknown, options: RequestOptions = {}): Promise<ItemResponse<T>> {
    return this.#write(body, options, (sealed) => super.upsert<T>(sealed as unknown as T, options));
  }

  async #write<T extends ItemDefinition>(
    body: unknown,
    options: RequestOptions,
    send: (sealed: JsonObject) => Promise<ItemResponse<T>>,
  ): Promise<ItemResponse<T>> {
    const { definition } = this.container;
    generateId(body, options.disableAutomaticIdGeneration);
    const sealed = await sealForWriting(this.#seal, definition, body, options.abortSignal);
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
