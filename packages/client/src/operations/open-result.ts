/** The result of one operation of a batch or of a bulk request: its document opened and held against what was sent or asked for. */
import type { OperationResponse } from "@azure/cosmos";
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { openAnswer, openChanged, openWritten } from "../sealing/answers.js";
import type { SealedOperation } from "./seal-operation.js";

/**
 * Changes the result's document in place and nothing else of it. Throws ERR_ANSWER_MISMATCH and what opening throws, with
 * `committed: true` where the operation has changed something.
 */
export async function openResult<R extends Pick<OperationResponse, "statusCode" | "resourceBody">>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  { stored, written, asked }: SealedOperation,
  result: R,
  signal?: AbortSignal,
): Promise<R> {
  const { resourceBody } = result;
  if (resourceBody === undefined || resourceBody === null) return result;
  const { operationType } = stored;
  // A delete answers without a document, and so does what failed: whatever came is not from a key holder.
  if (!(result.statusCode < 300) || operationType === "Delete")
    return Object.assign(result, { resourceBody: undefined });
  const opened =
    written !== undefined
      ? await openWritten(context, definition, resourceBody, written, signal)
      : await (operationType === "Patch" ? openChanged : openAnswer)(context, definition, resourceBody, asked!, signal);
  return Object.assign(result, { resourceBody: opened });
}

/** Throws ERR_ANSWER_MISMATCH where there are not as many results as operations. */
export function checkCount(definition: ContainerDefinition<unknown>, asked: number, answered: number): void {
  if (asked === answered) return;
  throw new CosmosealError("ERR_ANSWER_MISMATCH", `The server answered ${asked} operations with ${answered} results.`, {
    container: definition.name,
    remedy: "Read the documents again: what became of them is not known.",
  });
}
