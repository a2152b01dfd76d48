// Rows that are known only when every document has been seen: DISTINCT, GROUP BY, aggregates. A page goes on by counting rows.

import type { Parameters, Query } from "@cosmoseal/sql";
import { MAX_KEY, MIN_KEY, overlaps } from "../partition/ranges.js";
import { type PlacePosition, readToken } from "./continuation.js";
import { type Page, type PageRequest, RowBuffer, Source } from "./source.js";
import type { Target } from "./target.js";

export function runWhole(query: Query, parameters: Parameters, page: PageRequest): Page {
  const { target } = page;
  const token = readToken(page.token, target.container.rid, "place");
  const asked = extentOf(target);
  const from: PlacePosition = token ?? { mode: "place", place: 0, ...asked };
  // A range that was split since: its rows still only come out of all of it. The first child gives them, the others nothing.
  if (asked.min > from.min && asked.max <= from.max) return { rows: [], next: undefined, examined: 0 };
  const source = new Source({ ...page, target: widen(target, asked, from) });
  // Without FROM the query says its row once, whatever the container holds.
  const documents = query.from === undefined ? [{}] : source.documents();
  const rows = new RowBuffer(page.size);
  let place = 0;
  for (const row of page.engine.compile(query).run(documents, parameters)) {
    if (place >= from.place && !rows.add(row)) {
      return { rows: rows.texts, next: { ...from, place }, examined: source.examined };
    }
    place++;
  }
  return { rows: rows.texts, next: undefined, examined: source.examined };
}

interface Extent {
  readonly min: string;
  readonly max: string;
}

// From where to where the target reaches. A partition key stays what it is, whichever range it moves to.
function extentOf({ container, key, part, ranges }: Target): Extent {
  if (key?.length === container.partitionKey.paths.length) return { min: MIN_KEY, max: MAX_KEY };
  return part ?? { min: ranges[0]!.bounds.min, max: ranges.at(-1)!.bounds.max };
}

function widen(target: Target, asked: Extent, from: Extent): Target {
  if (asked.min !== from.min || asked.max === from.max) return target;
  const ranges = target.container.ranges.filter((range) => overlaps(range.bounds, from.min, from.max));
  return { ...target, ranges, part: target.part === undefined ? undefined : { min: from.min, max: from.max } };
}
