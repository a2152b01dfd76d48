// Requests for one item: create, read, replace, upsert, patch, delete.

import { badRequest, ServiceError } from "../http/errors.js";
import { charge, containerHeaders, rangeHeaders, writeCharge } from "../http/headers.js";
import { parseBody, type ServiceRequest, type ServiceResponse } from "../http/message.js";
import { keyText } from "../partition/key.js";
import { isNotModified } from "../resources/conditions.js";
import { findContainer } from "../resources/find.js";
import { commit } from "../scripts/execute.js";
import { runTriggers, type Triggers, triggersOf } from "../scripts/triggers.js";
import type { Service } from "../service.js";
import type { Container } from "../store/container.js";
import { Transaction } from "../store/transaction.js";
import { requireKey } from "./key.js";
import { readPatch } from "./patch.js";
import { checkSession } from "./session.js";
import { checkSize } from "./validate.js";
import { createItem, deleteItem, type Outcome, patchItem, readItem, replaceItem, upsertItem } from "./write.js";

export function create(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  return write(service, request, (transaction, key, _ifMatch, sent) => createItem(transaction, key, parseBody(sent)));
}

export function upsert(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  return write(service, request, (transaction, key, ifMatch, sent) =>
    upsertItem(transaction, key, parseBody(sent), ifMatch),
  );
}

export function replace(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  return write(service, request, (transaction, key, ifMatch, sent) =>
    replaceItem(transaction, key, request.segments[5]!, parseBody(sent), ifMatch),
  );
}

export function patch(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  return write(service, request, (transaction, key, ifMatch, sent) =>
    patchItem(transaction, key, request.segments[5]!, readPatch(parseBody(sent)), ifMatch),
  );
}

export function remove(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  return write(service, request, (transaction, key, ifMatch) =>
    deleteItem(transaction, key, request.segments[5]!, ifMatch),
  );
}

/** Removes every item of a partition key. The service does so in the background; here it is done with the answer. */
export async function removeKey(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  const container = findItemContainer(service, request);
  if (request.segments[5] !== "partitionkeydelete") throw badRequest("The operation is none of the service's.");
  const key = requireKey(container, request);
  const range = container.rangeOf(key);
  const transaction = new Transaction(container, service.clock);
  let bytes = 0;
  for (const item of range.logical.get(keyText(key))?.from(0) ?? []) {
    transaction.remove(item);
    bytes += item.text.length;
  }
  transaction.commit();
  const headers = { ...containerHeaders(container), ...rangeHeaders(range), ...charge(writeCharge(bytes)) };
  await service.account.settled(container);
  return { status: 200, headers };
}

export function read(service: Service, request: ServiceRequest): ServiceResponse {
  const container = findItemContainer(service, request);
  const key = requireKey(container, request);
  const range = container.rangeOf(key);
  checkSession(request, [range]);
  const headers = { ...containerHeaders(container), ...rangeHeaders(range) };
  const outcome = readItem(new Transaction(container, service.clock), key, request.segments[5]!);
  if (isNotModified(request, outcome.item.etag)) {
    return { status: 304, headers: { ...headers, ...charge(1), etag: outcome.item.etag } };
  }
  return { status: 200, headers: { ...headers, ...outcomeHeaders(outcome) }, body: outcome.item.text };
}

/** The container of an item request; 400/1024 where the caller means one that has since been replaced by another of its name. */
export function findItemContainer(service: Service, request: ServiceRequest): Container {
  const container = findContainer(service, request, "owner");
  const intended = request.headers.get("x-ms-cosmos-intended-collection-rid");
  if (intended !== undefined && intended !== container.rid) {
    throw new ServiceError(400, "The container has another resource id than the one that was intended.", {
      substatus: 1024,
    });
  }
  return container;
}

type Perform = (
  transaction: Transaction,
  key: ReturnType<typeof requireKey>,
  ifMatch: string | undefined,
  /** The request, with the body that the triggers before it left. */
  sent: ServiceRequest,
) => Outcome;

async function write(service: Service, request: ServiceRequest, perform: Perform): Promise<ServiceResponse> {
  const container = findItemContainer(service, request);
  checkSize(request.body.length);
  const key = requireKey(container, request);
  const triggers = triggersOf(service, container, request);
  if (triggers !== undefined) {
    return container.exclusively(() => writeWithTriggers(service, request, container, triggers, perform));
  }
  const transaction = new Transaction(container, service.clock);
  const outcome = perform(transaction, key, request.headers.get("if-match"), request);
  transaction.commit();
  return written(service, container, key, outcome);
}

async function writeWithTriggers(
  service: Service,
  request: ServiceRequest,
  container: Container,
  triggers: Triggers,
  perform: Perform,
): Promise<ServiceResponse> {
  const key = requireKey(container, request);
  const transaction = new Transaction(container, service.clock);
  const body = request.body.length === 0 ? undefined : parseBody(request);
  const before = await runTriggers(service, triggers.before, transaction, key, { request: body });
  const sent = body === undefined ? request : { ...request, body: Buffer.from(JSON.stringify(before.request ?? null)) };
  const outcome = perform(transaction, key, request.headers.get("if-match"), sent);
  const bodies = { request: before.request, response: outcome.item?.document };
  await runTriggers(service, triggers.after, transaction, key, bodies);
  commit(service, container, transaction);
  return written(service, container, key, outcome);
}

async function written(
  service: Service,
  container: Container,
  key: ReturnType<typeof requireKey>,
  outcome: Outcome,
): Promise<ServiceResponse> {
  const headers = {
    ...containerHeaders(container),
    ...rangeHeaders(container.rangeOf(key)),
    ...outcomeHeaders(outcome),
  };
  await service.account.settled(container);
  return { status: outcome.status, headers, ...(outcome.item === undefined ? {} : { body: outcome.item.text }) };
}

function outcomeHeaders(outcome: Outcome): Record<string, string> {
  return { ...charge(outcome.charge), ...(outcome.item === undefined ? {} : { etag: outcome.item.etag }) };
}
