// Users of a database and their permissions: what a resource token is made from.

import { newToken, tokenLifetime } from "../auth/resourceToken.js";
import { badRequest, conflict, ownerNotFound } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import type { Service } from "../service.js";
import type { JsonObject } from "../store/item.js";
import { newUserRid, randomChildRid } from "../store/rid.js";
import { findDatabase } from "./find.js";
import { handlersOf, type Owner, type ResourceHandlers } from "./owned.js";

export const users: ResourceHandlers = handlersOf({
  kind: "users",
  feed: "Users",
  owner(service, request) {
    const { rid } = findDatabase(service, request, "owner").record;
    return { rid, self: `dbs/${rid}/` };
  },
  newRid: newUserRid,
  check: (_service, body) => body,
  links: { _permissions: "permissions/" },
  renames: true,
});

export const permissions: ResourceHandlers = handlersOf({
  kind: "permissions",
  feed: "Permissions",
  owner: ownerOfPermissions,
  newRid: randomChildRid,
  renames: true,
  check(service, body, request, before) {
    const { permissionMode, resource, resourcePartitionKey } = body;
    // The SDK sends it in lower case.
    if (typeof permissionMode !== "string" || !/^(?:read|all)$/i.test(permissionMode)) {
      throw badRequest("The permissionMode is neither Read nor All.");
    }
    if (typeof resource !== "string" || resource === "") throw badRequest("A permission needs the link of a resource.");
    if (resourcePartitionKey !== undefined && resourcePartitionKey !== null && !Array.isArray(resourcePartitionKey)) {
      throw badRequest("The resourcePartitionKey is not an array.");
    }
    // A user has one permission for a resource.
    const scope = JSON.stringify([resource, resourcePartitionKey ?? null]);
    for (const other of service.account.resources.list("permissions", ownerOfPermissions(service, request).rid)) {
      if (other["id"] !== (before?.["id"] ?? body["id"])) {
        if (JSON.stringify([other["resource"], other["resourcePartitionKey"] ?? null]) === scope) throw conflict();
      }
    }
    tokenLifetime(request);
    const { _token: _old, ...kept } = body;
    return kept;
  },
  present: (service, permission, request) => ({ ...permission, _token: newToken(service, permission, request) }),
});

function ownerOfPermissions(service: Service, request: ServiceRequest): Owner {
  const database = findDatabase(service, request, "owner").record;
  const user: JsonObject | undefined = service.account.resources.get("users", database.rid, request.segments[3] ?? "");
  if (user === undefined) throw ownerNotFound();
  return { rid: user["_rid"] as string, self: user["_self"] as string };
}
