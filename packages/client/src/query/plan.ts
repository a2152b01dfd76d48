/** Plans of queries, kept for the next time: an application has few texts and asks them often. */
import { type ContainerDefinition, isCosmosealError } from "@cosmoseal/core";
import type { Integrity } from "./options.js";
import { parseQuery } from "./parse.js";
import type { QueryPlan } from "./query-plan.js";
import { type Sorter, splitQuery } from "./split.js";

const LIMIT = 200;
const plans = new WeakMap<ContainerDefinition<unknown>, Map<string, QueryPlan>>();

/** Throws ERR_QUERY_SYNTAX, ERR_QUERY_NOT_SUPPORTED, ERR_PATH_UNDECLARED. */
export function planQuery(
  definition: ContainerDefinition<unknown>,
  text: string,
  integrity: Integrity = "rows",
  sorter: Sorter = "server",
): QueryPlan {
  const known = plans.get(definition) ?? new Map<string, QueryPlan>();
  plans.set(definition, known);
  const key = `${integrity} ${sorter} ${text}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const plan = makePlan(definition, text, integrity, sorter);
  if (known.size >= LIMIT) known.delete(known.keys().next().value!);
  known.set(key, plan);
  return plan;
}

function makePlan(
  definition: ContainerDefinition<unknown>,
  text: string,
  integrity: Integrity,
  sorter: Sorter,
): QueryPlan {
  try {
    return splitQuery(definition, parseQuery(definition, text), integrity, sorter);
  } catch (error) {
    if (sealsAnything(definition) || !isCosmosealError(error, "ERR_QUERY_SYNTAX")) throw error;
    return unreadPlan(text);
  }
}

/** Nothing sealed can be in it, so that the service may judge the text; rows must be whole documents that verify. */
function unreadPlan(text: string): QueryPlan {
  return {
    rows: "stream",
    pushed: { text, parameters: "all" },
    residual: undefined,
    whole: true,
    alias: "c",
    expected: [],
    window: undefined,
    bound: undefined,
    multiplies: false,
    single: false,
    ordered: true,
    merged: true,
    top: undefined,
    needs: undefined,
    parameters: new Set(),
    paths: [],
  };
}

function sealsAnything({ plan }: ContainerDefinition<unknown>): boolean {
  const versions = [...plan.versions.values()];
  return versions.some(({ groups }) => Object.values(groups).some((places) => places.length > 0));
}
