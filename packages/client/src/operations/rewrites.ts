/** Changes of a list that the client does itself, one item after the other, several at a time. */
import type { ErrorResponse, ItemDefinition, ItemResponse, RequestOptions } from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { asService } from "../patch/errors.js";
import { readPatch } from "../patch/read-patch.js";
import { type Change, patching, rewriteItem, type StoredItems } from "../patch/rewrite.js";
import type { PreparedOperation, RewriteInput } from "./prepare.js";
import { replacing } from "./replace.js";

export type RewriteOutcome =
  | { readonly response: ItemResponse<ItemDefinition>; readonly error?: undefined }
  | { readonly error: unknown; readonly response?: undefined };

/** How many items are changed at a time. */
const AT_A_TIME = 8;

/** Outcomes in the order given; those on one item are done in it. Never throws. */
export async function rewriteAll(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operations: readonly Extract<PreparedOperation, { kind: "rewrite" }>[],
  items: StoredItems,
  options: RequestOptions,
): Promise<readonly RewriteOutcome[]> {
  const outcomes: RewriteOutcome[] = [];
  const byPlace = new Map<string, number[]>();
  for (const [i, { place }] of operations.entries()) byPlace.set(place, [...(byPlace.get(place) ?? []), i]);
  const lists = [...byPlace.values()];
  const work = async (): Promise<void> => {
    for (let list = lists.shift(); list !== undefined; list = lists.shift()) {
      for (const i of list) outcomes[i] = await rewriteOne(context, definition, operations[i]!, items, options);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return outcomes;
}

/** What an operation makes of the document that is stored. Throws ErrorResponse for what is no patch. */
export function changeOf(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operation: RewriteInput,
  signal: AbortSignal | undefined,
): Change {
  const { operationType, resourceBody } = operation;
  if (operationType === "Patch") {
    return patching(
      context,
      definition,
      asService(() => readPatch(resourceBody)),
      signal,
    );
  }
  const options = { ...conditionsOf(operation), ...(signal && { abortSignal: signal }) };
  return replacing(context, definition, resourceBody, operationType === "Upsert" ? "upsert" : "replace", options);
}

/** True for what the service, or the client in its place, says of the operation alone. */
export function isServiceError(error: unknown): error is ErrorResponse {
  return error instanceof Error && typeof (error as { readonly code?: unknown }).code === "number";
}

async function rewriteOne(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  { sealed, operation }: Extract<PreparedOperation, { kind: "rewrite" }>,
  items: StoredItems,
  options: RequestOptions,
): Promise<RewriteOutcome> {
  const asked = sealed.asked!;
  try {
    const change = changeOf(context, definition, operation, options.abortSignal);
    const own = { ...options, ...conditionsOf(operation) };
    return { response: await rewriteItem(context, definition, items(asked), asked, change, own) };
  } catch (error) {
    return { error };
  }
}

function conditionsOf(operation: RewriteInput): Pick<RequestOptions, "accessCondition"> {
  const { ifMatch, ifNoneMatch } = operation as { readonly ifMatch?: string; readonly ifNoneMatch?: string };
  if (ifMatch !== undefined) return { accessCondition: { type: "IfMatch", condition: ifMatch } };
  return ifNoneMatch === undefined ? {} : { accessCondition: { type: "IfNoneMatch", condition: ifNoneMatch } };
}
