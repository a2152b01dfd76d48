/** `executeBulkOperations`: an outcome for each operation, whatever becomes of the others. */
import { type BulkOperationResult, ErrorResponse, type OperationInput, type RequestOptions } from "@azure/cosmos";
import { type ContainerDefinition, isCosmosealError, isSealed } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import type { StoredItems } from "../patch/rewrite.js";
import { openResult } from "./open-result.js";
import { mapWithPauses } from "./pause.js";
import { type PreparedOperation, prepareOperation } from "./prepare.js";
import { rewriteAll } from "./rewrites.js";
import { wavesOf } from "./waves.js";

export interface ExecuteCalls {
  readonly send: (operations: OperationInput[]) => Promise<BulkOperationResult[]>;
  readonly items: StoredItems;
}

/**
 * Errors are told by operation: those of the service and the SDK as the SDK tells them; ours, of sealing and opening, as the
 * CosmosealError itself. `operationInput` is a copy of the application's operation.
 */
export async function executeBulk(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operations: readonly OperationInput[],
  options: RequestOptions,
  calls: ExecuteCalls,
): Promise<BulkOperationResult[]> {
  const { abortSignal: signal } = options;
  const results: BulkOperationResult[] = [];
  const prepared = await mapWithPauses(operations, async (operation, i): Promise<PreparedOperation | undefined> => {
    const wrong = incomplete(operation);
    if (wrong !== undefined) {
      results[i] = { operationInput: operation, error: wrong };
      return undefined;
    }
    try {
      return await prepareOperation(context, definition, operation, undefined, signal);
    } catch (error) {
      results[i] = { operationInput: copyOf(operation), error: ours(error) };
      return undefined;
    }
  });
  const inputs = operations.map((operation, i) => (prepared[i] === undefined ? operation : copyOf(operation)));
  for (const { kind, indexes } of wavesOf(prepared)) {
    const wave = indexes.map((i) => prepared[i]!);
    const outcomes =
      kind === "send"
        ? await calls.send(wave.map(({ sealed }) => sealed.stored))
        : await rewrite(wave.filter((operation) => operation.kind === "rewrite"));
    for (const [at, i] of indexes.entries()) results[i] = withInput(inputs[i]!, outcomes[at]!);
  }
  return mapWithPauses(results, async (result, i) => {
    const operation = prepared[i];
    return operation?.kind === "send" ? openOutcome(context, definition, operation, result, signal) : result;
  });

  async function rewrite(wave: Parameters<typeof rewriteAll>[2]): Promise<BulkOperationResult[]> {
    const outcomes = await rewriteAll(context, definition, wave, calls.items, options);
    return outcomes.map(({ response, error }, at) => {
      const operationInput: OperationInput = wave[at]!.operation;
      if (response === undefined) return { operationInput, error: withoutStack(error) };
      const { requestCharge, etag: eTag, activityId, headers, diagnostics } = response;
      const resourceBody = response.resource as NonNullable<BulkOperationResult["response"]>["resourceBody"];
      return {
        operationInput,
        response: {
          statusCode: 200,
          eTag,
          activityId,
          requestCharge,
          headers,
          diagnostics,
          ...(resourceBody && { resourceBody }),
        },
      };
    });
  }
}

async function openOutcome(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  { sealed }: PreparedOperation,
  result: BulkOperationResult,
  signal: AbortSignal | undefined,
): Promise<BulkOperationResult> {
  const { response, error } = result;
  // What failed has no document that anybody vouches for.
  if (error !== undefined && isSealed(error.body)) delete error.body;
  if (response === undefined) return result;
  try {
    await openResult(context, definition, sealed, response, signal);
    return result;
  } catch (failure) {
    return { operationInput: result.operationInput, error: ours(failure) };
  }
}

/**
 * What the SDK refuses by itself, in its words. It is said here, since the SDK never ends for what is no operation or has no
 * document.
 */
function incomplete(operation: OperationInput | null | undefined): ErrorResponse | undefined {
  if (!operation) return sdkError("Operation cannot be null or undefined.");
  const { operationType, partitionKey } = operation;
  const { resourceBody } = operation as { readonly resourceBody?: { readonly id?: unknown } | null };
  const isDocument = operationType === "Create" || operationType === "Upsert" || operationType === "Replace";
  if (isDocument && !resourceBody?.id) {
    return sdkError(`Operation resource body must have an 'id' for ${operationType} operations.`);
  }
  if (partitionKey === undefined) return sdkError(`PartitionKey is required for ${operationType} operations.`);
  return undefined;
}

function sdkError(message: string): ErrorResponse {
  return withoutStack(Object.assign(new ErrorResponse(message), { code: 500 }));
}

/** The SDK gives errors as plain objects, without the stack. */
function withoutStack(error: unknown): ErrorResponse {
  if (isCosmosealError(error) || !(error instanceof Error)) return ours(error);
  const { stack: _, ...rest } = error as ErrorResponse;
  return Object.assign({ message: error.message }, rest) as ErrorResponse;
}

/** Typed as the SDK types errors of operations; `isCosmosealError` recognises it. */
function ours(error: unknown): ErrorResponse {
  return error as ErrorResponse;
}

/** An operation that failed on the SDK's way to the wire comes as the bare error; it stays as it is. */
function withInput(operationInput: OperationInput, result: BulkOperationResult): BulkOperationResult {
  return "operationInput" in result ? Object.assign(result, { operationInput }) : result;
}

/** As the SDK copies it. */
function copyOf(operation: OperationInput): OperationInput {
  return JSON.parse(
    JSON.stringify(operation, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
  );
}
