/** A query from the application's call to its pages: read → parse → split → bind → push down → open → residual. */
import { Constants, type FeedOptions, FeedResponse, type QueryIterator, type SqlQuerySpec } from "@azure/cosmos";
import { type ContainerDefinition, CosmosealError, canonicalJson } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { amend, headersOf } from "../sdk/internals.js";
import { componentsOf, storedComponents } from "../sealing/keys-of-item.js";
import { APPROVAL_HEADER } from "../tripwire/approval.js";
import { bindQuery } from "./bind.js";
import { openPage, type PageCheck } from "./page.js";
import { planQuery } from "./plan.js";
import { type QueryRequest, readRequest } from "./request.js";
import { compileResidual } from "./residual.js";
import { openWindow, type Window } from "./window.js";

/** One run over a query's pages. */
export interface QueryRun<T> {
  hasMoreResults(): boolean;
  /** The next page, opened; `fetch` asks the SDK for the stored one. */
  next(fetch: (inner: QueryIterator<T>) => Promise<FeedResponse<T>>): Promise<FeedResponse<T>>;
}

/**
 * Starts runs of a query. The query and its options are read here, since callers may change them before the first page; what is
 * wrong with them is told there, as the SDK does.
 */
export function startQuery<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  query: string | SqlQuerySpec,
  options: FeedOptions,
  push: (query: SqlQuerySpec, options: FeedOptions) => QueryIterator<T>,
): () => Promise<QueryRun<T>> {
  const given: FeedOptions = { ...options };
  const request = attempt(() => readRequest(query));
  return async () => {
    const { parameters, text } = request();
    const plan = planQuery(definition, text);
    const residual = compileResidual(definition, plan, parameters);
    const window = plan.window && openWindow(definition, plan.window, parameters);
    if (window !== undefined) refuseContinuation(definition, given);
    const { abortSignal: signal } = given;
    const pushed = await bindQuery(context, definition, plan, parameters, signal);
    const partition = await partitionOf(context, definition, given);
    const inner = push(pushed, {
      ...given,
      ...(partition && { partitionKey: partition.stored }),
      initialHeaders: { ...given.initialHeaders, [APPROVAL_HEADER]: context.approval },
    });
    if (plan.rows === "server") return { hasMoreResults: () => inner.hasMoreResults(), next: (fetch) => fetch(inner) };
    const run = openingRun(context, definition, inner, { plan, residual, partition: partition?.prefix, signal });
    return window === undefined ? run : countedRun(run, window);
  };
}

function openingRun<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  inner: QueryIterator<T>,
  check: PageCheck,
): QueryRun<T> {
  return {
    hasMoreResults: () => inner.hasMoreResults(),
    next: async (fetch) => {
      const page = await fetch(inner);
      if (page.resources === undefined) return page;
      return amend(page, { resources: await openPage(context, definition, page.resources, check) });
    },
  };
}

/** The run that ends when enough has come. The server's token knows nothing of what is counted here, so none is handed on. */
function countedRun<T>(run: QueryRun<T>, window: Window): QueryRun<T> {
  let last: FeedResponse<T> | undefined;
  const hasMoreResults = (): boolean => !window.isFull() && run.hasMoreResults();
  return {
    hasMoreResults,
    next: async (fetch) => {
      // Past the end the SDK answers without resources: no need to ask the server.
      if (last !== undefined && window.isFull()) return new FeedResponse(NO_ROWS, {}, false, last.diagnostics);
      last = await run.next(fetch);
      const { [Constants.HttpHeaders.Continuation]: _, ...headers } = headersOf(last);
      const resources = last.resources === undefined ? undefined : window.take(last.resources);
      return amend(last, { resources, headers, hasMoreResults: hasMoreResults() });
    },
  };
}

async function partitionOf(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  { partitionKey, abortSignal }: FeedOptions,
): Promise<{ readonly stored: NonNullable<FeedOptions["partitionKey"]>; readonly prefix?: string } | undefined> {
  if (partitionKey === undefined) return undefined;
  const components = componentsOf(definition, partitionKey);
  const stored = await storedComponents(context, definition, components, abortSignal);
  return { stored: [...stored], ...(stored.length > 0 && { prefix: canonicalJson(stored).slice(0, -1) }) };
}

function refuseContinuation(definition: ContainerDefinition<unknown>, options: FeedOptions): void {
  if (options.continuationToken === undefined && options.continuation === undefined) return;
  throw new CosmosealError(
    "ERR_QUERY_NOT_SUPPORTED",
    "TOP or OFFSET LIMIT over sealed paths can't go on from a token.",
    {
      container: definition.name,
      remedy: "Leave TOP and LIMIT out, read page by page, and stop when enough has come.",
    },
  );
}

function attempt(read: () => QueryRequest): () => QueryRequest {
  try {
    const request = read();
    return () => request;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** The SDK types it as rows and hands out undefined. */
const NO_ROWS = undefined as unknown as never[];
