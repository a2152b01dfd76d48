// Conflicts: regions that write the same item at once. Here is one region, so there are none; the feed says so.

import { notFound } from "../http/errors.js";
import type { ServiceRequest, ServiceResponse } from "../http/message.js";
import { isQuery } from "../query/request.js";
import type { Service } from "../service.js";
import type { Container } from "../store/container.js";
import { answerFeed, answerFeedQuery } from "./feed.js";
import { findContainer } from "./find.js";

export function list(service: Service, request: ServiceRequest): ServiceResponse {
  return answerFeed(request, feedOf(findContainer(service, request, "owner")));
}

export function query(service: Service, request: ServiceRequest): ServiceResponse {
  const container = findContainer(service, request, "owner");
  // The service makes conflicts, nobody creates one.
  if (!isQuery(request)) throw notFound();
  return answerFeedQuery(service.engine, request, feedOf(container));
}

export function one(service: Service, request: ServiceRequest): ServiceResponse {
  findContainer(service, request, "owner");
  throw notFound();
}

function feedOf(container: Container) {
  return { name: "Conflicts", ownerRid: container.rid, resources: [], headers: {} };
}
