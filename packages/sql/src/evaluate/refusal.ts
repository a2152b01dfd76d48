/** The codes of compilation and evaluation, and the errors that carry them. */
import { SqlError } from "../errors.js";
import type { Span } from "../tree.js";

/**
 * The codes of compilation and evaluation. The service's own where recordings show it (SC2001, SC2005); the other SC2…
 * numbers are ours, in the service's range, since it publishes no list.
 */
export const EvaluateErrorCode = {
  /** A name that no FROM or JOIN in scope declares. */
  unknownIdentifier: "SC2001",
  /** A function that is neither built in nor refused by name. */
  unknownFunction: "SC2005",
  /** `udf.f(…)` without an `f` among the options. */
  unknownUdf: "SC2006",
  /** A name that one FROM clause declares twice, or that two outputs of one SELECT have. */
  duplicateAlias: "SC2013",
  selectAllWithoutFrom: "SC2030",
  selectAllWithJoin: "SC2031",
  /** Too few or too many arguments of a built-in function. */
  argumentCount: "SC2050",
  /** TOP, OFFSET or LIMIT that is no non-negative integer; known when the query runs, for it may be a parameter. */
  badLimit: "SC2061",
  /** A scalar sub-query that gives more than one row; known when the query runs. */
  manyRows: "SC2070",
  /** A parameter that the query uses and the run was not given. */
  parameterMissing: "SC2080",
  /** An aggregate outside of SELECT, HAVING and ORDER BY. */
  aggregateMisplaced: "SC2101",
  /** A property in the output of a grouped query that is neither a key nor inside an aggregate. */
  notGrouped: "SC2102",
  /** ORDER BY together with GROUP BY. */
  orderedGroups: "SC2103",
  /** A tree, made by hand or by a rewrite, too deep to be walked. */
  tooDeep: "COSMOSEAL_TOO_DEEP",
  /** A function or a clause of the language that this engine hasn't; the message names it. */
  notBuilt: "COSMOSEAL_NOT_BUILT",
  /** More held back than `maxBufferedRows` or `maxBufferedBytes` allow. */
  bufferExceeded: "COSMOSEAL_BUFFER_EXCEEDED",
  /** A pattern of REGEXMATCH that can't be matched without backtracking, or is too large. */
  regex: "COSMOSEAL_REGEX",
  /** A string longer than 64 Mi characters. */
  resultTooLarge: "COSMOSEAL_RESULT_TOO_LARGE",
} as const;

export type EvaluateErrorCode = (typeof EvaluateErrorCode)[keyof typeof EvaluateErrorCode];

export function refusal(code: EvaluateErrorCode, message: string, at?: Span): SqlError {
  return new SqlError(code, message, at);
}
