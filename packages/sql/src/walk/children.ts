/** The nodes directly under a node, in the order of the text. */
import type { TreeNode } from "../tree.js";

export function children(node: TreeNode): TreeNode[] {
  const found: TreeNode[] = [];
  for (const key in node) {
    if (key === "at") continue;
    const value: unknown = node[key as keyof TreeNode];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) found.push(item);
    } else if (isNode(value)) {
      found.push(value);
    }
  }
  return found;
}

/** Whether a value in a tree is a node: a path holds strings and numbers, a literal its value. */
export function isNode(value: unknown): value is TreeNode {
  return typeof value === "object" && value !== null && "kind" in value;
}
