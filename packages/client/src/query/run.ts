/** One run over a query's pages, whoever makes the rows. */
import { Constants, type CosmosHeaders, FeedResponse, type QueryIterator } from "@azure/cosmos";
import { headersOf } from "../sdk/internals.js";

/** Asks an iterator of the SDK for its next page, as stored. */
export type Fetch<T> = (inner: QueryIterator<T>) => Promise<FeedResponse<T>>;

export interface QueryRun<T> {
  hasMoreResults(): boolean;
  /** The next page, opened; `fetch` asks the SDK for stored ones. */
  next(fetch: Fetch<T>): Promise<FeedResponse<T>>;
}

/** What is handed on as it comes. */
export function serverRun<T>(inner: QueryIterator<T>): QueryRun<T> {
  return { hasMoreResults: () => inner.hasMoreResults(), next: (fetch) => fetch(inner) };
}

/** The run, its pages made one after the other, also where the next is asked for before the last has come: no row is lost by it. */
export function inTurn<T>(run: QueryRun<T>): QueryRun<T> {
  let before: Promise<unknown> = Promise.resolve();
  return {
    hasMoreResults: () => run.hasMoreResults(),
    next: (fetch) => {
      const page = before.then(() => run.next(fetch));
      before = page.catch(() => undefined);
      return page;
    },
  };
}

/** The page behind the last one: as the SDK's, without resources and without a charge. */
export function pastTheEnd<T>({ diagnostics }: FeedResponse<T>): FeedResponse<T> {
  return new FeedResponse(NO_ROWS, {}, false, diagnostics);
}

/** A page of rows that cost nothing more: they came with the documents of a page before. */
export function heldPage<T>(before: FeedResponse<T>): FeedResponse<T> {
  const { RequestCharge, QueryMetrics } = Constants.HttpHeaders;
  const headers: CosmosHeaders = { ...headersOf(before), [RequestCharge]: 0, [QueryMetrics]: {} };
  return new FeedResponse<T>([], headers, true, before.diagnostics);
}

/** The headers with this token, or without any. */
export function withToken(headers: CosmosHeaders, token: string | undefined): CosmosHeaders {
  const { [Constants.HttpHeaders.Continuation]: _, ...rest } = headers;
  return token === undefined ? rest : { ...rest, [Constants.HttpHeaders.Continuation]: token };
}

/** The SDK types it as rows and hands out undefined. */
const NO_ROWS = undefined as unknown as never[];
