// Running a query over a target, one page at a time.

import type { Parameters, Query } from "@cosmoseal/sql";
import { runOrdered } from "./ordered.js";
import type { QueryShape } from "./shape.js";
import type { Page, PageRequest } from "./source.js";
import { runStream } from "./stream.js";
import { runWhole } from "./whole.js";

/** Rows come as their documents lie where the query allows it, else sorted, else only when all are known. */
export function runQuery(query: Query, shape: QueryShape, parameters: Parameters, page: PageRequest): Page {
  page.engine.compile(query); // What the engine refuses as it stands isn't run in another form.
  if (shape.needsAllRows || query.from === undefined) return runWhole(query, parameters, page);
  return shape.ordered ? runOrdered(query, shape, parameters, page) : runStream(query, shape, parameters, page);
}
