/** Aborts, told as the SDK tells them: an AbortError, whatever the reason was. */
import { AbortError } from "@azure/cosmos";
import type { QueryRun } from "./run.js";

/** Runs what the signal may end. Throws AbortError, also before it begins. */
export async function abortable<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal?.aborted === true) throw aborted();
  try {
    return await work();
  } catch (error) {
    throw error !== undefined && error === signal?.reason ? aborted() : error;
  }
}

/** The run, each page of which the signal may end. */
export function abortableRun<T>(signal: AbortSignal | undefined, run: QueryRun<T>): QueryRun<T> {
  return {
    hasMoreResults: () => run.hasMoreResults(),
    next: (fetch) => abortable(signal, () => run.next(fetch)),
  };
}

function aborted(): AbortError {
  return new AbortError("The operation was aborted.");
}
