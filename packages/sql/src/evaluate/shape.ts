/** Questions about a tree's shape: whether two expressions are the same but for positions, whether one holds an aggregate. */
import type { Expression, TreeNode } from "../tree.js";
import { children } from "../walk/children.js";

/** A text that two expressions share exactly where their trees are equal but for positions. */
export function signature(node: Expression): string {
  return JSON.stringify(node, (name, value: unknown) => {
    if (name === "at") return undefined;
    return value === undefined ? { undefined: true } : value;
  });
}

/** Whether two expressions have the same signature, found out without writing either. */
export function sameTree(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  const names = Object.keys(left).filter((name) => name !== "at");
  if (names.length !== Object.keys(right).filter((name) => name !== "at").length) return false;
  return names.every(
    (name) =>
      Object.hasOwn(right, name) &&
      sameTree((left as Record<string, unknown>)[name], (right as Record<string, unknown>)[name]),
  );
}

/** Whether a node of the expression meets the test, sub-queries not entered: what is inside them belongs to them. */
export function someNode(node: Expression, test: (node: TreeNode) => boolean): boolean {
  const pending: TreeNode[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "Query") continue;
    if (test(next)) return true;
    for (const child of children(next)) pending.push(child);
  }
  return false;
}
