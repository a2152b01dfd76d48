/** Text → tree and the paths that its names stand for. */
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import { parse, type Query, type Resolution, resolve, SqlError } from "@cosmoseal/sql";

export interface ParsedQuery {
  readonly text: string;
  readonly query: Query;
  readonly resolution: Resolution;
}

/**
 * Throws ERR_QUERY_SYNTAX with the position. What the parser says isn't passed on: it quotes the text, which may hold the
 * very value that must not be seen.
 */
export function parseQuery(definition: ContainerDefinition<unknown>, text: string): ParsedQuery {
  try {
    const query = parse(text);
    return { text, query, resolution: resolve(query) };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const at = error.location === undefined ? "" : ` at characters ${error.location.start} to ${error.location.end}`;
    throw new CosmosealError("ERR_QUERY_SYNTAX", `The query can't be read (${error.code}${at}).`, {
      container: definition.name,
      remedy: "Correct it. What can't be read can't be told to be free of sealed values, and isn't sent.",
    });
  }
}
