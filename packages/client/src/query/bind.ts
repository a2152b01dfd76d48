/** A plan and values → what is sent: sealed values become tokens, values that only sealed conditions use stay here. */
import type { SqlQuerySpec } from "@azure/cosmos";
import {
  type ContainerDefinition,
  CosmosealError,
  containerScope,
  type DocumentKeys,
  type IndexPlan,
  type IndexTerm,
  identityToken,
  indexToken,
} from "@cosmoseal/core";
import type { Parameters } from "@cosmoseal/sql";
import type { SealContext } from "../options/seal-options.js";
import { withContainerKeys } from "../sealing/keys-of-item.js";
import type { Also, TokenMaker } from "./answers.js";
import { lacksOf } from "./lacks.js";
import { pushedQuery } from "./predicate.js";
import type { QueryPlan, Weak } from "./query-plan.js";
import { needsFilter, needsIndex } from "./refuse.js";

export interface BindOptions {
  /** The query may read every document. */
  readonly scan: boolean;
  /** A condition of ours beside the query's. */
  readonly also?: Also;
  /** Ask for a 1 for each document instead of the documents, so that they can be counted as far as it matters. */
  readonly count?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Throws ERR_QUERY_NEEDS_SCAN, ERR_QUERY_SYNTAX for a parameter without a value, and what keys throw. */
export async function bindQuery(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  plan: QueryPlan,
  parameters: Parameters,
  options: BindOptions,
): Promise<SqlQuerySpec> {
  checkParameters(definition, plan, parameters);
  const make = (tokens: TokenMaker): SqlQuerySpec => {
    const { gap, narrow, parameters: sent, text } = pushedQuery(plan, parameters, tokens, options);
    if (!options.scan && !narrow && options.also === undefined) refuseScan(definition, plan, gap);
    return { query: text, parameters: [...sent] as NonNullable<SqlQuerySpec["parameters"]> };
  };
  if (!needsKeys(plan)) return make(NO_TOKENS);
  return withContainerKeys(context, definition, options.signal, (lease) =>
    make(tokensOf(definition, lease.keysOf(containerScope(definition.plan)))),
  );
}

/** Tokens under every key that stored documents may have theirs from. */
function tokensOf(definition: ContainerDefinition<unknown>, keys: DocumentKeys): TokenMaker {
  const { name } = definition.plan;
  const searching = keys.searching();
  return {
    tokens: (index: IndexPlan, term: IndexTerm) => searching.map(({ key }) => indexToken(key, index, term)),
    identity: (path, value) => identityToken(keys.identity(), name, path, value),
    lacks: (index) => lacksOf(definition, index, keys),
  };
}

/** Of a plan that searches nothing. */
const NO_TOKENS: TokenMaker = {
  tokens: () => [],
  identity: () => "",
  lacks: () => undefined,
};

function needsKeys({ pushed, top }: QueryPlan): boolean {
  return pushed.text === undefined && (top !== undefined || searches(pushed.where));
}

function searches(weak: Weak): boolean {
  switch (weak.kind) {
    case "search":
      return true;
    case "and":
    case "or":
      return weak.operands.some(searches);
    case "exists":
      return searches(weak.where);
    default:
      return false;
  }
}

/** Throws ERR_QUERY_NEEDS_SCAN where a sealed path is searched, sorted or counted by and nothing narrows what is read. */
export function refuseScan(
  definition: ContainerDefinition<unknown>,
  { needs, pushed, top }: QueryPlan,
  gap: ReturnType<typeof pushedQuery>["gap"],
): void {
  if (pushed.text !== undefined) return;
  // Read from the end of an index, few documents are needed; of those that a condition on another path leaves out, any number.
  if (gap !== undefined && gap.path !== top?.pattern) throw needsIndex(definition, gap);
  if (needs !== undefined) throw needsFilter(definition, needs);
}

/** What the query compares sealed paths with must have a value: without one nothing is true, and the mistake would go unseen. */
export function checkParameters(
  definition: ContainerDefinition<unknown>,
  plan: QueryPlan,
  parameters: Parameters,
): void {
  for (const name of plan.parameters) {
    if (Object.hasOwn(parameters, name) && parameters[name] !== undefined) continue;
    throw new CosmosealError("ERR_QUERY_SYNTAX", `The query's parameter ${name} has no value.`, {
      container: definition.name,
      remedy: "Give it in `parameters`.",
    });
  }
}
