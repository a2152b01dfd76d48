/** One worker's part in a round: it takes ranges that are free or were left, works on some at a time, and waits for those of others. */
import { setMaxListeners } from "node:events";
import type { FeedRange } from "@azure/cosmos";
import type { Budget } from "./budget.js";
import { type HeldRange, takeRange } from "./held-range.js";
import type { Job, JobProgress, JobResult } from "./job.js";
import type { RangeLease, RoundItem, Stored } from "./leases.js";
import type { JobSettings } from "./options.js";
import type { Progress } from "./progress.js";
import { BadDocumentStop, type RangeSettings, workOnRange } from "./range.js";
import { rest } from "./rest.js";
import { rangesOf } from "./round.js";
import { type JobSignals, sender } from "./send.js";
import { JobStoppedError } from "./stopped.js";
import { sturdyLeases } from "./sturdy-leases.js";

export interface RoundWork {
  readonly job: Job;
  readonly round: RoundItem;
  readonly sample: FeedRange;
  readonly settings: JobSettings;
  readonly settledAt: number;
  readonly stopsAtBad: boolean;
  readonly worker: string;
  readonly budget: Budget;
  readonly progress: Progress;
  readonly listen: (progress: JobProgress) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** `superseded`: another round has begun meanwhile. Throws JobStoppedError, and what ends the job otherwise. */
export async function workOnRound(work: RoundWork): Promise<JobResult | "superseded"> {
  const { settings, round, progress, listen, budget } = work;
  const inner = new AbortController();
  const signals = signalsOf(inner.signal, settings.signal);
  const held = new Map<string, { readonly range: HeldRange; readonly ended: Promise<void> }>();
  const store = sturdyLeases(settings.leases, signals.stop);
  const seen = new Seen(store.duration);
  let leases: readonly Stored<RangeLease>[] = [];
  let failure: { readonly error: unknown } | undefined;
  try {
    for (;;) {
      signals.stop.throwIfAborted();
      const listed = await rangesOf(store, round);
      if (listed === undefined) return "superseded";
      leases = listed;
      seen.look(leases);
      const told = progress.of(leases);
      listen(told);
      if (told.state === "done") return told as JobResult;
      budget.share(settings.requestUnitsPerSecond / workersIn(leases, work.worker));
      for (const lease of leases.filter((one) => !held.has(one.id) && isFree(one, work.worker, seen))) {
        if (activeIn(held) >= settings.ranges) break;
        await take(lease);
      }
      await Promise.race([rest(pollOf(settings), signals.stop), ...[...held.values()].map(({ ended }) => ended)]);
    }
  } catch (error) {
    failure ??= { error };
    inner.abort(error);
    await Promise.all([...held.values()].map(({ ended }) => ended));
    leases = (await rangesOf(store, round).catch(() => undefined)) ?? leases; // the failure itself is what is told
    throw asStopped(failure.error);
  } finally {
    inner.abort();
    await Promise.all([...held.values()].map(({ ended }) => ended));
  }

  async function take(lease: Stored<RangeLease>): Promise<void> {
    const range = await takeRange(store, lease, work.worker);
    if (range === undefined) return;
    const { job, budget: shared } = work;
    const sending = sender(shared, signals, {
      charged: (requestUnits) => range.charged(requestUnits),
      throttled: () => progress.throttled(),
    });
    const ended = workOnRange(job, range, rangeSettings(work), sending)
      .catch((error: unknown) => {
        failure ??= { error };
        inner.abort(error);
      })
      .then(() => range.release())
      .catch((error: unknown) => {
        range.abandon();
        failure ??= { error };
        inner.abort(error);
      })
      .finally(() => held.delete(lease.id));
    held.set(lease.id, { range, ended });
  }

  function asStopped(error: unknown): unknown {
    if (!(error instanceof BadDocumentStop) && settings.signal?.aborted !== true) return error;
    const failures = error instanceof BadDocumentStop ? [error.failure] : [];
    const cause = error instanceof BadDocumentStop ? error.cause : error;
    const stopped = { ...progress.of(leases, "stopped"), failures };
    listen(stopped);
    return new JobStoppedError(stopped, settings.isKept, cause);
  }
}

/** What is on its way when the job is stopped has a while to end by itself, so that it is known what became of it. */
function signalsOf(inner: AbortSignal, outer: AbortSignal | undefined): JobSignals {
  const stop = outer === undefined ? inner : AbortSignal.any([inner, outer]);
  const cut = new AbortController();
  // Every request that is on its way listens: many at a time, and none for long.
  setMaxListeners(0, stop, cut.signal);
  const cutLater = (): void => void setTimeout(() => cut.abort(stop.reason), GRACE).unref();
  if (stop.aborted) cutLater();
  else stop.addEventListener("abort", cutLater, { once: true });
  return { stop, cut: cut.signal };
}

/**
 * When each lease was last seen to change, by this process's own clock: one that has not changed for its duration is nobody's. No clock
 * is compared with another's.
 */
class Seen {
  readonly #duration: number;
  readonly #last = new Map<string, { readonly etag: string; readonly at: number }>();

  constructor(duration: number) {
    this.#duration = duration;
  }

  look(leases: readonly Stored<RangeLease>[]): void {
    const at = performance.now();
    for (const { id, etag } of leases) {
      if (this.#last.get(id)?.etag !== etag) this.#last.set(id, { etag, at });
    }
  }

  isStale({ id }: RangeLease): boolean {
    const last = this.#last.get(id);
    return last !== undefined && performance.now() - last.at > this.#duration;
  }
}

function isFree(lease: Stored<RangeLease>, worker: string, seen: Seen): boolean {
  if (lease.state === "done") return false;
  return lease.worker === "" || lease.worker === worker || seen.isStale(lease);
}

/** Ranges that only wait for their end to be one don't keep others from being worked on. */
function activeIn(held: ReadonlyMap<string, { readonly range: HeldRange }>): number {
  return [...held.values()].filter(({ range }) => range.lease.state !== "settling").length;
}

function workersIn(leases: readonly RangeLease[], self: string): number {
  const others = leases.filter(({ state, worker }) => state !== "done" && worker !== "").map(({ worker }) => worker);
  return new Set([self, ...others]).size;
}

function rangeSettings({ round, sample, settings, now, settledAt, stopsAtBad }: RoundWork): RangeSettings {
  const { pageSize, documents } = settings;
  return { sample, pageSize, documents, now, begun: round.begun, settledAt, poll: pollOf(settings), stopsAtBad };
}

/** How often the state of all ranges is looked at, in milliseconds: often enough to see soon that a lease is nobody's. */
function pollOf({ leases }: JobSettings): number {
  return Math.min(1000, leases.duration / 3);
}

/** In milliseconds. */
const GRACE = 5000;
