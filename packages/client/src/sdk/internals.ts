/** What the SDK keeps private and a subclass must reach: every cast into it is in this file. */
import {
  ChangeFeedIterator,
  type ChangeFeedOptions,
  type ClientContext,
  type Container,
  type CosmosClient,
  type CosmosHeaders,
  type Database,
  type FeedRange,
  type FeedResponse,
  type PartitionKey,
  type QueryIterator,
} from "@azure/cosmos";

/** The SDK's class with its constructor, which its types hide. */
export const ChangeFeedIteratorBase: new <T>(
  context: ClientContext,
  resourceId: string,
  resourceLink: string,
  partitionKey: PartitionKey | undefined,
  options: ChangeFeedOptions,
) => ChangeFeedIterator<T> = ChangeFeedIterator as never;

/** The context that the SDK's objects of one client share. */
export function contextOf(owner: CosmosClient | Database): ClientContext {
  return (owner as unknown as { readonly clientContext: ClientContext }).clientContext;
}

/** The headers behind a page's getters. */
export function headersOf(page: FeedResponse<unknown>): CosmosHeaders {
  return (page as unknown as { readonly headers: CosmosHeaders }).headers;
}

/** Changes what a response holds and keeps its class, its other members and its getters. */
export function amend<R extends object>(
  response: R,
  changes: { readonly [name in keyof R]?: unknown } & {
    readonly headers?: CosmosHeaders;
    readonly sealErrors?: unknown;
  },
): R {
  return Object.assign(response, changes);
}

/**
 * The next page, its diagnostics recorded under a node that is given: how the SDK's own `fetchAll` asks. Declared by no type;
 * where an SDK has it no more, the page is asked for in public and keeps diagnostics of its own.
 */
export function fetchNextUnder<T>(iterator: QueryIterator<T>, diagnosticNode: unknown): Promise<FeedResponse<T>> {
  const inner = iterator as unknown as { fetchNextInternal?: (node: unknown) => Promise<FeedResponse<T>> };
  return typeof inner.fetchNextInternal === "function" ? inner.fetchNextInternal(diagnosticNode) : iterator.fetchNext();
}

/**
 * The same iterator, which asks the service for a plan of its query only where the service answers that it needs one. The SDK asks
 * for one beside the first page of every query, and has no use for it where the service answers at once. Declared by no type; where
 * an SDK has no such methods, it does as it always did.
 */
export function withLateQueryPlan<T>(iterator: QueryIterator<T>): QueryIterator<T> {
  const inner = iterator as unknown as Planning;
  const { createExecutionContext, fetchQueryPlan } = inner;
  if (typeof fetchQueryPlan !== "function" || typeof createExecutionContext !== "function") return iterator;
  let isNeeded = false;
  inner.fetchQueryPlan = async (node) => (isNeeded ? fetchQueryPlan.call(inner, node) : undefined);
  // The SDK calls it where it is told to use a plan, and where an answer says so; it waits for what `queryPlanPromise` holds.
  inner.createExecutionContext = async (node) => {
    if (!isNeeded) {
      isNeeded = true;
      inner.queryPlanPromise = undefined;
      inner.queryPlanPromise = fetchQueryPlan.call(inner, node);
    }
    return createExecutionContext.call(inner, node);
  };
  return iterator;
}

interface Planning {
  queryPlanPromise?: Promise<unknown> | undefined;
  fetchQueryPlan?: (node: unknown) => Promise<unknown>;
  createExecutionContext?: (node: unknown) => Promise<unknown>;
}

/**
 * Runs the SDK's own `getQueryPlan`, which takes no options, with headers in addition: the container that it is called on has
 * a context that adds them.
 */
export function planApproved<T>(
  container: Container,
  context: ClientContext,
  initialHeaders: Readonly<Record<string, string>>,
  run: (container: Container) => T,
): T {
  const getQueryPlan: ClientContext["getQueryPlan"] = (path, type, id, query, options, ...rest) =>
    context.getQueryPlan(path, type, id, query, { ...options, initialHeaders }, ...rest);
  const approved: unknown = Object.create(context, { getQueryPlan: { value: getQueryPlan } });
  return run(Object.create(container, { clientContext: { value: approved } }) as Container);
}

/** A range of other bounds: only the SDK's own class is taken for one, and it is not exported. */
export function feedRangeLike(
  sample: FeedRange,
  { minInclusive, maxExclusive }: { readonly minInclusive: string; readonly maxExclusive: string },
): FeedRange {
  const Range = sample.constructor as new (minInclusive: string, maxExclusive: string) => FeedRange;
  return new Range(minInclusive, maxExclusive);
}
