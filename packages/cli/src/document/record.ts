/** The record of repairs: the customer's own file, one JSON object a line, appended before and after each repair. Never a value. */
import { appendFileSync } from "node:fs";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import type { LoadedConfig } from "../config/load.js";

export interface RepairRecord {
  readonly event: "begun" | "done" | "failed";
  readonly container: string;
  readonly id: string;
  readonly partitionKey: readonly unknown[];
  readonly reason: string;
  /** What opening answered before. */
  readonly found: string;
  readonly etag: string;
  readonly newEtag?: string;
  readonly lost: readonly string[];
  readonly dropped: readonly string[];
  readonly replaced: readonly string[];
}

/** Appends with the time and the name of the user. Throws where it can't be written: then nothing is repaired. */
export function recordRepair({ config, folder }: LoadedConfig, record: RepairRecord): string {
  const file = resolve(folder, config.repairs ?? "cosmoseal-repairs.jsonl");
  const line = { at: new Date().toISOString(), by: userInfo().username, ...record };
  appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
  return file;
}
