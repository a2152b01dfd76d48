/** The work on one range: page after page, its place kept after each, until its end is one. */
import type { Container, FeedRange } from "@azure/cosmos";
import { type Cursor, openCursor } from "./cursor.js";
import { type DocumentResult, workOnDocument } from "./document.js";
import type { HeldRange } from "./held-range.js";
import type { Job, JobCounts, JobFailure } from "./job.js";
import { rest } from "./rest.js";
import type { Sender } from "./send.js";

export interface RangeSettings {
  readonly sample: FeedRange;
  readonly pageSize: number;
  /** Documents at a time. */
  readonly documents: number;
  /** Milliseconds since 1970, of the clock that the job goes by. */
  readonly now: () => number;
  /** When the round began. */
  readonly begun: number;
  /** From when on the end of the range is one. */
  readonly settledAt: number;
  /** How often a range whose end isn't one yet is looked at again, in milliseconds. */
  readonly poll: number;
  /** Whether a document that fails ends the job. */
  readonly stopsAtBad: boolean;
}

/** A document at which the job ends. */
export class BadDocumentStop extends Error {
  override readonly name = "BadDocumentStop";
  readonly failure: JobFailure;

  constructor(failure: JobFailure, cause: unknown) {
    super("A document ends the job.", { cause });
    this.failure = failure;
  }
}

/**
 * Resolves when the range is done or another worker has it; `held` tells which. Throws what is no document's fault, BadDocumentStop,
 * and the reason of the job's stop.
 */
export async function workOnRange(job: Job, held: HeldRange, settings: RangeSettings, sender: Sender): Promise<void> {
  const { stop } = sender.signals;
  const cursor = openRange(job.container, held, settings, sender);
  const written = new Written();
  while (held.isHeld) {
    stop.throwIfAborted();
    const page = await cursor.next();
    const isSettled = settings.now() >= settings.settledAt;
    if (page.isEnd) {
      await held.checkpoint({ state: isSettled ? "done" : "settling", continuation: page.continuation });
      if (isSettled) return;
      await rest(Math.min(settings.poll, settings.settledAt - settings.now()), stop);
      continue;
    }
    const results = await workOnPage(job, page.documents, settings, sender);
    // Who lost the range meanwhile leaves its counts to whoever has it now.
    const isPast = isSettled && page.documents.every((body, i) => isNewAndDone(body, results[i]!, settings));
    await held.checkpoint({
      state: isPast ? "done" : "running",
      continuation: page.continuation,
      counts: countsOf(page.documents, results, written, settings),
      failures: results.flatMap((result) => (result.outcome === "failed" ? [result.failure] : [])),
    });
    if (isPast) return;
  }
}

function openRange(container: Container, held: HeldRange, settings: RangeSettings, sender: Sender): Cursor {
  const { bounds, continuation } = held.lease;
  return openCursor(container, settings.sample, bounds, continuation, settings.pageSize, sender);
}

/** All of them are through before any failure is thrown: the place is kept, or not, for the page as a whole. */
async function workOnPage(
  job: Job,
  documents: readonly Record<string, unknown>[],
  { documents: atATime, stopsAtBad }: RangeSettings,
  sender: Sender,
): Promise<readonly DocumentResult[]> {
  const results: DocumentResult[] = [];
  let next = 0;
  let failed: { readonly error: unknown } | undefined;
  const run = async (): Promise<void> => {
    while (next < documents.length && failed === undefined) {
      const i = next++;
      try {
        const result = await workOnDocument(job, documents[i]!, sender);
        if (result.outcome === "failed" && stopsAtBad) throw new BadDocumentStop(result.failure, result.error);
        results[i] = result;
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, run));
  if (failed !== undefined) throw (failed as { readonly error: unknown }).error;
  return results;
}

/**
 * The feed of a container that is always written to has no end. But what was stored well after all writers had learnt what the job is
 * for, and needs nothing, shows that everything before it has come by. `_ts` is the service's clock: hence the minute.
 */
function isNewAndDone(
  body: Readonly<Record<string, unknown>>,
  { outcome }: DocumentResult,
  { begun, settledAt }: RangeSettings,
): boolean {
  const { _ts: seconds } = body;
  if (outcome !== "unchanged" || typeof seconds !== "number") return false;
  return seconds * 1000 > Math.max(begun, settledAt) + 60_000;
}

function countsOf(
  documents: readonly Record<string, unknown>[],
  results: readonly DocumentResult[],
  written: Written,
  settings: RangeSettings,
): Omit<JobCounts, "requestUnits"> {
  const counts = { documents: 0, changed: 0, unchanged: 0, skipped: 0, destroyed: 0, failed: 0 };
  for (const [i, result] of results.entries()) {
    const body = documents[i]!;
    const isAgain = result.outcome === "unchanged" && written.delete(body["_etag"]);
    if (isAgain || isNewAndDone(body, result, settings)) continue;
    counts.documents++;
    counts[result.outcome === "gone" ? "skipped" : result.outcome]++;
    if (result.outcome !== "failed" && result.written !== undefined) written.add(result.written);
  }
  return counts;
}

/** Versions that the job wrote, until they come by: bounded, so that the oldest are counted twice rather than memory used up. */
class Written {
  readonly #etags = new Set<string>();

  add(etag: string): void {
    this.#etags.add(etag);
    if (this.#etags.size > MOST_WRITTEN) this.#etags.delete(this.#etags.keys().next().value as string);
  }

  delete(etag: unknown): boolean {
    return typeof etag === "string" && this.#etags.delete(etag);
  }
}

const MOST_WRITTEN = 200_000;
