/** The value of a string literal. */
import { SqlError, SqlErrorCode } from "../errors.js";

/**
 * Reads the literal that runs, with its quotes, from `start` to `end`.
 *
 * The escapes are those of the language reference: `\'` `\"` `\\` `\/` `\b` `\f` `\n` `\r` `\t` `\uXXXX`. Any other is refused
 * (SC1012) rather than guessed at.
 */
export function stringValue(text: string, start: number, end: number): string {
  const body = text.slice(start + 1, end - 1);
  if (!body.includes("\\")) return body;
  return body.replace(ESCAPE, (sequence: string, hex: string | undefined, place: number) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    const value = ESCAPES[sequence.charAt(1)];
    if (value !== undefined) return value;
    const location = { start: start + 1 + place, end: start + 1 + place + sequence.length };
    throw new SqlError(
      SqlErrorCode.invalidString,
      `Syntax error, invalid string literal token '${sequence}'.`,
      location,
    );
  });
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|[\s\S])/g;

const ESCAPES: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
