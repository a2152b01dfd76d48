/** TOP and OFFSET LIMIT where the client must count: rows that tokens bring along would be counted by the server. */
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import type { Expression, Parameters } from "@cosmoseal/sql";
import type { QueryPlan } from "./query-plan.js";

export interface Counts {
  readonly skip: number;
  /** Infinity where there is no bound. */
  readonly take: number;
}

/** Counts the rows of one run. */
export interface Window {
  /** True for a row that is handed out. */
  admits(): boolean;
  /** No row can follow. */
  isFull(): boolean;
  left(): Counts;
}

/** Goes on at `from`, where a run before left off. */
export function openWindow(counts: Counts, from: Counts = counts): Window {
  let { skip, take } = from;
  return {
    admits: () => {
      if (take <= 0) return false;
      if (skip > 0) {
        skip--;
        return false;
      }
      take--;
      return true;
    },
    isFull: () => take <= 0,
    left: () => ({ skip, take }),
  };
}

/** Throws ERR_QUERY_SYNTAX for what is no count. */
export function countsOf(
  definition: ContainerDefinition<unknown>,
  { skip, take }: NonNullable<QueryPlan["window"]>,
  parameters: Parameters,
): Counts {
  return {
    skip: skip === undefined ? 0 : countOf(definition, skip, parameters),
    take: take === undefined ? Number.POSITIVE_INFINITY : countOf(definition, take, parameters),
  };
}

function countOf(definition: ContainerDefinition<unknown>, node: Expression, parameters: Parameters): number {
  const value = node.kind === "Literal" ? node.value : node.kind === "Parameter" ? parameters[node.name] : undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new CosmosealError("ERR_QUERY_SYNTAX", "TOP, OFFSET and LIMIT take integers from 0.", {
    container: definition.name,
    remedy: "Correct the number.",
  });
}
