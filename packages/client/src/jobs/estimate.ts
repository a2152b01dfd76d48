/** Counting documents where the service does: its word, and good enough for what is left of a job or hangs on a key. */
import type { PartitionKey, Container as SdkContainer, SqlParameter } from "@azure/cosmos";
import type { SealContext } from "../options/seal-options.js";
import { APPROVAL_HEADER } from "../tripwire/approval.js";

export interface Count {
  readonly documents: number;
  readonly requestUnits: number;
}

/** Documents that meet a condition over public paths. Throws what the service answers. */
export async function countWhere(
  { approval }: SealContext,
  container: SdkContainer,
  condition: string,
  parameters: SqlParameter[],
  options: { readonly partitionKey?: PartitionKey; readonly signal?: AbortSignal | undefined } = {},
): Promise<Count> {
  const { partitionKey, signal } = options;
  const query = { query: `SELECT VALUE COUNT(1) FROM c WHERE ${condition}`, parameters };
  const { resources, requestCharge } = await container.items
    .query<number>(query, {
      initialHeaders: { [APPROVAL_HEADER]: approval },
      ...(partitionKey !== undefined && { partitionKey }),
      ...(signal && { abortSignal: signal }),
    })
    .fetchAll();
  return { documents: resources.reduce((sum, count) => sum + count, 0), requestUnits: requestCharge };
}

/** Undefined where the service doesn't tell: a job is done without it. */
export async function estimateDocuments(
  context: SealContext,
  container: SdkContainer,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    return (await countWhere(context, container, "true", [], { signal })).documents;
  } catch (error) {
    signal?.throwIfAborted();
    const message = `The job can't tell how long it takes: documents could not be counted (${(error as Error)?.name}).`;
    context.emit({ type: "warning", container: container.id, message });
    return undefined;
  }
}
