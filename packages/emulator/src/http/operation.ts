// What a request does, in one word: from its verb, its path and the headers that give one path several meanings.

import { isQuery } from "../query/request.js";
import { flag, type ServiceRequest } from "./message.js";

/** What a request does to the resource that it names. */
export type OperationName =
  | "create"
  | "read"
  | "readFeed"
  | "replace"
  | "upsert"
  | "patch"
  | "delete"
  | "query"
  | "queryPlan"
  | "changeFeed"
  | "batch"
  | "bulk"
  | "execute";

export function operationOf(request: ServiceRequest): OperationName {
  const isResource = request.segments.length % 2 === 0;
  switch (request.method) {
    case "GET":
      if (request.headers.has("a-im")) return "changeFeed";
      return isResource ? "read" : "readFeed";
    case "PUT":
      return "replace";
    case "PATCH":
      return "patch";
    case "DELETE":
      return "delete";
    default:
      return operationOfPost(request, isResource);
  }
}

/** `docs`, `colls`, `dbs`, …; empty for the account. */
export function resourceTypeOf(request: ServiceRequest): string {
  const { segments } = request;
  return (segments.length % 2 === 0 ? segments.at(-2) : segments.at(-1)) ?? "";
}

function operationOfPost(request: ServiceRequest, isResource: boolean): OperationName {
  if (flag(request, "x-ms-cosmos-is-batch-request")) {
    return flag(request, "x-ms-cosmos-batch-atomic") ? "batch" : "bulk";
  }
  if (flag(request, "x-ms-cosmos-is-query-plan-request")) return "queryPlan";
  if (isQuery(request)) return "query";
  if (isResource) return "execute";
  return flag(request, "x-ms-documentdb-is-upsert") ? "upsert" : "create";
}
