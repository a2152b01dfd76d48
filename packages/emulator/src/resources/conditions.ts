// If-Match and If-None-Match: what a request asks of the version that the server holds.

import { preconditionFailed } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";

/** Throws 412 where the request names another version than the current one. */
export function checkIfMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch !== undefined && ifMatch !== "*" && !sameTag(ifMatch, etag)) throw preconditionFailed();
}

/** True where the caller already has the current version. */
export function isNotModified(request: ServiceRequest, etag: string): boolean {
  const known = request.headers.get("if-none-match");
  return known !== undefined && (known === "*" || sameTag(known, etag));
}

// Callers send the tag with or without its quotes.
function sameTag(left: string, right: string): boolean {
  return left.replace(/^"|"$/g, "") === right.replace(/^"|"$/g, "");
}
