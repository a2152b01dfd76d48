// The query plan: what the client needs to run a query over several ranges and merge the answers.

import { print, type Query } from "@cosmoseal/sql";
import type { QueryRange } from "./narrow.js";
import { outputName } from "./nodes.js";
import { rewrite } from "./rewrite.js";
import { isAggregate, type QueryShape, selectedExpressions } from "./shape.js";

const AGGREGATE_TYPES: Readonly<Record<string, string>> = {
  COUNT: "Count",
  SUM: "Sum",
  MIN: "Min",
  MAX: "Max",
  AVG: "Average",
  COUNTIF: "CountIf",
  MAKELIST: "MakeList",
  MAKESET: "MakeSet",
};

/** The plan as the gateway gives it. Throws 400 or 501 for a query that can't be run over several ranges. */
export function planQuery(query: Query, shape: QueryShape, ranges: readonly QueryRange[]): object {
  return {
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: {
      distinctType: distinctType(query, shape),
      top: shape.top ?? null,
      offset: shape.offset ?? null,
      limit: shape.limit ?? null,
      orderBy: query.orderBy?.items.map((item) => (item.descending ? "Descending" : "Ascending")) ?? [],
      orderByExpressions: query.orderBy?.items.map((item) => print(item.value)) ?? [],
      groupByExpressions: query.groupBy?.map((key) => print(key)) ?? [],
      ...aliases(query, shape),
      aggregates: shape.valueAggregate === undefined ? [] : [AGGREGATE_TYPES[shape.valueAggregate.name]],
      rewrittenQuery: rewrite(query, shape),
      hasSelectValue: shape.isSelectValue,
      dCountInfo: null,
      hasNonStreamingOrderBy: false,
    },
    queryRanges: ranges,
    hybridSearchQueryInfo: null,
  };
}

// "Ordered" lets the client compare neighbours alone; right only where equal rows are neighbours, that is,
// where everything that is selected is also sorted by.
function distinctType(query: Query, shape: QueryShape): "None" | "Ordered" | "Unordered" {
  if (!shape.distinct) return "None";
  const sorted = new Set(query.orderBy?.items.map((item) => print(item.value)));
  const selected = selectedExpressions(query);
  return selected.length > 0 && selected.every((one) => sorted.has(print(one))) ? "Ordered" : "Unordered";
}

function aliases(query: Query, shape: QueryShape): object {
  const { what } = query.select;
  const merged = shape.grouped || shape.aggregates.length > 0;
  if (!merged || what.kind !== "SelectList") return { groupByAliases: [], groupByAliasToAggregateType: {} };
  const types = what.items.map((item, at): [string, string | null] => [
    outputName(what.items, at),
    isAggregate(item.value) ? (AGGREGATE_TYPES[item.value.name] ?? null) : null,
  ]);
  return {
    groupByAliases: types.map(([alias]) => alias),
    groupByAliasToAggregateType: Object.fromEntries(types),
  };
}
