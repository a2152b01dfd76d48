/** The query as the application gives it: text and parameters, read once, parameters as the JSON that they would travel as. */
import type { SqlQuerySpec } from "@azure/cosmos";
import { CosmosealError } from "@cosmoseal/core";
import type { Json, Parameters } from "@cosmoseal/sql";

export interface QueryRequest {
  readonly text: string;
  readonly parameters: Parameters;
}

/** Throws ERR_QUERY_SYNTAX for what is no query; what JSON can't carry throws as JSON.stringify does. */
export function readRequest(query: string | SqlQuerySpec): QueryRequest {
  const { query: text, parameters = [] } = typeof query === "string" ? { query } : (query ?? {});
  if (typeof text !== "string") {
    throw new CosmosealError("ERR_QUERY_SYNTAX", "The query has no text.", {
      remedy: "Give a text, or { query, parameters }.",
    });
  }
  return { text, parameters: Object.fromEntries(parameters.map(({ name, value }) => [name, asJson(value)])) };
}

function asJson(value: unknown): Json | undefined {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as Json);
}
