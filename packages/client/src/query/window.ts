/** TOP and OFFSET LIMIT where the client must count: rows that tokens bring along would be counted by the server. */
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import type { Expression, Parameters } from "@cosmoseal/sql";
import type { QueryPlan } from "./split.js";

/** Counts over all pages of one run. */
export interface Window {
  take<T>(rows: readonly T[]): T[];
  /** No row can follow. */
  isFull(): boolean;
}

/** Throws ERR_QUERY_SYNTAX for what is no count. */
export function openWindow(
  definition: ContainerDefinition<unknown>,
  window: NonNullable<QueryPlan["window"]>,
  parameters: Parameters,
): Window {
  let skip = window.skip === undefined ? 0 : countOf(definition, window.skip, parameters);
  let left = window.take === undefined ? Number.POSITIVE_INFINITY : countOf(definition, window.take, parameters);
  return {
    take: (rows) => {
      const skipped = Math.min(skip, rows.length);
      const taken = rows.slice(skipped, skipped + left);
      skip -= skipped;
      left -= taken.length;
      return taken;
    },
    isFull: () => left === 0,
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
