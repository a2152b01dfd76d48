/**
 * Text → tokens, in one pass over the characters.
 *
 * The grammar reads `kinds`, a string with one character a token, so that white space, comments and the spelling of words are
 * settled here, a place in the grammar's input *is* a token, and the depth of nesting is known before the grammar recurses.
 */
import { SqlError, SqlErrorCode } from "../errors.js";
import { MAX_NESTING, tooDeep } from "./depth.js";
import { keywordKind } from "./words.js";

/** The tokens of a query; the n-th runs from `starts[n]` to `ends[n]`. */
export interface Tokens {
  readonly text: string;
  /** `i` identifier, `s` string, `n` integer, `d` other number, `@` parameter, otherwise a keyword's or an operator's character. */
  readonly kinds: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Splits the text into tokens, or throws an SqlError: SC1010 no token, SC1012 no string, too deep. Linear in the length. */
export function scan(text: string): Tokens {
  const starts: number[] = [];
  const ends: number[] = [];
  const open: string[] = [];
  let kinds = "";
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      at++;
      continue;
    }
    if (code === DASH && text.charCodeAt(at + 1) === DASH) {
      at = endOfLine(text, at);
      continue;
    }
    if (code === SLASH && text.charCodeAt(at + 1) === STAR) {
      at = endOfComment(text, at);
      continue;
    }
    const end = endOfToken(text, at, code);
    const kind = kindOf(text, at, end, code);
    nest(open, kind, at, end);
    kinds += kind;
    starts.push(at);
    ends.push(end);
    at = end;
  }
  return { text, kinds, starts, ends };
}

/** What the scanner has seen opened and not yet closed. A `?` is closed by its `:`, for the branch between them nests too. */
function nest(open: string[], kind: string, start: number, end: number): void {
  switch (kind) {
    case "(":
    case "[":
    case "{":
    case "?":
      open.push(kind);
      if (open.length > MAX_NESTING) throw tooDeep({ start, end });
      break;
    case ":":
      if (open.at(-1) === "?") open.pop();
      break;
    case ")":
    case "]":
    case "}":
      while (open.at(-1) === "?") open.pop();
      open.pop();
      break;
  }
}

function endOfToken(text: string, start: number, code: number): number {
  if (isWordStart(code)) return endOfWord(text, start + 1);
  if (isDigit(code) || (code === DOT && isDigit(text.charCodeAt(start + 1)))) return match(NUMBER, text, start);
  if (code === QUOTE || code === APOSTROPHE) return endOfString(text, start, code);
  if (code === AT) {
    const end = endOfWord(text, start + 1);
    if (end > start + 1) return end;
  } else if (code >= 128) {
    const end = match(OTHER_WORD, text, start);
    if (end > start) return end;
  }
  const operator = operatorAt(text, start);
  if (operator !== undefined) return start + operator.length;
  const end = start + String.fromCodePoint(text.codePointAt(start) ?? code).length;
  throw new SqlError(SqlErrorCode.invalidToken, `Syntax error, invalid token '${text.slice(start, end)}'.`, {
    start,
    end,
  });
}

function kindOf(text: string, start: number, end: number, code: number): string {
  if (isWordStart(code)) return wordKind(text, start, end);
  if (isDigit(code) || (code === DOT && end > start + 1)) return numberKind(text, start, end);
  if (code === QUOTE || code === APOSTROPHE) return "s";
  if (code === AT) return "@";
  if (code >= 128) return "i";
  const operator = text.slice(start, end);
  return OPERATORS.get(operator) ?? operator;
}

function wordKind(text: string, start: number, end: number): string {
  if (end - start > LONGEST_KEYWORD) return "i";
  return keywordKind(text.slice(start, end)) ?? "i";
}

function numberKind(text: string, start: number, end: number): string {
  const value = Number(text.slice(start, end));
  if (Number.isFinite(value)) return Number.isSafeInteger(value) && match(INTEGER, text, start) === end ? "n" : "d";
  const token = text.slice(start, Math.min(end, start + 40));
  throw new SqlError(SqlErrorCode.invalidToken, `Syntax error, invalid token '${token}'.`, { start, end });
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (isWordPart(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) >= 128 ? match(OTHER_WORD_PART, text, at) : at;
}

/** A string ends at its own quote, not behind a backslash. Which escapes it may hold is checked when its value is read. */
function endOfString(text: string, start: number, quote: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === BACKSLASH) at++;
  }
  const sign = text.charAt(start);
  const location = { start, end: start + 1 };
  throw new SqlError(SqlErrorCode.invalidString, `Syntax error, invalid string literal token '${sign}'.`, location);
}

function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

function endOfComment(text: string, start: number): number {
  const end = text.indexOf("*/", start + 2);
  if (end >= 0) return end + 2;
  throw new SqlError(SqlErrorCode.invalidToken, "Syntax error, invalid token '/*'.", { start, end: start + 2 });
}

function operatorAt(text: string, start: number): string | undefined {
  for (let length = 3; length > 0; length--) {
    const operator = text.slice(start, start + length);
    if (OPERATORS.has(operator)) return operator;
  }
  return undefined;
}

/** The end of the match of a sticky expression at a place, the place itself when there is none. */
function match(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : at;
}

const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const INTEGER = /0[xX][0-9a-fA-F]+|\d+/y;
const OTHER_WORD = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const OTHER_WORD_PART = /[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const LONGEST_KEYWORD = 9;

/** Operator → its character in the token text. */
const OPERATORS: ReadonlyMap<string, string> = new Map([
  ...[..."()[]{}.,:?*+-/%=<>&|^~"].map((sign): [string, string] => [sign, sign]),
  ["!=", "≠"],
  ["<>", "≠"],
  ["<=", "≤"],
  [">=", "≥"],
  ["<<", "«"],
  [">>", "»"],
  [">>>", "⋙"],
  ["||", "‖"],
  ["??", "⁇"],
]);

const DASH = 45;
const SLASH = 47;
const STAR = 42;
const DOT = 46;
const QUOTE = 34;
const APOSTROPHE = 39;
const BACKSLASH = 92;
const AT = 64;

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0xfeff;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || isDigit(code);
}
