/** Query → what each of its names stands for. */
import type { Member, Name, PathCollection, Query, SelectAll, TreeNode } from "../tree.js";
import { Resolver } from "./resolver.js";
import type { Binding, Scope } from "./scope.js";
import type { Provenance } from "./values.js";

/** The clause that a reference stands in, of the innermost query around it. */
export type Clause = "select" | "from" | "where" | "groupBy" | "having" | "orderBy";

/**
 * How the query uses what a reference stands for:
 * - `item`: it goes into the query's rows as it is: `SELECT *`, `SELECT VALUE c.a`, `SELECT c.a`, `SELECT {"x": [c.a]}`;
 * - `source`: FROM or JOIN binds it, or its elements, to a name;
 * - `operand`: anything else: it is compared, computed with, sorted or grouped by, or handed to a function.
 */
export type Use = "item" | "source" | "operand";

/** One place where a query reads: a whole chain `c.a.b`, never a part of one. */
export interface Reference {
  readonly node: Name | Member | PathCollection | SelectAll;
  readonly value: Provenance;
  /** Absent where the container itself is named, in FROM, and for `SELECT *` of a source without a name. */
  readonly binding?: Binding;
  readonly use: Use;
  readonly clause: Clause;
  /** The innermost query around it. */
  readonly query: Query;
}

/** What the names of one query stand for. Made once by `resolve`; its answers are by the identity of nodes of that query. */
export interface Resolution {
  /** Every place where the query and its sub-queries read, in the order of evaluation: FROM first, SELECT after WHERE. */
  readonly references: readonly Reference[];
  /** What the rows of the query are made of. */
  readonly rows: Provenance;
  /** The scope of the query, or of one of its sub-queries; undefined for a query that isn't part of it. */
  scopeOf(query: Query): Scope | undefined;
  /** What a node stands for: an expression, or a path in FROM. Undefined for other nodes. */
  provenanceOf(node: TreeNode): Provenance | undefined;
  /** The reference that a Name, the outermost Member of a chain, a path in FROM or a `*` is. */
  referenceOf(node: TreeNode): Reference | undefined;
}

/**
 * Resolves the names of a query, through aliases, paths in FROM, iterations, JOINs and sub-queries, to the paths of the
 * container's documents that they stand for. Pure; the tree may be one that a rewrite made.
 *
 * Names of properties aren't checked, for a document may hold any. Functions, parameters and UDFs aren't looked up.
 *
 * Throws `SqlError`: SC2001 when an expression names what no FROM in scope declares (also `c` after `FROM c AS x`), SC2013 when
 * one FROM clause declares a name twice, COSMOSEAL_TOO_DEEP for a tree, made by hand, that is too deep.
 *
 * @example
 * const { references } = resolve(parse("SELECT a.city FROM c JOIN a IN c.addresses"));
 * pathText(pathsOf(references[2].value)[0]); // "/addresses/[]/city"
 */
export function resolve(query: Query): Resolution {
  const resolver = new Resolver();
  const rows = resolver.query(query, undefined, false);
  const { references, scopes, values } = resolver;
  const byNode = new Map<TreeNode, Reference>(references.map((reference) => [reference.node, reference]));
  return {
    references,
    rows,
    scopeOf: (part) => scopes.get(part),
    provenanceOf: (node) => values.get(node),
    referenceOf: (node) => byNode.get(node),
  };
}
