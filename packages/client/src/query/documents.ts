/** The documents that a pushed query answers with, page by page, opened. */
import type { FeedResponse, QueryIterator } from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { type BadDocumentPolicy, settleBad } from "../sealing/bad-documents.js";
import { type OpenedPage, openPage, type PageCheck } from "./page.js";
import { repeatsOf } from "./repeats.js";
import type { Fetch } from "./run.js";

/** A page of the service's, and what is in it. */
export interface Fetched<T> {
  readonly page: FeedResponse<T>;
  readonly opened: OpenedPage;
  readonly fetched: number;
}

/**
 * Throws BadDocumentError at the first page that holds a document which doesn't open, unless the policy leaves it out: nobody
 * can tell what the answer would be with it. Throws ERR_ANSWER_MISMATCH as `openPage`, and for a document that comes twice.
 */
export async function* fetchDocuments<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  inner: QueryIterator<T>,
  fetch: Fetch<T>,
  { check, policy }: { readonly check: PageCheck; readonly policy: BadDocumentPolicy },
): AsyncGenerator<Fetched<T>> {
  const notice = repeatsOf(context, definition, true);
  do {
    check.signal?.throwIfAborted();
    const page = await fetch(inner);
    const stored = page.resources ?? [];
    const opened = await openPage(context, definition, stored, check);
    notice(opened.documents);
    settleBad(context, policy, opened.bad, [], undefined);
    yield { page, opened, fetched: stored.length };
  } while (inner.hasMoreResults());
}
