/** One item of a sealed container. Its id and partition key are the application's; requests go to what is stored. */
import {
  type ClientContext,
  type ItemDefinition,
  type ItemResponse,
  type PartitionKey,
  type PatchRequestBody,
  type RequestOptions,
  Item as SdkItem,
} from "@azure/cosmos";
import { replaceByCarrying } from "../operations/replace.js";
import type { SealContext } from "../options/seal-options.js";
import { serverPatch } from "../patch/direct.js";
import { asService } from "../patch/errors.js";
import { readPatch } from "../patch/read-patch.js";
import { patching, rewriteItem } from "../patch/rewrite.js";
import { amend } from "../sdk/internals.js";
import { type AskedItem, openAnswer, openChanged, openWritten } from "../sealing/answers.js";
import { componentsOf, type KeyComponents, storedComponents, storedId } from "../sealing/keys-of-item.js";
import { mustCarry } from "../sealing/missing-groups.js";
import { sealForWriting } from "../sealing/write.js";
import { checkWriter } from "../sealing/writer.js";
import { APPROVAL_HEADER } from "../tripwire/approval.js";
import type { Container } from "./container.js";
import { closeSurface } from "./surface.js";

export class Item extends SdkItem {
  static {
    closeSurface(Item, SdkItem, "Item");
  }

  declare readonly container: Container;
  readonly #context: ClientContext;
  readonly #seal: SealContext;
  readonly #components: KeyComponents;

  constructor(
    container: Container,
    id: string,
    context: ClientContext,
    seal: SealContext,
    partitionKey: PartitionKey | undefined,
  ) {
    super(container, id, context, partitionKey);
    this.#context = context;
    this.#seal = seal;
    this.#components = componentsOf(container.definition, partitionKey);
  }

  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
  override async read<T extends ItemDefinition = any>(options: RequestOptions = {}): Promise<ItemResponse<T>> {
    const { abortSignal } = options;
    const asked = await this.#asked(abortSignal);
    const response = await this.#stored(asked).read<T>(options);
    // Nothing to open: a missing item answers 404 without a resource, one that didn't change 304.
    if (response.statusCode === 404 || response.statusCode === 304) {
      return amend(response, { resource: response.statusCode === 404 ? undefined : null, item: this });
    }
    const { definition } = this.container;
    const resource = await openAnswer(this.#seal, definition, response.resource, asked, abortSignal);
    return amend(response, { resource, item: this });
  }

  /** As the SDK's. A client that lacks the key of a group reads what is stored first and carries the group: see `replaceByCarrying`. */
  override async replace<T extends ItemDefinition>(
    body: unknown,
    options: RequestOptions = {},
  ): Promise<ItemResponse<T>> {
    const { abortSignal } = options;
    const { definition } = this.container;
    const asked = await this.#asked(abortSignal);
    if (await mustCarry(this.#seal, definition, abortSignal)) {
      const item = this.#stored(asked);
      const carried = await replaceByCarrying<T>(this.#seal, definition, item, asked, body, "replace", options);
      return amend(carried, { item: this });
    }
    const sealed = await sealForWriting(this.#seal, definition, body, "replace", abortSignal);
    const response = await this.#stored(asked).replace<T>(sealed as unknown as T, options);
    const resource = await openWritten(this.#seal, definition, response.resource, sealed, abortSignal);
    return amend(response, { resource, item: this });
  }

  /**
   * A patch of unsigned paths alone is the server's. Any other is done here: read, changed, and replaced under If-Match, again
   * where another writer came between; see `rewriteItem`. The caller's condition and etag hold in both.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
  override async patch<T extends ItemDefinition = any>(
    body: PatchRequestBody,
    options: RequestOptions = {},
  ): Promise<ItemResponse<T>> {
    const { definition } = this.container;
    const direct = serverPatch(this.#seal, definition, body);
    const patch = direct === undefined ? asService(() => readPatch(body)) : undefined;
    const asked = await this.#asked(options.abortSignal);
    const item = this.#stored(asked);
    if (patch !== undefined) {
      const change = patching(this.#seal, definition, patch, options.abortSignal);
      const response = await rewriteItem<T>(this.#seal, definition, item, asked, change, options);
      return amend(response, { item: this });
    }
    await checkWriter(this.#seal, definition, options.abortSignal);
    const initialHeaders = { ...options.initialHeaders, [APPROVAL_HEADER]: this.#seal.approval };
    const response = await item.patch<T>(direct as PatchRequestBody, { ...options, initialHeaders });
    const resource = await openChanged(this.#seal, definition, response.resource, asked, options.abortSignal);
    return amend(response, { resource, item: this });
  }

  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
  override async delete<T extends ItemDefinition = any>(options: RequestOptions = {}): Promise<ItemResponse<T>> {
    const asked = await this.#asked(options.abortSignal);
    const response = await this.#stored(asked).delete<T>(options);
    // The service answers without a body; whatever else came is not from a key holder.
    return amend(response, { resource: response.resource === undefined ? undefined : null, item: this });
  }

  /** Translated at the call and not in the constructor, since keys may have to be loaded. */
  async #asked(signal: AbortSignal | undefined): Promise<AskedItem> {
    const { definition } = this.container;
    return {
      id: await storedId(this.#seal, definition, this.id, signal),
      partitionKey: await storedComponents(this.#seal, definition, this.#components, signal),
    };
  }

  #stored({ id, partitionKey }: AskedItem): SdkItem {
    return new SdkItem(this.container, id, this.#context, [...partitionKey]);
  }
}
