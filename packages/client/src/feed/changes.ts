/** A change feed from the application's call to its pages: read → start as stored → ask → open. */
import {
  type ChangeFeedIterator,
  type ChangeFeedIteratorOptions,
  type ChangeFeedIteratorResponse,
  ChangeFeedMode,
  type ChangeFeedOptions,
  type ChangeFeedPullModelIterator,
  type ChangeFeedResponse,
  type PartitionKey,
  type Resource,
} from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { type BadDocumentOptions, policyFor } from "../sealing/bad-documents.js";
import { askedPartition } from "../sealing/partition.js";
import { openFeedPage } from "./page.js";
import { feedRepeatsOf } from "./repeats.js";
import type { FeedRun } from "./run.js";
import { storedStart } from "./start.js";

/** What `items.changeFeed` was called with: its four overloads are told apart as the SDK does. */
export interface FeedArguments {
  readonly partitionKey?: PartitionKey;
  readonly options: ChangeFeedOptions & BadDocumentOptions;
}

export function feedArguments(first: unknown, second: unknown): FeedArguments {
  // An empty object is the key of documents that have none.
  const isOptions =
    typeof first === "object" && first !== null && !Array.isArray(first) && Object.keys(first).length > 0;
  if (isOptions && !second) return { options: { ...first } };
  const options = { ...(second as ChangeFeedOptions | undefined) };
  return first === undefined || isOptions ? { options } : { partitionKey: first as PartitionKey, options };
}

/** The feed of one partition. `push` makes the SDK's iterator. */
export function startFeed<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  { partitionKey, options }: FeedArguments,
  push: (stored: PartitionKey | undefined, options: ChangeFeedOptions) => ChangeFeedIterator<T>,
): () => Promise<FeedRun<ChangeFeedIterator<T>, ChangeFeedResponse<Array<T & Resource>>>> {
  return async () => {
    const policy = policyFor(context, definition, options);
    const asked = partitionKey === undefined ? undefined : await askedPartition(context, definition, partitionKey);
    const check = { policy, prefix: asked?.prefix, versions: false, repeats: feedRepeatsOf(context, definition) };
    return {
      inner: push(asked && ([...asked.stored] as PartitionKey), options),
      open: (page) => openFeedPage(context, definition, page, page.continuation, check),
    };
  };
}

/** The feed of the container, of a range, or of a partition. `push` makes the SDK's iterator. */
export function startPullFeed<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  options: ChangeFeedIteratorOptions & BadDocumentOptions,
  push: (options: ChangeFeedIteratorOptions) => ChangeFeedPullModelIterator<T>,
): () => Promise<FeedRun<ChangeFeedPullModelIterator<T>, ChangeFeedIteratorResponse<Array<T & Resource>>>> {
  return async () => {
    const policy = policyFor(context, definition, options);
    const { from, prefix } = await storedStart(context, definition, options.changeFeedStartFrom);
    const versions = options.changeFeedMode === ChangeFeedMode.AllVersionsAndDeletes;
    const check = { policy, prefix, versions, repeats: feedRepeatsOf(context, definition) };
    return {
      inner: push({ ...options, ...(from !== undefined && { changeFeedStartFrom: from }) }),
      open: (page) => openFeedPage(context, definition, page, page.continuationToken, check),
    };
  };
}
