/** Where each kind of node holds its children: the one table that walks of every kind share. */
import type { TreeNode } from "../tree.js";

/** The nodes directly under a node, in the order of the text. */
export function children(node: TreeNode): TreeNode[] {
  const found: TreeNode[] = [];
  for (const slot of SLOTS[node.kind]) {
    const held = heldIn(node, slot);
    if (isList(held)) for (const child of held) found.push(child);
    else if (held !== undefined) found.push(held);
  }
  return found;
}

/** The node with other children, given in the order of `children`; the node itself when none is another. */
export function withChildren<T extends TreeNode>(node: T, replacements: readonly TreeNode[]): T {
  let next = 0;
  let changes: Record<string, TreeNode | readonly TreeNode[]> | undefined;
  for (const slot of SLOTS[node.kind]) {
    const held = heldIn(node, slot);
    if (held === undefined) continue;
    const now = isList(held) ? replacements.slice(next, next + held.length) : replacements[next]!;
    next += isList(held) ? held.length : 1;
    if (isSame(held, now)) continue;
    changes ??= {};
    changes[slot] = now;
  }
  return changes === undefined ? node : { ...node, ...changes };
}

type Held = TreeNode | readonly TreeNode[] | undefined;

function heldIn(node: TreeNode, slot: string): Held {
  return (node as unknown as Readonly<Record<string, Held>>)[slot];
}

function isList(held: Held): held is readonly TreeNode[] {
  return Array.isArray(held);
}

function isSame(before: TreeNode | readonly TreeNode[], after: TreeNode | readonly TreeNode[]): boolean {
  if (!isList(before) || !isList(after)) return before === after;
  return before.every((node, n) => node === after[n]);
}

/** Each slot is a property of its kind: the compiler checks it. */
const SLOTS: Readonly<Record<TreeNode["kind"], readonly string[]>> = {
  Query: ["select", "from", "where", "groupBy", "having", "orderBy", "offsetLimit"],
  Select: ["top", "what"],
  SelectAll: [],
  SelectValue: ["value"],
  SelectList: ["items"],
  SelectItem: ["value"],
  From: ["source", "joins"],
  CollectionSource: ["collection"],
  IterationSource: ["collection"],
  PathCollection: [],
  QueryCollection: ["query"],
  OrderBy: ["items"],
  OrderItem: ["value"],
  OffsetLimit: ["offset", "limit"],
  Literal: [],
  Parameter: [],
  Name: [],
  Member: ["object", "property"],
  Unary: ["operand"],
  Binary: ["left", "right"],
  Between: ["operand", "low", "high"],
  In: ["operand", "list"],
  Like: ["operand", "pattern", "escape"],
  Conditional: ["condition", "then", "otherwise"],
  Call: ["arguments"],
  ArrayLiteral: ["items"],
  ObjectLiteral: ["properties"],
  Property: ["value"],
  ScalarQuery: ["query"],
  ArrayQuery: ["query"],
  Exists: ["query"],
  SubqueryCall: ["query"],
} satisfies { [K in TreeNode["kind"]]: readonly (keyof Extract<TreeNode, { kind: K }>)[] };
