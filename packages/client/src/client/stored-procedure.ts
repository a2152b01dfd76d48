/** A stored procedure of a sealed container: it runs on the server, on what is stored. */
import {
  type ClientContext,
  type PartitionKey,
  type RequestOptions,
  type ResourceResponse,
  StoredProcedure as SdkStoredProcedure,
} from "@azure/cosmos";
import { CosmosealError } from "@cosmoseal/core";
import { openResult } from "../operations/procedure-result.js";
import type { SealContext } from "../options/seal-options.js";
import { amend } from "../sdk/internals.js";
import { askedPartition } from "../sealing/partition.js";
import { APPROVAL_HEADER } from "../tripwire/approval.js";
import type { Container } from "./container.js";
import { closeSurface } from "./surface.js";

export class StoredProcedure extends SdkStoredProcedure {
  static {
    closeSurface(StoredProcedure, SdkStoredProcedure, "StoredProcedure");
  }

  declare readonly container: Container;
  readonly #seal: SealContext;

  constructor(container: Container, id: string, context: ClientContext, seal: SealContext) {
    super(container, id, context);
    this.#seal = seal;
  }

  /**
   * Runs it. Sealed documents in the result, at any depth, are verified and opened; everything else in it is the server's word.
   * Throws ERR_NOT_SUPPORTED for parameters, which travel in the clear, unless `seal.storedProcedures` allows them; what doesn't
   * open throws with `committed: true`, since the procedure was run.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
  override async execute<T = any>(
    partitionKey: PartitionKey,
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's own signature
    params?: any[],
    options: RequestOptions = {},
  ): Promise<ResourceResponse<T>> {
    const { definition } = this.container;
    const { abortSignal, initialHeaders } = options;
    this.#checkParameters(params);
    const asked =
      partitionKey === undefined ? undefined : await askedPartition(this.#seal, definition, partitionKey, abortSignal);
    // Without a key the SDK has its own: that of documents that have none.
    const stored = (asked === undefined ? undefined : [...asked.stored]) as PartitionKey;
    const response = await super.execute<T>(stored, params, {
      ...options,
      initialHeaders: { ...initialHeaders, [APPROVAL_HEADER]: this.#seal.approval },
    });
    const resource = await openResult(this.#seal, definition, response.resource, asked?.prefix, abortSignal);
    return amend(response, { resource });
  }

  #checkParameters(params: readonly unknown[] | undefined): void {
    if (params === undefined || params === null || params.length === 0) return;
    const { name } = this.container.definition;
    if (this.#seal.allowsParameters(name, this.id)) return;
    throw new CosmosealError("ERR_NOT_SUPPORTED", "The parameters of a stored procedure would travel in the clear.", {
      container: name,
      remedy:
        "Nothing was sent. Run it without, or say of this procedure in `seal.storedProcedures` that its parameters hold nothing sealed.",
    });
  }
}
