/** How far a job is, out of the state of its ranges: sums, rates of late, and the time that is left. */
import type { JobCounts, JobFailure, JobProgress, JobRange } from "./job.js";
import type { RangeLease, RoundItem } from "./leases.js";

export interface ProgressClock {
  /** Milliseconds since 1970, of the clock that the job goes by. */
  readonly now: () => number;
  readonly settledAt: number;
}

export class Progress {
  readonly #job: string;
  readonly #round: RoundItem;
  readonly #clock: ProgressClock;
  /** Of the last while, the oldest first. */
  readonly #samples: Sample[] = [];
  #throttled = 0;

  constructor(job: string, round: RoundItem, clock: ProgressClock) {
    this.#job = job;
    this.#round = round;
    this.#clock = clock;
  }

  throttled(): void {
    this.#throttled++;
  }

  /** `state` where the ranges alone don't tell it. */
  of(leases: readonly RangeLease[], state?: "stopped"): JobProgress {
    const counts = sum(leases.map((lease) => lease.counts));
    const rates = this.#rates(counts);
    const { estimated, begun } = this.#round;
    const now = this.#clock.now();
    const current = state ?? stateOf(leases, this.#round.ranges.length);
    const failures: JobFailure[] = leases.flatMap((lease) => lease.failures);
    return Object.freeze({
      job: this.#job,
      state: current,
      ...counts,
      estimated,
      elapsed: Math.max(0, now - begun),
      ...rates,
      secondsLeft: this.#secondsLeft(current, counts, rates.documentsPerSecond, now),
      throttled: this.#throttled,
      ranges: Object.freeze(leases.map(rangeOf)),
      failures: Object.freeze(failures),
    });
  }

  #rates(counts: JobCounts): Pick<JobProgress, "documentsPerSecond" | "requestUnitsPerSecond"> {
    const at = performance.now();
    const samples = this.#samples;
    samples.push({ at, documents: counts.documents, requestUnits: counts.requestUnits });
    while (samples.length > 2 && at - samples[1]!.at > WHILE) samples.shift();
    const [first] = samples;
    const seconds = (at - first!.at) / 1000;
    const perSecond = (amount: number): number => (seconds > 0 ? Math.max(0, amount) / seconds : 0);
    return {
      documentsPerSecond: perSecond(counts.documents - first!.documents),
      requestUnitsPerSecond: perSecond(counts.requestUnits - first!.requestUnits),
    };
  }

  #secondsLeft(state: JobProgress["state"], { documents }: JobCounts, rate: number, now: number): number | undefined {
    if (state === "done") return 0;
    const settling = Math.max(0, (this.#clock.settledAt - now) / 1000);
    if (state === "settling") return settling;
    const { estimated } = this.#round;
    if (estimated === undefined || rate === 0) return undefined;
    return Math.max(settling, (estimated - documents) / rate, 0);
  }
}

interface Sample {
  /** Milliseconds of a clock that never goes back. */
  readonly at: number;
  readonly documents: number;
  readonly requestUnits: number;
}

/** What "of late" means, in milliseconds. */
const WHILE = 30_000;

function stateOf(leases: readonly RangeLease[], ranges: number): JobProgress["state"] {
  if (leases.length < ranges) return "running";
  if (leases.every(({ state }) => state === "done")) return "done";
  return leases.some(({ state }) => state === "running") ? "running" : "settling";
}

function rangeOf({ bounds, state, worker, counts }: RangeLease): JobRange {
  const isFree = worker === "" && state !== "done";
  return Object.freeze({
    ...bounds,
    ...counts,
    state: isFree ? "waiting" : state,
    ...(worker !== "" && { worker }),
  });
}

function sum(all: readonly JobCounts[]): JobCounts {
  const total = { documents: 0, changed: 0, unchanged: 0, skipped: 0, destroyed: 0, failed: 0, requestUnits: 0 };
  for (const counts of all) for (const name of NAMES) total[name] += counts[name];
  return total;
}

const NAMES = ["documents", "changed", "unchanged", "skipped", "destroyed", "failed", "requestUnits"] as const;
