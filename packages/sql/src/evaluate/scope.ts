/** Names at compile time: which slot an alias is bound to, which slots a grouped query offers in place of rows. */
import type { Expression, Span } from "../tree.js";
import { type CompileSettings, ROOT_SLOT } from "./machine.js";
import { refusal } from "./refusal.js";
import { sameTree } from "./shape.js";

/** The aliases that one query binds, and whatever is visible around it. */
export interface Scope {
  readonly aliases: Map<string, number>;
  readonly outer: Scope | undefined;
  /** Present while the projection of a grouped query is compiled: then only keys and aggregates may be read. */
  readonly grouping?: Grouping;
}

interface Grouping {
  /** The GROUP BY expressions, and the slots of their values. */
  readonly keys: readonly { readonly node: Expression; readonly slot: number }[];
  /** Gives an aggregate call its slot. */
  readonly aggregate: (call: Expression & { kind: "Call" }) => number;
}

/** What a whole compilation shares: slot and parameter numbers. */
export interface Unit {
  readonly settings: CompileSettings;
  readonly parameters: Map<string, number>;
  slots: number;
}

export interface CompileContext {
  readonly unit: Unit;
  readonly scope: Scope;
}

export function newUnit(settings: CompileSettings): Unit {
  return { settings, parameters: new Map(), slots: ROOT_SLOT + 1 };
}

export function newSlot(unit: Unit): number {
  return unit.slots++;
}

export function parameterIndex(unit: Unit, name: string): number {
  let index = unit.parameters.get(name);
  if (index === undefined) {
    index = unit.parameters.size;
    unit.parameters.set(name, index);
  }
  return index;
}

/** The slot of an alias, undefined where no scope binds the name; an error where grouping hides it. */
export function findAlias(scope: Scope, name: string, at: Span | undefined): number | undefined {
  for (let inner: Scope | undefined = scope; inner !== undefined; inner = inner.outer) {
    const slot = inner.aliases.get(name);
    if (slot === undefined) continue;
    if (inner.grouping === undefined) return slot;
    throw refusal(
      "SC2102",
      `Property reference '${name}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
      at,
    );
  }
  return undefined;
}

/** The slot that stands for an expression of a grouped query: one of its keys or one of its aggregates. */
export function groupedSlot(context: CompileContext, node: Expression): number | undefined {
  const own = context.scope.grouping;
  if (own !== undefined && node.kind === "Call" && !node.udf && isAggregate(node.name)) return own.aggregate(node);
  for (let scope: Scope | undefined = context.scope; scope !== undefined; scope = scope.outer) {
    // A sub-query's own aliases may hide the ones a key was written with; then the text alone would mislead.
    if (scope.grouping === undefined && scope.aliases.size > 0) return undefined;
    const key = scope.grouping?.keys.find((known) => sameTree(known.node, node));
    if (key !== undefined) return key.slot;
  }
  return undefined;
}

const aggregates = new Set(["COUNT", "SUM", "AVG", "MIN", "MAX", "COUNTIF", "MAKELIST", "MAKESET"]);

export function isAggregate(name: string): boolean {
  return aggregates.has(name.toUpperCase());
}
