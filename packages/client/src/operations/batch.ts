/** A transactional batch: sealed operation by operation, sent as one, its results opened in order. */
import type { OperationInput, OperationResponse, PartitionKey, RequestOptions, Response } from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { componentsOf, storedComponents } from "../sealing/keys-of-item.js";
import { generateId } from "../sealing/write.js";
import { checkCount, openResult } from "./open-result.js";
import { mapWithPauses } from "./pause.js";
import { type SealedOperation, sealOperation } from "./seal-operation.js";

export type SendBatch = (
  operations: OperationInput[],
  partitionKey: PartitionKey,
) => Promise<Response<OperationResponse[]>>;

/** Throws what sealing throws, before anything is sent; what the SDK throws; what opening throws, with `committed: true` where the batch was done. */
export async function runBatch(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operations: readonly OperationInput[],
  partitionKey: PartitionKey | undefined,
  options: RequestOptions,
  send: SendBatch,
): Promise<Response<OperationResponse[]>> {
  const { abortSignal: signal, disableAutomaticIdGeneration } = options;
  for (const operation of operations) takeAsSdk(operation, disableAutomaticIdGeneration);
  const given = operations.map((operation) => ({ ...operation }));
  for (const operation of operations) writeKeyBack(operation);
  const key = await storedComponents(context, definition, componentsOf(definition, partitionKey), signal);
  const sealed = await mapWithPauses(given, (operation) => sealOperation(context, definition, operation, key, signal));
  const response = await send(
    sealed.map(({ stored }) => stored),
    [...key],
  );
  return openBatch(context, definition, sealed, response, signal);
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
