/**
 * A container's definition as it is sent: ciphertext is kept out of the index and tokens in it, unique keys over sealed paths
 * name their tokens, and what the service can't do with a sealed path is refused.
 */
import type { ContainerRequest } from "@azure/cosmos";
import { type ContainerDefinition, CosmosealError, type Plan, SEAL } from "@cosmoseal/core";
import { type DocumentPath, parse, pathsOf, resolve, SqlError } from "@cosmoseal/sql";
import { touchedPath } from "../query/touch.js";
import { nodeAt, patternOf, readCosmosPath } from "./paths.js";
import { EXCLUDED, INCLUDED, restoreDefinition, tokenPath } from "./restore.js";

type IndexingPolicy = NonNullable<ContainerRequest["indexingPolicy"]>;

/** What is sent, a copy, and what the application should know of it. */
export interface RewrittenDefinition<D> {
  readonly body: D;
  readonly warnings: readonly string[];
}

/**
 * Takes a definition that was read and is sent again, too. Throws ERR_OPTIONS_INVALID for what can't be done over a sealed path:
 * conflict resolution, vector, full-text and spatial indexes, computed properties; composite indexes over paths whose tokens
 * are arrays; unique keys over sealed paths without a unique index.
 */
export function rewriteDefinition<D extends Omit<ContainerRequest, "partitionKey">>(
  definition: ContainerDefinition<unknown>,
  given: D,
): RewrittenDefinition<D> {
  const body = restoreDefinition(definition.plan, given as D & { readonly partitionKey?: never });
  refuseSealed(definition, body);
  const warnings: string[] = [];
  const { uniqueKeyPolicy } = body;
  const rewritten = {
    ...body,
    indexingPolicy: rewriteIndexing(definition, body.indexingPolicy ?? DEFAULT_INDEXING, warnings),
    ...(uniqueKeyPolicy !== undefined && {
      uniqueKeyPolicy: {
        ...uniqueKeyPolicy,
        uniqueKeys: uniqueKeyPolicy.uniqueKeys.map((key) => ({
          ...key,
          paths: key.paths.map((path) => uniquePath(definition, path)),
        })),
      },
    }),
  };
  return { body: rewritten, warnings };
}

function rewriteIndexing(
  definition: ContainerDefinition<unknown>,
  policy: IndexingPolicy,
  warnings: string[],
): IndexingPolicy {
  const { compositeIndexes, includedPaths = [], excludedPaths = [] } = policy;
  // Without an index there is nothing to keep out of it, and the service takes no paths.
  if (policy.indexingMode?.toLowerCase() === "none") return policy;
  return {
    ...policy,
    includedPaths: [...includedPaths, ...INCLUDED.map((path) => ({ path }))],
    excludedPaths: [...excludedPaths, ...EXCLUDED.map((path) => ({ path }))],
    ...(compositeIndexes !== undefined && {
      compositeIndexes: compositeIndexes.filter((composite) => {
        const sealed = composite.filter(({ path }) => isSealed(definition.plan, path));
        for (const { path } of sealed) refuseArray(definition, path);
        if (sealed.length > 0) warnings.push(`A composite index over the sealed path ${sealed[0]!.path} is left out.`);
        return sealed.length === 0;
      }),
    }),
  };
}

/** A sealed id or partition key has its token in its place. */
function uniquePath(definition: ContainerDefinition<unknown>, path: string): string {
  const { plan } = definition;
  if (!isSealed(plan, path)) return path;
  const pattern = patternOf(readCosmosPath(path));
  if (pattern !== undefined && plan.identity.includes(pattern)) return path;
  const index = plan.indexes.find((other) => other.kind === "unique" && other.pattern === pattern);
  if (index !== undefined) return tokenPath(index.name);
  throw invalid(
    definition,
    path,
    "A unique key is over a sealed path without a unique index.",
    "Declare it sealed(…, { unique: true }).",
  );
}

function refuseArray(definition: ContainerDefinition<unknown>, path: string): void {
  const node = nodeAt(definition.plan, readCosmosPath(path));
  if (node?.types.has("array") !== true) return;
  throw invalid(
    definition,
    path,
    "A composite index is over a sealed array, whose tokens are an array.",
    "Leave it out.",
  );
}

function refuseSealed(definition: ContainerDefinition<unknown>, body: Omit<ContainerRequest, "partitionKey">): void {
  const { indexingPolicy, conflictResolutionPolicy, vectorEmbeddingPolicy, fullTextPolicy } = body;
  if (body.clientEncryptionPolicy !== undefined) {
    throw invalid(definition, "", "A client encryption policy belongs to the SDK's own encryption.", "Leave it out.");
  }
  const uses: readonly (readonly [what: string, paths: readonly (string | undefined)[] | undefined])[] = [
    ["Conflict resolution", [conflictResolutionPolicy?.conflictResolutionPath]],
    ["A vector embedding", vectorEmbeddingPolicy?.vectorEmbeddings?.map(({ path }) => path)],
    [
      "A vector index",
      indexingPolicy?.vectorIndexes?.flatMap((index) => [index.path, ...(index.vectorIndexShardKey ?? [])]),
    ],
    ["A full-text policy", fullTextPolicy?.fullTextPaths?.map(({ path }) => path)],
    ["A full-text index", indexingPolicy?.fullTextIndexes?.map(({ path }) => path)],
    ["A spatial index", indexingPolicy?.spatialIndexes?.map(({ path }) => path)],
  ];
  for (const [what, paths] of uses) {
    const sealed = paths?.find((path) => path !== undefined && path !== "" && isSealed(definition.plan, path));
    if (sealed !== undefined)
      throw invalid(definition, sealed, `${what} is over a sealed path.`, "The service has only ciphertext there.");
  }
  for (const { name, query } of body.computedProperties ?? []) {
    const touched = pathsOfQuery(query).map((path) => touchedPath(definition.plan, path));
    if (touched.every((path) => path === undefined)) continue;
    throw invalid(definition, `/${name}`, "A computed property reads a sealed path.", "Compute it in the application.");
  }
}

/** What can't be read is the service's to refuse: a definition holds no values. */
function pathsOfQuery(text: string): readonly DocumentPath[] {
  try {
    const { references } = resolve(parse(text));
    return references.filter(({ clause }) => clause !== "from").flatMap(({ value }) => pathsOf(value));
  } catch (error) {
    if (error instanceof SqlError) return [];
    throw error;
  }
}

function isSealed(plan: Plan, path: string): boolean {
  const segments = readCosmosPath(path);
  return segments[0] === SEAL || (segments.length > 0 && touchedPath(plan, segments) !== undefined);
}

function invalid(
  { name }: ContainerDefinition<unknown>,
  path: string,
  message: string,
  remedy: string,
): CosmosealError {
  return new CosmosealError("ERR_OPTIONS_INVALID", message, { container: name, ...(path !== "" && { path }), remedy });
}

/** What the service takes where none is given. */
const DEFAULT_INDEXING: IndexingPolicy = {
  indexingMode: "consistent",
  automatic: true,
  includedPaths: [{ path: "/*" }],
  excludedPaths: [{ path: '/"_etag"/?' }],
};
