// Several operations in one request: a transactional batch succeeds or fails whole, a bulk request operation by operation.

import { SqlError } from "@cosmoseal/sql";
import { badRequest, rangeGone, ServiceError } from "../http/errors.js";
import { charge, containerHeaders, rangeHeaders } from "../http/headers.js";
import { flag, type ServiceRequest, type ServiceResponse } from "../http/message.js";
import { checkKey, requireKey } from "../items/key.js";
import { readPatch } from "../items/patch.js";
import { findItemContainer } from "../items/requests.js";
import { createItem, deleteItem, type Outcome, patchItem, readItem, replaceItem, upsertItem } from "../items/write.js";
import { type KeyComponent, keyText } from "../partition/key.js";
import type { Service } from "../service.js";
import type { Container } from "../store/container.js";
import type { PartitionRange } from "../store/range.js";
import { Transaction } from "../store/transaction.js";
import { type BatchOperation, readOperations } from "./operations.js";

export async function runBatch(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  const container = findItemContainer(service, request);
  const operations = readOperations(request);
  const { results, range } = flag(request, "x-ms-cosmos-batch-atomic")
    ? runAtomic(service, container, request, operations)
    : runBulk(service, container, request, operations);
  await service.account.settled(container);
  const isMinimal = /\breturn=minimal\b/.test(request.headers.get("prefer") ?? "");
  return {
    status: results.every((result) => result.statusCode < 400) ? 200 : 207,
    headers: {
      ...containerHeaders(container),
      ...rangeHeaders(range),
      ...charge(results.reduce((sum, result) => sum + result.requestCharge, 0)),
    },
    body: JSON.stringify(results.map((result) => (isMinimal ? withoutBody(result) : result))),
  };
}

interface Result {
  readonly statusCode: number;
  readonly requestCharge: number;
  readonly subStatusCode?: number;
  readonly eTag?: string;
  readonly resourceBody?: unknown;
  readonly message?: string;
  readonly retryAfterMilliseconds?: number;
}

interface Results {
  readonly results: readonly Result[];
  readonly range: PartitionRange;
}

function runAtomic(
  service: Service,
  container: Container,
  request: ServiceRequest,
  operations: readonly BatchOperation[],
): Results {
  const key = requireKey(container, request);
  const transaction = new Transaction(container, service.clock);
  const range = container.rangeOf(key);
  const results: Result[] = [];
  for (const operation of operations) {
    const result = attempt(() => {
      if (
        operation.partitionKey !== undefined &&
        keyText(checkKey(container, operation.partitionKey)) !== keyText(key)
      ) {
        throw badRequest("The partition key of the operation is not that of the batch.", 1001);
      }
      return perform(transaction, key, operation);
    });
    results.push(result);
    if (result.statusCode >= 400) return { results: failAll(operations.length, results.length - 1, result), range };
  }
  transaction.commit();
  return { results, range };
}

// The failed operation says why; all others, also those before it, depended on it.
function failAll(count: number, failed: number, result: Result): readonly Result[] {
  return Array.from({ length: count }, (_, at) => (at === failed ? result : { statusCode: 424, requestCharge: 0 }));
}

function runBulk(
  service: Service,
  container: Container,
  request: ServiceRequest,
  operations: readonly BatchOperation[],
): Results {
  const id = request.headers.get("x-ms-documentdb-partitionkeyrangeid");
  if (id === undefined) throw badRequest("A bulk request needs a partition key range.");
  const range = container.ranges.find((one) => one.bounds.id === id);
  if (range === undefined) throw rangeGone();
  const keys = operations.map((operation) => {
    if (operation.partitionKey === undefined) throw badRequest("A bulk operation needs a partition key.");
    return checkKey(container, operation.partitionKey);
  });
  const continueOnError = request.headers.get("x-ms-cosmos-batch-continue-on-error")?.toLowerCase() !== "false";
  const results: Result[] = [];
  let stopped = false;
  for (const [at, operation] of operations.entries()) {
    if (stopped) {
      results.push({ statusCode: 424, requestCharge: 0 });
      continue;
    }
    const result = attempt(() => {
      // Routed by ranges that are no longer: the client reads them again and sends this operation anew.
      if (container.rangeOf(keys[at]!) !== range) throw rangeGone();
      const transaction = new Transaction(container, service.clock);
      const outcome = perform(transaction, keys[at]!, operation);
      transaction.commit();
      return outcome;
    });
    results.push(result);
    stopped = result.statusCode >= 400 && !continueOnError;
  }
  return { results, range };
}

function perform(transaction: Transaction, key: readonly KeyComponent[], operation: BatchOperation): Outcome {
  const { type, id = "", body, ifMatch } = operation;
  switch (type) {
    case "Create":
      return createItem(transaction, key, body);
    case "Upsert":
      return upsertItem(transaction, key, body, ifMatch);
    case "Read":
      return readItem(transaction, key, id);
    case "Replace":
      return replaceItem(transaction, key, id, body, ifMatch);
    case "Delete":
      return deleteItem(transaction, key, id, ifMatch);
    case "Patch":
      return patchItem(transaction, key, id, readPatch(body), ifMatch);
  }
}

function attempt(operation: () => Outcome): Result {
  try {
    const { status, item, charge: requestCharge } = operation();
    return {
      statusCode: status,
      requestCharge,
      ...(item === undefined ? {} : { eTag: item.etag, resourceBody: item.document }),
    };
  } catch (error) {
    const refused = error instanceof SqlError ? badRequest(error.message) : error;
    if (!(refused instanceof ServiceError)) throw refused;
    const { substatus } = refused.details;
    return {
      statusCode: refused.status,
      requestCharge: 1,
      ...(substatus === undefined ? {} : { subStatusCode: substatus }),
      message: refused.message,
    };
  }
}

function withoutBody(result: Result): Result {
  const { resourceBody: _body, ...rest } = result;
  return rest;
}
