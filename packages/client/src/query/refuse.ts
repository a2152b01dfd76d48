/** Refusals of queries: path, reason, remedy, and never a value or a piece of the text. */
import { type ContainerDefinition, CosmosealError, type IndexPlan } from "@cosmoseal/core";
import type { Gap, ScanNeed } from "./query-plan.js";

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

/** For a part of the query that the client evaluates and that reads what only the service can tell. */
export function undeclared(definition: ContainerDefinition<unknown>, path: string): CosmosealError {
  return notSupported(definition, {
    path,
    reason:
      "The client makes the rows of this query, and it reads a property that the definition doesn't declare: a computed property, which only the service can tell.",
    remedy:
      'Declare it; or join conditions on it to the others by AND alone; or let the server project public paths with `integrity: "fast"`.',
  });
}

/** For a query that would read every document, since nothing narrows its condition on a sealed path. */
export function needsIndex(definition: ContainerDefinition<unknown>, { path, wanted }: Gap): CosmosealError {
  const declare = wanted === undefined ? "" : `Declare an index for it: ${DECLARED[wanted]}. Or: `;
  return needsScan(
    definition,
    path,
    wanted === undefined
      ? "The query searches a sealed path in a way that no index serves, and nothing else in it narrows the search."
      : `The query searches a sealed path that has no ${wanted} index, and nothing else in it narrows the search.`,
    `${declare}add a condition that narrows it, ask within one partition key, or say \`unindexed: "scan"\`, which reads every document.`,
  );
}

/** For a query that sorts, groups or counts by a sealed path over all documents. */
export function needsFilter(definition: ContainerDefinition<unknown>, { path, clause }: ScanNeed): CosmosealError {
  return needsScan(
    definition,
    path,
    `The query uses a sealed path in ${clause} and nothing narrows it: the client would read every document.`,
    'Add a condition that narrows it, ask within one partition key, or say `unindexed: "scan"`. ORDER BY one path with a range index and a LIMIT needs neither.',
  );
}

function needsScan(
  definition: ContainerDefinition<unknown>,
  path: string,
  message: string,
  remedy: string,
): CosmosealError {
  return new CosmosealError("ERR_QUERY_NEEDS_SCAN", message, { container: definition.name, path, remedy });
}

const DECLARED: Readonly<Record<IndexPlan["kind"], string>> = {
  equality: "sealed(schema, { equality: true })",
  unique: "sealed(schema, { equality: true })",
  range: "sealed(schema, { range: { min, max } })",
  prefix: "sealed(schema, { prefix: true })",
  substring: "sealed(schema, { substring: true })",
};
