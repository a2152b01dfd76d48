/** The deprecated `bulk`: a list of results, with the diagnostics on it. */
import type {
  BulkOperationResponse,
  BulkOptions,
  ErrorResponse,
  OperationInput,
  OperationResponse,
  RequestOptions,
} from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import type { StoredItems } from "../patch/rewrite.js";
import {
  type BadDocument,
  type BadDocumentOptions,
  isOfDocument,
  policyFor,
  sealErrorsIn,
  settleBad,
} from "../sealing/bad-documents.js";
import { generateId } from "../sealing/write.js";
import { checkCount, openResult } from "./open-result.js";
import { mapWithPauses } from "./pause.js";
import { type PreparedOperation, prepareOperation } from "./prepare.js";
import { isServiceError, rewriteAll } from "./rewrites.js";
import { type Wave, wavesOf } from "./waves.js";

export interface BulkCalls {
  readonly send: (operations: OperationInput[]) => Promise<BulkOperationResponse>;
  readonly items: StoredItems;
}

/**
 * Everything is sealed before the first request. Throws what sealing throws; what the SDK throws; BadDocumentError for results
 * whose document doesn't open, unless they are to be quarantined: they then stand in `sealErrors`, and their results have no
 * document.
 */
export async function runBulk(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operations: readonly OperationInput[],
  bulkOptions: (BulkOptions & BadDocumentOptions) | undefined,
  options: RequestOptions,
  calls: BulkCalls,
): Promise<BulkOperationResponse> {
  const policy = policyFor(context, definition, bulkOptions);
  const { abortSignal: signal, disableAutomaticIdGeneration: disabled } = options;
  for (const operation of operations) {
    const { operationType } = operation;
    if (operationType === "Create" || operationType === "Upsert") generateId(operation.resourceBody, disabled);
  }
  const prepared = await mapWithPauses(operations, (operation) =>
    prepareOperation(context, definition, operation, undefined, signal),
  );
  const results: OperationResponse[] = [];
  let diagnostics: BulkOperationResponse["diagnostics"] | undefined;
  for (const wave of wavesOf(prepared)) {
    const stops = bulkOptions?.continueOnError === false && results.some(({ statusCode }) => statusCode >= 400);
    if (stops) for (const i of wave.indexes) results[i] = { statusCode: 424, requestCharge: 0 };
    else if (wave.kind === "rewrite") await rewrite(wave);
    else diagnostics = await send(wave);
  }
  const bad: BadDocument[] = [];
  await mapWithPauses(results, async (result, i) => {
    const { kind, sealed } = prepared[i]!;
    if (kind === "send") await openOrNote(context, definition, sealed, result, bad, signal);
  });
  // Without an operation that is sent the SDK has no diagnostics to give but of an empty list.
  diagnostics ??= (await calls.send([])).diagnostics;
  try {
    settleBad(context, policy, bad, results, undefined);
  } catch (error) {
    throw hasWritten() ? Object.assign(error as Error, { committed: true }) : error;
  }
  return Object.assign(results, { diagnostics }, sealErrorsIn(bad));

  function hasWritten(): boolean {
    return results.some((result, i) => result !== undefined && result.statusCode < 300 && isWrite(prepared[i]!));
  }

  async function send({ indexes }: Wave): Promise<BulkOperationResponse["diagnostics"]> {
    const response = await calls.send(indexes.map((i) => prepared[i]!.sealed.stored));
    checkCount(definition, indexes.length, response.filter((result) => result !== undefined).length);
    for (const [at, i] of indexes.entries()) results[i] = response[at]!;
    return response.diagnostics;
  }

  async function rewrite({ indexes }: Wave): Promise<void> {
    const changes = indexes.map((i) => prepared[i]).filter((operation) => operation?.kind === "rewrite");
    const outcomes = await rewriteAll(context, definition, changes, calls.items, options);
    const failure = outcomes.find(({ error }) => error !== undefined && !isServiceError(error));
    if (failure !== undefined) {
      const wrote = outcomes.some(({ response }) => response !== undefined) || hasWritten();
      throw wrote && failure.error instanceof Error ? Object.assign(failure.error, { committed: true }) : failure.error;
    }
    for (const [at, i] of indexes.entries()) results[i] = resultOf(outcomes[at]!);
  }
}

/** As the service tells of one operation, which it or the client in its place refused, if anybody did. */
function resultOf({ response, error }: Awaited<ReturnType<typeof rewriteAll>>[number]): OperationResponse {
  if (response !== undefined) {
    const { requestCharge, etag: eTag, resource } = response;
    return {
      statusCode: 200,
      requestCharge,
      eTag,
      resourceBody: resource as NonNullable<OperationResponse["resourceBody"]>,
    };
  }
  const { code, substatus: subStatusCode, message } = error as ErrorResponse;
  const result = { statusCode: code as number, requestCharge: 0, message };
  return subStatusCode === undefined ? result : Object.assign(result, { subStatusCode });
}

async function openOrNote(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  sealed: PreparedOperation["sealed"],
  result: OperationResponse,
  bad: BadDocument[],
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await openResult(context, definition, sealed, result, signal);
  } catch (error) {
    if (!isOfDocument(error)) throw error;
    const { code, id } = error;
    Object.assign(result, { resourceBody: undefined });
    bad.push({
      code,
      container: definition.name,
      id,
      partitionKey: sealed.asked?.partitionKey,
      etag: result.eTag,
      error,
    });
  }
}

function isWrite({ sealed }: PreparedOperation): boolean {
  return sealed.stored.operationType !== "Read";
}
