/** Reading a tree. */
import type { TreeNode } from "../tree.js";
import { children } from "./children.js";

/** What `visit` calls; each part may be left out. */
export type Visitor = VisitorOfAll & VisitorOfKinds;

interface VisitorOfAll {
  /** Before a node's children. The answer `false` leaves them out, `leave` included; any other means nothing. */
  readonly enter?: (node: TreeNode, parent: TreeNode | undefined) => unknown;
  /** After a node's children. */
  readonly leave?: (node: TreeNode, parent: TreeNode | undefined) => void;
}

/** By kind, after `enter` and with the same meaning of `false`: `{ Parameter(node) { … } }`. */
type VisitorOfKinds = {
  readonly [K in TreeNode["kind"]]?: (node: Extract<TreeNode, { kind: K }>, parent: TreeNode | undefined) => unknown;
};

/**
 * Visits a node and all below it, each before its children and in the order of the text. Takes trees of any height.
 *
 * @example
 * const names = new Set<string>();
 * visit(query, { Parameter: (node) => void names.add(node.name) });
 */
export function visit(node: TreeNode, visitor: Visitor): void {
  const todo: Step[] = [{ node, parent: undefined, leaving: false }];
  for (let step = todo.pop(); step !== undefined; step = todo.pop()) {
    if (step.leaving) {
      visitor.leave?.(step.node, step.parent);
      continue;
    }
    if (enter(step.node, step.parent, visitor) === false) continue;
    if (visitor.leave) todo.push({ ...step, leaving: true });
    for (const child of children(step.node).reverse()) todo.push({ node: child, parent: step.node, leaving: false });
  }
}

interface Step {
  readonly node: TreeNode;
  readonly parent: TreeNode | undefined;
  readonly leaving: boolean;
}

function enter(node: TreeNode, parent: TreeNode | undefined, visitor: Visitor): unknown {
  if (visitor.enter?.(node, parent) === false) return false;
  // The handler under a node's kind takes nodes of that kind, which the compiler can't follow through the lookup.
  const ofKind = visitor[node.kind] as ((node: TreeNode, parent: TreeNode | undefined) => unknown) | undefined;
  return ofKind?.(node, parent);
}
