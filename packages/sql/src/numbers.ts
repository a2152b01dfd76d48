/** The numbers that the language calls by a name. They stand as names in the tree, for an alias may be called like them. */

/** Name → number; written like this and in no other case. */
export const namedNumbers: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
]);
