/**
 * Paths in a query that are almost a sealed one. The schema refuses a misspelt name on writing, so that it doesn't travel in
 * the clear; the operand that a query compares with it must not travel either.
 */
import { type ContainerDefinition, CosmosealError, nearest, type Plan, type PlanNode } from "@cosmoseal/core";
import { type DocumentPath, pathsOf, pathText, type Reference } from "@cosmoseal/sql";

/** Throws ERR_PATH_UNDECLARED, naming the path that may have been meant. */
export function refuseMisspelt({ name, plan }: ContainerDefinition<unknown>, references: readonly Reference[]): void {
  const sealed = sealedPatterns(plan);
  for (const { value } of references) {
    for (const path of pathsOf(value)) {
      if (isDeclared(plan.root, path)) continue;
      const written = pathText(path);
      const [meant] = nearest(written, sealed).filter((pattern) => isClose(written, pattern));
      if (meant === undefined) continue;
      throw new CosmosealError(
        "ERR_PATH_UNDECLARED",
        `The query names a property that is not declared, and almost the sealed ${meant}.`,
        {
          container: name,
          path: written,
          remedy: "Correct the name, or declare it. Nothing was sent: the value beside it may be meant to stay sealed.",
        },
      );
    }
  }
}

/** Short names are near to each other by chance. */
function isClose(written: string, pattern: string): boolean {
  return written.toLowerCase() === pattern.toLowerCase() || Math.min(written.length, pattern.length) > 4;
}

function sealedPatterns(plan: Plan): readonly string[] {
  const { groups } = plan.versions.get(plan.version)!;
  return Object.values(groups)
    .flat()
    .flatMap((place) => (typeof place === "string" ? [place] : []));
}

/** True where the schema says something of the place, or leaves its names open. */
function isDeclared(root: PlanNode, path: DocumentPath): boolean {
  let node: PlanNode | undefined = root;
  for (const segment of path) {
    if (node === undefined || node.open || node.treatment !== "signed") return node !== undefined;
    if (typeof segment === "string") node = node.members?.get(segment) ?? node.rest;
    else node = node.element ?? node.rest;
  }
  return node !== undefined;
}
