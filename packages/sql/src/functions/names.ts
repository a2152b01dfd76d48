/** The other spellings of function names: the service takes each name with and without its underscores, and a few have two. */

/** A name as it is looked up: `ArrayContains`, `array_contains` and `ARRAYCONTAINS` are one. */
export function canonicalName(name: string): string {
  const plain = name.toUpperCase().replaceAll("_", "");
  return SYNONYMS.get(plain) ?? plain;
}

/** In the list of built-in functions of Microsoft's language service (vscode-cosmosdb). */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["ISBOOLEAN", "ISBOOL"],
  ["INTMULTIPLY", "INTMUL"],
]);
