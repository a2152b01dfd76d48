/**
 * Rows of all documents together: the client sorts, groups, counts or makes distinct. Documents stream through the engine, which
 * holds back what it must, within its bound; rows are handed out in pages.
 */
import type { CosmosHeaders, FeedResponse as Page } from "@azure/cosmos";
import { FeedResponse } from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { headersOf } from "../sdk/internals.js";
import { mergeHeaders } from "../sdk/merge-headers.js";
import { type BadDocument, sealErrorsIn } from "../sealing/bad-documents.js";
import type { Fetched } from "./documents.js";
import type { PageDocument } from "./page.js";
import { type Fetch, pastTheEnd, type QueryRun, withToken } from "./run.js";
import { withStats } from "./stats.js";

/** All documents that the rows may be of, page by page. Each start begins anew. */
export type DocumentSource<T> = (fetch: Fetch<T>) => AsyncIterable<Fetched<T>>;

export interface BufferOptions<T> {
  readonly source: DocumentSource<T>;
  readonly rowsOf: (documents: AsyncIterable<PageDocument>) => AsyncIterable<unknown>;
  /** Rows of a page. */
  readonly limit: number;
}

export function bufferedRun<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  { source, rowsOf, limit }: BufferOptions<T>,
): QueryRun<T> {
  let current: Fetch<T>;
  let rows: AsyncIterator<unknown> | undefined;
  let ahead: IteratorResult<unknown> | undefined;
  let last: Page<T> | undefined;
  let since = newTally();
  let handedOut = false;
  let failure: { readonly error: unknown } | undefined;

  return {
    hasMoreResults: () => ahead?.done !== true,
    next: async (fetch) => {
      if (failure !== undefined) throw failure.error;
      if (last !== undefined && ahead?.done === true) return pastTheEnd(last);
      current = fetch;
      try {
        return await nextPage();
      } catch (error) {
        // Rows that were handed out can't be taken back: from then on it ends here. Before, the next call begins again.
        if (handedOut) failure = { error };
        rows = undefined;
        ahead = undefined;
        since = newTally();
        throw error;
      }
    },
  };

  async function nextPage(): Promise<Page<T>> {
    rows ??= rowsOf(documents())[Symbol.asyncIterator]();
    const page: unknown[] = [];
    ahead ??= await rows.next();
    while (ahead.done !== true && page.length < limit) {
      page.push(ahead.value);
      ahead = await rows.next();
    }
    handedOut = true;
    const { headers, fetched, bad } = since;
    since = newTally();
    const merged = { ...withToken(last === undefined ? {} : headersOf(last), undefined), ...headers };
    const response = new FeedResponse(page as T[], merged, ahead.done !== true, last?.diagnostics as never);
    last = response;
    context.emit({ type: "page", container: definition.name, fetched, returned: page.length });
    return withStats(Object.assign(response, sealErrorsIn(bad)), { fetched, returned: page.length });
  }

  async function* documents(): AsyncGenerator<PageDocument> {
    for await (const { page, opened, fetched } of source((inner) => current(inner))) {
      last = page;
      mergeHeaders(since.headers, headersOf(page));
      since.fetched += fetched;
      since.bad.push(...opened.bad);
      yield* opened.documents;
    }
  }
}

/** Of the service's pages since the last of ours. */
interface Tally {
  readonly headers: CosmosHeaders;
  fetched: number;
  readonly bad: BadDocument[];
}

function newTally(): Tally {
  const headers: CosmosHeaders = {};
  mergeHeaders(headers, {});
  return { headers, fetched: 0, bad: [] };
}
