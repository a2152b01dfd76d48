/** A transactional batch: sealed operation by operation, sent as one, its results opened in order. */
import type { OperationInput, OperationResponse, PartitionKey, RequestOptions, Response } from "@azure/cosmos";
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { backOff, MAX_ATTEMPTS } from "../patch/attempts.js";
import type { StoredItems } from "../patch/rewrite.js";
import { componentsOf, storedComponents } from "../sealing/keys-of-item.js";
import { generateId } from "../sealing/write.js";
import { BatchRewrites, failedBatch } from "./batch-rewrites.js";
import { checkCount, openResult } from "./open-result.js";
import { mapWithPauses } from "./pause.js";
import { type PreparedOperation, prepareOperation } from "./prepare.js";
import type { SealedOperation } from "./seal-operation.js";

export interface BatchCalls {
  readonly send: (operations: OperationInput[], partitionKey: PartitionKey) => Promise<Response<OperationResponse[]>>;
  readonly items: StoredItems;
}

/**
 * Patches that the client does itself are read first and go along as replaces under their etags; where another writer came
 * between, the whole is tried again, the other operations with the same bytes. Throws what sealing throws, before anything is sent;
 * ERR_NOT_SUPPORTED for such a patch of an item that is touched earlier in the batch; what the SDK throws; what opening throws,
 * with `committed: true` where the batch was done.
 */
export async function runBatch(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operations: readonly OperationInput[],
  partitionKey: PartitionKey | undefined,
  options: RequestOptions,
  { send, items }: BatchCalls,
): Promise<Response<OperationResponse[]>> {
  const { abortSignal: signal, disableAutomaticIdGeneration } = options;
  for (const operation of operations) takeAsSdk(operation, disableAutomaticIdGeneration);
  const given = operations.map((operation) => ({ ...operation }));
  for (const operation of operations) writeKeyBack(operation);
  const key = await storedComponents(context, definition, componentsOf(definition, partitionKey), signal);
  const prepared = await mapWithPauses(given, (operation) =>
    prepareOperation(context, definition, operation, key, signal),
  );
  refuseTouched(definition, prepared);
  const rewrites = new BatchRewrites(context, definition, items, options);
  for (let attempt = 0; ; attempt++) {
    if (attempt > 0) await backOff(attempt, signal);
    const sealed = await rewrites.attempt(prepared);
    if ("failed" in sealed) return failedBatch(prepared.length, sealed);
    const response = await send(
      sealed.map(({ stored }) => stored),
      [...key],
    );
    const raced = rewrites.racedIn(prepared, response);
    if (raced !== undefined && attempt + 1 < MAX_ATTEMPTS) continue;
    if (raced !== undefined) Object.assign(raced, { statusCode: 449 });
    return openBatch(context, definition, sealed, response, signal);
  }
}

/** The SDK's habit: missing ids are generated and written back into the caller's documents. */
function takeAsSdk(operation: OperationInput, disabled: boolean | undefined): void {
  const { operationType } = operation;
  if (operationType === "Create" || operationType === "Upsert") generateId(operation.resourceBody, disabled);
}

/** Another habit of its: a key that an operation names becomes the text of its list. */
function writeKeyBack(operation: OperationInput): void {
  if (operation.partitionKey === undefined) return;
  const { partitionKey } = operation;
  const list = Array.isArray(partitionKey) ? partitionKey.map((one) => (one === undefined ? {} : one)) : [partitionKey];
  operation.partitionKey = JSON.stringify(list);
}

/** What an operation before it makes of the item can't be read beforehand. */
function refuseTouched(definition: ContainerDefinition<unknown>, prepared: readonly PreparedOperation[]): void {
  const touched = new Set<string>();
  for (const { kind, place, sealed } of prepared) {
    if (kind === "rewrite" && touched.has(place)) {
      throw new CosmosealError(
        "ERR_NOT_SUPPORTED",
        "A batch patches sealed or signed paths, or carries a closed group, of an item that an earlier operation of it changes.",
        { container: definition.name, remedy: "Make one operation of the two, or two batches. Nothing was sent." },
      );
    }
    if (sealed.stored.operationType !== "Read") touched.add(place);
  }
}

async function openBatch(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  sealed: readonly SealedOperation[],
  response: Response<OperationResponse[]>,
  signal: AbortSignal | undefined,
): Promise<Response<OperationResponse[]>> {
  const { result } = response;
  if (!Array.isArray(result)) return response;
  try {
    checkCount(definition, sealed.length, result.length);
    await mapWithPauses(result, (one, i) => openResult(context, definition, sealed[i]!, one, signal));
  } catch (error) {
    // All or nothing: one write that was done tells that all were.
    const wrote = sealed.some(({ stored }) => stored.operationType !== "Read");
    const done = result.every(({ statusCode }) => statusCode < 400);
    if (wrote && done && error instanceof Error) (error as { committed?: boolean }).committed = true;
    throw error;
  }
  return response;
}
