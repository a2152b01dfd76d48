/** Where a change feed starts, as stored: a partition key that is sealed becomes its token, a continuation says its own. */
import { ChangeFeedStartFrom, type FeedRange, type PartitionKey } from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { askedPartition, prefixOf } from "../sealing/partition.js";

export interface FeedStart {
  readonly from: ChangeFeedStartFrom | undefined;
  /** What the key of every document begins with; undefined for the whole container and for ranges of it. */
  readonly prefix: string | undefined;
}

/** Throws what keys throw. What isn't a start is left to the SDK, which has its own error. */
export async function storedStart(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  from: ChangeFeedStartFrom | undefined,
): Promise<FeedStart> {
  if (from === undefined) return { from, prefix: undefined };
  if (from instanceof CONTINUATION) return { from, prefix: prefixIn((from as Start).getCfResource()) };
  if (!(from instanceof BEGINNING || from instanceof NOW || from instanceof TIME)) return { from, prefix: undefined };
  const start = from as Start;
  const resource = start.getCfResource();
  if (!isPartitionKey(resource)) return { from, prefix: undefined };
  const { stored, prefix } = await askedPartition(context, definition, resource);
  // The form that the application used, since the SDK takes a list of one for a key of one level.
  const key = (Array.isArray(resource) ? [...stored] : stored[0]) as PartitionKey;
  if (from instanceof BEGINNING) return { from: ChangeFeedStartFrom.Beginning(key), prefix };
  if (from instanceof NOW) return { from: ChangeFeedStartFrom.Now(key), prefix };
  return { from: ChangeFeedStartFrom.Time(start.getStartTime!(), key), prefix };
}

/** What the SDK's hidden classes of starts have. */
interface Start {
  getCfResource(): PartitionKey | FeedRange | string | undefined;
  getStartTime?(): Date;
}

/** A range is an object of the SDK's; an empty object is the key of documents without one. */
function isPartitionKey(resource: ReturnType<Start["getCfResource"]>): resource is PartitionKey {
  if (resource === undefined) return false;
  if (typeof resource !== "object" || resource === null || Array.isArray(resource)) return true;
  return !("minInclusive" in resource);
}

/** The SDK writes the key, as stored, into the tokens of a partition's feed. */
function prefixIn(token: unknown): string | undefined {
  if (typeof token !== "string") return undefined;
  try {
    const { partitionKey } = JSON.parse(token) as { readonly partitionKey?: unknown };
    if (partitionKey === undefined) return undefined;
    return prefixOf(Array.isArray(partitionKey) ? partitionKey : [partitionKey]);
  } catch {
    return undefined; // No token of the SDK's: it says so itself.
  }
}

// The classes are not exported; what makes their objects is.
const BEGINNING = ChangeFeedStartFrom.Beginning().constructor as new () => object;
const NOW = ChangeFeedStartFrom.Now().constructor as new () => object;
const TIME = ChangeFeedStartFrom.Time(new Date(0)).constructor as new () => object;
const CONTINUATION = ChangeFeedStartFrom.Continuation("{}").constructor as new () => object;
