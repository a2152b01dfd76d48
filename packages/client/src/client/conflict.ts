/** One conflict of a sealed container. */

import type { RequestOptions } from "@azure/cosmos";
import { type ClientContext, type ConflictResponse, type PartitionKey, Conflict as SdkConflict } from "@azure/cosmos";
import { openConflict } from "../feed/conflicts.js";
import type { SealContext } from "../options/seal-options.js";
import { amend } from "../sdk/internals.js";
import { componentsOf, storedComponents } from "../sealing/keys-of-item.js";
import type { Container } from "./container.js";
import { closeSurface } from "./surface.js";

export class Conflict extends SdkConflict {
  static {
    closeSurface(Conflict, SdkConflict, "Conflict");
  }

  declare readonly container: Container;
  readonly #context: ClientContext;
  readonly #seal: SealContext;
  readonly #partitionKey: PartitionKey | undefined;

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
    this.#partitionKey = partitionKey;
  }

  /** Its content is the conflicting document as JSON text, opened. Throws integrity errors. */
  override async read(options?: RequestOptions): Promise<ConflictResponse> {
    const response = await super.read(options);
    const { definition } = this.container;
    const resource = await openConflict(this.#seal, definition, response.resource, options?.abortSignal);
    return amend(response, { resource });
  }

  override async delete(options?: RequestOptions): Promise<ConflictResponse> {
    const key = this.#partitionKey;
    const stored = key === undefined ? undefined : await this.#storedKey(key, options?.abortSignal);
    const response = await new SdkConflict(this.container, this.id, this.#context, stored).delete(options);
    return amend(response, { conflict: this });
  }

  async #storedKey(key: PartitionKey, signal: AbortSignal | undefined): Promise<PartitionKey> {
    const { definition } = this.container;
    const stored = await storedComponents(this.#seal, definition, componentsOf(definition, key), signal);
    return [...stored];
  }
}
