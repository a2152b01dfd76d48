/** Tree → query text that parses to the same tree. */
import { MAX_NESTING } from "../parse/depth.js";
import type { Expression, Query } from "../tree.js";
import { Printer } from "./printer.js";

/**
 * Prints a query, or an expression alone, on one line.
 *
 * `parse(print(query))` equals the query but for `at`, for every tree that a text stands for. Whatever text a tree holds comes
 * out as itself: strings are escaped, property names that are no plain words are quoted, and a name that can't be quoted
 * (an alias, a parameter, a function) is checked; so nothing in a tree can become another part of the query.
 *
 * Parentheses stand where the grammar needs them, and also where engines are known to differ (`NOT` before a comparison,
 * operators on bits, `||`, BETWEEN beside AND), unless that would nest the text deeper than `parse` allows.
 *
 * Throws `SqlError`: COSMOSEAL_UNPRINTABLE for a tree that no text stands for, COSMOSEAL_TOO_DEEP for one that is too deep.
 *
 * @example
 * print(parse(`select c["order"], c["name"] from c`)); // 'SELECT c["order"], c.name FROM c'
 */
export function print(node: Query | Expression): string {
  const careful = new Printer(true);
  const text = careful.print(node);
  return careful.deepest <= MAX_NESTING ? text : new Printer(false).print(node);
}
