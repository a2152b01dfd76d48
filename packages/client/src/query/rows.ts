/** What the rows of a query are made of. */
import { type Query, type TreeNode, visit } from "@cosmoseal/sql";

/** True where rows are made of many documents. */
export function isSummary({ select, groupBy, having }: Query): boolean {
  return select.distinct || groupBy !== undefined || having !== undefined || holdsAggregate(select.what);
}

export function holdsAggregate(what: TreeNode): boolean {
  let found = false;
  visit(what, {
    // The aggregate of a sub-query is of one document.
    Query: () => false,
    Call: ({ name, udf }) => {
      found ||= !udf && AGGREGATES.has(name);
    },
  });
  return found;
}

const AGGREGATES: ReadonlySet<string> = new Set([
  "AVG",
  "COUNT",
  "COUNTIF",
  "MAKELIST",
  "MAKESET",
  "MAX",
  "MIN",
  "SUM",
]);
