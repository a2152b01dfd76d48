// Generated from grammar.peggy by `pnpm run grammar`. Do not edit.
import type { Query } from "../../tree.js";
import type { Builder } from "../build.js";

export function parse(kinds: string, options: { build: Builder }): Query;

export class SyntaxError extends Error {
  readonly location: { readonly start: { readonly offset: number }; readonly end: { readonly offset: number } };
}
