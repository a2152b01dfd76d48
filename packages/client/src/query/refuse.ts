/** Refusals of queries: path, reason, remedy, and never a value or a piece of the text. */
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";

export interface Refusal {
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

/** For a query that can't be answered without giving a promise away. */
export function notSupported(
  definition: ContainerDefinition<unknown>,
  { path, reason, remedy }: Refusal,
): CosmosealError {
  return new CosmosealError("ERR_QUERY_NOT_SUPPORTED", reason, { container: definition.name, path, remedy });
}

/** For a query that names the member of ours: its content is nothing that documents have. */
export function reserved(definition: ContainerDefinition<unknown>, path: string): CosmosealError {
  return notSupported(definition, {
    path,
    reason: "The query reads what Cosmoseal keeps for itself.",
    remedy: "Ask for the document's own properties.",
  });
}

/** For a query that an index would answer. */
export function needsScan(definition: ContainerDefinition<unknown>, path: string): CosmosealError {
  return new CosmosealError("ERR_QUERY_NEEDS_SCAN", "The query searches a sealed path that has no index.", {
    container: definition.name,
    path,
    remedy:
      "Declare `equality` for it: sealed(schema, { equality: true }). The server then learns which documents share a value.",
  });
}
