/** A container that was made elsewhere: what its definition lacks is told once, when it is first seen. */
import type { ContainerDefinition as ContainerProperties } from "@azure/cosmos";
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { touchedPath } from "../query/touch.js";
import { cosmosPathOf, patternOf, readCosmosPath } from "./paths.js";
import { EXCLUDED, INCLUDED, tokenPath } from "./restore.js";

/** Emits a warning for each thing that the stored definition lacks, at most once per client and container. */
export function warnOnce(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  url: string,
  stored: ContainerProperties,
): void {
  const seen = SEEN.get(context) ?? new Set<string>();
  SEEN.set(context, seen);
  if (seen.has(url)) return;
  seen.add(url);
  for (const message of lacking(definition, stored)) {
    context.emit({ type: "warning", container: definition.name, code: "ERR_OPTIONS_INVALID", message });
  }
}

/** Sentences; empty for a container that this client made. */
export function lacking({ plan }: ContainerDefinition<unknown>, stored: ContainerProperties): readonly string[] {
  const { includedPaths = [], excludedPaths = [], indexingMode } = stored.indexingPolicy ?? {};
  const included = INCLUDED.filter((path) => !includedPaths.some((entry) => entry.path === path));
  const excluded = EXCLUDED.filter((path) => !excludedPaths.some((entry) => entry.path === path));
  const keys = stored.uniqueKeyPolicy?.uniqueKeys.flatMap(({ paths }) => paths) ?? [];
  const unique = plan.indexes.filter(({ kind, name }) => kind === "unique" && !keys.includes(tokenPath(name)));
  const sealed = keys.filter((path) => {
    const segments = readCosmosPath(path);
    const isToken = path.startsWith("/_seal/") || plan.identity.includes(patternOf(segments) ?? "");
    return !isToken && touchedPath(plan, segments) !== undefined;
  });
  if (indexingMode?.toLowerCase() === "none")
    return ["The container has no index: every query over it reads everything."];
  return [
    ...(included.length === 0 ? [] : [`The indexing policy doesn't include ${included.join(", ")}.`]),
    ...(excluded.length === 0
      ? []
      : [`The indexing policy doesn't exclude ${excluded.join(", ")}: ciphertext is indexed.`]),
    ...unique.map(
      ({ pattern }) => `No unique key names the token of ${cosmosPathOf(pattern)}: nothing keeps it unique.`,
    ),
    ...sealed.map(
      (path) => `A unique key names the sealed path ${path}, which no document has: a second one is refused.`,
    ),
  ];
}

const SEEN = new WeakMap<SealContext, Set<string>>();
