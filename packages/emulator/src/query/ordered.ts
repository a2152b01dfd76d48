// Rows in the order of their keys: all are read and sorted for each page, and a page goes on after the last row of the one before.

import { compareOrder, type Expression, type Json, type Parameters, type Query } from "@cosmoseal/sql";
import { badRequest } from "../http/errors.js";
import { type OrderPosition, readToken } from "./continuation.js";
import { array, object, payloadOf, withoutLimits } from "./nodes.js";
import type { QueryShape } from "./shape.js";
import { type Page, type PageRequest, RowBuffer, Source } from "./source.js";

export function runOrdered(query: Query, shape: QueryShape, parameters: Parameters, page: PageRequest): Page {
  const { target } = page;
  const items = query.orderBy!.items;
  const from = readToken(page.token, target.container.rid, "order");
  if (from !== undefined && from.keys.length !== items.length) throw badRequest("Invalid Continuation Token");
  const payload = payloadOf(query, shape.starAlias);
  if (payload === undefined) throw badRequest("'SELECT *' is only valid with a single alias.");
  const compiled = page.engine.compile(query, "with keys", (one) => withKeys(one, payload));
  const source = new Source(page);
  const sorted: Sorted[] = [];
  for (const range of target.ranges) {
    for (const row of source.rows(range, 0, (documents) => compiled.run(documents, parameters))) {
      const { k, p } = row as unknown as { readonly k: readonly { readonly v?: Json }[]; readonly p?: Json };
      if (p === undefined) continue;
      const keys = k.map(({ v }) => (v === undefined ? [] : [v]));
      sorted.push({ keys, number: source.number, row: source.row, payload: p });
    }
  }
  // Where any key descends, ties come latest first: the client relies on it when it resumes.
  const tie = items.some((item) => item.descending) ? -1 : 1;
  const compare = (left: Place, right: Place): number => {
    for (const [at, item] of items.entries()) {
      const order = compareOrder(left.keys[at]![0], right.keys[at]![0]);
      if (order !== 0) return item.descending ? -order : order;
    }
    return tie * (left.number - right.number) || left.row - right.row;
  };
  sorted.sort(compare);
  const rows = new RowBuffer(page.size);
  let skip = from?.skip ?? shape.offset ?? 0;
  let take = (from === undefined ? (shape.top ?? shape.limit) : from.take) ?? Number.POSITIVE_INFINITY;
  let last: Place | undefined = from;
  for (const row of sorted) {
    if (from !== undefined && compare(row, from) <= 0) continue;
    if (take === 0) break;
    if (skip > 0) {
      skip--;
      last = row;
      continue;
    }
    if (!rows.add(row.payload)) {
      const { keys, number, row: ordinal } = last!;
      const left = Number.isFinite(take) ? take : null;
      const next: OrderPosition = { mode: "order", keys, number, row: ordinal, skip, take: left };
      return { rows: rows.texts, next, examined: source.examined };
    }
    take--;
    last = row;
  }
  return { rows: rows.texts, next: undefined, examined: source.examined };
}

interface Place {
  readonly keys: readonly (readonly Json[])[];
  readonly number: number;
  readonly row: number;
}

interface Sorted extends Place {
  readonly payload: Json;
}

// The rows with their sort keys beside them, unsorted and unlimited.
function withKeys(query: Query, payload: Expression): Query {
  const { orderBy, ...rest } = withoutLimits(query);
  const keys = array(orderBy!.items.map((item) => object({ v: item.value })));
  return {
    ...rest,
    select: { kind: "Select", distinct: false, what: { kind: "SelectValue", value: object({ k: keys, p: payload }) } },
  };
}
