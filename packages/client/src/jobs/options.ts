/** The options of a job with their defaults, checked once. */
import { CosmosealError } from "@cosmoseal/core";
import type { JobOptions } from "./job.js";
import type { JobLeases } from "./leases.js";
import { memoryLeases } from "./memory-leases.js";

export interface JobSettings {
  readonly leases: JobLeases;
  /** The state outlives this process. */
  readonly isKept: boolean;
  /** Infinity: no bound. */
  readonly requestUnitsPerSecond: number;
  readonly signal: AbortSignal | undefined;
  readonly again: boolean;
  readonly ranges: number;
  readonly documents: number;
  readonly pageSize: number;
}

/** Throws ERR_OPTIONS_INVALID. */
export function readJobOptions({ leases, requestUnitsPerSecond, signal, again, ...sizes }: JobOptions): JobSettings {
  if (requestUnitsPerSecond !== undefined && !(requestUnitsPerSecond > 0)) {
    throw invalid("`requestUnitsPerSecond` is a number above 0.");
  }
  if (leases !== undefined && typeof leases.list !== "function") throw invalid("`leases` is made by jobLeases.");
  return Object.freeze({
    leases: leases ?? memoryLeases(),
    isKept: leases !== undefined,
    requestUnitsPerSecond: requestUnitsPerSecond ?? Number.POSITIVE_INFINITY,
    signal,
    again: again === true,
    ranges: count("ranges", sizes.ranges ?? 4),
    documents: count("documents", sizes.documents ?? 8),
    pageSize: count("pageSize", sizes.pageSize ?? 100),
  });
}

function count(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw invalid(`\`${name}\` is a whole number from 1.`);
}

function invalid(message: string): CosmosealError {
  return new CosmosealError("ERR_OPTIONS_INVALID", message, { remedy: "Leave it out for the default." });
}
