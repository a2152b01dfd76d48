/** The grammar → the text of the generated files, so that the script can write them and a test can see whether they are stale. */
import { readFileSync } from "node:fs";
import peggy from "peggy";

export function generated(): Map<string, string> {
  const grammar = readFileSync(new URL("../src/parse/grammar.peggy", import.meta.url), "utf8");
  const parser = peggy.generate(grammar, { output: "source", format: "es", allowedStartRules: ["Start"] });
  return new Map([
    ["grammar.js", parser],
    ["grammar.d.ts", TYPES],
  ]);
}

/** By hand, since peggy would let `any` out. */
const TYPES = `// Generated from grammar.peggy by \`pnpm run grammar\`. Do not edit.
import type { Query } from "../../tree.js";
import type { Builder } from "../build.js";

export function parse(kinds: string, options: { build: Builder }): Query;

export class SyntaxError extends Error {
  readonly location: { readonly start: { readonly offset: number }; readonly end: { readonly offset: number } };
}
`;
