// Partition key ranges: how a client learns where a key lives. Answered once, then 304 to whoever has them.

import { containerHeaders } from "../http/headers.js";
import type { ServiceRequest, ServiceResponse } from "../http/message.js";
import type { Service } from "../service.js";
import { isNotModified } from "./conditions.js";
import { findContainer } from "./find.js";

export function readRanges(service: Service, request: ServiceRequest): ServiceResponse {
  const container = findContainer(service, request, "owner");
  const etag = `"${container.ranges.map((range) => range.bounds.id).join(",")}"`;
  const headers = { ...containerHeaders(container), etag, "x-ms-item-count": String(container.ranges.length) };
  if (isNotModified(request, etag)) return { status: 304, headers };
  const ranges = container.ranges.map((range, at) => ({
    _rid: range.rid,
    id: range.bounds.id,
    _etag: container.etag,
    minInclusive: range.bounds.min,
    maxExclusive: range.bounds.max,
    ridPrefix: at,
    _self: `dbs/${container.databaseRid}/colls/${container.rid}/pkranges/${range.rid}/`,
    throughputFraction: 1 / container.ranges.length,
    status: "online",
    parents: range.bounds.parents,
    ownedArchivalPKRangeIds: [],
    _ts: container.timestamp,
    lsn: range.lsn,
  }));
  return {
    status: 200,
    headers,
    body: JSON.stringify({ _rid: container.rid, PartitionKeyRanges: ranges, _count: ranges.length }),
  };
}
