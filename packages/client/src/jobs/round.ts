/** A round of a job: begun by the first worker for its goal, joined by the others. */
import type { FeedRange } from "@azure/cosmos";
import type { JobCounts } from "./job.js";
import type { JobLeases, RangeLease, RoundItem, Stored } from "./leases.js";

export interface NewRound {
  readonly job: string;
  readonly goal: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly estimate: () => Promise<number | undefined>;
  readonly ranges: readonly FeedRange[];
  /** Begins anew even where this goal is reached. */
  readonly again: boolean;
}

/** The round that is on for the goal. One of another goal that was on before is over: its workers lose their ranges. */
export async function joinRound(leases: JobLeases, wanted: NewRound): Promise<RoundItem> {
  for (;;) {
    const items = await leases.list(wanted.job);
    const current = items.find((item): item is Stored<RoundItem> => item.id === "round");
    if (current !== undefined && goesOn(current, items, wanted)) {
      await makeRanges(leases, current, items);
      return current;
    }
    const estimated = await wanted.estimate();
    const { job, goal, begun } = wanted;
    const next: RoundItem = {
      id: "round",
      job,
      round: globalThis.crypto.randomUUID(),
      goal,
      begun,
      ...(estimated !== undefined && { estimated }),
      ranges: wanted.ranges.map(({ minInclusive, maxExclusive }) => ({ minInclusive, maxExclusive })),
    };
    const made =
      current === undefined ? await leases.create(next) : await leases.replace({ ...next, etag: current.etag });
    // Another worker was faster: its round is as good.
    if (made === undefined) continue;
    for (const item of items) if (item.id !== "round") await leases.remove(item);
    await makeRanges(leases, made, []);
    return made;
  }
}

/** The ranges of a round as they are now; undefined where another round has begun. */
export async function rangesOf(
  leases: JobLeases,
  { job, round }: RoundItem,
): Promise<readonly Stored<RangeLease>[] | undefined> {
  const items = await leases.list(job);
  if (items.find(({ id }) => id === "round")?.round !== round) return undefined;
  return items.filter((item): item is Stored<RangeLease> => item.id !== "round" && item.round === round);
}

/** A round that is done without a failure has reached its goal; one with failures is worth another. */
function goesOn(
  current: RoundItem,
  items: readonly Stored<RoundItem | RangeLease>[],
  { goal, again }: NewRound,
): boolean {
  if (current.goal !== goal) return false;
  const leases = items.filter(
    (item): item is Stored<RangeLease> => item.id !== "round" && item.round === current.round,
  );
  const isDone = leases.length >= current.ranges.length && leases.every(({ state }) => state === "done");
  return !isDone || !(again || leases.some(({ counts }) => counts.failed > 0));
}

/** Whoever joins makes what the one that began didn't come to. */
async function makeRanges(
  leases: JobLeases,
  { job, round, ranges }: RoundItem,
  there: readonly { readonly id: string }[],
): Promise<void> {
  for (const [i, bounds] of ranges.entries()) {
    const id = `range-${round}-${i}`;
    if (there.some((item) => item.id === id)) continue;
    await leases.create({
      id,
      job,
      round,
      bounds,
      worker: "",
      state: "running",
      counts: NOTHING,
      failures: [],
      beat: 0,
    });
  }
}

const NOTHING: JobCounts = Object.freeze({
  documents: 0,
  changed: 0,
  unchanged: 0,
  skipped: 0,
  destroyed: 0,
  failed: 0,
  requestUnits: 0,
});
