/** Questions about a tree's shape: whether two expressions are the same text for text, whether one holds an aggregate. */
import type { Expression } from "../tree.js";

/** A text that two expressions share exactly where their trees are equal but for positions. */
export function signature(node: Expression): string {
  return JSON.stringify(node, (name, value: unknown) => {
    if (name === "at") return undefined;
    return value === undefined ? { undefined: true } : value;
  });
}

/** Whether a node of the expression meets the test, sub-queries not entered: what is inside them belongs to them. */
export function someNode(node: Expression, test: (node: Expression) => boolean): boolean {
  if (test(node)) return true;
  return children(node).some((child) => someNode(child, test));
}

function children(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "Member":
      return [node.object, node.property];
    case "Unary":
      return [node.operand];
    case "Binary":
      return [node.left, node.right];
    case "Between":
      return [node.operand, node.low, node.high];
    case "In":
      return [node.operand, ...node.list];
    case "Like":
      return node.escape === undefined ? [node.operand, node.pattern] : [node.operand, node.pattern, node.escape];
    case "Conditional":
      return [node.condition, node.then, node.otherwise];
    case "Call":
      return node.arguments;
    case "ArrayLiteral":
      return node.items;
    case "ObjectLiteral":
      return node.properties.map((property) => property.value);
    default:
      return [];
  }
}
