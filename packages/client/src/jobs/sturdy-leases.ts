/** Leases whose place may not be reached for a moment. */
import { again } from "./again.js";
import type { JobLeases } from "./leases.js";

/**
 * Asks again where a request fails for a reason that passes by itself. A write whose answer was lost is taken for another worker's then: the
 * range is let go, and taken again by the name that it carries.
 */
export function sturdyLeases(leases: JobLeases, stop: AbortSignal): JobLeases {
  return {
    kind: leases.kind,
    duration: leases.duration,
    list: (job) => again(() => leases.list(job), stop),
    create: (item) => again(() => leases.create(item), stop),
    replace: (item) => again(() => leases.replace(item), stop),
    remove: (item) => again(() => leases.remove(item), stop),
  };
}
