// Databases: create, read, list, query, delete.

import { parseObject, type ServiceRequest, type ServiceResponse } from "../http/message.js";
import { isQuery } from "../query/request.js";
import type { Service } from "../service.js";
import type { Database } from "../store/account.js";
import { databaseResource } from "../store/database.js";
import { checkResourceId } from "../store/definition.js";
import { checkIfMatch, isNotModified } from "./conditions.js";
import { answerFeed, answerFeedQuery } from "./feed.js";
import { findDatabase } from "./find.js";
import { createOffer, declaredThroughput } from "./offers.js";

export async function post(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  if (isQuery(request)) return answerFeedQuery(service.engine, request, feedOf(service));
  const id = checkResourceId(parseObject(request)["id"]);
  const declared = declaredThroughput(request);
  const database = service.account.createDatabase(id);
  if (declared !== undefined) createOffer(service, databaseResource(database.record), declared);
  await service.account.settled();
  return { ...one(database), status: 201 };
}

export function list(service: Service, request: ServiceRequest): ServiceResponse {
  return answerFeed(request, feedOf(service));
}

export function read(service: Service, request: ServiceRequest): ServiceResponse {
  const database = findDatabase(service, request, "itself");
  if (isNotModified(request, database.record.etag)) return { status: 304, headers: { etag: database.record.etag } };
  return one(database);
}

export async function remove(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  const database = findDatabase(service, request, "itself");
  checkIfMatch(request.headers.get("if-match"), database.record.etag);
  service.account.deleteDatabase(database);
  await service.account.settled();
  return { status: 204 };
}

function feedOf(service: Service) {
  const resources = [...service.account.databases.values()].map((database) => databaseResource(database.record));
  return { name: "Databases", ownerRid: "", resources, headers: {} };
}

function one(database: Database): ServiceResponse {
  return {
    status: 200,
    headers: { etag: database.record.etag, "x-ms-alt-content-path": "", "x-ms-content-path": database.record.rid },
    body: JSON.stringify(databaseResource(database.record)),
  };
}
