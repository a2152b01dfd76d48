// The operations on one item, within a transaction: what single requests, batches and bulk requests are made of.

import { badRequest, conflict, keyMismatch, notFound } from "../http/errors.js";
import { readCharge, writeCharge } from "../http/headers.js";
import { type KeyComponent, keyOfDocument, keyText } from "../partition/key.js";
import { checkIfMatch } from "../resources/conditions.js";
import type { JsonObject, StoredItem } from "../store/item.js";
import type { Transaction } from "../store/transaction.js";
import { type PatchRequest, patchDocument } from "./patch.js";
import { checkDocument, checkSize } from "./validate.js";

export interface Outcome {
  readonly status: 200 | 201 | 204;
  /** The version that stands now; absent after a delete. */
  readonly item?: StoredItem;
  readonly charge: number;
}

export function createItem(transaction: Transaction, key: readonly KeyComponent[], body: unknown): Outcome {
  const document = checkBelongs(transaction, key, checkDocument(body));
  if (transaction.read(key, document["id"] as string) !== undefined) throw conflict();
  return written(201, transaction.put(key, document));
}

export function upsertItem(
  transaction: Transaction,
  key: readonly KeyComponent[],
  body: unknown,
  ifMatch: string | undefined,
): Outcome {
  const document = checkBelongs(transaction, key, checkDocument(body));
  const before = transaction.read(key, document["id"] as string);
  // As in the service, a condition on an item that isn't there creates it.
  if (before !== undefined) checkIfMatch(ifMatch, before.etag);
  return written(before === undefined ? 201 : 200, transaction.put(key, document));
}

export function replaceItem(
  transaction: Transaction,
  key: readonly KeyComponent[],
  id: string,
  body: unknown,
  ifMatch: string | undefined,
): Outcome {
  const document = checkBelongs(transaction, key, checkDocument(body));
  const before = transaction.read(key, id);
  if (before === undefined) throw notFound();
  checkIfMatch(ifMatch, before.etag);
  if (document["id"] !== id) throw badRequest("The item's id can't be changed by a replace.");
  return written(200, transaction.put(key, document));
}

export function patchItem(
  transaction: Transaction,
  key: readonly KeyComponent[],
  id: string,
  patch: PatchRequest,
  ifMatch: string | undefined,
): Outcome {
  const before = transaction.read(key, id);
  if (before === undefined) throw notFound();
  checkIfMatch(ifMatch, before.etag);
  const document = checkDocument(patchDocument(before, patch, transaction.container.partitionKey));
  const after = keyOfDocument(transaction.container.partitionKey, document);
  if (after === undefined || keyText(after) !== keyText(key))
    throw badRequest("A patch can't change the partition key.");
  return written(200, transaction.put(key, document));
}

export function deleteItem(
  transaction: Transaction,
  key: readonly KeyComponent[],
  id: string,
  ifMatch: string | undefined,
): Outcome {
  const before = transaction.read(key, id);
  if (before === undefined) throw notFound();
  checkIfMatch(ifMatch, before.etag);
  transaction.remove(before);
  return { status: 204, charge: writeCharge(before.text.length) };
}

export function readItem(
  transaction: Transaction,
  key: readonly KeyComponent[],
  id: string,
): Outcome & { item: StoredItem } {
  const item = transaction.read(key, id);
  if (item === undefined) throw notFound();
  return { status: 200, item, charge: readCharge(item.text.length) };
}

function checkBelongs(transaction: Transaction, key: readonly KeyComponent[], document: JsonObject): JsonObject {
  const own = keyOfDocument(transaction.container.partitionKey, document);
  if (own === undefined || keyText(own) !== keyText(key)) throw keyMismatch();
  return document;
}

function written(status: 200 | 201, item: StoredItem): Outcome {
  const bytes = Buffer.byteLength(item.text);
  checkSize(bytes);
  return { status, item, charge: writeCharge(bytes) };
}
