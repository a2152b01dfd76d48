/** What the rows of a query are: whole documents, which are opened, or something else. */
import type { ContainerDefinition } from "@cosmoseal/core";
import { pathsOf, pathText, type Query, visit } from "@cosmoseal/sql";
import type { ParsedQuery } from "./parse.js";
import { notSupported } from "./refuse.js";
import { isUnauthenticated } from "./touch.js";

/**
 * `documents`: each row is a stored document, verified and opened. `server`: the server's word, handed on as it is: what it
 * counts, groups and makes distinct over public paths, what nobody signs, and what isn't of a document.
 */
export type RowKind = "documents" | "server";

/** Throws ERR_QUERY_NOT_SUPPORTED for rows that are parts of documents: a part can't be verified without the whole. */
export function rowsOf(definition: ContainerDefinition<unknown>, { query, resolution }: ParsedQuery): RowKind {
  const { rows } = resolution;
  if (isSummary(query)) return "server";
  if (rows.kind === "Document" && rows.path.length === 0) return "documents";
  const part = pathsOf(rows).find((path) => !isUnauthenticated(definition.plan, path));
  if (part === undefined) return "server";
  throw notSupported(definition, {
    path: pathText(part),
    reason: "The query selects parts of documents, which can't be verified without the whole.",
    remedy: "Select whole documents (SELECT * FROM c) and pick the parts in the application.",
  });
}

/** True where rows are made of many documents. */
function isSummary({ select, groupBy }: Query): boolean {
  return select.distinct || groupBy !== undefined || holdsAggregate(select.what);
}

function holdsAggregate(what: Query["select"]["what"]): boolean {
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
