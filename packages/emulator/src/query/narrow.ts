// Where a query's rows can lie: at one effective key, where its condition fixes the partition key; otherwise anywhere.

import type { Expression, Json, Parameters, Query } from "@cosmoseal/sql";
import { effectiveKey } from "../partition/effective.js";
import { type KeyComponent, type PartitionKeyDefinition, parsePath } from "../partition/key.js";
import { MAX_KEY, MIN_KEY } from "../partition/ranges.js";

/** As a plan names it. */
export interface QueryRange {
  readonly min: string;
  readonly max: string;
  readonly isMinInclusive: boolean;
  readonly isMaxInclusive: boolean;
}

/** `alias` is the name that stands for the document, where one does. */
export function rangesOf(
  definition: PartitionKeyDefinition,
  query: Query,
  alias: string | undefined,
  parameters: Parameters,
): readonly QueryRange[] {
  const key = fixedKey(definition, query, alias, parameters);
  if (key === undefined) return [{ min: MIN_KEY, max: MAX_KEY, isMinInclusive: true, isMaxInclusive: false }];
  const effective = effectiveKey(definition, key);
  return [{ min: effective, max: effective, isMinInclusive: true, isMaxInclusive: true }];
}

// Every level must be fixed; a condition that fixes a level twice is left to the rows themselves.
function fixedKey(
  definition: PartitionKeyDefinition,
  query: Query,
  alias: string | undefined,
  parameters: Parameters,
): readonly KeyComponent[] | undefined {
  if (alias === undefined || query.where === undefined) return undefined;
  const equalities = conjuncts(query.where).flatMap((one) => equalityOf(one, alias, parameters));
  const key: KeyComponent[] = [];
  for (const path of definition.paths) {
    const names = JSON.stringify(parsePath(path));
    const matching = equalities.filter((one) => JSON.stringify(one.names) === names);
    if (matching.length !== 1) return undefined;
    key.push(matching[0]!.value);
  }
  return key;
}

function conjuncts(where: Expression): readonly Expression[] {
  const found: Expression[] = [];
  let rest = where;
  while (rest.kind === "Binary" && rest.operator === "AND") {
    found.push(rest.right);
    rest = rest.left;
  }
  return [...found, rest];
}

interface Equality {
  readonly names: readonly string[];
  readonly value: KeyComponent;
}

function equalityOf(condition: Expression, alias: string, parameters: Parameters): readonly Equality[] {
  if (condition.kind !== "Binary" || condition.operator !== "=") return [];
  for (const [path, constant] of [
    [condition.left, condition.right],
    [condition.right, condition.left],
  ] as const) {
    const names = namesOf(path, alias);
    const value = constantOf(constant, parameters);
    if (names !== undefined && value !== undefined) return [{ names, value: value === 0 ? 0 : value }];
  }
  return [];
}

function namesOf(expression: Expression, alias: string): readonly string[] | undefined {
  if (expression.kind === "Name") return expression.name === alias ? [] : undefined;
  if (expression.kind !== "Member" || expression.property.kind !== "Literal") return undefined;
  const { value } = expression.property;
  const names = namesOf(expression.object, alias);
  return names === undefined || typeof value !== "string" ? undefined : [...names, value];
}

// Undefined where it is no constant that can be a key.
function constantOf(expression: Expression, parameters: Parameters): string | number | boolean | null | undefined {
  let value: Json | undefined;
  if (expression.kind === "Literal") value = expression.value as Json | undefined;
  else if (expression.kind === "Parameter") value = parameters[expression.name];
  return typeof value === "object" && value !== null ? undefined : value;
}
