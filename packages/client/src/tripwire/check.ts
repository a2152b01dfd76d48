/** Which requests may leave: for a container that has a definition, sealed documents and queries of our own making. */
import type { PipelineRequest } from "@azure/core-rest-pipeline";
import { type ContainerDefinition, CosmosealError, isPublicWhereSealed, SEAL } from "@cosmoseal/core";
import type { DeclaredContainers } from "../options/declared.js";
import { directPatch } from "../patch/direct.js";
import { addressOf, type RequestAddress } from "./address.js";

/** Throws ERR_TRIPWIRE, ERR_CONTAINER_UNDECLARED. */
export function checkRequest(containers: DeclaredContainers, request: PipelineRequest, approved: boolean): void {
  const address = addressOf(request.url);
  if (address === "outside") return;
  if (address === undefined) {
    if (isWithoutBody(request)) return;
    throw stopped("A write to an address that can't be understood", undefined);
  }
  const [type, id] = address.below;
  if (type === undefined) return; // the container's own definition
  const declaration = containers.find(address.databaseId, address.containerId);
  if (declaration === "plaintext") return;
  checkKeys(declaration, request, address);
  if (isWithoutBody(request)) return;
  if (type.toLowerCase() === "docs") {
    checkItem(declaration, request, id, approved);
    return;
  }
  if (type.toLowerCase() === "conflicts" && isQuery(request) && approved) return;
  if (type.toLowerCase() === "sprocs" && request.method === "POST" && id !== undefined && approved) return;
  if (request.method === "POST" && id === undefined && SCRIPTS.has(type.toLowerCase())) return;
  if (request.method === "PUT" && id !== undefined && SCRIPTS.has(type.toLowerCase())) return;
  if (request.method === "POST" && type.toLowerCase() === "operations" && id === "partitionkeydelete") return;
  throw stopped(`${request.method} on ${type}`, declaration);
}

function checkItem(
  definition: ContainerDefinition<unknown>,
  request: PipelineRequest,
  id: string | undefined,
  approved: boolean,
): void {
  if (request.method === "POST" && id === undefined && isQuery(request)) {
    if (!approved) throw stopped("A query that didn't come through the client", definition);
  } else if (request.method === "POST" && id === undefined) {
    const body = bodyOf(definition, request);
    if (header(request, "x-ms-cosmos-is-batch-request") !== undefined) checkBatch(definition, body, approved);
    else checkDocument(definition, body);
  } else if (request.method === "PUT" && id !== undefined) {
    checkDocument(definition, bodyOf(definition, request));
  } else if (request.method === "PATCH" && id !== undefined) {
    checkPatch(definition, bodyOf(definition, request), approved);
  } else {
    throw stopped(`${request.method} on an item`, definition);
  }
}

function checkBatch(definition: ContainerDefinition<unknown>, body: unknown, approved: boolean): void {
  if (!Array.isArray(body)) throw stopped("A batch that is no list", definition);
  for (const operation of body as readonly unknown[]) {
    if (!isObject(operation) || Object.keys(operation).some((name) => !OPERATION.has(name))) {
      throw stopped("A batch operation with more than is known of one", definition);
    }
    const { operationType, id, partitionKey, resourceBody } = operation;
    checkId(definition, id);
    checkPartitionKey(definition, partitionKey);
    if (operationType === "Read" || operationType === "Delete") {
      if (resourceBody !== undefined) throw stopped("A batch operation with a document that isn't its own", definition);
      continue;
    }
    if (operationType === "Patch") {
      checkPatch(definition, resourceBody, approved);
      continue;
    }
    if (operationType !== "Create" && operationType !== "Upsert" && operationType !== "Replace") {
      throw stopped("A batch operation that can't be sealed", definition);
    }
    checkDocument(definition, resourceBody);
  }
}

/** Of unsigned paths alone, and with nothing more than is known of a patch; a condition is a query, and must be of our making. */
function checkPatch(definition: ContainerDefinition<unknown>, body: unknown, approved: boolean): void {
  const direct = directPatch(definition, body);
  if (direct === undefined || holdsMore(body)) throw stopped("A patch of what is sealed or signed", definition);
  if (direct.condition !== undefined && !approved) {
    throw stopped("A patch with a condition that didn't come through the client", definition);
  }
}

