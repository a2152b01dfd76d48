// What a document must be before it is stored.

import { badRequest, tooLarge } from "../http/errors.js";
import { isObject } from "../http/message.js";
import { isTtl } from "../store/definition.js";
import type { JsonObject } from "../store/item.js";

export const MAX_DOCUMENT_BYTES: number = 2 * 1024 * 1024;

/** The body as a document that may be stored. Throws 400, or 413 past 2 MB. */
export function checkDocument(body: unknown): JsonObject {
  if (!isObject(body)) throw badRequest("The request payload is invalid. Ensure to provide a valid request payload.");
  const document = body as JsonObject;
  checkItemId(document["id"]);
  const ttl = document["ttl"];
  if (ttl !== undefined && ttl !== null && !isTtl(ttl)) {
    throw badRequest("The input ttl is invalid. Ensure to provide a nonzero positive integer, or -1.");
  }
  return document;
}

/** Throws 413 where the document is larger than the service stores. */
export function checkSize(bytes: number): void {
  if (bytes > MAX_DOCUMENT_BYTES) throw tooLarge();
}

function checkItemId(id: unknown): void {
  if (id === undefined || id === null || id === "") {
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing");
  }
  if (typeof id !== "string" || Buffer.byteLength(id) > 1023 || /[/\\]/.test(id)) {
    throw badRequest(
      "The input name is invalid. Ensure to provide a unique non-empty string less than '1023' characters, without '/' and '\\'.",
    );
  }
}
