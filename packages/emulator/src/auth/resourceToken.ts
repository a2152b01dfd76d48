// Resource tokens: what a permission lets its holder do, for a time, without the account key.

import { createHmac, timingSafeEqual } from "node:crypto";
import { badRequest, ServiceError } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import { operationOf } from "../http/operation.js";
import { keyText, parseKey } from "../partition/key.js";
import type { Service } from "../service.js";
import type { JsonObject } from "../store/item.js";

const DEFAULT_SECONDS = 3600;
const MAX_SECONDS = 24 * 3600;

/** A token for a permission, as `type=resource&ver=1&sig=…`, signed with the account key and good for the time that the request asks for. */
export function newToken(service: Service, permission: JsonObject, request: ServiceRequest): string {
  const end = Math.floor(service.clock() / 1000) + tokenLifetime(request);
  const claims: Claims = {
    permission: permission["_rid"] as string,
    owner: ownerOf(permission),
    id: permission["id"] as string,
    end,
  };
  const payload = Buffer.from(JSON.stringify(claims), "utf8").toString("base64url");
  return `type=resource&ver=1&sig=${sign(service, payload).toString("base64url")};${payload};`;
}

/** `x-ms-documentdb-expiry-seconds`. Throws 400 where it is no time that the service gives. */
export function tokenLifetime(request: ServiceRequest): number {
  const header = request.headers.get("x-ms-documentdb-expiry-seconds");
  if (header === undefined || header === "") return DEFAULT_SECONDS;
  const seconds = Number(header);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS) {
    throw badRequest(
      `The token expiry '${header.slice(0, 40)}' is invalid: it must be from 1 to ${MAX_SECONDS} seconds.`,
    );
  }
  return seconds;
}

/** Throws 401 for a token that this account didn't make, 403 for one that is over or doesn't reach as far as the request. */
export function authorizeToken(service: Service, request: ServiceRequest, signature: string): void {
  const claims = readClaims(service, signature);
  const now = service.clock();
  if (now >= claims.end * 1000) {
    throw new ServiceError(
      403,
      "The authorization token is not valid at the current time. Please create another token and retry " +
        `(token expiry time: ${new Date(claims.end * 1000).toUTCString()}, current server time: ${new Date(now).toUTCString()}).`,
    );
  }
  const permission = service.account.resources.get("permissions", claims.owner, claims.id);
  if (permission === undefined || permission["_rid"] !== claims.permission || !reaches(service, permission, request)) {
    throw new ServiceError(
      403,
      "Insufficient permissions provided in the authorization header for the corresponding request. Please retry with another authorization header.",
    );
  }
}

interface Claims {
  readonly permission: string;
  readonly owner: string;
  readonly id: string;
  /** Seconds. */
  readonly end: number;
}

function sign(service: Service, payload: string): Buffer {
  return createHmac("sha256", service.key.key).update(`resource token\n${payload}`, "utf8").digest();
}

function ownerOf(permission: JsonObject): string {
  return (permission["_self"] as string).split("/")[3]!;
}

function readClaims(service: Service, signature: string): Claims {
  const [given = "", payload = ""] = signature.split(";");
  const expected = sign(service, payload);
  const bytes = Buffer.from(given, "base64url");
  if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) {
    throw new ServiceError(
      401,
      "The input authorization token can't serve the request. The token was not made by this account.",
    );
  }
  // Signed, so it is what `newToken` wrote.
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Claims;
}

const READING = new Set(["read", "readFeed", "query", "queryPlan", "changeFeed"]);

function reaches(service: Service, permission: JsonObject, request: ServiceRequest): boolean {
  // Anyone with a token may learn where the account is.
  if (request.segments.length === 0) return true;
  const granted = idsOf(service, permission["resource"] as string);
  if (granted.length < 4 || !granted.every((segment, at) => request.segments[at] === segment)) return false;
  const isContainer = granted.length === 4;
  const reads = READING.has(operationOf(request));
  const isMetadata = request.segments.length === 4 || request.segments[4] === "pkranges";
  // A container's own definition isn't changed by those who may use it.
  if (isMetadata) return isContainer && reads;
  if (!reads && String(permission["permissionMode"]).toLowerCase() !== "all") return false;
  return holdsKey(permission["resourcePartitionKey"], request);
}

function holdsKey(granted: unknown, request: ServiceRequest): boolean {
  if (granted === undefined || granted === null || operationOf(request) === "queryPlan") return true;
  const header = request.headers.get("x-ms-documentdb-partitionkey");
  const asked = header === undefined ? undefined : parseKey(header);
  const own = parseKey(JSON.stringify(granted));
  return asked !== undefined && own !== undefined && keyText(asked.slice(0, own.length)) === keyText(own);
}

// A permission names its resource by ids or by resource ids; requests name it by ids.
function idsOf(service: Service, link: string): readonly string[] {
  const segments = link
    .split("/")
    .filter((segment) => segment !== "")
    .map(decode);
  const [, databaseName = "", , containerName = ""] = segments;
  const { databases } = service.account;
  const database =
    databases.get(databaseName) ?? [...databases.values()].find((one) => one.record.rid === databaseName);
  const containers = database?.containers;
  const container =
    containers?.get(containerName) ?? [...(containers?.values() ?? [])].find((one) => one.rid === containerName);
  if (database === undefined || container === undefined) return [];
  const rest = segments.slice(4);
  if (rest[0] === "docs" && rest[1] !== undefined) {
    const item = container.ranges
      .flatMap((range) => [...range.all.from(0)])
      .find((one) => one.document["_rid"] === rest[1]);
    if (item !== undefined) rest[1] = item.id;
  }
  return ["dbs", database.record.id, "colls", container.id, ...rest];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
