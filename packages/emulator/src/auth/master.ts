// The account key's signature: every request carries one, over its verb, its resource and its date.

import { createHmac, timingSafeEqual } from "node:crypto";
import { ServiceError } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";

export interface AccountKey {
  readonly key: Buffer;
}

const ALLOWED_SKEW_MS = 15 * 60 * 1000;

/** Throws 401 or 403 unless the request is signed with the account key, within fifteen minutes of `now`. */
export function authorizeMaster(account: AccountKey, request: ServiceRequest, signature: string, now: number): void {
  const date = request.headers.get("x-ms-date") ?? request.headers.get("date") ?? "";
  checkDate(date, now);
  const decoded = payload(request.method, request.segments, date);
  const given = Buffer.from(signature, "base64");
  // Some clients sign the path as they send it.
  for (const text of candidates(decoded, request, date)) {
    const expected = createHmac("sha256", account.key).update(text, "utf8").digest();
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  }
  throw new ServiceError(
    401,
    "The input authorization token can't serve the request. The wrong key is being used or the expected payload is not built as per the protocol. " +
      `For more info: https://aka.ms/cosmosdb-tsg-unauthorized. Server used the following payload to sign: '${decoded.replaceAll("\n", "\\n")}'`,
  );
}

function* candidates(decoded: string, request: ServiceRequest, date: string): Generator<string> {
  yield decoded;
  const raw = payload(request.method, request.rawSegments, date);
  if (raw !== decoded) yield raw;
}

function checkDate(date: string, now: number): void {
  const time = Date.parse(date);
  if (Number.isNaN(time)) {
    throw new ServiceError(
      401,
      "The input date header is invalid format. Please pass in RFC 1123 style date format. Required headers: x-ms-date or date.",
    );
  }
  if (Math.abs(time - now) > ALLOWED_SKEW_MS) {
    const bound = (ms: number) => new Date(ms).toUTCString();
    throw new ServiceError(
      403,
      "The authorization token is not valid at the current time. Please create another token and retry " +
        `(token start time: ${bound(time - ALLOWED_SKEW_MS)}, token expiry time: ${bound(time + ALLOWED_SKEW_MS)}, current server time: ${bound(now)}).`,
    );
  }
}

// An even number of segments names a resource, an odd number a feed, whose link is its parent.
function payload(method: string, segments: readonly string[], date: string): string {
  const isResource = segments.length % 2 === 0;
  const type = (isResource ? segments.at(-2) : segments.at(-1)) ?? "";
  let link = (isResource ? segments : segments.slice(0, -1)).join("/");
  if (type.toLowerCase() === "offers") link = (isResource ? (segments.at(-1) ?? "") : "").toLowerCase();
  if (segments.at(-2) === "operations") link = segments.slice(0, -2).join("/");
  return `${method.toLowerCase()}\n${(segments.at(-2) === "operations" ? "colls" : type).toLowerCase()}\n${link}\n${date.toLowerCase()}\n\n`;
}
