/** A range that this worker has: renewed while it works, its place kept, let go at the end; and noticed when another has taken it. */
import type { JobCounts, JobFailure } from "./job.js";
import type { JobLeases, RangeLease, Stored } from "./leases.js";

/** What a page adds. */
export interface Step {
  readonly state: RangeLease["state"];
  readonly continuation: string;
  readonly counts?: Omit<JobCounts, "requestUnits">;
  readonly failures?: readonly JobFailure[];
}

/** Writes of one lease go one after the other, each under the etag of the one before. */
export class HeldRange {
  readonly #leases: JobLeases;
  readonly #timer: NodeJS.Timeout;
  #lease: Stored<RangeLease>;
  #isHeld = true;
  #last: Promise<unknown> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  /** Spent on this range since the last write. */
  #requestUnits = 0;

  /** `lease` is this worker's already. */
  constructor(leases: JobLeases, lease: Stored<RangeLease>) {
    this.#leases = leases;
    this.#lease = lease;
    this.#timer = setInterval(() => this.#renew(), leases.duration / 3);
    this.#timer.unref();
  }

  get lease(): RangeLease {
    return this.#lease;
  }

  /** False from the moment when another worker is known to have it: what is written then is not this one's to write. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  charged(requestUnits: number): void {
    this.#requestUnits += requestUnits;
  }

  /** Keeps how far the range is, behind a page whose writes are all acknowledged. Throws what the place of leases throws. */
  async checkpoint({ state, continuation, counts, failures = [] }: Step): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    await this.#write((lease) => ({
      ...lease,
      state,
      continuation,
      counts: counts === undefined ? lease.counts : added(lease.counts, counts),
      failures: [...lease.failures, ...failures].slice(0, MOST_FAILURES),
    }));
  }

  /** Lets the range go: at once free for others, unless it is done. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#write((lease) => ({ ...lease, worker: "" }));
    this.#isHeld = false;
  }

  /** Without a word: another worker has it, or will when it has waited. */
  abandon(): void {
    clearInterval(this.#timer);
    this.#isHeld = false;
  }

  #renew(): void {
    this.#write((lease) => lease).catch((error: unknown) => {
      // Told by the next page; another worker may take the range meanwhile, which the etag shows.
      this.#failure = { error };
    });
  }

  #write(change: (lease: RangeLease) => RangeLease): Promise<void> {
    const turn = this.#last.then(async () => {
      if (!this.#isHeld) return;
      const requestUnits = this.#requestUnits;
      const { etag } = this.#lease;
      const lease = change(this.#lease);
      const counts = { ...lease.counts, requestUnits: lease.counts.requestUnits + requestUnits };
      const next = await this.#leases.replace({ ...lease, counts, beat: lease.beat + 1, etag });
      if (next === undefined) return this.abandon();
      this.#requestUnits -= requestUnits;
      this.#failure = undefined;
      this.#lease = next;
    });
    this.#last = turn.catch(() => undefined); // told to whoever asked for it
    return turn;
  }
}

/** The lease with this worker's name, or undefined where another was faster. */
export async function takeRange(
  leases: JobLeases,
  lease: Stored<RangeLease>,
  worker: string,
): Promise<HeldRange | undefined> {
  const taken = await leases.replace({ ...lease, worker, beat: lease.beat + 1 });
  return taken === undefined ? undefined : new HeldRange(leases, taken);
}

/** Tells workers apart, those of one process too. */
export function newWorker(): string {
  return globalThis.crypto.randomUUID();
}

function added(a: JobCounts, b: Omit<JobCounts, "requestUnits">): JobCounts {
  return {
    documents: a.documents + b.documents,
    changed: a.changed + b.changed,
    unchanged: a.unchanged + b.unchanged,
    skipped: a.skipped + b.skipped,
    destroyed: a.destroyed + b.destroyed,
    failed: a.failed + b.failed,
    requestUnits: a.requestUnits,
  };
}

const MOST_FAILURES = 100;
