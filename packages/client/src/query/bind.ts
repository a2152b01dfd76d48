/** A plan and values → what is sent: sealed values become tokens, values that only sealed conditions use stay here. */
import type { SqlQuerySpec } from "@azure/cosmos";
import {
  type ContainerDefinition,
  CosmosealError,
  containerScope,
  equalityToken,
  type KeyLease,
} from "@cosmoseal/core";
import type { Json, Parameters } from "@cosmoseal/sql";
import type { SealContext } from "../options/seal-options.js";
import { tokenOf, withContainerKeys } from "../sealing/keys-of-item.js";
import { notSupported } from "./refuse.js";
import type { QueryPlan } from "./split.js";
import type { TokenSlot } from "./weaken.js";

/** Throws ERR_QUERY_NOT_SUPPORTED for a value that has no token, and what keys throw. */
export async function bindQuery(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  plan: QueryPlan,
  parameters: Parameters,
  signal?: AbortSignal,
): Promise<SqlQuerySpec> {
  const sent = Object.entries(parameters)
    .filter(([name]) => plan.parameters === "all" || plan.parameters.has(name))
    // One without a value is named all the same: the service takes it for undefined.
    .map(([name, value]) => ({ name, value: value as Json }));
  const tokens =
    plan.slots.length === 0
      ? []
      : await withContainerKeys(context, definition, signal, (lease) =>
          plan.slots.map((slot) => ({ name: slot.parameter, value: tokenFor(definition, lease, slot, parameters) })),
        );
  return { query: plan.text, parameters: [...sent, ...tokens] as NonNullable<SqlQuerySpec["parameters"]> };
}

function tokenFor(
  definition: ContainerDefinition<unknown>,
  lease: KeyLease,
  { constant, search, place, path }: TokenSlot,
  parameters: Parameters,
): string | null {
  const value = "literal" in constant ? constant.literal : parameterOf(definition, parameters, constant.parameter);
  if (search.kind === "identity") {
    if (value === null) return null;
    if (typeof value !== "object") return tokenOf(definition, lease, search.path, value) as string;
  } else {
    const key = lease.keysOf(containerScope(definition.plan)).index().key;
    const token = equalityToken(key, search.index, value, place);
    if (token !== undefined) return token;
  }
  throw notSupported(definition, {
    path,
    reason: "The query compares a sealed path with an object or an array, for which there is no token.",
    remedy: "Compare with a string, a number, a boolean or null.",
  });
}

function parameterOf(definition: ContainerDefinition<unknown>, parameters: Parameters, name: string): Json {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (value !== undefined) return value;
  throw new CosmosealError("ERR_QUERY_SYNTAX", `The query's parameter ${name} has no value.`, {
    container: definition.name,
    remedy: "Give it in `parameters`.",
  });
}
