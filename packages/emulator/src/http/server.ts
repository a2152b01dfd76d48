// The listener: reads a request whole, has it answered, and writes the answer; whatever fails, it answers.

import { randomUUID } from "node:crypto";
import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttps } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { SqlError } from "@cosmoseal/sql";
import { authorize } from "../auth/authorize.js";
import type { Service } from "../service.js";
import type { Certificate } from "./certificate.js";
import { badRequest, errorBody, ServiceError, tooLarge } from "./errors.js";
import type { FaultPlan, Verdict } from "./faults.js";
import { charge, commonHeaders } from "./headers.js";
import type { ServiceRequest, ServiceResponse } from "./message.js";
import type { ExchangeLog } from "./record.js";
import { route } from "./router.js";

export interface ServerOptions {
  readonly exchanges: ExchangeLog | undefined;
  /** Of HTTPS; undefined for HTTP. */
  readonly certificate: Certificate | undefined;
  readonly faults: FaultPlan;
  /** Told of errors that are the emulator's own fault; the caller gets a 500. */
  readonly onError: (error: unknown) => void;
}

// The service cuts at 2 MB; what is past this is read to its end, so that the caller gets its answer, but not kept.
const KEPT_BODY = 8 * 1024 * 1024;
// And past this it isn't even read.
const READ_BODY = 64 * 1024 * 1024;

export function createHttpServer(service: Service, options: ServerOptions): Server {
  const listener: RequestListener = (incoming, outgoing) => {
    serve(service, options, incoming, outgoing).catch((error: unknown) => {
      options.onError(error);
      outgoing.destroy();
    });
  };
  const { certificate } = options;
  const server =
    certificate === undefined
      ? createHttp({ keepAliveTimeout: 60_000 }, listener)
      : createHttps({ keepAliveTimeout: 60_000, ...certificate }, listener);
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  return server;
}

async function serve(
  service: Service,
  options: ServerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const activityId = randomUUID();
  let body: Buffer = Buffer.alloc(0);
  let response: ServiceResponse;
  let delivery: Verdict["delivery"] = "whole";
  try {
    body = await readBody(incoming);
    const request = parse(incoming, body, activityId);
    const verdict = options.faults.judge(request);
    delivery = verdict.delivery;
    if (verdict.latencyMs > 0) await delay(verdict.latencyMs);
    response = await answer(service, request, verdict);
  } catch (error) {
    response = refusal(error, activityId, options);
  }
  const text = response.body ?? "";
  const headers: Record<string, string> = {
    ...commonHeaders(activityId, service.clock()),
    ...charge(response.status < 400 ? 1 : 0),
    ...response.headers,
  };
  // No body, and no length of one, with 204 and 304.
  if (response.status !== 204 && response.status !== 304) headers["content-length"] = String(Buffer.byteLength(text));
  if (!incoming.complete) headers["connection"] = "close";
  options.exchanges?.add({
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    requestHeaders: incoming.rawHeaders,
    requestBody: body,
    ...(delivery === "drop" || delivery === "reset"
      ? { status: 0, responseHeaders: {}, responseBody: Buffer.alloc(0) }
      : { status: response.status, responseHeaders: headers, responseBody: Buffer.from(text, "utf8") }),
  });
  if (delivery !== "whole") return breakOff(outgoing, delivery, { status: response.status, headers, text });
  outgoing.writeHead(response.status, headers);
  // As text the body goes out in one write with the headers.
  outgoing.end(text, "utf8", () => {
    if (!incoming.complete) incoming.destroy();
  });
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

// A truncated answer announces its whole length, and ends before it.
function breakOff(outgoing: ServerResponse, delivery: "drop" | "truncate" | "reset", answer: Answer): void {
  const { socket } = outgoing;
  if (delivery === "reset") socket?.resetAndDestroy();
  else if (delivery === "drop") socket?.destroy();
  else {
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.write(answer.text.slice(0, answer.text.length >>> 1), "utf8", () => socket?.destroySoon());
  }
}

function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= KEPT_BODY) chunks.push(chunk);
      else chunks.length = 0;
      if (length > READ_BODY) {
        incoming.pause();
        reject(tooLarge());
      }
    });
    incoming.on("end", () => (length > KEPT_BODY ? reject(tooLarge()) : resolve(Buffer.concat(chunks))));
    incoming.on("error", reject);
    incoming.on("aborted", () => reject(badRequest("The request was cut off.")));
  });
}

function parse(incoming: IncomingMessage, body: Buffer, activityId: string): ServiceRequest {
  const target = (incoming.url ?? "/").replace(/^https?:\/\/[^/]*/, "");
  // The protocol has no query string, and an item's id may hold a question mark.
  const path = /\/docs\/+[^/]/.test(target) ? target : target.replace(/\?.*$/s, "");
  const rawSegments = path.split("/").filter((segment) => segment !== "");
  return {
    method: incoming.method ?? "",
    segments: rawSegments.map(decodeSegment),
    rawSegments,
    headers: headersOf(incoming),
    body,
    origin: `${incoming.socket instanceof TLSSocket ? "https" : "http"}://${incoming.headers.host ?? `${incoming.socket.localAddress}:${incoming.socket.localPort}`}`,
    activityId,
  };
}

function headersOf(incoming: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const name in incoming.headers) headers.set(name, String(incoming.headers[name]));
  return headers;
}

function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest("The request path is not validly percent-encoded.");
  }
}

async function answer(service: Service, request: ServiceRequest, verdict: Verdict): Promise<ServiceResponse> {
  authorize(service, request);
  service.throttle.admit(service, request);
  // While a script runs in a container nobody else does anything there.
  for (let busy = scriptIn(service, request); busy !== undefined; busy = scriptIn(service, request)) await busy;
  const response = verdict.applied ? await route(request)(service, request) : undefined;
  service.throttle.book(service, request, Number(response?.headers?.["x-ms-request-charge"] ?? 0));
  if (verdict.status !== undefined || response === undefined) throw verdict.status;
  return response;
}

function scriptIn(service: Service, request: ServiceRequest): Promise<void> | undefined {
  const [, database = "", , container = ""] = request.segments;
  return service.account.databases.get(database)?.containers.get(container)?.busy;
}

function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof SqlError) {
    return new ServiceError(400, `Message: ${JSON.stringify(error.toServiceError())}`, { bare: true });
  }
  return new ServiceError(500, "The emulator failed; see its error output.");
}

function refusal(error: unknown, activityId: string, options: ServerOptions): ServiceResponse {
  const refused = asServiceError(error);
  if (refused.status === 500) options.onError(error);
  const { substatus, headers } = refused.details;
  return {
    status: refused.status,
    headers: {
      ...(substatus === undefined ? {} : { "x-ms-substatus": String(substatus) }),
      ...headers,
    },
    body: errorBody(refused, activityId),
  };
}
