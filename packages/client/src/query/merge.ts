/**
 * Whether the SDK can merge the ranges of a sorted superset: it stops at keys of several types, also of documents that the query
 * itself leaves out and that only its weaker predicate brings along.
 */
import { isBlurred, type Plan, type PlanNode } from "@cosmoseal/core";
import { type OrderBy, pathsOf, type Resolution } from "@cosmoseal/sql";
import type { Search, Weak } from "./query-plan.js";

/** The server finds no document that the query leaves out, but for tokens that collide. */
export function isTight(weak: Weak): boolean {
  switch (weak.kind) {
    case "true":
      return weak.gap === undefined;
    case "public":
      return true;
    case "search":
      return isTightSearch(weak.search);
    case "versions":
      return false;
    case "and":
    case "or":
      return weak.operands.every(isTight);
    case "exists":
      return isPublic(weak.where);
  }
}

/** Every key is of one type in every document, as the schema has it. */
export function isSteady(plan: Plan, resolution: Resolution, { items }: OrderBy): boolean {
  return items.every(({ value }) => {
    const provenance = resolution.provenanceOf(value);
    if (provenance?.kind !== "Document") return false;
    const [path] = pathsOf(provenance);
    return path !== undefined && isOneType(plan.root, path);
  });
}

function isTightSearch({ condition, identity, indexes }: Search): boolean {
  if (condition.op !== "equal" || condition.folded !== "never") return false;
  if (identity !== undefined) return true;
  const [index] = indexes;
  return index !== undefined && !index.many && !isBlurred(index);
}

function isPublic(weak: Weak): boolean {
  switch (weak.kind) {
    case "public":
      return true;
    case "and":
    case "or":
      return weak.operands.every(isPublic);
    default:
      return false;
  }
}

function isOneType(root: PlanNode, path: readonly unknown[]): boolean {
  if (path.length === 1 && path[0] === "_ts") return true;
  let node: PlanNode | undefined = root;
  for (const name of path) {
    if (typeof name !== "string") return false;
    const isThere: boolean = node.required?.has(name) === true || (node === root && name === "id");
    node = node.members?.get(name);
    if (!isThere || node === undefined) return false;
  }
  const [type, ...more] = node.types;
  return more.length === 0 && (type === "string" || type === "number" || type === "boolean");
}
