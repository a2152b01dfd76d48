/**
 * Rows as the documents come: each document makes rows of its own, in the server's order, page by page. Where documents make
 * several rows each, what a page has no room for is held back for the next.
 */
import type { FeedResponse, QueryIterator } from "@azure/cosmos";
import { type ContainerDefinition, isIntegrityError } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { amend, headersOf } from "../sdk/internals.js";
import { type BadDocument, type BadDocumentPolicy, sealErrorsIn, settleBad } from "../sealing/bad-documents.js";
import { type Continuations, lostPosition, type Position } from "./continuation.js";
import { openPage, type PageCheck, type PageDocument } from "./page.js";
import { repeatsOf } from "./repeats.js";
import type { Residual } from "./residual.js";
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
  let failure: unknown;

  const hasMoreResults = (): boolean =>
    window?.isFull() !== true && (rows?.next !== undefined || inner.hasMoreResults());
  return {
    hasMoreResults,
    next: async (fetch) => {
      if (last !== undefined && window?.isFull() === true) return pastTheEnd(last);
      if (failure !== undefined) throw failure;
      const isHeld = last !== undefined && rows?.next !== undefined;
      const page = isHeld ? heldPage(last!) : (pending ?? (await fetch(inner)));
      const { bad, fetched } = isHeld ? NOTHING : await opened(page);
      last = page;
      if (page.resources === undefined) {
        if (within !== undefined && !inner.hasMoreResults()) throw lostPosition(definition);
        return amend(page, { headers: await headersWith(page), hasMoreResults: hasMoreResults() });
      }
      const resources = taken();
      if (within !== undefined && !inner.hasMoreResults()) throw lostPosition(definition);
      context.emit({ type: "page", container: definition.name, fetched, returned: resources.length });
      const headers = await headersWith(page);
      const response = amend(page, { resources, headers, hasMoreResults: hasMoreResults(), ...sealErrorsIn(bad) });
      settleBad(context, policy, bad, resources, response.continuationToken);
      return withStats(response, { fetched, returned: resources.length });
    },
  };

  /** What the documents are at fault for stays so; keys may be had at the next call. */
  async function opened(page: FeedResponse<T>): ReturnType<typeof take> {
    pending = page;
    try {
      const taken = await take(page);
      pending = undefined;
      return taken;
    } catch (error) {
      if (isIntegrityError(error)) failure = error;
      throw error;
    }
  }

  /** Opens a page and holds its rows. */
  async function take(
    page: FeedResponse<T>,
  ): Promise<{ readonly bad: readonly BadDocument[]; readonly fetched: number }> {
    const fetched = page.resources?.length ?? 0;
    const { documents, bad } =
      page.resources === undefined ? NO_PAGE : await openPage(context, definition, page.resources, options.check);
    if (!options.check.plan.ordered) notice(documents);
    const { from, found } = skipTo(documents, within);
    const held = new HeldRows(residual, from.documents, from.rows);
    start = end;
    end = page.continuationToken ?? (inner.hasMoreResults() ? null : undefined);
    if (found) within = undefined;
    rows = held;
    return { bad, fetched };
  }

  function taken(): unknown[] {
    const page: unknown[] = [];
    while (rows?.next !== undefined && window?.isFull() !== true && !(limit !== undefined && page.length >= limit)) {
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

/** The rows of a page's documents, made as they are asked for. */
class HeldRows {
  readonly #residual: Residual;
  readonly #documents: readonly PageDocument[];
  #document = 0;
  #rows: readonly unknown[] = [];
  #row = 0;

  constructor(residual: Residual, documents: readonly PageDocument[], skip: number) {
    this.#residual = residual;
    this.#documents = documents;
    this.#begin(skip);
  }

  /** The next row in a box, or undefined where none is left. */
  get next(): { readonly row: unknown } | undefined {
    return this.#row < this.#rows.length ? { row: this.#rows[this.#row] } : undefined;
  }

  /** Where the next row stands. */
  get position(): Position["within"] {
    if (this.next === undefined) return undefined;
    return { rid: ridOf(this.#documents[this.#document]!), rows: this.#row };
  }

  take(): unknown {
    const row = this.#rows[this.#row++];
    if (this.#row >= this.#rows.length) {
      this.#document++;
      this.#begin(0);
    }
    return row;
  }

  /** Goes to the next document that makes a row behind those that are left out. */
  #begin(skip: number): void {
    for (this.#row = skip; this.#document < this.#documents.length; this.#document++, this.#row = 0) {
      this.#rows = [...this.#residual.rowsOf(this.#documents[this.#document]!)];
      if (this.#row < this.#rows.length) return;
    }
    this.#rows = [];
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

const NOTHING = Object.freeze({ bad: [], fetched: 0 });
const NO_PAGE = Object.freeze({ documents: [], bad: [] });