function holdsMore(body: unknown): boolean {
  const { operations, ...rest } = (Array.isArray(body) ? { operations: body } : body) as Record<string, unknown>;
  const names = (operations as readonly object[]).flatMap((operation) => Object.keys(operation));
  return names.some((name) => !PATCH_OPERATION.has(name)) || Object.keys(rest).some((name) => name !== "condition");
}

/** Of the form of a sealed document, and with nothing in public where the definition seals; or plaintext, before it seals. */
function checkDocument(definition: ContainerDefinition<unknown>, body: unknown): void {
  if (!isObject(body)) throw stopped("A write of what is no document", definition);
  if (definition.movingIn?.phase === "prepare" && !Object.hasOwn(body, SEAL)) return;
  const member = Object.hasOwn(body, SEAL) ? body[SEAL] : undefined;
  if (!isObject(member) || typeof member["m"] !== "string")
    throw stopped("A write of a document that is not sealed", definition);
  const { plan } = definition;
  const version = plan.versions.get(member["s"] as number);
  if (version === undefined || isPublicWhereSealed(plan, body, version)) {
    throw stopped("A write of a document with plaintext at a sealed path", definition);
  }
}

/** Where id or partition key are sealed, only tokens may stand in URLs and headers. */
function checkKeys(
  definition: ContainerDefinition<unknown>,
  request: PipelineRequest,
  { below }: RequestAddress,
): void {
  if (definition.plan.identity.length === 0) return;
  const [type, id] = below;
  if (type?.toLowerCase() === "docs") checkId(definition, id);
  checkPartitionKey(definition, header(request, "x-ms-documentdb-partitionkey"));
}

function checkId(definition: ContainerDefinition<unknown>, id: unknown): void {
  if (id === undefined || !definition.plan.identity.includes("/id") || isToken(id)) return;
  throw stopped("A request with the id of a container that seals it", definition);
}

/** As the header has it, and operations of a batch: the text of a list. */
function checkPartitionKey(definition: ContainerDefinition<unknown>, key: unknown): void {
  const { identity, partitionKey } = definition.plan;
  if (key === undefined || identity.length === 0) return;
  const components = typeof key === "string" ? parse(definition, key) : undefined;
  if (!Array.isArray(components)) throw stopped("A partition key that is no list", definition);
  for (const [i, path] of partitionKey.entries()) {
    const component: unknown = components[i];
    const isValue = component !== undefined && component !== null && !isObject(component);
    if (isValue && identity.includes(path) && !isToken(component)) {
      throw stopped("A request with the partition key of a container that seals it", definition);
    }
  }
}

function isToken(value: unknown): boolean {
  return typeof value === "string" && /^[A-Za-z0-9_-]{22}$/.test(value);
}

/** Reads and deletes carry nothing. */
function isWithoutBody({ method, body }: PipelineRequest): boolean {
  return BARE.has(method) && (body === undefined || body === null || body === "");
}

function isQuery(request: PipelineRequest): boolean {
  return (
    isTrue(header(request, "x-ms-documentdb-isquery")) ||
    isTrue(header(request, "x-ms-cosmos-is-query-plan-request")) ||
    header(request, "content-type")?.toLowerCase().startsWith("application/query+json") === true
  );
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}

function header(request: PipelineRequest, name: string): string | undefined {
  return request.headers.get(name);
}

function bodyOf(definition: ContainerDefinition<unknown>, { body }: PipelineRequest): unknown {
  if (typeof body !== "string") throw stopped("A write whose body can't be read", definition);
  return parse(definition, body);
}

function parse(definition: ContainerDefinition<unknown>, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text: it doesn't belong into an error.
    throw stopped("A request that is no JSON", definition);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stopped(what: string, definition: ContainerDefinition<unknown> | undefined): CosmosealError {
  return new CosmosealError("ERR_TRIPWIRE", `${what} was stopped; nothing was sent.`, {
    ...(definition === undefined ? {} : { container: definition.name }),
    remedy: "Go through the client's own containers and items, not around them.",
  });
}

const SCRIPTS: ReadonlySet<string> = new Set(["sprocs", "triggers", "udfs"]);
const OPERATION: ReadonlySet<string> = new Set([
  "operationType",
  "id",
  "partitionKey",
  "resourceBody",
  "ifMatch",
  "ifNoneMatch",
]);
const PATCH_OPERATION: ReadonlySet<string> = new Set(["op", "path", "from", "value"]);
const BARE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "DELETE"]);
