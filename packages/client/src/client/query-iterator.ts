/**
 * A query over a sealed container, page by page. It delegates to iterators of the SDK that run what is pushed down; the base
 * class is given nothing to run, so that a way into it that isn't covered fails instead of answering.
 */
import {
  type ClientContext,
  type CosmosHeaders,
  type DiagnosticNodeInternal,
  FeedResponse,
  QueryIterator as SdkQueryIterator,
} from "@azure/cosmos";
import type { QueryRun } from "../query/run.js";
import { type SealStats, sealStatsOf, sumOfStats, withStats } from "../query/stats.js";
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

  /** As the SDK's: begins anew, leaves out pages without resources, and begins anew again where `reset` is called between pages. */
  override async *getAsyncIterator(): AsyncGenerator<FeedResponse<T>> {
    this.reset();
    do {
      const page = await this.fetchNext();
      if (page.resources !== undefined) yield page;
    } while (this.hasMoreResults());
  }

  /** The base class's `fetchAll` runs it and adds the diagnostics of the whole. */
  override async fetchAllInternal(diagnosticNode: DiagnosticNodeInternal): Promise<FeedResponse<T>> {
    this.reset();
    const run = await this.#running();
    const all: T[] = [];
    const bad: BadDocument[] = [];
    const stats: (SealStats | undefined)[] = [];
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
      stats.push(sealStatsOf(page));
    } while (run.hasMoreResults());
    const whole = new FeedResponse(all, headers, run.hasMoreResults(), page.diagnostics);
    const sum = sumOfStats(stats);
    return amend(sum === undefined ? whole : withStats(whole, sum), sealErrorsIn(bad));
  }

  /** Not part of the SDK's types; the base class's `fetchNext` runs it and adds the diagnostics of the page. */
  async fetchNextInternal(diagnosticNode: DiagnosticNodeInternal): Promise<FeedResponse<T>> {
    const run = await this.#running();
    return run.next((inner) => fetchNextUnder(inner, diagnosticNode));
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
