/** The words of the language: which are keywords, and which of them may still be a name. */

/**
 * Keyword → the one character that stands for it in the token text that the grammar reads.
 * Upper case: reserved, a property only in quotes. Lower case: also a name.
 */
const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ["AND", "A"],
  ["ARRAY", "Y"],
  ["AS", "Z"],
  ["ASC", "C"],
  ["BETWEEN", "B"],
  ["BY", "Q"],
  ["DESC", "D"],
  ["DISTINCT", "I"],
  ["ESCAPE", "E"],
  ["EXISTS", "X"],
  ["FALSE", "0"],
  ["FROM", "F"],
  ["GROUP", "G"],
  ["HAVING", "H"],
  ["IN", "N"],
  ["JOIN", "J"],
  ["LIKE", "K"],
  ["LIMIT", "M"],
  ["NOT", "!"],
  ["NULL", "2"],
  ["OFFSET", "T"],
  ["OR", "O"],
  ["ORDER", "R"],
  ["SELECT", "S"],
  ["TOP", "P"],
  ["TRUE", "1"],
  ["UNDEFINED", "3"],
  ["VALUE", "V"],
  ["WHERE", "W"],
  ["ALL", "a"],
  ["FIRST", "f"],
  ["LAST", "l"],
  ["RANK", "r"],
  ["UDF", "u"],
]);

/** An identifier as the published grammar has it; anything else is quoted where it can be. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The letters beyond ASCII are ours: the hosted service is only known to take ASCII ones. */
const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u;

/** Words that the service reserves though its language has no use for them: written quoted, read as names. */
const RESERVED_BY_THE_SERVICE: ReadonlySet<string> = new Set(
  "CASE CAST CONVERT CROSS ELSE END FOR INNER INSERT INTO IS LEFT LET ON OUTER OVER RIGHT SET THEN UPDATE WHEN WITH".split(
    " ",
  ),
);

/** Whether the text is one word that can be used as a name. */
export function isName(text: string): boolean {
  return (PLAIN.test(text) || IDENTIFIER.test(text)) && !isReserved(text);
}

/** Whether the service too takes the word as a name without quotes. */
export function isPlainName(text: string): boolean {
  return PLAIN.test(text) && keywordKind(text) === undefined && !RESERVED_BY_THE_SERVICE.has(text.toUpperCase());
}

/** The character of a keyword in any case, undefined for another word. */
export function keywordKind(word: string): string | undefined {
  if (word.length < 2 || word.length > LONGEST_KEYWORD) return undefined;
  const kind = KEYWORDS.get(word) ?? KEYWORDS.get(word.toUpperCase());
  // ASCII alone: the upper case of "ſelect" is SELECT too.
  return kind !== undefined && PLAIN.test(word) ? kind : undefined;
}

function isReserved(text: string): boolean {
  const kind = keywordKind(text);
  return kind !== undefined && !NAMES.has(kind);
}

const LONGEST_KEYWORD = "UNDEFINED".length;

const NAMES: ReadonlySet<string> = new Set(["a", "f", "l", "r", "u"]);
