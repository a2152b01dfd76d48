/** Names that a misspelt one may have meant. */

/**
 * Those of the known names that a misspelt one may have meant: at most three, the nearest first; equal but for case, the same behind
 * the first slash, or two edits away.
 *
 * @example nearest("equalty", ["equality", "range"]) // ["equality"]
 */
export function nearest(name: string, known: readonly string[]): readonly string[] {
  return known
    .map((other) => [other, distance(name, other)] as const)
    .filter(([, far]) => far <= 2)
    .sort(([, a], [, b]) => a - b)
    .slice(0, 3)
    .map(([other]) => other);
}

/**
 * The first member of options that nobody knows, and what to do about it; undefined where all are known. What is misspelt must not pass
 * for what was left out.
 */
export function unknownOption(
  options: object,
  known: readonly string[],
): { readonly name: string; readonly remedy: string } | undefined {
  const name = Object.keys(options).find((given) => !known.includes(given));
  if (name === undefined) return undefined;
  const meant = nearest(name, known);
  const list = (meant.length > 0 ? meant : known).join(", ");
  return { name, remedy: meant.length > 0 ? `Did you mean ${list}?` : `Options are ${list}.` };
}

function distance(name: string, other: string): number {
  const [a, b] = [name.toLowerCase(), other.toLowerCase()];
  if (a === b) return 0;
  if (a.slice(a.indexOf("/")) === b.slice(b.indexOf("/"))) return 1;
  return edits(a, b);
}

/** Levenshtein, row by row. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replace));
    }
    row = next;
  }
  return row[b.length]!;
}
