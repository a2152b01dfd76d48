// Resources that the server keeps as they are written: one set of handlers for users, permissions, offers and scripts.

import { badRequest, conflict, notFound } from "../http/errors.js";
import { flag, parseObject, type ServiceRequest, type ServiceResponse } from "../http/message.js";
import { isQuery } from "../query/request.js";
import type { Service } from "../service.js";
import { newEtag, timestamp } from "../store/clock.js";
import { checkResourceId } from "../store/definition.js";
import { type JsonObject, withoutSystemProperties } from "../store/item.js";
import type { ResourceKind } from "../store/resources.js";
import { checkIfMatch, isNotModified } from "./conditions.js";
import { answerFeed, answerFeedQuery } from "./feed.js";

export interface Owner {
  readonly rid: string;
  /** With a slash at its end; empty for the account. */
  readonly self: string;
}

export interface ResourceType {
  readonly kind: ResourceKind;
  /** The property of a feed's answer that holds the resources. */
  readonly feed: string;
  readonly owner: (service: Service, request: ServiceRequest) => Owner;
  readonly newRid: (ownerRid: string) => string;
  /** What a body must be, and what of it is kept. Throws 400. */
  readonly check: (service: Service, body: JsonObject, request: ServiceRequest, before?: JsonObject) => JsonObject;
  /** What the answer says beyond what is kept. */
  readonly present?: (service: Service, resource: JsonObject, request: ServiceRequest) => JsonObject;
  /** What the service's own resources link to. */
  readonly links?: JsonObject;
  /** True where a replace may give it another id. */
  readonly renames?: boolean;
}

export type ResourceHandler = (service: Service, request: ServiceRequest) => ServiceResponse | Promise<ServiceResponse>;

export interface ResourceHandlers {
  readonly list: ResourceHandler;
  readonly post: ResourceHandler;
  readonly read: ResourceHandler;
  readonly replace: ResourceHandler;
  readonly remove: ResourceHandler;
}

export function handlersOf(type: ResourceType): ResourceHandlers {
  const { kind } = type;
  const present = (service: Service, request: ServiceRequest, resource: JsonObject): JsonObject =>
    type.present?.(service, resource, request) ?? resource;

  const feedOf = (service: Service, request: ServiceRequest) => {
    const { rid } = type.owner(service, request);
    const resources = service.account.resources.list(kind, rid).map((one) => present(service, request, one));
    return { name: type.feed, ownerRid: rid, resources, headers: {} };
  };

  const find = (service: Service, request: ServiceRequest): JsonObject => {
    const { rid } = type.owner(service, request);
    const resource = service.account.resources.get(kind, rid, request.segments.at(-1)!);
    if (resource === undefined) throw notFound();
    return resource;
  };

  const one = (service: Service, request: ServiceRequest, resource: JsonObject): ServiceResponse => ({
    status: 200,
    headers: { etag: resource["_etag"] as string },
    body: JSON.stringify(present(service, request, resource)),
  });

  const store = async (
    service: Service,
    request: ServiceRequest,
    body: JsonObject,
    before: JsonObject | undefined,
  ): Promise<ServiceResponse> => {
    const owner = type.owner(service, request);
    const rid = (before?.["_rid"] as string | undefined) ?? type.newRid(owner.rid);
    const resource: JsonObject = {
      ...type.check(service, withoutSystemProperties(body), request, before),
      _rid: rid,
      _self: `${owner.self}${kind}/${rid}/`,
      _etag: newEtag(),
      ...type.links,
      _ts: timestamp(service.clock),
    };
    service.account.putResource(kind, owner.rid, resource);
    await service.account.settled();
    return { ...one(service, request, resource), status: before === undefined ? 201 : 200 };
  };

  return {
    list: (service, request) => answerFeed(request, feedOf(service, request)),

    post(service, request) {
      if (isQuery(request)) return answerFeedQuery(service.engine, request, feedOf(service, request));
      const body = parseObject(request) as JsonObject;
      const id = checkResourceId(body["id"]);
      const before = service.account.resources.get(kind, type.owner(service, request).rid, id);
      if (before !== undefined && !flag(request, "x-ms-documentdb-is-upsert")) throw conflict();
      if (before !== undefined) checkIfMatch(request.headers.get("if-match"), before["_etag"] as string);
      return store(service, request, body, before);
    },

    read(service, request) {
      const resource = find(service, request);
      const etag = resource["_etag"] as string;
      return isNotModified(request, etag) ? { status: 304, headers: { etag } } : one(service, request, resource);
    },

    replace(service, request) {
      const before = find(service, request);
      const body = parseObject(request) as JsonObject;
      checkIfMatch(request.headers.get("if-match"), before["_etag"] as string);
      const id = checkResourceId(body["id"]);
      if (id !== before["id"]) {
        if (type.renames !== true) throw badRequest("The id of a resource can't be changed.");
        if (service.account.resources.get(kind, type.owner(service, request).rid, id) !== undefined) throw conflict();
      }
      return store(service, request, body, before);
    },

    async remove(service, request) {
      const before = find(service, request);
      checkIfMatch(request.headers.get("if-match"), before["_etag"] as string);
      service.account.removeResource(kind, type.owner(service, request).rid, before["id"] as string);
      await service.account.settled();
      return { status: 204 };
    },
  };
}
