/** Plans of queries, kept for the next time: an application has few texts and asks them often. */
import { type ContainerDefinition, isCosmosealError } from "@cosmoseal/core";
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
  const plan = makePlan(definition, text);
  if (known.size >= LIMIT) known.delete(known.keys().next().value!);
  known.set(text, plan);
  return plan;
}

function makePlan(definition: ContainerDefinition<unknown>, text: string): QueryPlan {
  try {
    return splitQuery(definition, parseQuery(definition, text));
  } catch (error) {
    if (sealsAnything(definition) || !isCosmosealError(error, "ERR_QUERY_SYNTAX")) throw error;
    return unreadPlan(text);
  }
}

/** Nothing sealed can be in it, so that the service may judge the text; rows must be whole documents that verify. */
function unreadPlan(text: string): QueryPlan {
  const rest = { alias: "c", expected: [], residual: undefined, window: undefined, single: false, ordered: true };
  return { text, parameters: "all", slots: [], rows: "documents", ...rest };
}

function sealsAnything({ plan }: ContainerDefinition<unknown>): boolean {
  const versions = [...plan.versions.values()];
  return versions.some(({ groups }) => Object.values(groups).some((places) => places.length > 0));
}
