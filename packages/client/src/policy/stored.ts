/** The definition that a container must have in the account, for whoever makes containers elsewhere: infrastructure code, the portal. */
import type { ContainerDefinition as ContainerProperties, ContainerRequest } from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import { lacking } from "./check.js";
import { cosmosPathOf } from "./paths.js";
import { rewriteDefinition } from "./rewrite.js";

/** A container's definition as the account must have it. */
export interface StoredContainerDefinition {
  readonly body: Omit<ContainerRequest, "partitionKey"> & {
    readonly partitionKey: { readonly paths: string[]; readonly kind: "Hash" | "MultiHash"; readonly version: 2 };
  };
  /** What of the given definition can't be had over sealed paths and was left out. */
  readonly warnings: readonly string[];
}

/**
 * What `containers.create` of the sealing client would send for `id`: the indexing policy keeps ciphertext out of the index and tokens
 * in it, each unique index has its unique key. `given` is what else the container should have, as the application writes it. Throws
 * ERR_OPTIONS_INVALID for what can't be done over sealed paths.
 *
 * @example const { body } = storedContainerDefinition(customers, "customers");
 */
export function storedContainerDefinition(
  definition: ContainerDefinition<unknown>,
  id: string,
  given: Omit<ContainerRequest, "id" | "partitionKey"> = {},
): StoredContainerDefinition {
  const { partitionKey, indexes } = definition.plan;
  const unique = indexes
    .filter(({ kind }) => kind === "unique")
    .map(({ pattern }) => ({ paths: [cosmosPathOf(pattern)] }));
  const uniqueKeyPolicy = given.uniqueKeyPolicy ?? (unique.length === 0 ? undefined : { uniqueKeys: unique });
  const { body, warnings } = rewriteDefinition(definition, {
    ...given,
    id,
    ...(uniqueKeyPolicy !== undefined && { uniqueKeyPolicy }),
  });
  const kind = partitionKey.length === 1 ? "Hash" : "MultiHash";
  const paths = partitionKey.map(cosmosPathOf);
  return { body: { ...body, partitionKey: { paths, kind, version: 2 } }, warnings };
}

/**
 * What a container's definition, as the account has it, lacks: sentences, none for one that the sealing client made.
 *
 * @example const { resource } = await plainContainer.read(); lackingInContainer(customers, resource);
 */
export function lackingInContainer(
  definition: ContainerDefinition<unknown>,
  stored: ContainerProperties,
): readonly string[] {
  return lacking(definition, stored);
}
