// Containers: create, read, replace, list, query, delete.

import { badRequest, ServiceError } from "../http/errors.js";
import { containerHeaders } from "../http/headers.js";
import { parseObject, type ServiceRequest, type ServiceResponse } from "../http/message.js";
import { isQuery } from "../query/request.js";
import type { Service } from "../service.js";
import type { Database } from "../store/account.js";
import type { Container } from "../store/container.js";
import { checkResourceId, readDefinition, SYSTEM_KEY } from "../store/definition.js";
import { withoutSystemProperties } from "../store/item.js";
import { checkIfMatch, isNotModified } from "./conditions.js";
import { answerFeed, answerFeedQuery } from "./feed.js";
import { findContainer, findDatabase } from "./find.js";
import { declaredThroughput, offerContainer } from "./offers.js";

export async function post(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  const database = findDatabase(service, request, "owner");
  if (isQuery(request)) return answerFeedQuery(service.engine, request, feedOf(database));
  const version = request.headers.get("x-ms-version") ?? "";
  const given = parseObject(request);
  const body =
    given["partitionKey"] === undefined && version < PARTITIONED_SINCE ? { ...given, partitionKey: SYSTEM_KEY } : given;
  const id = checkResourceId(body["id"]);
  const definition = readDefinition(stored(body));
  if (definition.partitionKey.kind === "MultiHash" && version < HIERARCHICAL_SINCE) {
    throw badRequest("Hierarchical partition keys are not supported by the requested version of the protocol.");
  }
  const declared = declaredThroughput(request);
  const container = service.account.createContainer(database, id, definition);
  offerContainer(service, database.record.rid, container.resource, declared);
  await service.account.settled();
  return { ...one(container), status: 201 };
}

export function list(service: Service, request: ServiceRequest): ServiceResponse {
  return answerFeed(request, feedOf(findDatabase(service, request, "owner")));
}

export function read(service: Service, request: ServiceRequest): ServiceResponse {
  const container = findContainer(service, request, "itself");
  if (isNotModified(request, container.etag)) return { status: 304, headers: { etag: container.etag } };
  return one(container);
}

export async function replace(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  const container = findContainer(service, request, "itself");
  const body = parseObject(request);
  checkIfMatch(request.headers.get("if-match"), container.etag);
  if (body["id"] !== container.id) throw badRequest("The container's id can't be changed.");
  const definition = readDefinition(stored(body));
  const before = container.definition;
  if (JSON.stringify(definition.partitionKey) !== JSON.stringify(before.partitionKey)) {
    throw badRequest("Document collection partition key cannot be changed.");
  }
  if (JSON.stringify(definition.uniqueKeys) !== JSON.stringify(before.uniqueKeys)) {
    throw new ServiceError(403, "The unique key policy of a container is fixed when it is created.");
  }
  service.account.replaceContainer(findDatabase(service, request, "owner"), container, definition);
  await service.account.settled();
  return one(container);
}

export async function remove(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  const container = findContainer(service, request, "itself");
  checkIfMatch(request.headers.get("if-match"), container.etag);
  service.account.deleteContainer(findDatabase(service, request, "owner"), container);
  await service.account.settled();
  return { status: 204 };
}

// The first version of the protocol that asks for a partition key.
const PARTITIONED_SINCE = "2018-12-31";

// The first version of the protocol that knows hierarchical partition keys.
const HIERARCHICAL_SINCE = "2020-07-15";

const OWN_PROPERTIES = ["_docs", "_sprocs", "_triggers", "_udfs", "_conflicts"];

// A read definition is often changed and sent back: what the service adds is not kept.
function stored(body: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  const kept = withoutSystemProperties(body as Parameters<typeof withoutSystemProperties>[0]);
  return Object.fromEntries(Object.entries(kept).filter(([name]) => !OWN_PROPERTIES.includes(name)));
}

function feedOf(database: Database) {
  const resources = [...database.containers.values()].map((container) => container.resource);
  return { name: "DocumentCollections", ownerRid: database.record.rid, resources, headers: {} };
}

function one(container: Container): ServiceResponse {
  return {
    status: 200,
    headers: {
      ...containerHeaders(container),
      etag: container.etag,
      "x-ms-session-token": `0:-1#${container.ranges[0]!.lsn}`,
      "x-ms-documentdb-collection-index-transformation-progress": "100",
    },
    body: JSON.stringify(container.resource),
  };
}
