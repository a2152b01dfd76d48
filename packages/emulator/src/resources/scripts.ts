// Stored procedures, triggers and user-defined functions as resources: their text is checked when it is written.

import { badRequest } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import { programOf } from "../scripts/program.js";
import type { Service } from "../service.js";
import type { JsonObject } from "../store/item.js";
import { randomChildRid } from "../store/rid.js";
import { findContainer } from "./find.js";
import { handlersOf, type Owner, type ResourceHandlers } from "./owned.js";

export const procedures: ResourceHandlers = handlersOf({
  kind: "sprocs",
  feed: "StoredProcedures",
  owner: ownerOf,
  newRid: randomChildRid,
  check: (_service, body) => checkBody(body),
});

export const triggers: ResourceHandlers = handlersOf({
  kind: "triggers",
  feed: "Triggers",
  owner: ownerOf,
  newRid: randomChildRid,
  check(_service, body) {
    if (!/^(?:pre|post)$/i.test(String(body["triggerType"])))
      throw badRequest("The triggerType is neither Pre nor Post.");
    if (!/^(?:all|create|update|delete|replace|upsert)$/i.test(String(body["triggerOperation"]))) {
      throw badRequest("The triggerOperation is none of All, Create, Update, Delete, Replace, Upsert.");
    }
    return checkBody(body);
  },
});

export const functions: ResourceHandlers = handlersOf({
  kind: "udfs",
  feed: "UserDefinedFunctions",
  owner: ownerOf,
  newRid: randomChildRid,
  check: (_service, body) => checkBody(body),
});

function ownerOf(service: Service, request: ServiceRequest): Owner {
  const container = findContainer(service, request, "owner");
  return { rid: container.rid, self: `dbs/${container.databaseRid}/colls/${container.rid}/` };
}

function checkBody(body: JsonObject): JsonObject {
  if (typeof body["body"] !== "string" || body["body"].trim() === "") throw badRequest("A script needs a body.");
  programOf(body["body"]);
  return body;
}
