/** The name that a source of FROM has when the query gives it none. */
import type { Collection } from "../tree.js";
import { isName } from "./words.js";

/** The last name of the path: `c` → c, `c.address` → address; undefined for `c.tags[0]`, a sub-query and what is no name. */
export function impliedAlias(collection: Collection): string | undefined {
  if (collection.kind === "QueryCollection") return undefined;
  const last = collection.path.length === 0 ? collection.root : collection.path.at(-1);
  return typeof last === "string" && isName(last) ? last : undefined;
}
