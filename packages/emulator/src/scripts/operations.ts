// What a script's collection does: the operations on items, within the script's transaction and its partition key.

import { SqlError } from "@cosmoseal/sql";
import { badRequest, notFound, ServiceError } from "../http/errors.js";
import { isObject } from "../http/message.js";
import { readPatch } from "../items/patch.js";
import { createItem, deleteItem, type Outcome, patchItem, readItem, replaceItem, upsertItem } from "../items/write.js";
import { type KeyComponent, keyOfDocument, keyText } from "../partition/key.js";
import type { QueryEngine } from "../query/engine.js";
import { readParameters } from "../query/request.js";
import { withComputed } from "../store/computed.js";
import type { JsonObject } from "../store/item.js";
import type { Transaction } from "../store/transaction.js";
import type { ScriptCall, ScriptReply } from "./run.js";

/** Answers a script's calls. Refusals reach the script's callback; what is the emulator's own fault is thrown. */
export function operationsOf(
  engine: QueryEngine,
  transaction: Transaction,
  key: readonly KeyComponent[],
): { answer(call: ScriptCall): ScriptReply; readonly charge: number } {
  let charge = 0;
  return {
    get charge() {
      return charge;
    },
    answer(call) {
      try {
        if (call.operation === "query") {
          charge += 2.3;
          return query(engine, transaction, key, call);
        }
        const outcome = perform(transaction, key, call);
        charge += outcome.charge;
        return outcome.item === undefined ? {} : { result: outcome.item.document };
      } catch (error) {
        const refused = error instanceof SqlError ? badRequest(error.message) : error;
        if (!(refused instanceof ServiceError)) throw refused;
        return { error: { number: refused.status, body: refused.message } };
      }
    },
  };
}

function perform(transaction: Transaction, key: readonly KeyComponent[], call: ScriptCall): Outcome {
  const ifMatch = typeof call.options["etag"] === "string" ? call.options["etag"] : undefined;
  const id = (): string => idOf(transaction, key, call.link);
  const body = (): unknown => checkKey(transaction, key, call.body);
  switch (call.operation) {
    case "create":
      return createItem(transaction, key, withId(body(), call));
    case "upsert":
      return upsertItem(transaction, key, withId(body(), call), ifMatch);
    case "read":
      return readItem(transaction, key, id());
    case "replace":
      return replaceItem(transaction, key, id(), body(), ifMatch);
    case "patch":
      return patchItem(transaction, key, id(), readPatch(call.body), ifMatch);
    default:
      return deleteItem(transaction, key, id(), ifMatch);
  }
}

function query(
  engine: QueryEngine,
  transaction: Transaction,
  key: readonly KeyComponent[],
  call: ScriptCall,
): ScriptReply {
  const asked = isObject(call.query) ? call.query["query"] : call.query;
  const parameters = readParameters(isObject(call.query) ? call.query["parameters"] : undefined);
  if (typeof asked !== "string") throw badRequest("The query payload has no query text.");
  const { computed } = transaction.container.definition;
  const documents = transaction
    .list(key)
    .map(({ document }) => (computed.length === 0 ? document : withComputed(document, computed)));
  const rows = [...engine.compile(engine.parse(asked)).run(documents, parameters)];
  const { pageSize, continuation } = call.options;
  const start = typeof continuation === "string" && /^\d{1,9}$/.test(continuation) ? Number(continuation) : 0;
  const size = typeof pageSize === "number" && pageSize > 0 ? pageSize : 100;
  const end = start + size;
  return { result: rows.slice(start, end), options: end < rows.length ? { continuation: String(end) } : {} };
}

function checkKey(transaction: Transaction, key: readonly KeyComponent[], body: unknown): unknown {
  if (!isObject(body)) return body;
  const own = keyOfDocument(transaction.container.partitionKey, body as JsonObject);
  if (own === undefined || keyText(own) !== keyText(key)) {
    throw badRequest(
      "Requests originating from scripts cannot reference partition keys other than the one for which client request was submitted.",
    );
  }
  return body;
}

function withId(body: unknown, call: ScriptCall): unknown {
  const needsId = isObject(body) && body["id"] === undefined && call.options["disableAutomaticIdGeneration"] !== true;
  return needsId ? { ...(body as object), id: crypto.randomUUID() } : body;
}

// A link ends with an id or a resource id.
function idOf(transaction: Transaction, key: readonly KeyComponent[], link: string | undefined): string {
  const name = /\/docs\/([^/]+)\/?$/.exec(link ?? "")?.[1];
  if (name === undefined) throw badRequest("The link is not that of a document.");
  const decoded = decode(name);
  if (transaction.read(key, decoded) !== undefined) return decoded;
  const item = transaction.list(key).find(({ document }) => document["_rid"] === name);
  if (item === undefined) throw notFound();
  return item.id;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw badRequest("The link is not validly percent-encoded.");
  }
}
