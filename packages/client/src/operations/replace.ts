/**
 * Whole documents written by a client that lacks the key of a group: what is stored now is read first, and the group is carried into
 * what replaces it, under If-Match.
 */
import type { ItemDefinition, ItemResponse, RequestOptions, Item as SdkItem } from "@azure/cosmos";
import { type ContainerDefinition, CosmosealError, partitionKeyOf } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { asService } from "../patch/errors.js";
import { conditionFailed } from "../patch/refusal.js";
import { type Change, isSameTag, rewriteItem } from "../patch/rewrite.js";
import type { AskedItem } from "../sealing/answers.js";
import { componentsOf, storedComponents, storedId } from "../sealing/keys-of-item.js";
import { sealForWriting } from "../sealing/write.js";

/** `upsert` makes what is not there, which takes all keys; `replace` answers as the service does. */
export type Replacing = "replace" | "upsert";

/** The item is the SDK's, of the stored id and key. Throws as `rewriteItem` and {@link replacing}. */
export async function replaceByCarrying<T extends ItemDefinition>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  item: SdkItem,
  asked: AskedItem,
  body: unknown,
  kind: Replacing,
  options: RequestOptions,
): Promise<ItemResponse<T>> {
  return rewriteItem<T>(context, definition, item, asked, replacing(context, definition, body, kind, options), options);
}

/** Throws ERR_GROUP_KEY_MISSING where a group can't be carried, and what sealing throws; 412 where the caller's condition isn't met. */
export function replacing(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  body: unknown,
  kind: Replacing,
  { abortSignal, accessCondition }: Pick<RequestOptions, "abortSignal" | "accessCondition">,
): Change {
  return {
    of: ({ closed, etag, response }) => {
      const { type, condition = "" } = accessCondition ?? {};
      asService(() => {
        if (type === "IfNoneMatch" && isSameTag(condition, etag)) throw conditionFailed();
      }, response);
      return sealForWriting(context, definition, body, "replace", abortSignal, closed);
    },
    ...(kind === "upsert" && { absent: () => notThere(definition) }),
  };
}

/** Where the document that a body is of is stored; undefined for a body that sealing refuses. Throws what keys throw. */
export async function placeOfBody(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  body: unknown,
  signal?: AbortSignal,
): Promise<AskedItem | undefined> {
  if (typeof body !== "object" || body === null) return undefined;
  const { id } = body as { readonly id?: unknown };
  const key = partitionKeyOf(definition.plan, body as Record<string, unknown>);
  if (typeof id !== "string" || key === undefined) return undefined;
  const components = componentsOf(definition, key as string[]);
  return {
    id: await storedId(context, definition, id, signal),
    partitionKey: await storedComponents(context, definition, components, signal),
  };
}

function notThere({ name }: ContainerDefinition<unknown>): CosmosealError {
  return new CosmosealError(
    "ERR_GROUP_KEY_MISSING",
    "There is no such document, and to make one takes the keys of all groups of the definition.",
    { container: name, remedy: "Leave it to a client that holds them." },
  );
}
