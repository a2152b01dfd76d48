/**
 * A query over a sealed container, page by page. It delegates to an iterator of the SDK that runs what is pushed down; the
 * base class is given nothing to run, so that a way into it that isn't covered fails instead of answering.
 */
import {
  type ClientContext,
  type CosmosHeaders,
  type DiagnosticNodeInternal,
  FeedResponse,
  QueryIterator as SdkQueryIterator,
} from "@azure/cosmos";
import type { QueryRun } from "../query/start.js";
import { amend, fetchNextUnder, headersOf } from "../sdk/internals.js";
import { mergeHeaders } from "../sdk/merge-headers.js";
import { type BadDocument, BadDocumentError, sealErrorsIn, sealErrorsOf } from "../sealing/bad-documents.js";
import { closeSurface, refuse } from "./surface.js";

export class QueryIterator<T> extends SdkQueryIterator<T> {
  static {
    closeSurface(QueryIterator, SdkQueryIterator, "QueryIterator");
  }

  readonly #start: () => Promise<QueryRun<T>>;
  #starting: Promise<QueryRun<T>> | undefined;
  #run: QueryRun<T> | undefined;

  constructor(context: ClientContext, start: () => Promise<QueryRun<T>>) {
    super(context, "", {}, async () => refuse("QueryIterator's own fetching"));
    this.#start = start;
  }

  override hasMoreResults(): boolean {
    return this.#run?.hasMoreResults() ?? true;
  }

  override reset(): void {
    super.reset();
    // The base class calls this before our fields exist.
    if (!(#start in this)) return;
    this.#starting = undefined;
    this.#run = undefined;
  }

  override async fetchNext(): Promise<FeedResponse<T>> {
    const run = await this.#running();
    return run.next((inner) => inner.fetchNext());
  }

  override async *getAsyncIterator(): AsyncGenerator<FeedResponse<T>> {
    this.reset();
    const run = await this.#running();
    while (run.hasMoreResults()) {
      const page = await run.next((inner) => inner.fetchNext());
      if (page.resources !== undefined) yield page;
    }
  }

  /** The base class's `fetchAll` runs it and adds the diagnostics of the whole. */
  override async fetchAllInternal(diagnosticNode: DiagnosticNodeInternal): Promise<FeedResponse<T>> {
    this.reset();
    const run = await this.#running();
    const all: T[] = [];
    const bad: BadDocument[] = [];
    const headers: CosmosHeaders = {};
    let page: FeedResponse<T>;
    do {
      try {
        page = await run.next((inner) => fetchNextUnder(inner, diagnosticNode));
      } catch (error) {
        throw error instanceof BadDocumentError ? error.after(all, bad) : error;
      }
      mergeHeaders(headers, headersOf(page));
      for (const row of page.resources ?? []) all.push(row);
      bad.push(...sealErrorsOf(page));
    } while (run.hasMoreResults());
    return amend(new FeedResponse(all, headers, run.hasMoreResults(), page.diagnostics), sealErrorsIn(bad));
  }

  /** Not part of the SDK's types; its own methods call it. */
  fetchNextInternal(): Promise<FeedResponse<T>> {
    return this.fetchNext();
  }

  /** Not part of the SDK's types; its own methods call it. */
  getAsyncIteratorInternal(): AsyncGenerator<FeedResponse<T>> {
    return this.getAsyncIterator();
  }

  /** A start that failed is tried again at the next call. */
  async #running(): Promise<QueryRun<T>> {
    this.#starting ??= this.#start();
    const starting = this.#starting;
    try {
      const run = await starting;
      if (this.#starting === starting) this.#run = run;
      return run;
    } catch (error) {
      if (this.#starting === starting) this.#starting = undefined;
      throw error;
    }
  }
}
