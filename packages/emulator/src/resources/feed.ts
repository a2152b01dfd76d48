// Feeds of databases, containers and keys: small, so a page is cut from the whole list.

import type { Json } from "@cosmoseal/sql";
import { badRequest } from "../http/errors.js";
import { charge, type Headers, queryCharge } from "../http/headers.js";
import type { ServiceRequest, ServiceResponse } from "../http/message.js";
import type { QueryEngine } from "../query/engine.js";
import { pageSize } from "../query/page.js";
import { readQuery } from "../query/request.js";
import type { JsonObject } from "../store/item.js";

export interface Feed {
  /** The property of the answer that holds the resources. */
  readonly name: string;
  readonly ownerRid: string;
  readonly resources: readonly JsonObject[];
  readonly headers: Headers;
}

export function answerFeed(request: ServiceRequest, feed: Feed): ServiceResponse {
  return page(request, feed, feed.resources);
}

export function answerFeedQuery(engine: QueryEngine, request: ServiceRequest, feed: Feed): ServiceResponse {
  const { query, parameters } = readQuery(engine, request);
  return page(request, feed, [...engine.compile(query).run(feed.resources, parameters)]);
}

function page(request: ServiceRequest, feed: Feed, all: readonly Json[]): ServiceResponse {
  const start = readOffset(request.headers.get("x-ms-continuation"));
  const end = Math.min(all.length, start + pageSize(request));
  const rows = all.slice(start, end);
  const body = JSON.stringify({ _rid: feed.ownerRid, [feed.name]: rows, _count: rows.length });
  return {
    status: 200,
    headers: {
      ...feed.headers,
      ...charge(queryCharge(rows.length, body.length)),
      "x-ms-item-count": String(rows.length),
      ...(end < all.length ? { "x-ms-continuation": String(end) } : {}),
    },
    body,
  };
}

function readOffset(token: string | undefined): number {
  if (token === undefined || token === "") return 0;
  if (!/^\d{1,9}$/.test(token)) throw badRequest("Invalid Continuation Token");
  return Number(token);
}
