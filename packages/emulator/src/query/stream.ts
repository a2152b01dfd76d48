// Rows in the order in which their documents lie: nothing is held, and a page ends where it is full.

import type { Json, Parameters, Query } from "@cosmoseal/sql";
import { readToken, type Segment, type StreamPosition } from "./continuation.js";
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
    segments: [],
    skip: offset,
    take: limit,
  };
  const least = from.segments[0]?.min ?? "";
  const rows = new RowBuffer(page.size);
  const source = new Source(page);
  let { skip } = from;
  let take = from.take ?? Number.POSITIVE_INFINITY;
  for (const range of target.ranges.filter((one) => one.bounds.max > least)) {
    const start = segmentOf(from.segments, range.bounds);
    for (const row of source.rows(range, start?.number ?? 0, run)) {
      // Rows of the item where the page starts that an earlier page already gave.
      if (source.number === start?.number && source.row < start.row) continue;
      if (take === 0) return { rows: rows.texts, next: undefined, examined: source.examined };
      if (skip > 0) {
        skip--;
        continue;
      }
      if (!rows.add(row, source.item)) {
        const segments = segmentsFrom(from.segments, range.bounds, source.number, source.row);
        const left = Number.isFinite(take) ? take : null;
        return { rows: rows.texts, next: { mode: "stream", segments, skip, take: left }, examined: source.examined };
      }
      take--;
    }
  }
  return { rows: rows.texts, next: undefined, examined: source.examined };
}

interface Bounds {
  readonly min: string;
  readonly max: string;
}

// A range may since have been split, so that several lie in one segment; the numbers of its items are still the same.
function segmentOf(segments: readonly Segment[], range: Bounds): Segment | undefined {
  return segments.find((segment) => segment.min <= range.min && range.min < segment.max);
}

// The place in this range, and what is still to come of a range that it was split from.
function segmentsFrom(before: readonly Segment[], range: Bounds, number: number, row: number): readonly Segment[] {
  const rest = before.filter((segment) => segment.max > range.max);
  const above = rest.map((segment) => (segment.min < range.max ? { ...segment, min: range.max } : segment));
  return [{ min: range.min, max: range.max, number, row }, ...above];
}
