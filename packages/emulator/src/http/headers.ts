// The headers of every answer, and what an operation is estimated to cost.

import type { Container } from "../store/container.js";
import type { PartitionRange } from "../store/range.js";

export type Headers = Readonly<Record<string, string>>;

export function commonHeaders(activityId: string, now: number): Headers {
  return {
    "content-type": "application/json",
    "cache-control": "no-store, no-cache",
    date: dateOf(now),
    server: "Cosmoseal-Emulator",
    "x-ms-activity-id": activityId,
    "x-ms-gatewayversion": "version=2.14.0",
    "x-ms-serviceversion": "version=2.14.0.0",
  };
}

let second = -1;
let dateText = "";

function dateOf(now: number): string {
  if (Math.floor(now / 1000) !== second) {
    second = Math.floor(now / 1000);
    dateText = new Date(now).toUTCString();
  }
  return dateText;
}

/** What an answer from within a container says of it. */
export function containerHeaders(container: Container): Headers {
  return {
    "x-ms-alt-content-path": `dbs/${encodeURIComponent(container.databaseId)}/colls/${encodeURIComponent(container.id)}`,
    "x-ms-content-path": container.rid,
    "x-ms-resource-quota": "documentSize=51200;documentsSize=52428800;documentsCount=-1;collectionSize=52428800;",
    "x-ms-resource-usage": `documentSize=0;documentsSize=0;documentsCount=${countItems(container)};collectionSize=0;`,
    "x-ms-schemaversion": "1.17",
  };
}

/** Session token, lsn and range of an answer that one range gave. */
export function rangeHeaders(range: PartitionRange): Headers {
  return {
    "x-ms-session-token": sessionToken([range]),
    lsn: String(range.lsn),
    "x-ms-documentdb-partitionkeyrangeid": range.bounds.id,
  };
}

/** `<range>:-1#<lsn>` for each range that took part. */
export function sessionToken(ranges: readonly PartitionRange[]): string {
  return ranges.map((range) => `${range.bounds.id}:-1#${range.lsn}`).join(",");
}

export function charge(units: number): Headers {
  return { "x-ms-request-charge": String(Math.round(units * 100) / 100) };
}

// The published rules of thumb: a point read costs 1 unit per KB; a write about five times that, with its index.

export function readCharge(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}

export function writeCharge(bytes: number): number {
  return 5 * Math.max(1, Math.ceil(bytes / 1024)) + 0.71;
}

/** A query: a base, then per document looked at and per KB sent. */
export function queryCharge(examined: number, bytes: number): number {
  return 2.3 + 0.026 * examined + 0.11 * (bytes / 1024);
}

function countItems(container: Container): number {
  return container.ranges.reduce((sum, range) => sum + range.all.size, 0);
}
