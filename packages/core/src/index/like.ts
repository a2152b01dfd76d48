/** What a LIKE pattern says for certain: the texts that a match holds. Reads patterns as SQL does. */

/** A run of literal characters of a pattern. */
export interface LikePart {
  readonly text: string;
  /** Nothing stands before it: a match begins with it. */
  readonly first: boolean;
  /** Nothing stands after it: a match ends with it. */
  readonly last: boolean;
}

/**
 * The literal runs between `%`, `_` and sets. Undefined where LIKE has no answer: pattern or escape of another type, an escape of
 * other than one unit. `mark`, the escape character, is undefined where the query has none.
 */
export function likeParts(pattern: unknown, mark: unknown): readonly LikePart[] | undefined {
  if (typeof pattern !== "string") return undefined;
  if (mark !== undefined && (typeof mark !== "string" || mark.length !== 1)) return undefined;
  const parts: LikePart[] = [];
  let text = "";
  let first = true;
  const close = (last: boolean): void => {
    if (text !== "" || (first && last)) parts.push({ text, first, last });
    text = "";
    first = false;
  };
  for (let i = 0; i < pattern.length; i++) {
    const unit = pattern[i]!;
    const end = unit === "[" ? setEnd(pattern, i, mark) : -1;
    if (unit === mark && i + 1 < pattern.length) text += pattern[++i]!;
    else if (unit === "%" || unit === "_") close(false);
    else if (end !== -1) {
      close(false);
      i = end;
    } else text += unit;
  }
  close(true);
  return parts;
}

/** -1 where the set isn't closed, and `[` stands for itself. */
function setEnd(pattern: string, start: number, mark: string | undefined): number {
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern[i] === mark) i++;
    else if (pattern[i] === "]") return i;
  }
  return -1;
}
