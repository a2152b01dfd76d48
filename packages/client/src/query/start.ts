/** A query from the application's call to its pages: read → parse → split → bind → push down → open → residual. */
import { Constants, type FeedOptions, FeedResponse, type QueryIterator, type SqlQuerySpec } from "@azure/cosmos";
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { amend, headersOf } from "../sdk/internals.js";
import {
  BadDocumentError,
  type BadDocumentOptions,
  type BadDocumentPolicy,
  policyFor,
  sealErrorsIn,
  settleBad,
} from "../sealing/bad-documents.js";
import { askedPartition } from "../sealing/partition.js";
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
  options: FeedOptions & BadDocumentOptions,
  push: (query: SqlQuerySpec, options: FeedOptions) => QueryIterator<T>,
): () => Promise<QueryRun<T>> {
  const given: FeedOptions & BadDocumentOptions = { ...options };
  const request = attempt(() => readRequest(query));
  return async () => {
    const { parameters, text } = request();
    const policy = policyFor(context, definition, given);
    const plan = planQuery(definition, text);
    const residual = compileResidual(definition, plan, parameters);
    const window = plan.window && openWindow(definition, plan.window, parameters);
    if (window !== undefined) refuseContinuation(definition, given);
    const { abortSignal: signal } = given;
    const pushed = await bindQuery(context, definition, plan, parameters, signal);
    const { partitionKey } = given;
    const partition =
      partitionKey === undefined ? undefined : await askedPartition(context, definition, partitionKey, signal);
    const inner = push(pushed, {
      ...given,
      ...(partition && { partitionKey: [...partition.stored] }),
      initialHeaders: { ...given.initialHeaders, [APPROVAL_HEADER]: context.approval },
    });
    if (plan.rows === "server") return { hasMoreResults: () => inner.hasMoreResults(), next: (fetch) => fetch(inner) };
    const check = { plan, residual, partition: partition?.prefix, signal };
    const run = openingRun(context, definition, inner, check, policy);
    return window === undefined ? run : countedRun(run, window);
  };
}

function openingRun<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  inner: QueryIterator<T>,
  check: PageCheck,
  policy: BadDocumentPolicy,
): QueryRun<T> {
  return {
    hasMoreResults: () => inner.hasMoreResults(),
    next: async (fetch) => {
      const page = await fetch(inner);
      if (page.resources === undefined) return page;
      const { resources: stored } = page;
      const { rows, bad } = await openPage(context, definition, stored, check);
      context.emit({ type: "page", container: definition.name, fetched: stored.length, returned: rows.length });
      settleBad(context, policy, bad, rows, page.continuationToken);
      return amend(page, { resources: rows, ...sealErrorsIn(bad) });
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
      last = await counted(() => run.next(fetch));
      const { [Constants.HttpHeaders.Continuation]: _, ...headers } = headersOf(last);
      const resources = last.resources === undefined ? undefined : window.take(last.resources);
      return amend(last, { resources, headers, hasMoreResults: hasMoreResults() });
    },
  };

  /** The good rows beside a bad document count too. */
  async function counted(next: () => Promise<FeedResponse<T>>): Promise<FeedResponse<T>> {
    try {
      return await next();
    } catch (error) {
      if (!(error instanceof BadDocumentError)) throw error;
      throw new BadDocumentError(error.sealErrors, window.take(error.rows), undefined);
    }
  }
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
