/** Query text → tree. */
import { SqlError, SqlErrorCode } from "../errors.js";
import type { Query, Span } from "../tree.js";
import { Builder } from "./build.js";
import { checkHeight, tooDeep } from "./depth.js";
import { parse as parseTokens, type Run } from "./generated/grammar.js";
import { scan, type Tokens } from "./scan.js";

/**
 * Parses one query of the Azure Cosmos DB NoSQL query language.
 *
 * The tree is plain data; each node carries `at`, its half-open range of UTF-16 units in the text. Nothing is looked up: whether
 * functions, parameters and names exist is for `compile` and `resolve`. The time is linear in the length of the text.
 *
 * Throws `SqlError` and nothing else: SC1001 for a token that can't stand where it stands, SC1010 for what is no token, SC1012
 * for a broken string, COSMOSEAL_TOO_DEEP for brackets nested more than 128 deep or a tree more than 512 nodes high.
 *
 * @example
 * parse("SELECT VALUE c.name FROM c WHERE c.age >= @age").where?.kind; // "Binary"
 */
export function parse(text: string): Query {
  const tokens = scan(text);
  const query = parseGrammar(tokens);
  checkHeight(query, tokens.kinds.length);
  return query;
}

function parseGrammar(tokens: Tokens): Query {
  const build = new Builder(tokens);
  const outcome = runGrammar(tokens, build);
  if ("failedAt" in outcome) throw syntaxError(tokens, outcome.failedAt);
  if (build.refusal !== undefined) throw build.refusal;
  return outcome.tree;
}

function runGrammar(tokens: Tokens, build: Builder): ReturnType<Run> {
  rules ??= makeRules();
  try {
    return rules(tokens.kinds, build);
  } catch (error) {
    // The bound on nesting leaves two thirds of the usual stack; the caller may have used more.
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
}

/** Made at the first use, for a module that does something when it is loaded can't be left out of a bundle. */
let rules: Run | undefined;

function makeRules(): Run {
  const options: { run?: Run; peg$library: true } = { peg$library: true };
  parseTokens("", options);
  return options.run!;
}

/** At the end of the text there is nothing to point at, so that the last token is named. */
function syntaxError(tokens: Tokens, place: number): SqlError {
  const token = Math.min(place, tokens.kinds.length - 1);
  const location: Span = { start: tokens.starts[token] ?? 0, end: tokens.ends[token] ?? 0 };
  const near = tokens.text.slice(location.start, Math.min(location.end, location.start + LONGEST_QUOTATION));
  return new SqlError(SqlErrorCode.syntax, `Syntax error, incorrect syntax near '${near}'.`, location);
}

/** A string literal of 100 KB shall not become an error message of 100 KB. */
const LONGEST_QUOTATION = 100;
