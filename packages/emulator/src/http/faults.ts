// Faults on demand: what a network and a service under load do to a client, done when a test says so.

import { ServiceError } from "./errors.js";
import type { ServiceRequest } from "./message.js";
import { type OperationName, operationOf, resourceTypeOf } from "./operation.js";

/** Which requests a fault befalls: all that agree with every property that is given. */
export interface FaultCondition {
  readonly method?: string;
  /** As in the path: `docs`, `colls`, `dbs`, `pkranges`, …; the empty text is the account. */
  readonly resourceType?: string;
  /** The path as it was sent: the whole of it, or a pattern that it must match. */
  readonly path?: string | RegExp;
  readonly operation?: OperationName;
}

/**
 * What befalls them. A status is an answer of the service's kind: 429 says when to come back (`retryAfterMs`, otherwise 10)
 * and has the substatus 3200, 410 has 1002, unless another is given. `latencyMs` delays the answer. `drop` closes the connection without an answer,
 * `reset` breaks it, `truncate` closes it in the middle of the answer's body.
 */
export type FaultKind =
  | { readonly status: number; readonly substatus?: number; readonly retryAfterMs?: number }
  | { readonly latencyMs: number }
  | "drop"
  | "truncate"
  | "reset";

/** A fault to inject. */
export interface Fault {
  /** Every request, unless said otherwise. */
  readonly when?: FaultCondition;
  readonly fault: FaultKind;
  /** How often it happens before it is over; without it, it goes on. */
  readonly times?: number;
  /** From 0 to 1: how likely it befalls a request that it could; 1 unless said otherwise. Drawn from the option `random`. */
  readonly probability?: number;
  /**
   * True: what was asked for is done, and only the answer is lost or replaced; the case in which a client that tries again
   * does its work twice. False, the default except for `truncate`: nothing was done.
   */
  readonly applied?: boolean;
}

/** A fault that was injected. */
export interface InjectedFault {
  /** How often it has happened. */
  readonly count: number;
  /** Ends it. */
  remove(): void;
}

/** What is to happen to one request. */
export interface Verdict {
  readonly latencyMs: number;
  /** Done before the fault; where there is no fault it is always done. */
  readonly applied: boolean;
  /** The answer that takes the place of the service's. */
  readonly status: ServiceError | undefined;
  readonly delivery: "whole" | "drop" | "truncate" | "reset";
}

export interface FaultPlan {
  inject(fault: Fault): InjectedFault;
  judge(request: ServiceRequest): Verdict;
}

/** Faults are tried in the order of their injection: all delays that befall a request add up, of the others the first one happens. */
export function createFaultPlan(random: () => number): FaultPlan {
  const active: Active[] = [];
  return {
    inject(fault) {
      check(fault);
      const entry: Active = { fault, count: 0 };
      active.push(entry);
      return {
        get count() {
          return entry.count;
        },
        remove() {
          const at = active.indexOf(entry);
          if (at >= 0) active.splice(at, 1);
        },
      };
    },
    judge(request) {
      let latencyMs = 0;
      let decided: Fault | undefined;
      for (const entry of active) {
        const { fault, when = {}, times = Number.POSITIVE_INFINITY, probability = 1 } = entry.fault;
        const isDelay = typeof fault === "object" && "latencyMs" in fault;
        if ((!isDelay && decided !== undefined) || entry.count >= times || !befalls(when, request)) continue;
        if (probability < 1 && random() >= probability) continue;
        entry.count++;
        if (isDelay) latencyMs += fault.latencyMs;
        else decided = entry.fault;
      }
      return verdictOf(decided, latencyMs);
    },
  };
}

interface Active {
  readonly fault: Fault;
  count: number;
}

function check({ fault, probability, times }: Fault): void {
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
    throw new RangeError("A fault's probability lies between 0 and 1.");
  }
  if (times !== undefined && !(Number.isInteger(times) && times > 0)) {
    throw new RangeError("A fault's times is a positive integer.");
  }
  if (typeof fault === "string") return;
  if ("latencyMs" in fault) {
    if (!(fault.latencyMs >= 0)) throw new RangeError("A fault's latencyMs is not negative.");
  } else if (!(Number.isInteger(fault.status) && fault.status >= 400 && fault.status <= 599)) {
    throw new RangeError("A fault's status lies between 400 and 599.");
  }
}

function befalls(when: FaultCondition, request: ServiceRequest): boolean {
  const { method, resourceType, path, operation } = when;
  const sent = `/${request.rawSegments.join("/")}`;
  return (
    (method === undefined || method.toUpperCase() === request.method) &&
    (resourceType === undefined || resourceType === resourceTypeOf(request)) &&
    (operation === undefined || operation === operationOf(request)) &&
    (path === undefined ||
      (typeof path === "string" ? path === sent : new RegExp(path.source, path.flags.replace(/[gy]/g, "")).test(sent)))
  );
}

function verdictOf(decided: Fault | undefined, latencyMs: number): Verdict {
  if (decided === undefined) return { latencyMs, applied: true, status: undefined, delivery: "whole" };
  const { fault } = decided;
  if (typeof fault === "string") {
    const applied = decided.applied ?? fault === "truncate";
    return { latencyMs, applied, status: applied ? undefined : refusalOf({ status: 503 }), delivery: fault };
  }
  const status = refusalOf(fault as { readonly status: number });
  return { latencyMs, applied: decided.applied ?? false, status, delivery: "whole" };
}

const SUBSTATUS: Readonly<Record<number, number>> = { 410: 1002, 429: 3200 };

const MESSAGES: Readonly<Record<number, string>> = {
  408: "The request timed out.",
  410: "The requested resource is no longer available at the server.",
  429: "The request rate is too large. Please retry after sometime. Learn more: http://aka.ms/cosmosdb-error-429",
  449: "Conflicting request to resource has been attempted. Retry to avoid conflicts.",
  503: "Service is currently unavailable.",
};

function refusalOf(fault: {
  readonly status: number;
  readonly substatus?: number;
  readonly retryAfterMs?: number;
}): ServiceError {
  const { status, substatus = SUBSTATUS[status], retryAfterMs = status === 429 ? 10 : undefined } = fault;
  return new ServiceError(status, MESSAGES[status] ?? "This answer was injected.", {
    ...(substatus === undefined ? {} : { substatus }),
    ...(retryAfterMs === undefined ? {} : { headers: { "x-ms-retry-after-ms": String(retryAfterMs) } }),
  });
}
