/** The condition of a patch, `from c where …`: which paths it reads, and whether it holds of a document. */
import {
  compilePredicate,
  type DocumentPath,
  type Json,
  parse,
  pathsOf,
  type Query,
  resolve,
  SqlError,
} from "@cosmoseal/sql";
import { jsonView } from "../query/json-view.js";
import { badPatch } from "./refusal.js";

/** True where the condition is true of the opened document. Throws PatchRefusal 400 for what is no condition. */
export function conditionHolds(condition: string, document: Readonly<Record<string, unknown>>): boolean {
  const { where, alias } = read(condition);
  return asRefusal(() => compilePredicate(where, alias === undefined ? {} : { alias }))(jsonView(document) as Json);
}

/** Every path of documents that the condition reads. Throws PatchRefusal 400 for what is no condition. */
export function conditionPaths(condition: string): readonly DocumentPath[] {
  const { query } = read(condition);
  return asRefusal(() => resolve(query))
    .references.filter((reference) => reference.query !== query || reference.clause !== "from")
    .flatMap(({ value }) => pathsOf(value));
}

interface Condition {
  readonly query: Query;
  readonly where: NonNullable<Query["where"]>;
  readonly alias: string | undefined;
}

function read(condition: string): Condition {
  const query = asRefusal(() => parse(`SELECT VALUE true ${condition}`));
  const { where, from, groupBy, orderBy, offsetLimit } = query;
  if (where === undefined || from === undefined || groupBy || orderBy || offsetLimit) throw malformed();
  const { joins, source } = from;
  if (joins.length > 0 || source.kind !== "CollectionSource") throw malformed();
  if (source.collection.kind !== "PathCollection" || source.collection.path.length > 0) throw malformed();
  return { query, where, alias: source.alias };
}

/** What the parser says quotes the text, which may hold a sealed value. */
function asRefusal<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqlError) throw badPatch(`The patch condition can't be read (${error.code}).`);
    throw error;
  }
}

function malformed(): Error {
  return badPatch("The patch condition must be of the form 'from c where …'.");
}
