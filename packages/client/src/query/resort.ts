/**
 * An order that the SDK can't merge: it stops at null and at keys of several types where it puts ranges together. Where that happens
 * before a row was handed out, the client sorts instead.
 */
import type { QueryRun } from "./run.js";

export function resortedRun<T>(run: QueryRun<T>, resort: () => Promise<QueryRun<T>>): QueryRun<T> {
  let current = run;
  let settled = false;
  return {
    hasMoreResults: () => current.hasMoreResults(),
    next: async (fetch) => {
      if (settled) return current.next(fetch);
      try {
        const page = await current.next(fetch);
        settled = (page.resources?.length ?? 0) > 0;
        return page;
      } catch (error) {
        if (!isMergeFailure(error)) throw error;
        settled = true;
        current = await resort();
        return current.next(fetch);
      }
    },
  };
}

/** The SDK has no code for it, in neither version. */
function isMergeFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^unrecognizable type |Cannot execute cross partition order-by queries on mixed types/.test(error.message)
  );
}
