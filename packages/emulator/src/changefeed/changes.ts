// The feed of changes from a point on: the latest version of each item, or every version and every deletion.

import { badRequest } from "../http/errors.js";
import { charge, containerHeaders, rangeHeaders } from "../http/headers.js";
import type { ServiceRequest, ServiceResponse } from "../http/message.js";
import { findItemContainer } from "../items/requests.js";
import { pageBody, pageSize } from "../query/page.js";
import { isTargeted, type Target, targetOf } from "../query/target.js";
import type { Service } from "../service.js";
import type { PartitionRange } from "../store/range.js";
import { checkVersions, dropExpired, versionsAfter } from "./versions.js";

export function readChanges(service: Service, request: ServiceRequest): ServiceResponse {
  const mode = request.headers.get("a-im")?.toLowerCase();
  if (mode !== "incremental feed" && mode !== "full-fidelity feed") {
    throw badRequest("The header A-IM names neither the incremental nor the full-fidelity feed.");
  }
  const target = targetOf(findItemContainer(service, request), request);
  if (target.ranges.length !== 1) {
    throw badRequest("The change feed is read by partition key or by partition key range.");
  }
  const range = target.ranges[0]!;
  if (mode === "full-fidelity feed") {
    checkVersions(target.container, request);
    dropExpired(service, target.container, range);
    const start = startOf(request, range);
    return answer(request, target, range, versionsAfter(target, range, start, service.clock()));
  }
  return answer(request, target, range, latestAfter(target, range, startOf(request, range), service.clock()));
}

/** Where a reader goes on: after an lsn, with what is no older than a time in seconds. */
export interface Start {
  /** Undefined where the reader starts at the beginning. */
  readonly lsn: number | undefined;
  readonly since: number;
}

export interface Change {
  readonly lsn: number;
  /** JSON text. */
  readonly text: string;
}

function* latestAfter(target: Target, range: PartitionRange, start: Start, now: number): Generator<Change> {
  for (const item of range.changedAfter(start.lsn ?? 0)) {
    if (!isTargeted(target.key, target.part, item) || item.timestamp < start.since) continue;
    if (target.container.isLive(item, now)) {
      yield { lsn: item.lsn, text: `${item.text.slice(0, -1)},"_lsn":${item.lsn}}` };
    }
  }
}

function answer(
  request: ServiceRequest,
  target: Target,
  range: PartitionRange,
  changes: Iterable<Change>,
): ServiceResponse {
  const size = pageSize(request);
  const rows: string[] = [];
  let reached = range.lsn;
  for (const { lsn, text } of changes) {
    if (rows.length >= size) break;
    rows.push(text);
    if (rows.length >= size) reached = lsn;
  }
  const headers = {
    ...containerHeaders(target.container),
    ...rangeHeaders(range),
    ...charge(1 + rows.length * 0.1),
    etag: `"${reached}"`,
    "x-ms-item-count": String(rows.length),
  };
  // Nothing new is a 304; an empty page would be asked for again at once.
  if (rows.length === 0) return { status: 304, headers };
  return { status: 200, headers, body: pageBody(target.container.rid, rows) };
}

// The point to go on from: after a write, from now, from a time, or from the beginning.
function startOf(request: ServiceRequest, range: PartitionRange): Start {
  const known = request.headers.get("if-none-match");
  if (known === "*") return { lsn: range.lsn, since: 0 };
  const modified = request.headers.get("if-modified-since");
  const time = modified === undefined ? 0 : Date.parse(modified);
  if (Number.isNaN(time)) throw badRequest("The date of If-Modified-Since is not valid.");
  if (known === undefined || known === "") return { lsn: undefined, since: time / 1000 };
  const match = /^"?(\d{1,15})"?$/.exec(known);
  if (match === null) throw badRequest("The change feed's continuation is not valid.");
  return { lsn: Number(match[1]), since: time / 1000 };
}
