// Partial updates: the six operations on paths, and the condition under which they are made.

import { compilePredicate, type Json, parse } from "@cosmoseal/sql";
import { badRequest, preconditionFailed } from "../http/errors.js";
import { isObject } from "../http/message.js";
import { type PartitionKeyDefinition, parsePath } from "../partition/key.js";
import { type JsonObject, type StoredItem, SYSTEM_PROPERTIES, withoutSystemProperties } from "../store/item.js";

export type PatchOperation =
  | { readonly op: "add" | "set" | "replace"; readonly path: readonly string[]; readonly value: Json }
  | { readonly op: "incr"; readonly path: readonly string[]; readonly value: number }
  | { readonly op: "remove"; readonly path: readonly string[] }
  | { readonly op: "move"; readonly path: readonly string[]; readonly from: readonly string[] };

export interface PatchRequest {
  readonly operations: readonly PatchOperation[];
  /** `from c where …` */
  readonly condition?: string;
}

const MAX_OPERATIONS = 10;

/** The body of a patch: a bare array, or `{condition, operations}`. Throws 400 where it is neither. */
export function readPatch(body: unknown): PatchRequest {
  const operations = isObject(body) ? body["operations"] : body;
  const condition = isObject(body) ? body["condition"] : undefined;
  if (!Array.isArray(operations) || operations.length === 0) throw badRequest("A patch needs at least one operation.");
  if (operations.length > MAX_OPERATIONS) {
    throw badRequest(`The number of patch operations can't exceed '${MAX_OPERATIONS}'.`);
  }
  if (condition !== undefined && typeof condition !== "string") throw badRequest("The patch condition is not a text.");
  return {
    operations: (operations as readonly unknown[]).map(readOperation),
    ...(condition === undefined ? {} : { condition }),
  };
}

/** The document after the patch. Throws 412 where the condition is false, 400 where an operation can't be done. */
export function patchDocument(item: StoredItem, patch: PatchRequest, partitionKey: PartitionKeyDefinition): JsonObject {
  if (patch.condition !== undefined && !holds(patch.condition, item.document)) throw preconditionFailed();
  const document = withoutSystemProperties(JSON.parse(item.text) as JsonObject) as Container;
  const fixed = [["id"], ...SYSTEM_PROPERTIES.map((name) => [name]), ...partitionKey.paths.map(parsePath)];
  for (const operation of patch.operations) {
    for (const path of operation.op === "move" ? [operation.path, operation.from] : [operation.path]) {
      if (fixed.some((one) => one.join("/") === path.join("/"))) {
        throw badRequest(
          `The path '/${path.join("/")}' can't be patched: it is the id, the partition key or a system property.`,
        );
      }
    }
    perform(document, operation);
  }
  return document as JsonObject;
}

function holds(condition: string, document: JsonObject): boolean {
  const query = parse(`SELECT VALUE true ${condition}`);
  if (query.where === undefined || query.from === undefined || query.groupBy || query.orderBy || query.offsetLimit) {
    throw badRequest("The patch condition must be of the form 'from c where …'.");
  }
  if (query.from.joins.length > 0 || query.from.source.kind !== "CollectionSource") {
    throw badRequest("The patch condition must be of the form 'from c where …'.");
  }
  const { alias } = query.from.source;
  return compilePredicate(query.where, alias === undefined ? {} : { alias })(document);
}

function readOperation(operation: unknown): PatchOperation {
  if (!isObject(operation)) throw badRequest("A patch operation is not an object.");
  const { op, value } = operation as { readonly op?: unknown; readonly value?: Json };
  const path = readPath(operation["path"]);
  switch (op) {
    case "add":
    case "set":
    case "replace":
      if (value === undefined) throw badRequest(`The patch operation '${op}' needs a value.`);
      return { op, path, value };
    case "incr":
      if (typeof value !== "number") throw badRequest("The patch operation 'incr' needs a number.");
      return { op, path, value };
    case "remove":
      return { op, path };
    case "move": {
      const from = readPath(operation["from"]);
      if (from.every((name, at) => name === path[at])) throw badRequest("A value can't be moved into itself.");
      return { op, path, from };
    }
    default:
      throw badRequest("The patch operation is none of add, set, replace, remove, incr, move.");
  }
}

function readPath(path: unknown): readonly string[] {
  if (typeof path !== "string" || !path.startsWith("/") || path === "/")
    throw badRequest("A patch path must start with '/' and name a property.");
  return path
    .slice(1)
    .split("/")
    .map((name) => {
      if (/~(?![01])/.test(name)) throw badRequest("A patch path holds '~' without '0' or '1' after it.");
      return name.replaceAll("~1", "/").replaceAll("~0", "~");
    });
}

type Container = Json[] | { [name: string]: Json };

function perform(document: Container, operation: PatchOperation): void {
  const { path } = operation;
  if (operation.op === "remove") {
    take(document, path);
    return;
  }
  if (operation.op === "move") {
    const value = read(parentOf(document, operation.from), operation.from);
    if (value === undefined) throw missing(operation.from);
    take(document, operation.from);
    put(parentOf(document, path), path, value, true);
    return;
  }
  const parent = parentOf(document, path);
  const before = read(parent, path);
  if (operation.op === "incr") {
    if (before !== undefined && typeof before !== "number") {
      throw badRequest(`The value at '/${path.join("/")}' is not a number.`);
    }
    const sum = (before ?? 0) + operation.value;
    if (!Number.isFinite(sum)) throw badRequest(`The value at '/${path.join("/")}' would be out of range.`);
    put(parent, path, sum, false);
    return;
  }
  if (operation.op === "replace" && before === undefined) throw missing(path);
  put(parent, path, operation.value, operation.op === "add");
}

function parentOf(document: Container, path: readonly string[]): Container {
  let parent: Container = document;
  for (let level = 0; level < path.length - 1; level++) {
    const child = read(parent, path.slice(0, level + 1));
    if (typeof child !== "object" || child === null) throw missing(path.slice(0, level + 1));
    parent = child as Container;
  }
  return parent;
}

function read(parent: Container, path: readonly string[]): Json | undefined {
  const name = path.at(-1)!;
  if (Array.isArray(parent)) return isIndex(name) ? parent[Number(name)] : undefined;
  return Object.hasOwn(parent, name) ? parent[name] : undefined;
}

function put(parent: Container, path: readonly string[], value: Json, insert: boolean): void {
  const name = path.at(-1)!;
  if (!Array.isArray(parent)) {
    // Defined, not assigned: "__proto__" is a name like any other.
    Object.defineProperty(parent, name, { value, writable: true, enumerable: true, configurable: true });
    return;
  }
  const index = name === "-" ? parent.length : isIndex(name) ? Number(name) : -1;
  if (index < 0 || index > parent.length)
    throw badRequest(`The index '${name}' of '/${path.join("/")}' is out of the array.`);
  parent.splice(index, insert ? 0 : 1, value);
}

function take(document: Container, path: readonly string[]): void {
  const parent = parentOf(document, path);
  const name = path.at(-1)!;
  if (read(parent, path) === undefined) throw missing(path);
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
}

function isIndex(name: string): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(name);
}

function missing(path: readonly string[]): Error {
  return badRequest(`The path '/${path.join("/")}' does not exist in the document.`);
}
