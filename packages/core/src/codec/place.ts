/** Where a stored document stands: partition key, id and scope, as stored. Bound into everything that is authenticated. SPEC §2.1, §4.1. */
import type { Plan } from "../plan/plan.js";
import { parsePattern } from "../schema/pattern.js";
import { canonicalJson } from "./jcs.js";
import { isObject } from "./json.js";

/** Family and value. */
export type ScopeId = readonly [family: string, value: string | number | boolean];

export interface DocumentPlace {
  readonly container: string;
  /** JCS of the partition key as stored. */
  readonly partitionKey: string;
  readonly id: string;
  readonly scope: ScopeId;
  /** JCS of the scope id. */
  readonly scopeText: string;
}

/** Undefined where the document's id, partition key or scope is not of an allowed type. */
export function placeOf(plan: Plan, stored: Readonly<Record<string, unknown>>): DocumentPlace | undefined {
  const id = stored["id"];
  const scope = scopeOf(plan, stored);
  const partitionKey = partitionKeyOf(plan, stored);
  if (typeof id !== "string" || scope === undefined || partitionKey === undefined) return undefined;
  return {
    container: plan.name,
    partitionKey: canonicalJson(partitionKey),
    id,
    scope,
    scopeText: canonicalJson(scope),
  };
}

/** The scope of the container itself: of its index and identity keys, and of its documents unless one is declared. */
export function containerScope(plan: Plan): ScopeId {
  return ["container", plan.name];
}

/** Undefined where a scope is declared and the document has no allowed value for it. */
export function scopeOf(plan: Plan, stored: Readonly<Record<string, unknown>>): ScopeId | undefined {
  if (plan.scope === undefined) return containerScope(plan);
  const value = readPath(stored, plan.scope.path);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? [plan.scope.family, value]
    : undefined;
}

/** Undefined where a value is an object or an array. */
export function partitionKeyOf(plan: Plan, stored: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  const values = plan.partitionKey.map((path) => readPath(stored, path));
  if (values.some((value) => typeof value === "object" && value !== null)) return undefined;
  return values.map((value) => (value === undefined ? {} : value));
}

/** The value at a path of plain names, or undefined. */
export function readPath(document: Readonly<Record<string, unknown>>, pattern: string): unknown {
  let value: unknown = document;
  for (const segment of parsePattern(pattern)) {
    if (typeof segment === "string" || !isObject(value) || !Object.hasOwn(value, segment.name)) return undefined;
    value = value[segment.name];
  }
  return value;
}
