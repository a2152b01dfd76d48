/** What the SDK keeps private and a subclass must reach: every cast into it is in this file. */
import {
  ChangeFeedIterator,
  type ChangeFeedOptions,
  type ClientContext,
  type Container,
  type CosmosClient,
  type CosmosHeaders,
  type Database,
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
