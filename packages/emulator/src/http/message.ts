// A request and an answer between the server and the handlers: plain data, parsed once at the edge.

import { badRequest } from "./errors.js";

export interface ServiceRequest {
  readonly method: string;
  /** Decoded path segments: `["dbs", "shop", "colls", "customers"]`. */
  readonly segments: readonly string[];
  /** The same, as they stood in the request. */
  readonly rawSegments: readonly string[];
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Scheme, host and port that the caller used: `http://127.0.0.1:8081`. */
  readonly origin: string;
  readonly activityId: string;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body?: string;
}

/** True where a header says yes: `true`, in any case. */
export function flag(request: ServiceRequest, name: string): boolean {
  return request.headers.get(name)?.toLowerCase() === "true";
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

// It also keeps every recursive step below within the stack.
const MAX_DEPTH = 128;

/** The body as JSON; 400 where it is not valid UTF-8, not valid JSON, or nested past the service's limit. */
export function parseBody(request: ServiceRequest): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(request.body));
  } catch {
    throw badRequest("The request payload is invalid. Ensure to provide a valid request payload.");
  }
  checkTree(parsed);
  return parsed;
}

/** The body as a JSON object. */
export function parseObject(request: ServiceRequest): { readonly [name: string]: unknown } {
  const parsed = parseBody(request);
  if (!isObject(parsed)) {
    throw badRequest("The request payload is invalid. Ensure to provide a valid request payload.");
  }
  return parsed;
}

export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Level by level, without recursion. A number beyond the doubles would be stored as another value.
function checkTree(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw badRequest("The request payload is nested too deeply.");
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw badRequest("The request payload holds a number that is out of range.");
      }
      if (typeof value === "object" && value !== null) next.push(...Object.values(value));
    }
    level = next;
  }
}
