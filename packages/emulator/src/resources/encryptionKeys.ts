// Client-encryption keys: wrapped keys that Microsoft's built-in encryption keeps beside its containers. Opaque to the server.

import type { Json } from "@cosmoseal/sql";
import { badRequest, conflict, notFound } from "../http/errors.js";
import { parseObject, type ServiceRequest, type ServiceResponse } from "../http/message.js";
import type { Service } from "../service.js";
import type { Database } from "../store/account.js";
import { newEtag, timestamp } from "../store/clock.js";
import { checkResourceId } from "../store/definition.js";
import { type JsonObject, withoutSystemProperties } from "../store/item.js";
import { childRid } from "../store/rid.js";
import { checkIfMatch, isNotModified } from "./conditions.js";
import { answerFeed } from "./feed.js";
import { findDatabase } from "./find.js";

export async function create(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  const database = findDatabase(service, request, "owner");
  const body = checkKey(parseObject(request));
  const id = checkResourceId(body["id"]);
  if (database.encryptionKeys.has(id)) throw conflict();
  const rid = childRid(database.record.rid, database.encryptionKeys.size + 1);
  return { ...(await store(service, database, body, rid)), status: 201 };
}

export function list(service: Service, request: ServiceRequest): ServiceResponse {
  const database = findDatabase(service, request, "owner");
  const resources = [...database.encryptionKeys.values()];
  return answerFeed(request, { name: "ClientEncryptionKeys", ownerRid: database.record.rid, resources, headers: {} });
}

export function read(service: Service, request: ServiceRequest): ServiceResponse {
  const resource = find(findDatabase(service, request, "owner"), request);
  const etag = resource["_etag"] as string;
  if (isNotModified(request, etag)) return { status: 304, headers: { etag } };
  return one(resource);
}

/** A rewrap: the same key under another key-encryption key. */
export async function replace(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  const database = findDatabase(service, request, "owner");
  const before = find(database, request);
  const body = checkKey(parseObject(request));
  checkIfMatch(request.headers.get("if-match"), before["_etag"] as string);
  if (body["id"] !== before["id"]) throw badRequest("The key's id can't be changed.");
  return store(service, database, body, before["_rid"] as string);
}

function checkKey(body: { readonly [name: string]: unknown }): JsonObject {
  if (typeof body["wrappedDataEncryptionKey"] !== "string" || typeof body["encryptionAlgorithm"] !== "string") {
    throw badRequest("A client encryption key needs an encryptionAlgorithm and a wrappedDataEncryptionKey.");
  }
  return withoutSystemProperties(body as { readonly [name: string]: Json });
}

function find(database: Database, request: ServiceRequest): JsonObject {
  const resource = database.encryptionKeys.get(request.segments[3] ?? "");
  if (resource === undefined) throw notFound();
  return resource;
}

async function store(service: Service, database: Database, body: JsonObject, rid: string): Promise<ServiceResponse> {
  const resource: JsonObject = {
    ...body,
    _rid: rid,
    _self: `dbs/${database.record.rid}/clientencryptionkeys/${rid}/`,
    _etag: newEtag(),
    _ts: timestamp(service.clock),
  };
  service.account.putEncryptionKey(database, resource);
  await service.account.settled();
  return one(resource);
}

function one(resource: JsonObject): ServiceResponse {
  return { status: 200, headers: { etag: resource["_etag"] as string }, body: JSON.stringify(resource) };
}
