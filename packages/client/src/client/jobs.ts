/** What an application or its operator runs over whole containers, for as long as it takes. */
import type { Container as SdkContainer } from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { JobResult } from "../jobs/job.js";
import { type RebuildOptions, type RebuildResult, rebuild } from "../jobs/rebuild.js";
import { type ResealOptions, reseal } from "../jobs/reseal.js";
import type { SealContext } from "../options/seal-options.js";

/** Which container, where the definition alone doesn't say: `"database/container"`. */
export interface JobPlace {
  readonly at?: string;
}

/**
 * Jobs go through every document of a container, beside the application: a document that another writer changes meanwhile is read again.
 * They may be stopped at any time, and run again, in this process or another; with `leases` they go on where they were, and several
 * processes share the work. They end when every range is done and no writer can have missed what the job is for: within twice the maximum
 * store age after the keys were rotated, four times for index keys. A document that is written again gets a new `_ts` and `_etag`, comes by
 * in change feeds, and lives on for its whole `ttl`.
 */
export interface ClientJobs {
  /**
   * Seals every document anew that is under older keys than new ones are, or of an earlier schema version; what it holds stays the same.
   * Afterwards older generations can be retired. Documents under destroyed keys are counted apart. Throws JobStoppedError,
   * ERR_OPTIONS_INVALID, ERR_SCOPE_UNKNOWN, and what keys and the service throw.
   *
   * @example
   * await client.keys.rotate(customers);
   * const { changed, failed } = await client.jobs.reseal(customers, { leases, requestUnitsPerSecond: 400 });
   */
  reseal(definition: ContainerDefinition<unknown>, options?: ResealOptions & JobPlace): Promise<JobResult>;
  /**
   * Seals every document anew whose tokens were made under an older index key, or by an earlier schema version; then records that all
   * carry the indexes, so that queries ask for tokens alone, and the older index key can be retired. An index key that was announced is
   * waited for. Throws as `reseal` does, and ERR_SCHEMA_OUTDATED where instances of earlier versions may still write.
   *
   * @example
   * await client.keys.rotate(customers, undefined, { kind: "index" });
   * await client.jobs.rebuild(customers, { leases });
   * await client.keys.retire(customers, undefined, { kind: "index", generation: 1 });
   */
  rebuild(definition: ContainerDefinition<unknown>, options?: RebuildOptions & JobPlace): Promise<RebuildResult>;
}

/** `containerOf`: the container as the plain SDK sees it, under the tripwire. */
export function clientJobs(
  context: SealContext,
  containerOf: (definition: ContainerDefinition<unknown>, at: string | undefined) => SdkContainer,
): ClientJobs {
  return Object.freeze<ClientJobs>({
    reseal: async (definition, options = {}) =>
      reseal(context, definition, containerOf(definition, options.at), options),
    rebuild: async (definition, options = {}) =>
      rebuild(context, definition, containerOf(definition, options.at), options),
  });
}
