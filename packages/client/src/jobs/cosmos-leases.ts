/** The state of jobs in a Cosmos container: an item for each round and each range, changed under its etag alone. */
import type { Container } from "@azure/cosmos";
import { CosmosealError } from "@cosmoseal/core";
import { statusOf } from "./again.js";
import type { JobItem, JobLeases, Stored } from "./leases.js";

export interface JobLeasesOptions {
  /**
   * A container of the plain SDK, in the same or another account, with the partition key `/job`; see {@link jobLeasesContainer}. It
   * holds ids of documents as stored where a job met bad ones, and else only how far jobs are.
   */
  readonly container: Container;
  /**
   * How long a range is kept from others after its worker was last heard of, in milliseconds; the same in every worker. Default
   * 30,000. Each worker goes by the time that itself has seen a lease unchanged, so that clocks need not agree.
   */
  readonly duration?: number;
}

/** The definition of a container for jobs: give it to `containers.createIfNotExists`. */
export function jobLeasesContainer(id: string): {
  readonly id: string;
  readonly partitionKey: { readonly paths: string[] };
  readonly indexingPolicy: object;
} {
  return {
    id,
    partitionKey: { paths: ["/job"] },
    indexingPolicy: { includedPaths: [], excludedPaths: [{ path: "/*" }] },
  };
}

/**
 * Keeps the state of jobs in a Cosmos container, so that a job is gone on with after its process ended, and several processes share it.
 * Nothing in it is secret, and nothing of it is believed that could harm documents: whoever changes it can make a job pass over
 * documents, which a later round finds. Throws ERR_OPTIONS_INVALID.
 *
 * @example
 * const { container } = await plain.database("ops").containers.createIfNotExists(jobLeasesContainer("jobs"));
 * await client.jobs.reseal(customers, { leases: jobLeases({ container }) });
 */
export function jobLeases({ container, duration = 30_000 }: JobLeasesOptions): JobLeases {
  if (typeof container?.items?.query !== "function" || !(duration > 0)) {
    throw new CosmosealError("ERR_OPTIONS_INVALID", "Leases are kept in a container of the SDK, for a time above 0.", {
      remedy: "Write jobLeases({ container }), with a container made by jobLeasesContainer.",
    });
  }
  const write = async <I extends JobItem>(
    request: () => Promise<Answer<I>>,
    refused: number,
  ): Promise<Stored<I> | undefined> => {
    try {
      const { resource } = await request();
      return resource && asStored(resource);
    } catch (error) {
      const status = statusOf(error);
      if (status === refused || status === NOT_FOUND) return undefined;
      throw error;
    }
  };
  return Object.freeze<JobLeases>({
    kind: `Cosmos container ${container.id}`,
    duration,
    list: async (job, signal) => {
      const { resources } = await container.items
        .query<StoredItem<JobItem>>("SELECT * FROM c", { partitionKey: job, ...abort(signal) })
        .fetchAll();
      return resources.map(asStored);
    },
    create: (item, signal) => write(() => container.items.create(item, abort(signal)), CONFLICT),
    replace: ({ etag, ...item }, signal) =>
      write(() => {
        const accessCondition = { type: "IfMatch", condition: etag };
        return container.item(item.id, item.job).replace(item, { accessCondition, ...abort(signal) }) as never;
      }, PRECONDITION_FAILED),
    remove: async ({ id, job, etag }, signal) => {
      const accessCondition = { type: "IfMatch", condition: etag };
      try {
        await container.item(id, job).delete({ accessCondition, ...abort(signal) });
      } catch (error) {
        const status = statusOf(error);
        if (status !== NOT_FOUND && status !== PRECONDITION_FAILED) throw error;
      }
    },
  });
}

type StoredItem<I> = I & { readonly _etag: string };

interface Answer<I> {
  readonly resource?: StoredItem<I> | undefined;
}

/** Without the service's own properties. */
function asStored<I extends JobItem>(item: StoredItem<I>): Stored<I> {
  const own = Object.entries(item).filter(([name]) => !name.startsWith("_"));
  return Object.freeze({ ...Object.fromEntries(own), etag: item._etag }) as Stored<I>;
}

function abort(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

const NOT_FOUND = 404;
const CONFLICT = 409;
const PRECONDITION_FAILED = 412;
