/** Runs a job in this process, together with whatever other workers there are, until all of it is done: goal → round → ranges. */
import type { FeedRange } from "@azure/cosmos";
import { tell } from "../observe/events.js";
import type { SealContext } from "../options/seal-options.js";
import { policyFor } from "../sealing/bad-documents.js";
import { again } from "./again.js";
import { Budget } from "./budget.js";
import { newWorker } from "./held-range.js";
import type { Job, JobGoal, JobOptions, JobProgress, JobResult } from "./job.js";
import type { RoundItem } from "./leases.js";
import { type JobSettings, readJobOptions } from "./options.js";
import { Progress } from "./progress.js";
import { joinRound } from "./round.js";
import { sturdyLeases } from "./sturdy-leases.js";
import { workOnRound } from "./work-on-round.js";

/**
 * Resolves when every range is done, whoever did it. Throws JobStoppedError; ERR_OPTIONS_INVALID; what the work, keys and the service
 * throw where no document is at fault: the place of what is done is kept then, too.
 */
export async function runJob(context: SealContext, job: Job, options: JobOptions): Promise<JobResult> {
  const settings = readJobOptions(options);
  const stopsAtBad = policyFor(context, job.definition, options) === "throw";
  const name = `${job.kind} ${job.definition.name}`;
  const worker = newWorker();
  const budget = new Budget(settings.requestUnitsPerSecond, () => performance.now());
  const listen = (progress: JobProgress): void => {
    context.emit({ type: "job", container: job.definition.name, progress });
    tell(options.onProgress, progress);
  };
  for (let anew = settings.again; ; anew = false) {
    const goal = await job.goal(settings.signal);
    const { round, sample } = await begin(context, job, name, settings, goal, anew);
    const settledAt = goal.settledAt(round.begun);
    const progress = new Progress(name, round, { now: context.now, settledAt });
    const result = await workOnRound({
      ...{ job, round, sample, settings, settledAt, stopsAtBad, worker, budget, progress, listen, now: context.now },
    });
    // Another goal: keys or schema have changed since, or this worker's view of them was older.
    if (result !== "superseded") return result;
  }
}

async function begin(
  context: SealContext,
  job: Job,
  name: string,
  settings: JobSettings,
  goal: JobGoal,
  anew: boolean,
): Promise<{ readonly round: RoundItem; readonly sample: FeedRange }> {
  const stop = settings.signal ?? NEVER;
  stop.throwIfAborted();
  const ranges = await again(() => job.container.getFeedRanges(), stop);
  const wanted = {
    job: name,
    goal: goal.text,
    begun: context.now(),
    estimate: () => job.estimate(stop),
    ranges,
    again: anew,
  };
  const round = await joinRound(sturdyLeases(settings.leases, stop), wanted);
  return { round, sample: ranges[0]! };
}

const NEVER: AbortSignal = new AbortController().signal;
