// The query engine as the emulator uses it: texts that come again are parsed and compiled once, and time is the emulator's.

import { type CompiledQuery, compile, parse, type Query, type UserFunction } from "@cosmoseal/sql";
import type { Clock } from "../store/clock.js";

export interface QueryEngine {
  /** Throws `SqlError` where the text is no query. */
  parse(text: string): Query;
  /** Compiles a query, or what `derive` makes of it; `form` names the derivation. Throws `SqlError` for what is refused. */
  compile(query: Query, form?: string, derive?: (query: Query) => Query): CompiledQuery;
}

const KEPT_TEXTS = 500;
const KEPT_LENGTH = 16 * 1024;

export function createQueryEngine(clock: Clock, udfs: Readonly<Record<string, UserFunction>> = {}): QueryEngine {
  const parsed = new Map<string, Query>();
  const compiled = new WeakMap<Query, Map<string, CompiledQuery>>();
  const options = { now: () => new Date(clock()), udfs };
  return {
    parse(text) {
      const known = parsed.get(text);
      if (known !== undefined) return known;
      const query = parse(text);
      if (text.length <= KEPT_LENGTH) {
        if (parsed.size >= KEPT_TEXTS) parsed.delete(parsed.keys().next().value!);
        parsed.set(text, query);
      }
      return query;
    },
    compile(query, form = "", derive = (same) => same) {
      let forms = compiled.get(query);
      if (forms === undefined) {
        forms = new Map();
        compiled.set(query, forms);
      }
      let ready = forms.get(form);
      if (ready === undefined) {
        ready = compile(derive(query), options);
        forms.set(form, ready);
      }
      return ready;
    },
  };
}
