/** The prefix tree of a range index: edges of a leaf, covers of an interval, nodes in order. SPEC §5.5. */

/** Shape of a tree: leaves have `digits` binary digits, and nodes are stored at every `sparsity`-th level and at the leaves. */
export interface TreeShape {
  readonly digits: number;
  readonly sparsity: number;
}

/** Length in binary, at least 1. */
export function digitsOf(top: bigint): number {
  return top.toString(2).length;
}

/** The stored nodes above a leaf, the root first, and the leaf: as their digits. */
export function edgesOf(shape: TreeShape, step: bigint): readonly string[] {
  const leaf = step.toString(2).padStart(shape.digits, "0");
  const edges: string[] = [];
  for (let level = 0; level < shape.digits; level += shape.sparsity) edges.push(leaf.slice(0, level));
  return [...edges, leaf];
}

/** The fewest stored nodes that have the leaves from `low` to `high`, and no others, below them; in order. */
export function coverOf(shape: TreeShape, low: bigint, high: bigint): readonly string[] {
  const cover: string[] = [];
  const visit = (node: string): void => {
    const [first, last] = leavesOf(shape, node);
    if (last < low || first > high) return;
    if (first >= low && last <= high) cover.push(node);
    else for (const child of childrenOf(shape, node)) visit(child);
  };
  visit("");
  return cover;
}

/** The stored nodes right below a node, in order; none below a leaf. */
export function childrenOf(shape: TreeShape, node: string): readonly string[] {
  if (node.length === shape.digits) return [];
  const more = Math.min(shape.sparsity, shape.digits - node.length);
  return Array.from({ length: 2 ** more }, (_, i) => node + i.toString(2).padStart(more, "0"));
}

/** First and last leaf below a node. */
export function leavesOf(shape: TreeShape, node: string): readonly [first: bigint, last: bigint] {
  const below = BigInt(shape.digits - node.length);
  const first = BigInt(`0b0${node}`) << below;
  return [first, first + (1n << below) - 1n];
}
