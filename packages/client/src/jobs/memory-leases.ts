/** The state of jobs in this process alone. */
import type { JobItem, JobLeases, Stored } from "./leases.js";

export function memoryLeases(): JobLeases {
  const jobs = new Map<string, Map<string, Stored<JobItem>>>();
  let writes = 0;
  const stored = <I extends JobItem>(item: I): Stored<I> => {
    const items = jobs.get(item.job) ?? new Map<string, Stored<JobItem>>();
    jobs.set(item.job, items);
    const next: Stored<I> = { ...item, etag: String(++writes) };
    items.set(item.id, Object.freeze(next) as unknown as Stored<JobItem>);
    return next;
  };
  const isSame = ({ job, id, etag }: Stored<JobItem>): boolean => jobs.get(job)?.get(id)?.etag === etag;
  return Object.freeze<JobLeases>({
    kind: "memory",
    duration: 30_000,
    list: async (job) => [...(jobs.get(job)?.values() ?? [])],
    create: async (item) => (jobs.get(item.job)?.has(item.id) ? undefined : stored(item)),
    replace: async (item) => (isSame(item) ? stored(item) : undefined),
    remove: async (item) => {
      if (isSame(item)) jobs.get(item.job)?.delete(item.id);
    },
  });
}
