/** Functions that the service has and this engine doesn't: refused by name, never answered wrongly. */
import { canonicalName } from "./names.js";

const groups: Readonly<Record<string, readonly string[]>> = {
  spatial: ["ST_AREA", "ST_DISTANCE", "ST_INTERSECTS", "ST_ISVALID", "ST_ISVALIDDETAILED", "ST_WITHIN"],
  "full-text": ["FULLTEXTCONTAINS", "FULLTEXTCONTAINSALL", "FULLTEXTCONTAINSANY", "FULLTEXTSCORE", "RRF"],
  vector: ["VECTORDISTANCE"],
  "regular-expression": ["REGEXEXTRACT", "REGEXEXTRACTALL"],
  hash: ["HASH"],
};

export const refusedFunctions: ReadonlyMap<string, string> = new Map(
  Object.entries(groups).flatMap(([group, names]) => names.map((name) => [name, group] as const)),
);

/** The group of a function that is not built, whatever the spelling of its name; undefined for any other name. */
export function refusedGroup(name: string): string | undefined {
  return byCanonicalName.get(canonicalName(name));
}

const byCanonicalName: ReadonlyMap<string, string> = new Map(
  [...refusedFunctions].map(([name, group]) => [canonicalName(name), group]),
);
