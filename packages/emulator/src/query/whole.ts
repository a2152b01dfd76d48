// Rows that are known only when every document has been seen: DISTINCT, GROUP BY, aggregates. A page goes on by counting rows.

import type { Parameters, Query } from "@cosmoseal/sql";
import { type PlacePosition, readToken } from "./continuation.js";
import { type Page, type PageRequest, RowBuffer, Source } from "./source.js";

export function runWhole(query: Query, parameters: Parameters, page: PageRequest): Page {
  const { target } = page;
  const from: PlacePosition = readToken(page.token, target.container.rid, "place") ?? { mode: "place", place: 0 };
  const source = new Source(page);
  // Without FROM the query says its row once, whatever the container holds.
  const documents = query.from === undefined ? [{}] : source.documents();
  const rows = new RowBuffer(page.size);
  let place = 0;
  for (const row of page.engine.compile(query).run(documents, parameters)) {
    if (place >= from.place && !rows.add(row)) {
      return { rows: rows.texts, next: { mode: "place", place }, examined: source.examined };
    }
    place++;
  }
  return { rows: rows.texts, next: undefined, examined: source.examined };
}
