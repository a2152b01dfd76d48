/** Where the state of jobs lies: who works on which range, how far it is, and what it has counted. One contract for all places. */
import type { JobCounts, JobFailure } from "./job.js";

/** Made by {@link jobLeases}; used by jobs alone. */
export interface JobLeases {
  /** Where it is, for messages. */
  readonly kind: string;
  /** How long a range is kept from others after its worker was last heard of, in milliseconds. */
  readonly duration: number;
  /** All items of the job. */
  list(job: string, signal?: AbortSignal): Promise<readonly Stored<JobItem>[]>;
  /** Undefined where there is one of that id already. */
  create<I extends JobItem>(item: I, signal?: AbortSignal): Promise<Stored<I> | undefined>;
  /** Undefined where another worker changed or deleted it since it was read. */
  replace<I extends JobItem>(item: Stored<I>, signal?: AbortSignal): Promise<Stored<I> | undefined>;
  /** Does nothing where it was changed or deleted since it was read. */
  remove(item: Stored<JobItem>, signal?: AbortSignal): Promise<void>;
}

export type Stored<I> = I & { readonly etag: string };

export type JobItem = RoundItem | RangeLease;

/** One round of a job: from the first worker that begins for a goal to the last range. */
export interface RoundItem {
  readonly id: "round";
  readonly job: string;
  /** Of this round alone. */
  readonly round: string;
  readonly goal: string;
  /** Milliseconds since 1970, by the clock of whoever began. */
  readonly begun: number;
  readonly estimated?: number;
  readonly ranges: readonly FeedBounds[];
}

/** A range of a round, with the worker that has it. */
export interface RangeLease {
  /** `range-<round>-<number>` */
  readonly id: string;
  readonly job: string;
  readonly round: string;
  readonly bounds: FeedBounds;
  /** Empty: free. */
  readonly worker: string;
  readonly state: "running" | "settling" | "done";
  /** The SDK's token: everything before it is done. Absent: nothing is. */
  readonly continuation?: string;
  readonly counts: JobCounts;
  readonly failures: readonly JobFailure[];
  /** Raised by each renewal, so that another worker sees that the lease lives. */
  readonly beat: number;
}

/** Of effective keys. */
export interface FeedBounds {
  readonly minInclusive: string;
  readonly maxExclusive: string;
}
