/** The one error that this package throws, and what resolution and evaluation both refuse. */
import type { Span } from "./tree.js";

/**
 * The service's codes where it is known to have one, and ours (`COSMOSEAL_…`) where it has none.
 *
 * Sources: recorded answers of the hosted service (SC1001, SC1010, SC1012, SC2001).
 */
export const SqlErrorCode = {
  /** A token that can't stand where it stands. */
  syntax: "SC1001",
  /** Characters that are no token of the language. */
  invalidToken: "SC1010",
  /** A string that does not end, or holds an escape sequence that the language doesn't have. */
  invalidString: "SC1012",
  /** A name that no FROM or JOIN in scope declares. */
  unknownIdentifier: "SC2001",
  /** A name that one FROM clause declares twice. */
  duplicateAlias: "SC2013",
  /** `SELECT *` of a JOIN, where it could mean more than one thing. */
  severalInputs: "SC2031",
  /** Nesting beyond the bound that keeps every walk over a tree off the end of the stack. */
  tooDeep: "COSMOSEAL_TOO_DEEP",
  /** A tree, made by hand or by a rewrite, that no text of the language stands for. */
  unprintable: "COSMOSEAL_UNPRINTABLE",
} as const;

/** A string, so that evaluation can add codes of its own. */
export type SqlErrorCode = (typeof SqlErrorCode)[keyof typeof SqlErrorCode] | (string & {});

/** The body that the service answers with when it refuses a query. */
export interface ServiceErrors {
  readonly errors: readonly {
    readonly severity: "Error";
    readonly location?: Span;
    readonly code: string;
    readonly message: string;
  }[];
}

/**
 * A query that is refused: at parsing, at name resolution, at compilation or at evaluation.
 *
 * `code` is stable and meant to be tested; `message` is the service's wording where it is known; `location` is the half-open
 * range of UTF-16 units in the query text, absent when the error has no place there.
 *
 * @example
 * try {
 *   parse("SELECT FROM c");
 * } catch (error) {
 *   if (error instanceof SqlError) error.code; // "SC1001"
 * }
 */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly code: SqlErrorCode;
  readonly location?: Span;

  constructor(code: SqlErrorCode, message: string, location?: Span) {
    super(message);
    this.code = code;
    if (location !== undefined) this.location = { start: location.start, end: location.end };
  }

  /** The error in the service's shape: `{"errors":[{"severity":"Error","location":{…},"code":"SC1001","message":"…"}]}`. */
  toServiceError(): ServiceErrors {
    const { code, location, message } = this;
    return { errors: [{ severity: "Error", ...(location === undefined ? {} : { location }), code, message }] };
  }
}

/** A name in an expression, or at the start of a path, that nothing binds. */
export function unresolved(name: string, at?: Span): SqlError {
  return new SqlError(SqlErrorCode.unknownIdentifier, `Identifier '${name}' could not be resolved.`, at);
}

export function duplicateAlias(alias: string, at?: Span): SqlError {
  const message = `The input alias '${alias}' is specified more than once in the FROM clause.`;
  return new SqlError(SqlErrorCode.duplicateAlias, message, at);
}

/** `SELECT *` of a JOIN. */
export function severalInputs(at?: Span): SqlError {
  return new SqlError(SqlErrorCode.severalInputs, "'SELECT *' is only valid with a single input set.", at);
}
