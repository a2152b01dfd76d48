/** The text of names, strings and numbers: the one place where text from a tree meets the text of a query. */
import { SqlError, SqlErrorCode } from "../errors.js";
import { isName, isPlainName } from "../parse/words.js";
import type { Literal, Span } from "../tree.js";

/** A name that can't be quoted: of a source, an alias in an expression, a function. */
export function nameText(name: string, at?: Span): string {
  if (isName(name)) return name;
  throw unprintable(`${quoted(name)} is no name that can be written.`, at);
}

/** What AS gives in a SELECT: quoted when it is no plain word. */
export function aliasText(alias: string): string {
  return isPlainName(alias) ? alias : stringText(alias);
}

/** `.name` or `["name"]`. */
export function propertyText(name: string): string {
  return isPlainName(name) ? `.${name}` : `[${stringText(name)}]`;
}

export function parameterText(name: string, at?: Span): string {
  if (PARAMETER.test(name)) return name;
  throw unprintable(`${quoted(name)} is no name of a parameter.`, at);
}

/** JSON's escapes are among the language's, and they cover both quotes' worth of text, controls and lone surrogates. */
export function stringText(value: string): string {
  return JSON.stringify(value);
}

export function numberText(value: number, at?: Span): string {
  if (!Number.isFinite(value)) throw unprintable(`${value} has no literal.`, at);
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A place in an array, or a count of rows. */
export function integerText(value: number, at?: Span): string {
  if (Number.isInteger(value) && value >= 0 && !Object.is(value, -0) && value <= 2 ** 63) {
    return value === 2 ** 63 ? "9223372036854775807" : String(BigInt(value));
  }
  throw unprintable(`${value} is no count.`, at);
}

export function literalText(node: Literal): string {
  const { value } = node;
  if (typeof value === "string") return stringText(value);
  if (typeof value === "number") return numberText(value, node.at);
  return String(value);
}

export function unprintable(message: string, at?: Span): SqlError {
  return new SqlError(SqlErrorCode.unprintable, message, at);
}

/** An error may be logged, so that it shows a name but not whatever long text stands in its place. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
}

const PARAMETER = /^@[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]+$/u;
