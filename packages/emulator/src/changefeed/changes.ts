// The change feed, latest version: each item once, in the order of its last write, from a point on.

import { badRequest, notImplemented } from "../http/errors.js";
import { charge, containerHeaders, rangeHeaders } from "../http/headers.js";
import type { ServiceRequest, ServiceResponse } from "../http/message.js";
import { findItemContainer } from "../items/requests.js";
import { pageBody, pageSize } from "../query/page.js";
import { isTargeted, targetOf } from "../query/target.js";
import type { Service } from "../service.js";
import type { PartitionRange } from "../store/range.js";

export function readChanges(service: Service, request: ServiceRequest): ServiceResponse {
  if (request.headers.get("a-im")?.toLowerCase() !== "incremental feed") {
    throw notImplemented("the change feed of all versions and deletes");
  }
  const target = targetOf(findItemContainer(service, request), request);
  if (target.ranges.length !== 1) {
    throw badRequest("The change feed is read by partition key or by partition key range.");
  }
  const range = target.ranges[0]!;
  const { lsn, since } = startOf(request, range);
  const size = pageSize(request);
  const now = service.clock();
  const rows: string[] = [];
  let reached = range.lsn;
  for (const item of range.changedAfter(lsn)) {
    if (!isTargeted(target.key, target.part, item) || !target.container.isLive(item, now) || item.timestamp < since)
      continue;
    if (rows.length >= size) break;
    rows.push(`${item.text.slice(0, -1)},"_lsn":${item.lsn}}`);
    if (rows.length >= size) reached = item.lsn;
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
function startOf(request: ServiceRequest, range: PartitionRange): { lsn: number; since: number } {
  const known = request.headers.get("if-none-match");
  if (known === "*") return { lsn: range.lsn, since: 0 };
  const modified = request.headers.get("if-modified-since");
  const time = modified === undefined ? 0 : Date.parse(modified);
  if (Number.isNaN(time)) throw badRequest("The date of If-Modified-Since is not valid.");
  if (known === undefined || known === "") return { lsn: 0, since: time / 1000 };
  const match = /^"?(\d{1,15})"?$/.exec(known);
  if (match === null) throw badRequest("The change feed's continuation is not valid.");
  return { lsn: Number(match[1]), since: time / 1000 };
}
