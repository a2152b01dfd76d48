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
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  readonly #open: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): Tokens {
    const text = this.#text;
    const starts: number[] = [];
    const ends: number[] = [];
    let kinds = "";
    while (this.#skipBlank()) {
      const start = this.#at;
      const kind = this.#token(text.charCodeAt(start), start);
      nest(this.#open, kind, start, this.#at);
      kinds += kind;
      starts.push(start);
      ends.push(this.#at);
    }
    return { text, kinds, starts, ends };
  }

  /** Moves to the next token; false at the end. */
  #skipBlank(): boolean {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (isSpace(code)) this.#at++;
      else if (code === DASH && text.charCodeAt(this.#at + 1) === DASH) this.#at = endOfLine(text, this.#at);
      else if (code === SLASH && text.charCodeAt(this.#at + 1) === STAR) this.#at = endOfComment(text, this.#at);
      else return this.#at < text.length;
    }
  }

  /** Moves over one token; its kind. */
  #token(code: number, start: number): string {
    const text = this.#text;
    if (isWordStart(code)) {
      this.#at = endOfWord(text, start + 1);
      return keywordKind(text.slice(start, this.#at)) ?? "i";
    }
    if (isDigit(code) || (code === DOT && isDigit(text.charCodeAt(start + 1)))) {
      this.#at = match(NUMBER, text, start);
      return numberKind(text, start, this.#at);
    }
    if (code === QUOTE || code === APOSTROPHE) {
      this.#at = endOfString(text, start, code);
      return "s";
    }
    if (code === AT) {
      this.#at = endOfWord(text, start + 1);
      if (this.#at > start + 1) return "@";
    } else if (code >= 128) {
      this.#at = match(OTHER_WORD, text, start);
      if (this.#at > start) return "i";
    } else {
      const length = operatorLength(text, start, code);
      this.#at = start + length;
      if (length === 1) return text.charAt(start);
      if (length > 1) return OPERATORS[text.slice(start, this.#at)]!;
    }
    throw invalidToken(text, start);
  }
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

function numberKind(text: string, start: number, end: number): string {
  const value = Number(text.slice(start, end));
  if (Number.isFinite(value)) return value <= MOST_INTEGER && match(INTEGER, text, start) === end ? "n" : "d";
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

/** The length of the operator at a place, 0 when there is none. */
function operatorLength(text: string, start: number, code: number): number {
  const next = text.charAt(start + 1);
  switch (text.charAt(start)) {
    case "!":
      return next === "=" ? 2 : 0;
    case "<":
      return next === "=" || next === ">" || next === "<" ? 2 : 1;
    case ">":
      if (next === ">") return text.charAt(start + 2) === ">" ? 3 : 2;
      return next === "=" ? 2 : 1;
    case "|":
      return next === "|" ? 2 : 1;
    case "?":
      return next === "?" ? 2 : 1;
    default:
      return SIGNS[code] === true ? 1 : 0;
  }
}

function invalidToken(text: string, start: number): SqlError {
  const end = start + String.fromCodePoint(text.codePointAt(start) ?? 0).length;
  const message = `Syntax error, invalid token '${text.slice(start, end)}'.`;
  return new SqlError(SqlErrorCode.invalidToken, message, { start, end });
}

/** The end of the match of a sticky expression at a place, the place itself when there is none. */
function match(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : at;
}

/** The service's integers have 64 bits. Those beyond 2⁵³ are rounded, as all numbers are; none counts that many rows. */
const MOST_INTEGER = 2 ** 63;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const INTEGER = /0[xX][0-9a-fA-F]+|\d+/y;
const OTHER_WORD = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const OTHER_WORD_PART = /[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;

/** The operators of one character stand for themselves in the token text, longer ones for a character each. */
const SIGNS: readonly boolean[] = Array.from({ length: 128 }, (_, code) => {
  return "()[]{}.,:?*+-/%=<>&|^~".includes(String.fromCharCode(code));
});
const OPERATORS: Readonly<Record<string, string>> = {
  "!=": "≠",
  "<>": "≠",
  "<=": "≤",
  ">=": "≥",
  "<<": "«",
  ">>": "»",
  ">>>": "⋙",
  "||": "‖",
  "??": "⁇",
};

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
