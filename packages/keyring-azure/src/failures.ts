/** What Key Vault's client throws, told apart: what will pass, what an operator must do, what is wrong with the wrap. */
import { CosmosealError, type ErrorCode, isCosmosealError, type KeyringOptions } from "@cosmoseal/core";
import { addressOf, type KeyAddress } from "./key-address.js";

/** Runs the call. Never hands on the client's own error: its message and its body may quote what the service answered, the root key too. */
export async function told<T>(
  key: KeyAddress,
  what: "wrap" | "unwrap",
  { signal }: KeyringOptions,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isCosmosealError(error)) throw error;
    if (signal?.aborted === true) throw signal.reason;
    const failure = readFailure(error);
    const [code, message, remedy] = meaningOf(failure, what);
    throw new CosmosealError(code, `${message} (${addressOf(key)})`, { remedy, cause: bare(failure) });
  }
}

/** Names, numbers and codes of the failure alone. */
interface Failure {
  readonly name: string;
  readonly status: number | undefined;
  readonly codes: readonly string[];
  /** The client refuses a key out of its time by itself. */
  readonly isOutOfTime: boolean;
  readonly isForbiddenOperation: boolean;
}

type Meaning = readonly [code: ErrorCode, message: string, remedy: string];

function meaningOf({ name, status, codes, isOutOfTime, isForbiddenOperation }: Failure, what: string): Meaning {
  const has = (...some: string[]): boolean => some.some((code) => codes.includes(code));
  if (isOutOfTime || has("KeyDisabled", "KeyExpired", "KeyNotYetValid")) {
    return ["ERR_KEK_DISABLED", "The key is disabled, expired or not valid yet.", "Enable it, or extend its time."];
  }
  if (status === 404 || has("ObjectIsDeletedButRecoverable", "ObjectIsBeingDeleted")) {
    return ["ERR_KEK_NOT_FOUND", "The vault has no such key.", "If it was deleted, recover it before it is purged."];
  }
  if (status === 401 || name === "AuthenticationError" || name === "CredentialUnavailableError") {
    return [
      "ERR_KEK_DENIED",
      "The vault refuses the credentials.",
      "Check that they are not expired, and of this tenant.",
    ];
  }
  if (status === 403 || isForbiddenOperation) {
    return ["ERR_KEK_DENIED", `The credentials may not ${what} with the key.`, `Grant wrapKey and unwrapKey on it.`];
  }
  if (status === 429) {
    return ["ERR_KEK_THROTTLED", "The vault is asked too often.", "It is tried again at the next call."];
  }
  if (status === 400) {
    return ["ERR_UNWRAP_FAILED", `The key doesn't ${what} that.`, "Check the key's type and `algorithm`."];
  }
  return ["ERR_KEY_UNAVAILABLE", "The vault can't be reached, or fails.", "It is tried again at the next call."];
}

function readFailure(error: unknown): Failure {
  const { name = "Error", message = "", code, statusCode, details } = (error ?? {}) as Raw;
  const inner = details?.error?.innerError ?? details?.error?.innererror;
  const codes = [code, details?.error?.code, inner?.code];
  return {
    name,
    status: typeof statusCode === "number" ? statusCode : undefined,
    codes: codes.filter((one): one is string => typeof one === "string" && KNOWN.has(one)),
    isOutOfTime: statusCode === undefined && /^Key \S+ (expired at|can't be used before) /.test(message),
    isForbiddenOperation: statusCode === undefined && /^Operation \w+ is not supported on key /.test(message),
  };
}

/** What is told of a failure: whatever else the service calls it may be anything. */
const KNOWN: ReadonlySet<string> = new Set([
  "AccessDenied",
  "BadParameter",
  "Conflict",
  "Forbidden",
  "ForbiddenByConnection",
  "ForbiddenByFirewall",
  "ForbiddenByPolicy",
  "ForbiddenByRbac",
  "InternalError",
  "KeyDisabled",
  "KeyExpired",
  "KeyNotFound",
  "KeyNotYetValid",
  "ObjectIsBeingDeleted",
  "ObjectIsDeletedButRecoverable",
  "Throttled",
  "Unauthorized",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "ETIMEDOUT",
  "PARSE_ERROR",
  "REQUEST_SEND_ERROR",
]);

interface Raw {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  /** As the client reads the answer; its versions spell the inner one in two ways. */
  readonly details?: { readonly error?: Coded & { readonly innerError?: Coded; readonly innererror?: Coded } };
}

interface Coded {
  readonly code?: unknown;
}

function bare({ name, status, codes }: Failure): Error {
  return new Error([name, status, ...new Set(codes)].filter((part) => part !== undefined).join(" "));
}
