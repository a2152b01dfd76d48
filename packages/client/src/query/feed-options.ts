/** The SDK's options for what is pushed down: the application's own, its partition as stored, and sizes of pages. */
import type { FeedOptions, PartitionKey } from "@azure/cosmos";
import type { SealContext } from "../options/seal-options.js";
import type { AskedPartition } from "../sealing/partition.js";
import { APPROVAL_HEADER } from "../tripwire/approval.js";
import type { QueryOptions } from "./options.js";
import type { Counts } from "./window.js";

/** Rows of the client's own pages, where the application doesn't say. */
export const ROWS_A_PAGE = 100;
/** Documents asked of the service where all are needed: as many as it gives. */
export const DOCUMENTS_A_PAGE = 1000;

export function pushedOptions(
  context: SealContext,
  given: FeedOptions & QueryOptions,
  partition: AskedPartition | undefined,
): FeedOptions {
  const { onBadDocument, unindexed, integrity, ...feed } = given;
  return {
    ...feed,
    // With a forced plan the SDK forgets the partition key, and documents of others come.
    ...(partition && { partitionKey: [...partition.stored] as PartitionKey, forceQueryPlan: false }),
    initialHeaders: { ...given.initialHeaders, [APPROVAL_HEADER]: context.approval },
  };
}

/** For documents of which the client makes pages of its own. A copy for each iterator: the SDK changes what it is given. */
export function pagesOf(feed: FeedOptions, maxItemCount: number): FeedOptions {
  return { ...feed, maxItemCount, enableQueryControl: false };
}

/** Where the client counts the rows and the application doesn't say how large pages are: about as large as it needs them. */
export function sizedFor(feed: FeedOptions, left: Counts | undefined): FeedOptions {
  if (left === undefined || feed.maxItemCount !== undefined) return feed;
  const wanted = Math.max(left.skip + left.take, ROWS_A_PAGE);
  return wanted < DOCUMENTS_A_PAGE ? { ...feed, maxItemCount: wanted } : feed;
}

/** From the beginning, or from where the service's own token says. */
export function withServerToken(
  { continuation: _, continuationToken: __, ...feed }: FeedOptions,
  token: string | undefined,
): FeedOptions {
  return token === undefined ? feed : { ...feed, continuationToken: token };
}
