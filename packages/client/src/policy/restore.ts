/** A container's definition as the application wrote it: what the client added is taken out, and its names of unique keys are taken back. */
import type { ContainerDefinition as ContainerProperties } from "@azure/cosmos";
import type { Plan } from "@cosmoseal/core";
import { cosmosPathOf } from "./paths.js";

/** Which paths of every indexing policy are ours. The deeper path wins, so that a change of the schema needs no change of the policy. */
export const EXCLUDED: readonly string[] = ["/_seal/*"];
export const INCLUDED: readonly string[] = ["/_seal/x/*", "/_seal/s/?", "/_seal/t/?", "/_seal/k/?"];

/** Where the tokens of an index lie in a stored document. */
export function tokenPath(name: string): string {
  return `/_seal/x/${name}`;
}

/** A copy; does nothing where nothing is ours. Composite indexes that were left out don't come back. */
export function restoreDefinition<D extends Pick<ContainerProperties, "indexingPolicy" | "uniqueKeyPolicy">>(
  plan: Plan,
  stored: D,
): D {
  const { indexingPolicy, uniqueKeyPolicy } = stored;
  return {
    ...stored,
    ...(indexingPolicy !== undefined && { indexingPolicy: withoutOurs(indexingPolicy) }),
    ...(uniqueKeyPolicy !== undefined && { uniqueKeyPolicy: withOwnPaths(plan, uniqueKeyPolicy) }),
  };
}

function withoutOurs(policy: NonNullable<ContainerProperties["indexingPolicy"]>): typeof policy {
  const { includedPaths, excludedPaths } = policy;
  return {
    ...policy,
    ...(includedPaths && { includedPaths: includedPaths.filter(({ path }) => !INCLUDED.includes(path)) }),
    ...(excludedPaths && { excludedPaths: excludedPaths.filter(({ path }) => !EXCLUDED.includes(path)) }),
  };
}

function withOwnPaths(plan: Plan, policy: NonNullable<ContainerProperties["uniqueKeyPolicy"]>): typeof policy {
  const unique = plan.indexes.filter(({ kind }) => kind === "unique");
  const own = new Map(unique.map(({ name, pattern }) => [tokenPath(name), cosmosPathOf(pattern)]));
  return {
    ...policy,
    uniqueKeys: policy.uniqueKeys.map((key) => ({ ...key, paths: key.paths.map((path) => own.get(path) ?? path) })),
  };
}
