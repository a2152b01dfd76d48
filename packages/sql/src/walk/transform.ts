/** Making another tree of a tree. */
import type { TreeNode } from "../tree.js";
import { children, withChildren } from "./children.js";

/** Answers what shall stand in a node's place, `undefined` for the node as it is. */
export type Replace = (node: TreeNode) => TreeNode | undefined;

/** The two times at which a node can be replaced. */
export interface Replacements {
  /** On the way down: what it answers is taken as it is, without a look inside. */
  readonly enter?: Replace;
  /** On the way up: it sees the node with its children already replaced. */
  readonly leave?: Replace;
}

/**
 * A tree with some nodes replaced; the given tree stays as it is, and every part without a replacement is shared with it, so
 * that a transformation that replaces nothing answers the very node it was given. Takes trees of any height.
 *
 * A function is asked on the way down, as `enter`. Throws `TypeError` when a replacement is of a kind that can't stand in the
 * place: an expression goes for an expression, a source for a source.
 *
 * @example
 * transform(query, (node) => (node.kind === "Parameter" ? { kind: "Literal", value: values[node.name] } : undefined));
 */
export function transform<T extends TreeNode>(node: T, replace: Replace | Replacements): T {
  const { enter, leave }: Replacements = typeof replace === "function" ? { enter: replace } : replace;
  const root: Frame = { node, children: [node], done: [] };
  const stack = [root];
  for (let top = root; ; top = stack.at(-1)!) {
    const next = top.children[top.done.length];
    if (next !== undefined) {
      const replacement = enter?.(next);
      if (replacement !== undefined) top.done.push(fitting(replacement, next));
      else stack.push({ node: next, children: children(next), done: [] });
      continue;
    }
    stack.pop();
    const parent = stack.at(-1);
    // The root's frame holds it as its only child: every replacement of it has been checked to be of its kind.
    if (parent === undefined) return top.done[0] as T;
    const now = withChildren(top.node, top.done);
    parent.done.push(fitting(leave?.(now) ?? now, top.node));
  }
}

interface Frame {
  readonly node: TreeNode;
  readonly children: readonly TreeNode[];
  readonly done: TreeNode[];
}

function fitting(replacement: TreeNode, place: TreeNode): TreeNode {
  if (placeOf(replacement.kind) === placeOf(place.kind)) return replacement;
  throw new TypeError(`A ${replacement.kind} can't stand in the place of a ${place.kind}.`);
}

/** The kinds that stand for one another; all other kinds stand for themselves. */
function placeOf(kind: TreeNode["kind"]): string {
  switch (kind) {
    case "SelectAll":
    case "SelectValue":
    case "SelectList":
      return "selection";
    case "CollectionSource":
    case "IterationSource":
      return "source";
    case "PathCollection":
    case "QueryCollection":
      return "collection";
    case "Query":
    case "Select":
    case "SelectItem":
    case "From":
    case "OrderBy":
    case "OrderItem":
    case "OffsetLimit":
    case "Property":
      return kind;
    default:
      return "expression";
  }
}
