/**
 * An order that the SDK can't merge: it stops at null and at keys of several types where it puts ranges together. The client sorts
 * then instead, and leaves out the rows that were handed out before.
 */
import type { FeedResponse } from "@azure/cosmos";
import type { QueryRun } from "./run.js";
import type { Counts } from "./window.js";

/** `counts`: the query's bounds. Throws what the SDK throws where rows went out behind an OFFSET, or more than can be remembered. */
export function resortedRun<T>(
  run: QueryRun<T>,
  resort: () => Promise<QueryRun<T>>,
  { skip, take }: Counts,
): QueryRun<T> {
  let current = run;
  let given: Given | undefined = new Given();
  let sorted = false;
  let left = take;
  return {
    // Nothing can be missing where as many went out as were asked for.
    hasMoreResults: () => current.hasMoreResults() && !(sorted && left <= 0),
    next: async (fetch) => {
      if (!sorted) {
        try {
          const page = await current.next(fetch);
          // Which of the rows with one sort key an OFFSET leaves out can't be told afterwards.
          if (given?.add(page.resources ?? []) === false || (skip > 0 && given?.isEmpty === false)) given = undefined;
          left -= page.resources?.length ?? 0;
          return page;
        } catch (error) {
          if (given === undefined || !isMergeFailure(error)) throw error;
          sorted = true;
          current = await resort();
        }
      }
      return without(await current.next(fetch));
    },
  };

  function without(page: FeedResponse<T>): FeedResponse<T> {
    const rows = (page.resources ?? []).filter((row) => !given?.takeOut(row)).slice(0, left);
    left -= rows.length;
    if (page.resources !== undefined) page.resources.splice(0, page.resources.length, ...rows);
    return page;
  }
}

/** Rows that went out, each as often as it did. */
class Given {
  readonly #counts = new Map<string, number>();
  #rows = 0;

  /** False where they are too many to be remembered. */
  add(rows: readonly unknown[]): boolean {
    this.#rows += rows.length;
    if (this.#rows > MOST_ROWS) return false;
    for (const row of rows) this.#counts.set(textOf(row), (this.#counts.get(textOf(row)) ?? 0) + 1);
    return true;
  }

  takeOut(row: unknown): boolean {
    const text = textOf(row);
    const count = this.#counts.get(text) ?? 0;
    if (count > 0) this.#counts.set(text, count - 1);
    return count > 0;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }
}

function textOf(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)) ?? "";
}

/** The SDK has no code for it, in neither version. */
function isMergeFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^unrecognizable type |Cannot execute cross partition order-by queries on mixed types/.test(error.message)
  );
}

const MOST_ROWS = 10_000;
