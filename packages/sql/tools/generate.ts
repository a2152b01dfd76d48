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

/** Parses one text: the tree, or the token at which it stopped being a query. Actions must not call it. */
export type Run = (kinds: string, build: Builder) => { readonly tree: Query } | { readonly failedAt: number };

/** Makes the rules and puts into the options what runs them. */
export function parse(kinds: "", options: { run?: Run; readonly peg$library: true }): unknown;
`;
