/** Functions that the service has and this engine doesn't: refused by name, never answered wrongly. */
const groups: Readonly<Record<string, readonly string[]>> = {
  spatial: ["ST_AREA", "ST_DISTANCE", "ST_INTERSECTS", "ST_ISVALID", "ST_ISVALIDDETAILED", "ST_WITHIN"],
  "full-text": ["FULLTEXTCONTAINS", "FULLTEXTCONTAINSALL", "FULLTEXTCONTAINSANY", "FULLTEXTSCORE", "RRF"],
  vector: ["VECTORDISTANCE"],
};

export const refusedFunctions: ReadonlyMap<string, string> = new Map(
  Object.entries(groups).flatMap(([group, names]) => names.map((name) => [name, group] as const)),
);
