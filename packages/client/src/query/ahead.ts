/**
 * Queries over what only a later schema version seals, which the definition doesn't know: the server would pass over its
 * documents, and the answer would lack rows that nobody misses.
 */
import { type ContainerDefinition, CosmosealError, compilePlaces } from "@cosmoseal/core";
import { pathsOf, pathText } from "@cosmoseal/sql";
import type { SealContext } from "../options/seal-options.js";
import { parseQuery } from "./parse.js";
import { touchedPath, touches } from "./touch.js";

/** Throws ERR_SCHEMA_OUTDATED for a path that a document of such a version, which was met, has sealed. */
export function refuseAhead(
  { sightings }: Pick<SealContext, "sightings">,
  definition: ContainerDefinition<unknown>,
  text: string,
): void {
  const { name, plan } = definition;
  const { ahead, newest, unknown } = sightings.of(name);
  if (!unknown || ahead.length === 0) return;
  const places = compilePlaces(ahead);
  const { resolution } = parseQuery(definition, text);
  for (const path of resolution.references.flatMap(({ value }) => pathsOf(value))) {
    // The whole document is opened, whatever is in it; and what a known version seals is asked for in its own way.
    if (path.length === 0 || touchedPath(plan, path) !== undefined || !touches(places, path)) continue;
    throw new CosmosealError(
      "ERR_SCHEMA_OUTDATED",
      `The query reads what version ${newest} of the schema seals, and this version can't ask for it.`,
      {
        container: name,
        path: pathText(path),
        remedy: "Give the definition the history that has that version, or deploy the application of it.",
      },
    );
  }
}
