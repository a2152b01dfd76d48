/**
 * Rows as the documents come: each document makes rows of its own, in the server's order, page by page. Where documents make
 * several rows each, what a page has no room for is held back for the next.
 */
import type { FeedResponse, QueryIterator } from "@azure/cosmos";
import { type ContainerDefinition, CosmosealError, isIntegrityError } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { amend, headersOf } from "../sdk/internals.js";
import { BadDocumentError, type BadDocumentPolicy, sealErrorsIn, settleBad } from "../sealing/bad-documents.js";
import { type Continuations, lostPosition, type Position } from "./continuation.js";
import { type OpenedPage, openPage, type PageCheck, type PageDocument } from "./page.js";
import { repeatsOf } from "./repeats.js";
import type { DocumentRow, Residual } from "./residual.js";
import { heldPage, pastTheEnd, type QueryRun, withToken } from "./run.js";
import { withStats } from "./stats.js";
import type { Window } from "./window.js";

export interface StreamOptions {
  readonly check: PageCheck;
  readonly residual: Residual;
  readonly policy: BadDocumentPolicy;
  /** What the client counts, if anything. */
  readonly window: Window | undefined;
  /** How many rows a page may hold; undefined where each document makes one at most, and where the service says how many. */
  readonly limit: number | undefined;
  /** Undefined where the query travels as it was given: then the service's own tokens are handed on. */
  readonly continuations: Continuations | undefined;
  /** Where to begin. */
  readonly from: Position | undefined;
  /** How many documents the server may answer with, where it counts them. */
  readonly most: number | undefined;
}

export function streamRun<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  inner: QueryIterator<T>,
  options: StreamOptions,
): QueryRun<T> {
  const { residual, policy, window, limit, continuations } = options;
  const notice = repeatsOf(context, definition, false);
  let last: FeedResponse<T> | undefined;
  let within = options.from?.within;
  /** Tokens at the beginning and the end of the page that was fetched last; null where the SDK gives none. */
  let start: string | undefined | null;
  let end: string | undefined | null = options.from?.server;
  let rows: HeldRows | undefined;
  /** A page that couldn't be opened yet: the next call tries it again, so that its rows aren't passed over. */
  let pending: FeedResponse<T> | undefined;
  let fetched = 0;
  let failure: unknown;

  const hasMoreResults = (): boolean =>
    window?.isFull() !== true && (pending !== undefined || rows?.hasMore === true || inner.hasMoreResults());
  return {
    hasMoreResults,
    next: async (fetch) => {
      if (last !== undefined && window?.isFull() === true) return pastTheEnd(last);
      if (failure !== undefined) throw failure;
      const isHeld = last !== undefined && rows?.hasMore === true;
      const page = isHeld ? heldPage(last!) : (pending ?? (await fetch(inner)));
      const opened = isHeld || page.resources === undefined ? NOTHING : await open(page);
      try {
        if (!isHeld) hold(page, opened);
        last = page;
        return await answer(page, opened);
      } catch (error) {
        // Rows of the page are under way already, and none must be passed over.
        if (!(error instanceof BadDocumentError)) failure = error;
        throw error;
      }
    },
  };

  /** What the documents are at fault for stays so; keys may be had at the next call. */
  async function open(page: FeedResponse<T>): Promise<OpenedPage> {
    if (pending !== page) fetched += page.resources.length;
    pending = page;
    try {
      if (options.most !== undefined && fetched > options.most) throw tooMany(definition);
      const opened = await openPage(context, definition, page.resources, options.check);
      pending = undefined;
      return opened;
    } catch (error) {
      if (isIntegrityError(error)) failure = error;
      throw error;
    }
  }

  function hold(page: FeedResponse<T>, { documents }: OpenedPage): void {
    start = end;
    end = page.continuationToken ?? (inner.hasMoreResults() ? null : undefined);
    if (!options.check.plan.ordered) notice(documents);
    const { from, found } = skipTo(documents, within);
    if (found) within = undefined;
    if (within !== undefined && !inner.hasMoreResults()) throw lostPosition(definition);
    rows = new HeldRows(residual.rowsOf(from.documents), from.rows);
  }

  async function answer(page: FeedResponse<T>, { bad }: OpenedPage): Promise<FeedResponse<T>> {
    if (page.resources === undefined) {
      return amend(page, { headers: await headersWith(page), hasMoreResults: hasMoreResults() });
    }
    const inPage = page.resources.length;
    const resources = taken();
    context.emit({ type: "page", container: definition.name, fetched: inPage, returned: resources.length });
    const headers = await headersWith(page);
    const response = amend(page, { resources, headers, hasMoreResults: hasMoreResults(), ...sealErrorsIn(bad) });
    settleBad(context, policy, bad, resources, response.continuationToken);
    return withStats(response, { fetched: inPage, returned: resources.length });
  }

  function taken(): unknown[] {
    const page: unknown[] = [];
    while (rows?.hasMore === true && window?.isFull() !== true && !(limit !== undefined && page.length >= limit)) {
      const row = rows.take();
      if (window?.admits() !== false) page.push(row);
    }
    return page;
  }

  async function headersWith(page: FeedResponse<T>): Promise<ReturnType<typeof headersOf>> {
    if (continuations === undefined) return headersOf(page);
    const position = positionNow();
    return withToken(headersOf(page), position && (await continuations.tokenOf(position)));
  }

  /** Undefined at the end of the answer, and where the SDK has no token to go on from. */
  function positionNow(): Position | undefined {
    if (!hasMoreResults() || end === null) return undefined;
    const left = window?.left();
    const held = rows?.position;
    if (held !== undefined) return start === null ? undefined : { server: start, left, within: held };
    return end === undefined ? undefined : { server: end, left, within };
  }
}

