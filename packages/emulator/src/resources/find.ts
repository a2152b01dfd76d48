// From the ids of a path to what they name, or 404.

import { notFound, ownerNotFound } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import type { Service } from "../service.js";
import type { Database } from "../store/account.js";
import type { Container } from "../store/container.js";

/** The database that the path names. `as` says whether the request is for it or for something within. */
export function findDatabase(service: Service, request: ServiceRequest, as: "itself" | "owner"): Database {
  const database = service.account.databases.get(request.segments[1] ?? "");
  if (database === undefined) throw as === "owner" ? ownerNotFound() : notFound();
  return database;
}

export function findContainer(service: Service, request: ServiceRequest, as: "itself" | "owner"): Container {
  const container = findDatabase(service, request, "owner").containers.get(request.segments[3] ?? "");
  if (container === undefined) throw as === "owner" ? ownerNotFound() : notFound();
  return container;
}
