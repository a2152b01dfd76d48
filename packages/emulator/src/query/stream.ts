// Rows in the order in which their documents lie: nothing is held, and a page ends where it is full.

import type { Json, Parameters, Query } from "@cosmoseal/sql";
import { readToken, type StreamPosition } from "./continuation.js";
import { withoutLimits } from "./nodes.js";
import type { QueryShape } from "./shape.js";
import { type Page, type PageRequest, RowBuffer, Source } from "./source.js";

/** All documents of the target, as `SELECT * FROM c`. */
export function readAll(page: PageRequest): Page {
  return stream(page, (documents) => documents, 0, null);
}

export function runStream(query: Query, shape: QueryShape, parameters: Parameters, page: PageRequest): Page {
  const compiled = page.engine.compile(query, "without limits", withoutLimits);
  const take = shape.top ?? shape.limit ?? null;
  return stream(page, (documents) => compiled.run(documents, parameters), shape.offset ?? 0, take);
}

function stream(
  page: PageRequest,
  run: (documents: Iterable<Json>) => Iterable<Json>,
  offset: number,
  limit: number | null,
): Page {
  const { target } = page;
  const from: StreamPosition = readToken(page.token, target.container.rid, "stream") ?? {
    mode: "stream",
    min: target.ranges[0]!.bounds.min,
    number: 0,
    row: 0,
    skip: offset,
    take: limit,
  };
  const rows = new RowBuffer(page.size);
  const source = new Source(page);
  let { skip } = from;
  let take = from.take ?? Number.POSITIVE_INFINITY;
  for (const range of target.ranges.filter((one) => one.bounds.max > from.min)) {
    const isFirst = range.bounds.min <= from.min;
    for (const row of source.rows(range, isFirst ? from.number : 0, run)) {
      // Rows of the item where the page starts that an earlier page already gave.
      if (isFirst && source.number === from.number && source.row < from.row) continue;
      if (take === 0) return { rows: rows.texts, next: undefined, examined: source.examined };
      if (skip > 0) {
        skip--;
        continue;
      }
      if (!rows.add(row, source.item)) {
        const position = { min: range.bounds.min, number: source.number, row: source.row };
        const left = Number.isFinite(take) ? take : null;
        return { rows: rows.texts, next: { mode: "stream", ...position, skip, take: left }, examined: source.examined };
      }
      take--;
    }
  }
  return { rows: rows.texts, next: undefined, examined: source.examined };
}
