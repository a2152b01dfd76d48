/** Plans of queries, kept for the next time: an application has few texts and asks them often. */
import type { ContainerDefinition } from "@cosmoseal/core";
import { parseQuery } from "./parse.js";
import { type QueryPlan, splitQuery } from "./split.js";

const LIMIT = 200;
const plans = new WeakMap<ContainerDefinition<unknown>, Map<string, QueryPlan>>();

/** Throws ERR_QUERY_SYNTAX, ERR_QUERY_NOT_SUPPORTED, ERR_QUERY_NEEDS_SCAN. */
export function planQuery(definition: ContainerDefinition<unknown>, text: string): QueryPlan {
  const known = plans.get(definition) ?? new Map<string, QueryPlan>();
  plans.set(definition, known);
  const found = known.get(text);
  if (found !== undefined) return found;
  const plan = splitQuery(definition, parseQuery(definition, text));
  if (known.size >= LIMIT) known.delete(known.keys().next().value!);
  known.set(text, plan);
  return plan;
}
