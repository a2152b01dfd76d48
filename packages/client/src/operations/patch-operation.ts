/** Patches of a list that the client does itself, one item after the other, several at a time. */
import type { ErrorResponse, ItemDefinition, ItemResponse, RequestOptions } from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { asService } from "../patch/errors.js";
import { readPatch } from "../patch/read-patch.js";
import { patchByRewriting, type StoredItems } from "../patch/rewrite.js";
import type { PreparedOperation } from "./prepare.js";

export type PatchOutcome =
  | { readonly response: ItemResponse<ItemDefinition>; readonly error?: undefined }
  | { readonly error: unknown; readonly response?: undefined };

/** How many items are patched at a time. */
const AT_A_TIME = 8;

/** Outcomes in the order given; those on one item are done in it. Never throws. */
export async function patchAll(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operations: readonly Extract<PreparedOperation, { kind: "rewrite" }>[],
  items: StoredItems,
  options: RequestOptions,
): Promise<readonly PatchOutcome[]> {
  const outcomes: PatchOutcome[] = [];
  const byPlace = new Map<string, number[]>();
  for (const [i, { place }] of operations.entries()) byPlace.set(place, [...(byPlace.get(place) ?? []), i]);
  const lists = [...byPlace.values()];
  const work = async (): Promise<void> => {
    for (let list = lists.shift(); list !== undefined; list = lists.shift()) {
      for (const i of list) outcomes[i] = await patchOne(context, definition, operations[i]!, items, options);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return outcomes;
}

/** True for what the service, or the client in its place, says of the operation alone. */
export function isServiceError(error: unknown): error is ErrorResponse {
  return error instanceof Error && typeof (error as { readonly code?: unknown }).code === "number";
}

async function patchOne(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  { sealed, patch }: Extract<PreparedOperation, { kind: "rewrite" }>,
  items: StoredItems,
  options: RequestOptions,
): Promise<PatchOutcome> {
  const { ifMatch } = patch;
  const accessCondition = ifMatch === undefined ? {} : { accessCondition: { type: "IfMatch", condition: ifMatch } };
  try {
    const steps = asService(() => readPatch(patch.resourceBody));
    const own = { ...options, ...accessCondition };
    return { response: await patchByRewriting(context, definition, items(sealed.asked!), sealed.asked!, steps, own) };
  } catch (error) {
    return { error };
  }
}
