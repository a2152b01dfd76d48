/** One page of a change feed, opened: documents in their latest version, or versions of them with what happened. */
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { type BadDocumentPolicy, sealErrorsIn, settleBad } from "../sealing/bad-documents.js";
import { checkPartition } from "../sealing/partition.js";
import { type OpenedDocument, openEach } from "../sealing/read.js";
import { openVersions } from "./versions.js";

export interface FeedCheck {
  readonly prefix: string | undefined;
  readonly policy: BadDocumentPolicy;
  /** Rows are `{ current, previous, metadata }`. */
  readonly versions: boolean;
  /** Takes the documents of each page of latest versions; of the same feed the same one. */
  readonly repeats: (page: readonly OpenedDocument[]) => void;
}

interface FeedPage {
  readonly result: unknown;
  readonly count: number;
}

/**
 * The response, its rows opened; nothing else of it is touched. Throws BadDocumentError, which goes on by `continuation`;
 * ERR_ANSWER_MISMATCH.
 */
export async function openFeedPage<R extends FeedPage>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  page: R,
  continuation: string | undefined,
  { prefix, policy, repeats, versions }: FeedCheck,
): Promise<R> {
  const stored = page.result;
  if (!Array.isArray(stored) || stored.length === 0) return page;
  const { rows, bad } = versions
    ? await openVersions(context, definition, stored, prefix)
    : await openLatest(context, definition, stored, prefix, repeats);
  context.emit({ type: "page", container: definition.name, fetched: stored.length, returned: rows.length });
  settleBad(context, policy, bad, rows, continuation);
  return Object.assign(page, { result: rows, count: rows.length, ...sealErrorsIn(bad) });
}

async function openLatest(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: readonly unknown[],
  prefix: string | undefined,
  repeats: FeedCheck["repeats"],
): ReturnType<typeof openVersions> {
  const openings = await openEach(context, definition, stored);
  const opened = openings.flatMap((one) => one.opened ?? []);
  for (const row of opened) checkPartition(definition, prefix, row);
  repeats(opened);
  return { rows: opened.map(({ document }) => document), bad: openings.flatMap((one) => one.bad ?? []) };
}
