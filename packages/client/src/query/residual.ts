/** The client's part of a query: conditions evaluated on opened, verified documents. */
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import {
  type CrossTypeEquality,
  compilePredicate,
  type Expression,
  type Json,
  type Parameters,
  SqlError,
} from "@cosmoseal/sql";
import { isCertain } from "./certain.js";
import type { QueryPlan } from "./split.js";

export interface Residual {
  /** False where there is nothing to evaluate. */
  readonly reads: boolean;
  /** False for a row that the server was not asked for. */
  isExpected(row: Json): boolean;
  /** False for a row that a token brought along. */
  matches(row: Json): boolean;
}

/** Throws ERR_QUERY_NOT_SUPPORTED for a function that only the service evaluates, in a condition over sealed paths. */
export function compileResidual(
  definition: ContainerDefinition<unknown>,
  plan: QueryPlan,
  parameters: Parameters,
): Residual {
  const certain = plan.expected.filter((condition) => isCertain(condition, parameters));
  const expected = certain.map((condition) => compile(definition, condition, plan.alias));
  const residual = plan.residual === undefined ? [] : [compile(definition, plan.residual, plan.alias)];
  return {
    reads: expected.length + residual.length > 0,
    isExpected: (row) => expected.every((test) => test(row, parameters)),
    matches: (row) => residual.every((test) => test(row, parameters)),
  };
}

/**
 * The reference says that comparing across types is undefined; the service answers false. They differ under NOT alone, and
 * there a row is kept that either keeps.
 */
function compile(
  definition: ContainerDefinition<unknown>,
  condition: Expression,
  alias: string,
): (row: Json, parameters: Parameters) => boolean {
  try {
    const [documented, observed] = MODES.map((equality) => compilePredicate(condition, { alias, equality }));
    return (row, parameters) => documented!(row, parameters) || observed!(row, parameters);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new CosmosealError(
      "ERR_QUERY_NOT_SUPPORTED",
      `A condition over sealed paths uses what can't be evaluated in the client (${error.code}).`,
      { container: definition.name, remedy: "Leave the function out of the condition, or join it by AND alone." },
    );
  }
}

const MODES: readonly CrossTypeEquality[] = ["documented", "observed"];
