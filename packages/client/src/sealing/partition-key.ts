/** The partition key is pinned in the application: what the account says must agree, or nothing is written or read. */
import { type ContainerDefinition, CosmosealError, parsePattern } from "@cosmoseal/core";

/** `paths` as Cosmos writes them: `/tenantId`, `/address/"zip code"`. Throws ERR_OPTIONS_INVALID. */
export function checkPartitionKey({ name, plan }: ContainerDefinition<unknown>, paths: readonly string[]): void {
  const declared = plan.partitionKey.map((path) => JSON.stringify(namesOfPattern(path)));
  const given = paths.map((path) => JSON.stringify(namesOfPath(path)));
  if (declared.length === given.length && declared.every((path, i) => path === given[i])) return;
  throw new CosmosealError(
    "ERR_OPTIONS_INVALID",
    `The container's partition key is ${list(paths)}; its definition says ${list(plan.partitionKey)}.`,
    { container: name, remedy: "Correct the definition; or find out who made the container anew." },
  );
}

function namesOfPattern(pattern: string): readonly string[] {
  return parsePattern(pattern).map((segment) => (typeof segment === "string" ? segment : segment.name));
}

/** Names are bare or in quotes, with JSON's escapes inside. */
function namesOfPath(path: string): readonly string[] {
  return [...path.matchAll(/\/(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^/]*))/g)].map(
    ([, double, single, bare]) => bare ?? withoutEscapes(double ?? single ?? ""),
  );
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

function list(paths: readonly string[]): string {
  return paths.length === 0 ? "none" : paths.join(", ");
}
