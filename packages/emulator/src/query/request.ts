// A query as it comes: text and parameters, read from the body.

import type { Json, Parameters, Query } from "@cosmoseal/sql";
import { badRequest, ServiceError } from "../http/errors.js";
import { flag, isObject, parseObject, type ServiceRequest } from "../http/message.js";

import type { QueryEngine } from "./engine.js";

export interface QueryRequest {
  readonly text: string;
  readonly query: Query;
  readonly parameters: Parameters;
}

const MAX_TEXT = 512 * 1024;

/** True for a POST that asks rather than writes. */
export function isQuery(request: ServiceRequest): boolean {
  const type = request.headers.get("content-type") ?? "";
  return flag(request, "x-ms-documentdb-isquery") || /^application\/query\+json\b/i.test(type);
}

/** Throws 400 where the body is no query; `SqlError` where the text isn't one. */
export function readQuery(engine: QueryEngine, request: ServiceRequest): QueryRequest {
  const body = parseObject(request);
  const text = body["query"];
  if (typeof text !== "string") throw badRequest("The query payload has no query text.");
  if (Buffer.byteLength(text) > MAX_TEXT)
    throw new ServiceError(413, "The SQL query text exceeded the maximum limit of 524288 bytes.");
  return { text, query: engine.parse(text), parameters: readParameters(body["parameters"]) };
}

/** Parameters as they come. Throws 400 where they are no list of names and values. */
export function readParameters(list: unknown): Parameters {
  if (list === undefined || list === null) return {};
  if (!Array.isArray(list)) throw badRequest("The query's parameters are not an array.");
  const entries = (list as readonly unknown[]).map((entry): [string, Json | undefined] => {
    const name = isObject(entry) ? entry["name"] : undefined;
    if (!isObject(entry) || typeof name !== "string" || !/^@/.test(name)) {
      throw badRequest("A query parameter needs a name that starts with '@'.");
    }
    return [name, entry["value"] as Json | undefined];
  });
  if (new Set(entries.map(([name]) => name)).size !== entries.length) {
    throw badRequest("A query parameter is given twice.");
  }
  return Object.fromEntries(entries);
}
