/** Asks again where a request failed for a reason that passes by itself. */
import { ErrorResponse } from "@azure/cosmos";
import { isCosmosealError } from "@cosmoseal/core";
import { rest } from "./rest.js";

/**
 * What the request resolves to. Throttling is waited for without end, anything else that passes eight times. Throws what the request
 * throws, and the reason of `stop` where it would have to wait. `failed` is told of each failure, and how long to rest where the
 * service throttles, in milliseconds.
 */
export async function again<T>(
  request: () => Promise<T>,
  stop: AbortSignal,
  failed: (error: unknown, throttledFor: number | undefined) => void = () => undefined,
  passes: (error: unknown) => boolean = isPassing,
): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await request();
    } catch (error) {
      const throttledFor = statusOf(error) === TOO_MANY_REQUESTS ? (retryAfter(error) ?? 1000) : undefined;
      failed(error, throttledFor);
      if (throttledFor === undefined && !(passes(error) && ++failures < MOST_FAILURES)) throw error;
      stop.throwIfAborted();
      const backOff = Math.min(LONGEST, SHORTEST * 2 ** failures) * (0.5 + Math.random() / 2);
      await rest(throttledFor ?? backOff, stop);
      stop.throwIfAborted();
    }
  }
}

/** The status of the service's answer; undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "number" ? code : undefined;
}

/** Keyring or key store can't be had now. */
export function areKeysAway(error: unknown): boolean {
  return isCosmosealError(
    error,
    "ERR_KEY_UNAVAILABLE",
    "ERR_KEK_THROTTLED",
    "ERR_KEY_STORE_UNAVAILABLE",
    "ERR_KEY_STORE_CONFLICT",
  );
}

/** It failed before or at the service, keyring or key store, for a reason that passes by itself. */
function isPassing(error: unknown): boolean {
  if (isCosmosealError(error)) return areKeysAway(error);
  const status = statusOf(error);
  if (status !== undefined) return PASSING.has(status);
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  // The SDK's feeds lose the code of what failed below them.
  return (
    (error instanceof ErrorResponse && code === undefined) ||
    name === "RestError" ||
    name === "TimeoutError" ||
    (typeof code === "string" && NETWORK.test(code))
  );
}

function retryAfter(error: unknown): number | undefined {
  const { retryAfterInMs, headers } = error as { readonly retryAfterInMs?: unknown; readonly headers?: object };
  const milliseconds = Number(
    retryAfterInMs ?? (headers as Record<string, unknown> | undefined)?.["x-ms-retry-after-ms"],
  );
  return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
}

const TOO_MANY_REQUESTS = 429;
const PASSING: ReadonlySet<number> = new Set([408, 410, 449, 500, 502, 503]);
const NETWORK: RegExp = /^(E[A-Z]+|REQUEST_SEND_ERROR|UND_ERR_[A-Z_]+)$/;
const MOST_FAILURES = 8;
const SHORTEST = 50;
const LONGEST = 10_000;
