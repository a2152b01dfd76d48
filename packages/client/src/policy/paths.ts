/** Paths of container definitions, `/address/"zip code"/?`, as paths of documents and as patterns of the plan. */
import { joinPattern, type Plan, type PlanNode, parsePattern } from "@cosmoseal/core";
import type { DocumentPath } from "@cosmoseal/sql";

/** Names are bare or in quotes, with JSON's escapes inside; `[]` stands for the elements. The ending `/?` or `/*` is left out. */
export function readCosmosPath(path: string): DocumentPath {
  const segments = [...path.matchAll(/\/(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^/]*))/g)].map(
    ([, double, single, bare]) => {
      if (bare === "[]") return { kind: "Element" as const };
      return bare ?? (double ?? single ?? "").replace(/\\(.)/g, "$1");
    },
  );
  return /\/[?*]$/.test(path) ? segments.slice(0, -1) : segments;
}

/** The pattern of a path that names properties only, or undefined. */
export function patternOf(path: DocumentPath): string | undefined {
  let pattern = "";
  for (const segment of path) {
    if (typeof segment !== "string") return undefined;
    pattern = joinPattern(pattern, segment);
  }
  return pattern;
}

/** The path of a pattern that names properties only, as container definitions write it. */
export function cosmosPathOf(pattern: string): string {
  return parsePattern(pattern)
    .map((segment) => {
      const name = typeof segment === "string" ? segment : segment.name;
      return /^[A-Za-z0-9_]+$/.test(name) ? `/${name}` : `/${JSON.stringify(name)}`;
    })
    .join("");
}

/** What the plan says of a path of plain names. */
export function nodeAt(plan: Plan, path: DocumentPath): PlanNode | undefined {
  let node: PlanNode | undefined = plan.root;
  for (const segment of path) {
    node = typeof segment === "string" ? (node?.members?.get(segment) ?? node?.rest) : node?.element;
  }
  return node;
}
