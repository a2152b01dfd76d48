/** Records by the bucket that they are stored in. */
import type { ScopeRecord } from "@cosmoseal/core";

export function recordsByBucket(records: readonly ScopeRecord[]): ReadonlyMap<string, readonly ScopeRecord[]> {
  const buckets = new Map<string, ScopeRecord[]>();
  for (const record of records) {
    const bucket = buckets.get(record.bucket);
    if (bucket === undefined) buckets.set(record.bucket, [record]);
    else bucket.push(record);
  }
  return buckets;
}

/** The kept ones, but for those that were changed, and the changed ones. */
export function mergeRecords(kept: readonly ScopeRecord[], changed: readonly ScopeRecord[]): readonly ScopeRecord[] {
  const scopes = new Set(changed.map(({ scope }) => JSON.stringify(scope)));
  return [...kept.filter(({ scope }) => !scopes.has(JSON.stringify(scope))), ...changed];
}
