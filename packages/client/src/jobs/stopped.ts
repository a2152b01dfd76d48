/** A job that ended before its end: how far it came, and how it is gone on with. */
import { CosmosealError } from "@cosmoseal/core";
import type { JobProgress } from "./job.js";

/**
 * A job was stopped: by its signal (`cause` is the signal's reason), or by a document that it can't do its work on (`cause` is that
 * error), under `onBadDocument: "throw"`. Code ERR_JOB_STOPPED. What was done is done.
 *
 * @example
 * try { await client.jobs.reseal(customers, { leases, signal }); }
 * catch (error) { if (error instanceof JobStoppedError) console.log(error.progress.changed, error.remedy); else throw error; }
 */
export class JobStoppedError extends CosmosealError {
  readonly progress: JobProgress;

  constructor(progress: JobProgress, isKept: boolean, cause: unknown) {
    const [failure] = progress.failures;
    const wasAborted = failure === undefined;
    super("ERR_JOB_STOPPED", `The job (${progress.job}) was stopped${wasAborted ? "" : " at a document"}.`, {
      ...(failure !== undefined && { id: failure.id }),
      remedy:
        (isKept
          ? "Run it again with the same leases: it goes on from the last page that was done."
          : "Run it again: it begins at the first document, and finds what is done. With `leases` it goes on from where it was.") +
        (wasAborted
          ? ""
          : ' Mend the document first, or run with onBadDocument: "quarantine", which goes on and counts it.'),
      cause,
    });
    this.progress = progress;
  }
}
