/**
 * How deep a tree may be: every walk over it recurses, so the parser refuses what could run off the stack.
 *
 * Only chains of binary operators go beyond: `a AND b AND …` may have any length, and every walk takes a chain in a loop.
 */
import { SqlError, SqlErrorCode } from "../errors.js";
import type { Query, Span, TreeNode } from "../tree.js";
import { children } from "../walk/children.js";

/** The most brackets, and branches between `?` and `:`, that may be open at once. */
export const MAX_NESTING = 128;

/** The most nodes on a way from the root to a leaf, a chain of binary operators counting once. */
export const MAX_HEIGHT = 512;

/** The refusal of a query that nests too deep, with the place where it does. */
export function tooDeep(location?: Span): SqlError {
  return new SqlError(SqlErrorCode.tooDeep, "The query is nested too deep.", location);
}

/** Throws when the tree is too high. A text of few tokens can't make a high tree, so that most queries aren't walked. */
export function checkHeight(query: Query, tokens: number): void {
  if (tokens <= MAX_HEIGHT / NODES_PER_TOKEN) return;
  const todo: [node: TreeNode, height: number][] = [[query, 1]];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [node, height] = next;
    if (height > MAX_HEIGHT) throw tooDeep(node.at);
    for (const child of children(node)) todo.push([child, continuesChain(node, child) ? height : height + 1]);
  }
}

function continuesChain(node: TreeNode, child: TreeNode): boolean {
  return node.kind === "Binary" && child.kind === "Binary";
}

/** `SELECT 1` makes a Query, a Select, a SelectList, a SelectItem and a Literal. */
const NODES_PER_TOKEN = 4;
