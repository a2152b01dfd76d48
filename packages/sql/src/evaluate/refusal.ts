/** The one place where the evaluator and the functions make their errors. */
import { SqlError } from "../errors.js";
import type { Span } from "../tree.js";

/**
 * The codes of compilation and evaluation. The service's own where recordings show it (SC2001, SC2005); the other SC2…
 * numbers are ours, in the service's range, since it publishes no list.
 */
export const EvaluateErrorCode = {
  unknownIdentifier: "SC2001",
  unknownFunction: "SC2005",
  duplicateAlias: "SC2013",
  selectAllWithoutFrom: "SC2030",
  selectAllWithJoin: "SC2031",
  argumentCount: "SC2050",
  aggregateMisplaced: "SC2101",
  notGrouped: "SC2102",
  orderedGroups: "SC2103",
  badLimit: "SC2061",
  unknownUdf: "SC2006",
  manyRows: "SC2070",
  parameterMissing: "SC2080",
  tooDeep: "COSMOSEAL_TOO_DEEP",
  notBuilt: "COSMOSEAL_NOT_BUILT",
  bufferExceeded: "COSMOSEAL_BUFFER_EXCEEDED",
  regex: "COSMOSEAL_REGEX",
  resultTooLarge: "COSMOSEAL_RESULT_TOO_LARGE",
} as const;

export type EvaluateErrorCode = (typeof EvaluateErrorCode)[keyof typeof EvaluateErrorCode];

export function refusal(code: EvaluateErrorCode, message: string, at?: Span): SqlError {
  return new SqlError(code, message, at);
}
