// The operations of a batch or a bulk request, read from its body.

import { badRequest, notImplemented, tooLarge } from "../http/errors.js";
import { isObject, parseBody, type ServiceRequest } from "../http/message.js";
import { MAX_DOCUMENT_BYTES } from "../items/validate.js";

export interface BatchOperation {
  readonly type: OperationType;
  readonly id: string | undefined;
  /** As JSON text; only bulk operations must have one. */
  readonly partitionKey: string | undefined;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

export type OperationType = "Create" | "Upsert" | "Read" | "Replace" | "Delete" | "Patch";

const TYPES: readonly string[] = ["Create", "Upsert", "Read", "Replace", "Delete", "Patch"] satisfies OperationType[];
const WITH_ID: readonly string[] = ["Read", "Replace", "Delete", "Patch"];
const WITH_BODY: readonly string[] = ["Create", "Upsert", "Replace", "Patch"];
const MAX_OPERATIONS = 100;

/** Throws 400 where the body is not 1 to 100 operations, 413 past 2 MB. */
export function readOperations(request: ServiceRequest): readonly BatchOperation[] {
  if (request.body.length > MAX_DOCUMENT_BYTES) throw tooLarge();
  const body = parseBody(request);
  if (!Array.isArray(body) || body.length === 0) throw badRequest("A batch request needs an array of operations.");
  if (body.length > MAX_OPERATIONS) {
    throw badRequest(`Batch request has more operations than what is supported: at most ${MAX_OPERATIONS}.`);
  }
  return (body as readonly unknown[]).map(readOperation);
}

function readOperation(operation: unknown): BatchOperation {
  if (!isObject(operation)) throw badRequest("A batch operation is not an object.");
  const type = operation["operationType"];
  if (typeof type !== "string" || !TYPES.includes(type)) {
    throw badRequest("A batch operation's operationType is none of Create, Upsert, Read, Replace, Delete, Patch.");
  }
  for (const name of ["preTriggerInclude", "postTriggerInclude"]) {
    if (operation[name] !== undefined) throw notImplemented("triggers");
  }
  const id = optionalText(operation, "id");
  if (id === undefined && WITH_ID.includes(type)) throw badRequest(`A batch operation of type ${type} needs an id.`);
  if (operation["resourceBody"] === undefined && WITH_BODY.includes(type)) {
    throw badRequest(`A batch operation of type ${type} needs a resourceBody.`);
  }
  return {
    type: type as OperationType,
    id,
    partitionKey: optionalText(operation, "partitionKey"),
    body: operation["resourceBody"],
    ifMatch: optionalText(operation, "ifMatch"),
    ifNoneMatch: optionalText(operation, "ifNoneMatch"),
  };
}

function optionalText(operation: { readonly [name: string]: unknown }, name: string): string | undefined {
  const value = operation[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw badRequest(`A batch operation's ${name} is not a text.`);
  return value;
}
