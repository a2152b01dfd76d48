/** How many documents hang on each key of a scope, as the account's own index counts them. */
import type { PartitionKey, Container as SdkContainer } from "@azure/cosmos";
import type { ContainerDefinition, KeyDescription, ScopeValue } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { type Count, countWhere } from "./estimate.js";

/** A key, and what hangs on it. */
export interface KeyUsage extends KeyDescription {
  /**
   * Documents in the container. Of an integrity key those that are signed under it; of an index key those whose tokens it made; of the
   * identity key all that are sealed. Undefined for keys of groups, which no index tells: they are rotated together with the
   * integrity key unless one asks otherwise, and a reseal without a change shows that nothing hangs on older ones.
   */
  readonly documents: number | undefined;
}

export interface ScopeUsage {
  readonly keys: readonly KeyUsage[];
  readonly requestUnits: number;
}

/** One query for each key, by an index. The counts are the service's word. Throws ERR_SCOPE_UNKNOWN, and what the service answers. */
export async function usageOf(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  container: SdkContainer,
  value: ScopeValue,
  signal: AbortSignal | undefined,
): Promise<ScopeUsage> {
  const { plan } = definition;
  const partitionKey = partitionOf(definition, value);
  const keys: KeyUsage[] = [];
  let requestUnits = 0;
  for (const key of await context.keys.describe(plan, value, signal)) {
    const count = await countOf(key);
    requestUnits += count?.requestUnits ?? 0;
    keys.push(Object.freeze({ ...key, documents: count?.documents }));
  }
  return Object.freeze({ keys: Object.freeze(keys), requestUnits });

  async function countOf({ kind, id, generation }: KeyDescription): Promise<Count | undefined> {
    const options = { signal, ...(partitionKey !== undefined && { partitionKey }) };
    if (kind === "group") return undefined;
    if (kind === "integrity") {
      return countWhere(context, container, "c._seal.k = @id", [{ name: "@id", value: id }], options);
    }
    // A document of this format has both, whatever it holds.
    if (kind === "identity") return countWhere(context, container, "c._seal.s >= 1", [], { signal });
    const generations = [{ name: "@generation", value: generation }];
    return countWhere(context, container, "c._seal.t = @generation", generations, { signal });
  }
}

/** Where the scope's path is the partition key all of its documents lie together. */
function partitionOf({ plan }: ContainerDefinition<unknown>, value: ScopeValue): PartitionKey | undefined {
  const [only, ...more] = plan.partitionKey;
  return value !== undefined && more.length === 0 && plan.scope?.path === only ? [value] : undefined;
}
