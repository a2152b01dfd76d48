/**
 * The one error class of Cosmoseal. Errors are API: each has a stable code, a place and a next step, and never holds a
 * value, a key or a ciphertext. Recognise them by `code`, since ESM and CommonJS copies of the class break `instanceof`.
 */

/** Every code, with what it means. The table is the source of the documentation of errors. */
export const ERROR_CODES = {
  // What the application declares
  ERR_SCHEMA_INVALID: "The container definition can't be compiled.",
  ERR_SCHEMA_TREATED_TWICE: "A path has two treatments, or one inside another.",
  ERR_SCHEMA_UNSUPPORTED: "A zod construct hides what is stored, so that its paths have no certain treatment.",
  ERR_INDEX_UNSUPPORTED: "An index is declared on a type that it can't serve.",
  ERR_OPTIONS_INVALID: "An option of the client, a keyring or a key store is missing or of the wrong form.",
  ERR_CONTAINER_UNDECLARED: "The container is neither defined nor declared plaintext.",
  ERR_NOT_SUPPORTED: "The method can't keep the promises for a container that has a definition.",
  // What the application writes
  ERR_PATH_UNDECLARED: "The document has a property that the schema doesn't declare.",
  ERR_PATH_RESERVED: "The document uses a name that Cosmoseal reserves.",
  ERR_PATH_SHAPE: "A value is not of the structure that the schema declares, so that sealed parts could be missed.",
  ERR_VALUE_UNSUPPORTED: "A value can't be stored unchanged.",
  ERR_DOCUMENT_INVALID: "The document is not an object, or is nested too deep, or circular.",
  ERR_DOCUMENT_TOO_LARGE: "The sealed document is larger than the service accepts.",
  ERR_PARTITION_KEY_MISSING: "The schema requires a partition key that the document lacks.",
  ERR_SCOPE_MISSING: "The document lacks the value that tells which scope its keys come from.",
  ERR_SCHEMA_OUTDATED: "A later schema version is in use, so that this one can't write, or ask, without doing harm.",
  ERR_GROUP_KEY_MISSING: "The call needs the key of a group that this client doesn't hold, or that the scope lacks.",
  // Keys
  ERR_KEY_STORE_EMPTY: "The key store holds no root key.",
  ERR_KEY_STORE_EXISTS: "The key store already holds a root key.",
  ERR_KEY_STORE_DAMAGED: "The key store's content is not of its form, or was damaged.",
  ERR_KEY_STORE_FORGED: "The key store's content doesn't verify under the root key.",
  ERR_KEY_STORE_CONFLICT: "Another process changed the key store at the same time.",
  ERR_KEY_STORE_UNAVAILABLE: "The key store can't be read or written.",
  ERR_STORE_ROLLED_BACK: "The key store is older than what was seen before.",
  ERR_KEYRING_MISMATCH: "No wrap of the root key is for this keyring.",
  ERR_PASSPHRASE_WRONG: "The passphrase doesn't unwrap the root key.",
  ERR_UNWRAP_FAILED: "The key-encryption key doesn't unwrap the root key.",
  ERR_PIN_MISSING: "The root key is not pinned in the application.",
  ERR_PIN_MISMATCH: "The root key of the key store is not the one that the application pins.",
  ERR_KEY_UNAVAILABLE: "A key can't be had now.",
  ERR_KEK_DENIED: "The keyring's credentials are refused, or may not use the key-encryption key.",
  ERR_KEK_DISABLED: "The key-encryption key is disabled, expired or not valid yet.",
  ERR_KEK_NOT_FOUND: "The key-encryption key is not there, or was deleted.",
  ERR_KEK_PIN_WRONG: "The PIN of the token that holds the key-encryption key is wrong.",
  ERR_KEK_THROTTLED: "The key-management service answers fewer requests than it is asked, after retries too.",
  ERR_KEY_IN_USE: "A generation of a key may still be written under.",
  ERR_SCOPE_UNKNOWN: "The key store has no record of the scope.",
  ERR_KEY_MISSING: "The scope has no active key of the kind and group that is needed.",
  ERR_KEY_SCOPE: "The document names a key that is not of the kind, scope and group that it must be under.",
  ERR_KEY_RETIRED: "The document is under a retired key.",
  ERR_KEY_DESTROYED: "The document's key was destroyed.",
  ERR_KEY_INVALID: "A key is not 32 bytes, all zero, or no longer live.",
  ERR_CRYPTO_UNAVAILABLE: "The cryptographic library doesn't load or fails its self-test.",
  // What comes back
  ERR_INTEGRITY: "The stored document is not one that a key holder wrote.",
  ERR_NOT_SEALED: "The stored document is plaintext.",
  ERR_SCHEMA_VERSION: "The document was written under a schema version that this application doesn't know.",
  ERR_STAMP_AHEAD: "A version stamp lies in the future.",
  ERR_STALE: "The stored document is older than one seen before.",
  ERR_ANSWER_MISMATCH: "The server answered with another document than the one asked for.",
  // On the way
  ERR_TRIPWIRE: "A write that is not sealed was stopped before it was sent.",
  ERR_QUERY_SYNTAX: "The query can't be parsed, so that it can't be told what it would send.",
  ERR_QUERY_NOT_SUPPORTED: "The query touches sealed fields in a way that is not answered.",
  ERR_QUERY_NEEDS_SCAN: "The query would have to read every document.",
  ERR_QUERY_CONTINUATION: "The continuation token is of another query, was changed, or can't be gone on with.",
  ERR_QUERY_TOO_LARGE: "The client would have to hold back more rows or bytes of the query than its bound allows.",
  ERR_JOB_STOPPED: "A job was stopped before its end, and can be gone on with.",
  ERR_CLIENT_DISPOSED: "The client was disposed.",
} as const;

