// Generated from grammar.peggy by `pnpm run grammar`. Do not edit.
import type { Query } from "../../tree.js";
import type { Builder } from "../build.js";

/** Parses one text: the tree, or the token at which it stopped being a query. Actions must not call it. */
export type Run = (kinds: string, build: Builder) => { readonly tree: Query } | { readonly failedAt: number };

/** Makes the rules and puts into the options what runs them. */
export function parse(kinds: "", options: { run?: Run; readonly peg$library: true }): unknown;
