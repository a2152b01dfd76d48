/** What an earlier version sealed and the plan would store in the clear: never by accident, as when a derived schema lost a treatment. */
import { parsePattern, type Segment } from "../schema/pattern.js";
import type { PlanNode, VersionFacts } from "./plan.js";

/** The first such path, or undefined. `allowed` are patterns; what lies inside one of them is allowed too. */
export function declassified(root: PlanNode, past: VersionFacts, allowed: readonly string[]): string | undefined {
  const isAllowed = (path: string): boolean =>
    allowed.some((pattern) => path === pattern || path.startsWith(`${pattern}/`));
  for (const entry of Object.values(past.groups).flat()) {
    const [pattern, except] = typeof entry === "string" ? [entry, undefined] : entry;
    if (isAllowed(except === undefined ? pattern : `${pattern}/*`)) continue;
    for (const node of nodesAt(root, parsePattern(pattern))) {
      const inside = except === undefined ? [node] : childrenOf(node, new Set(except));
      const found = inside.flatMap((one) => publicPaths(one)).find((path) => !isAllowed(path));
      // A name that the schema leaves open is told by what sealed it.
      if (found !== undefined) return found.startsWith(pattern) ? found : pattern;
    }
  }
  return undefined;
}

/** The nodes that stand for the pattern: one above where a place is treated, or left open, as a whole. */
function nodesAt(node: PlanNode, [segment, ...rest]: readonly Segment[]): readonly PlanNode[] {
  if (segment === undefined || node.treatment !== "signed" || node.open) return [node];
  if (segment === "*") return childrenOf(node, new Set()).flatMap((child) => nodesAt(child, rest));
  const child = segment === "[]" ? node.element : (node.members?.get(segment.name) ?? node.rest);
  return child === undefined ? [] : nodesAt(child, rest);
}

function childrenOf(node: PlanNode, except: ReadonlySet<string>): readonly PlanNode[] {
  if (node.treatment !== "signed" || node.open) return [node];
  const members = [...(node.members ?? [])].flatMap(([name, member]) => (except.has(name) ? [] : [member]));
  return node.rest === undefined ? members : [...members, node.rest];
}

function publicPaths(node: PlanNode): readonly string[] {
  if (node.treatment === "sealed") return [];
  const below = [...(node.members?.values() ?? []), node.rest, node.element].filter((child) => child !== undefined);
  return below.length === 0 || node.treatment === "unsigned" ? [node.pattern] : below.flatMap(publicPaths);
}