/** A stable code; see {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Where it happened and what to do about it. Never a value. */
export interface ErrorPlace {
  /** Pattern or pointer of the path, in the notation of SPEC §1. */
  readonly path?: string;
  /** The container's name. */
  readonly container?: string;
  /** The document's id as stored. */
  readonly id?: string;
  /** The next step. */
  readonly remedy?: string;
  /** An error below; its message never holds a value either. */
  readonly cause?: unknown;
}

/**
 * Thrown by everything in Cosmoseal.
 *
 * @example
 * try { await container.item("c-17", "t-1").read(); }
 * catch (error) { if (isCosmosealError(error, "ERR_INTEGRITY")) quarantine(error.id); else throw error; }
 */
export class CosmosealError extends Error {
  readonly code: ErrorCode;
  declare readonly path?: string;
  declare readonly container?: string;
  declare readonly id?: string;
  declare readonly remedy?: string;
  /** True where a write was committed by the service although its reply doesn't open. */
  declare committed?: boolean;

  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}) {
    super(sentence(code, message, place), place.cause === undefined ? undefined : { cause: place.cause });
    this.name = "CosmosealError";
    this.code = code;
    if (place.path !== undefined) this.path = place.path;
    if (place.container !== undefined) this.container = place.container;
    if (place.id !== undefined) this.id = place.id;
    if (place.remedy !== undefined) this.remedy = place.remedy;
  }
}

/**
 * True when `error` is a {@link CosmosealError}, of any of `codes` if some are given. Works across copies of the package.
 *
 * @example isCosmosealError(error, "ERR_INTEGRITY", "ERR_NOT_SEALED")
 */
export function isCosmosealError(error: unknown, ...codes: readonly ErrorCode[]): error is CosmosealError {
  if (!(error instanceof Error) || error.name !== "CosmosealError") return false;
  const { code } = error as CosmosealError;
  return code in ERROR_CODES && (codes.length === 0 || codes.includes(code));
}

const INTEGRITY: ReadonlySet<ErrorCode> = new Set([
  "ERR_INTEGRITY",
  "ERR_NOT_SEALED",
  "ERR_KEY_SCOPE",
  "ERR_KEY_RETIRED",
  "ERR_KEY_DESTROYED",
  "ERR_SCHEMA_VERSION",
  "ERR_STAMP_AHEAD",
  "ERR_STALE",
  "ERR_ANSWER_MISMATCH",
  "ERR_STORE_ROLLED_BACK",
]);

/** True when `error` says that what came back can't be trusted or opened: the document, not the call, is at fault. */
export function isIntegrityError(error: unknown): error is CosmosealError {
  return isCosmosealError(error) && INTEGRITY.has(error.code);
}

function sentence(code: ErrorCode, message: string, place: ErrorPlace): string {
  const where = [
    place.container === undefined ? "" : `container ${JSON.stringify(place.container)}`,
    place.id === undefined ? "" : `id ${JSON.stringify(place.id)}`,
    place.path === undefined ? "" : `path ${place.path === "" ? "(root)" : place.path}`,
  ].filter((part) => part !== "");
  const at = where.length === 0 ? "" : ` (${where.join(", ")})`;
  const remedy = place.remedy === undefined ? "" : ` ${place.remedy}`;
  return `${code}: ${message}${at}${remedy}`;
}