/** The rows of a page's documents, made as they are asked for: always one ahead, so that the last is known to be the last. */
class HeldRows {
  readonly #rows: Iterator<DocumentRow>;
  #next: DocumentRow | undefined;

  /** Without the first `skip` rows of the first document. */
  constructor(rows: Iterable<DocumentRow>, skip: number) {
    this.#rows = rows[Symbol.iterator]();
    this.take();
    const first = this.#next?.document;
    while (this.#next !== undefined && this.#next.document === first && this.#next.ordinal < skip) this.take();
  }

  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  /** Where the next row stands; undefined where none is left. */
  get position(): Position["within"] {
    return this.#next && { rid: ridOf(this.#next.document), rows: this.#next.ordinal };
  }

  take(): unknown {
    const taken = this.#next?.row;
    const { done, value } = this.#rows.next();
    this.#next = done === true ? undefined : value;
    return taken;
  }
}

/** The documents from the one in which an earlier page ended, and how many rows of that are done. */
function skipTo(
  documents: readonly PageDocument[],
  within: Position["within"],
): { readonly from: { readonly documents: readonly PageDocument[]; readonly rows: number }; readonly found: boolean } {
  if (within === undefined) return { from: { documents, rows: 0 }, found: false };
  const at = documents.findIndex((document) => ridOf(document) === within.rid);
  return at === -1
    ? { from: { documents: [], rows: 0 }, found: false }
    : { from: { documents: documents.slice(at), rows: within.rows }, found: true };
}

function ridOf({ document }: PageDocument): string {
  return String(document["_rid"]);
}

const NOTHING: OpenedPage = Object.freeze({ documents: [], bad: [] });

function tooMany({ name }: ContainerDefinition<unknown>): CosmosealError {
  return new CosmosealError("ERR_ANSWER_MISMATCH", "The server answered a query with more rows than it asks for.", {
    container: name,
    remedy: "Don't use them: the account, or what stands between, doesn't answer honestly.",
  });
}
