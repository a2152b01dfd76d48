/** Ids and partition keys as they are stored: tokens where they are sealed. SPEC §5.3. */
import type { PartitionKey, PrimitivePartitionKeyValue } from "@azure/cosmos";
import {
  type ContainerDefinition,
  containerScope,
  identityToken,
  isCosmosealError,
  type KeyLease,
  type KeyUse,
} from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";

/** The components of a partition key, as a request names them. */
export type KeyComponents = readonly PrimitivePartitionKeyValue[];

/** What the application means by a partition key that it gives or leaves out: the document's key, or a prefix of it. */
export function componentsOf(
  definition: ContainerDefinition<unknown>,
  partitionKey: PartitionKey | undefined,
): KeyComponents {
  if (partitionKey === undefined) return definition.plan.partitionKey.map(() => NONE);
  const list: readonly (PrimitivePartitionKeyValue | undefined)[] = Array.isArray(partitionKey)
    ? partitionKey
    : [partitionKey];
  return list.map((value) => (value === undefined ? NONE : value));
}

/** The components as stored. Throws what keys throw. */
export async function storedComponents(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  components: KeyComponents,
  signal?: AbortSignal,
): Promise<KeyComponents> {
  const { partitionKey, identity } = definition.plan;
  if (!partitionKey.some((path) => identity.includes(path))) return components;
  const tokens = (lease: KeyLease): KeyComponents =>
    components.map((value, i) => {
      const path = partitionKey[i];
      return path !== undefined && identity.includes(path) ? tokenOf(definition, lease, path, value) : value;
    });
  // Identity keys are never rotated: an older view of the store has the same.
  return withContainerKeys(context, definition, signal, tokens, "read");
}

/** The id as stored. Throws what keys throw. */
export async function storedId(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  id: string,
  signal?: AbortSignal,
): Promise<string> {
  if (!definition.plan.identity.includes("/id")) return id;
  const token = (lease: KeyLease): string => tokenOf(definition, lease, "/id", id) as string;
  return withContainerKeys(context, definition, signal, token, "read");
}

/** The stored form of one sealed identity; null and what is absent stay as they are. */
export function tokenOf(
  definition: ContainerDefinition<unknown>,
  lease: KeyLease,
  path: string,
  value: PrimitivePartitionKeyValue,
): PrimitivePartitionKeyValue {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return value;
  const { plan } = definition;
  return identityToken(lease.keysOf(containerScope(plan)).identity(), plan.name, path, value);
}

/** Runs with the container's index and identity keys. Makes the container's scope where that is allowed. Throws what keys throw. */
export async function withContainerKeys<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  signal: AbortSignal | undefined,
  use: (lease: KeyLease) => T,
  purpose: KeyUse = "write",
): Promise<T> {
  const { plan } = definition;
  const run = async (): Promise<T> => {
    const lease = await context.keys.lease(plan, [], signal, purpose);
    try {
      return use(lease);
    } finally {
      lease.release();
    }
  };
  try {
    return await run();
  } catch (error) {
    if (!context.createScopes || !isCosmosealError(error, "ERR_SCOPE_UNKNOWN", "ERR_KEY_MISSING")) throw error;
    await context.keys.createScope(plan, undefined, signal);
    return run();
  }
}

const NONE: PrimitivePartitionKeyValue = Object.freeze({});
