/**
 * The documents of one range in the order in which they were last written, page by page, from the beginning or from where another worker
 * was: the change feed of the SDK, whose token follows the range when it is split.
 */
import { ChangeFeedStartFrom, type Container, type FeedRange } from "@azure/cosmos";
import { feedRangeLike } from "../sdk/internals.js";
import type { FeedBounds } from "./leases.js";
import type { Sender } from "./send.js";

export interface CursorPage {
  readonly documents: readonly Record<string, unknown>[];
  /** Goes on behind the page. */
  readonly continuation: string;
  /** Nothing was written since: the end, for now. */
  readonly isEnd: boolean;
}

export interface Cursor {
  /** Throws what the service answers. */
  next(): Promise<CursorPage>;
}

/** `sample`: any range of the container, as the SDK makes them. */
export function openCursor(
  container: Container,
  sample: FeedRange,
  bounds: FeedBounds,
  continuation: string | undefined,
  pageSize: number,
  { send }: Sender,
): Cursor {
  const start = (from: string | undefined) =>
    container.items.getChangeFeedIterator<Record<string, unknown>>({
      maxItemCount: pageSize,
      changeFeedStartFrom:
        from === undefined
          ? ChangeFeedStartFrom.Beginning(feedRangeLike(sample, bounds))
          : ChangeFeedStartFrom.Continuation(from),
    });
  let reached = continuation;
  let feed = start(reached);
  return {
    next: async () => {
      const page = await send(async () => {
        try {
          return await feed.readNext();
        } catch (error) {
          // What it has of the page that failed is not known: begun again from the last one that came.
          feed = start(reached);
          throw error;
        }
      });
      reached = page.continuationToken;
      return { documents: page.result ?? [], continuation: reached, isEnd: page.statusCode === NOT_MODIFIED };
    },
  };
}

const NOT_MODIFIED = 304;
