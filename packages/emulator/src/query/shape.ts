// What a query asks for, as far as planning, refusing and running it depend on it.

import type { Call, Expression, Parameters, Query, TreeNode } from "@cosmoseal/sql";
import { badRequest } from "../http/errors.js";

export interface QueryShape {
  /** Aggregate calls in SELECT, in their order. */
  readonly aggregates: readonly Call[];
  /** The aggregate of `SELECT VALUE COUNT(1)`, when it is all that is selected. */
  readonly valueAggregate: Call | undefined;
  readonly isSelectValue: boolean;
  readonly grouped: boolean;
  readonly distinct: boolean;
  readonly ordered: boolean;
  /** Numbers, with parameters bound. */
  readonly top: number | undefined;
  readonly offset: number | undefined;
  readonly limit: number | undefined;
  /** The name that stands for the document, where one does. */
  readonly rootAlias: string | undefined;
  /** The name of what `SELECT *` puts out; undefined with joins. */
  readonly starAlias: string | undefined;
  /** The query needs all rows before it can say the first, other than by ORDER BY. */
  readonly needsAllRows: boolean;
}

export function shapeOf(query: Query, parameters: Parameters): QueryShape {
  const { select } = query;
  const selected = selectedExpressions(query);
  const aggregates = selected.flatMap(aggregatesIn);
  const value = select.what.kind === "SelectValue" ? select.what.value : undefined;
  const grouped = query.groupBy !== undefined;
  return {
    aggregates,
    valueAggregate: value !== undefined && isAggregate(value) ? value : undefined,
    isSelectValue: value !== undefined,
    grouped,
    distinct: select.distinct,
    ordered: query.orderBy !== undefined,
    top: count(select.top, parameters, "TOP"),
    offset: count(query.offsetLimit?.offset, parameters, "OFFSET"),
    limit: count(query.offsetLimit?.limit, parameters, "LIMIT"),
    rootAlias: rootAlias(query),
    starAlias: query.from?.joins.length === 0 ? (rootAlias(query) ?? query.from.source.alias) : undefined,
    needsAllRows:
      aggregates.length > 0 || grouped || select.distinct || query.having !== undefined || readsAcrossDocuments(query),
  };
}

export function selectedExpressions(query: Query): readonly Expression[] {
  const { what } = query.select;
  if (what.kind === "SelectAll") return [];
  return what.kind === "SelectValue" ? [what.value] : what.items.map((item) => item.value);
}

const AGGREGATES = new Set(["COUNT", "SUM", "AVG", "MIN", "MAX", "COUNTIF", "MAKELIST", "MAKESET"]);

export function isAggregate(node: TreeNode): node is Call {
  return node.kind === "Call" && !node.udf && AGGREGATES.has(node.name);
}

/** The aggregates of an expression, but not those of sub-queries within it. */
export function aggregatesIn(node: TreeNode): readonly Call[] {
  if (isAggregate(node)) return [node];
  if (node.kind === "Query") return [];
  return children(node).flatMap(aggregatesIn);
}

function children(node: TreeNode): readonly TreeNode[] {
  return Object.values(node)
    .flat()
    .filter((value): value is TreeNode => typeof value === "object" && value !== null && "kind" in value);
}

// TOP, OFFSET and LIMIT take a number, or a parameter that is one.
function count(expression: Expression | undefined, parameters: Parameters, clause: string): number | undefined {
  if (expression === undefined) return undefined;
  const value =
    expression.kind === "Literal"
      ? expression.value
      : expression.kind === "Parameter"
        ? parameters[expression.name]
        : undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw badRequest(`The value of ${clause} must be a non-negative integer.`);
  }
  return value;
}

function rootAlias(query: Query): string | undefined {
  const source = query.from?.source;
  if (source?.kind !== "CollectionSource" || source.collection.kind !== "PathCollection") return undefined;
  if (source.collection.path.length > 0) return undefined;
  return source.alias ?? source.collection.root;
}

/** `FROM (SELECT …)` runs over the whole container before the outer query sees a row. */
export function readsAcrossDocuments(query: Query): boolean {
  return query.from?.source.collection.kind === "QueryCollection";
}
