/** FROM and JOIN: nested loops that bind each alias to its slot, once for each combination. */

import { duplicateAlias, unresolved } from "../errors.js";
import type { From, PathCollection, Query, Source } from "../tree.js";
import { type Machine, ROOT_SLOT } from "./machine.js";
import { member } from "./path.js";
import type { QueryPlan } from "./query.js";
import { type CompileContext, findAlias, newSlot, type Scope } from "./scope.js";
import { isArray, type Value } from "./values.js";

/** Binds one source: calls `next` with each value in its slot; stops, answering false, as soon as `next` says false. */
export interface SourcePlan {
  readonly slot: number;
  /** The values of this source for what is bound so far; absent where they come from a query. */
  readonly values?: (machine: Machine) => Iterable<Value>;
  readonly query?: QueryPlan;
  /** Of a query: `IN` binds the elements of its rows, which are arrays then; otherwise the rows themselves are bound. */
  readonly spread: boolean;
}

export interface FromPlan {
  readonly sources: readonly SourcePlan[];
  /** Slot of the only source, for `SELECT *`. */
  readonly only: number | undefined;
}

/** Compiles a query that is a source; handed in, for the two modules need each other. */
type CompileQuery = (query: Query, scope: Scope | undefined, correlated: boolean) => QueryPlan;

/** Binds the FROM clause's aliases into the scope, left to right: a source sees the aliases to its left. */
export function compileFrom(
  from: From,
  context: CompileContext,
  correlated: boolean,
  compileQuery: CompileQuery,
): FromPlan {
  const sources = [from.source, ...from.joins].map((source, index) =>
    compileSource(source, context, correlated || index > 0, compileQuery),
  );
  return { sources, only: sources.length === 1 ? sources[0]?.slot : undefined };
}

function compileSource(
  source: Source,
  context: CompileContext,
  correlated: boolean,
  compileQuery: CompileQuery,
): SourcePlan {
  const { collection } = source;
  if (collection.kind === "QueryCollection") {
    const query = compileQuery(collection.query, correlated ? context.scope : context.scope.outer, correlated);
    return { slot: bind(source, context), query, spread: source.kind === "IterationSource" };
  }
  const start = rootSlot(collection, context, correlated);
  const { path } = collection;
  if (source.kind === "CollectionSource") {
    if (path.length === 0) return bindSame(source, context, start);
    return {
      slot: bind(source, context),
      values: (machine) => defined(follow(machine.slots[start], path)),
      spread: false,
    };
  }
  return {
    slot: bind(source, context),
    values: (machine) => elements(follow(machine.slots[start], path)),
    spread: false,
  };
}

/** `FROM c`: the alias is another name for a slot that is bound already. */
function bindSame(source: Source, context: CompileContext, slot: number): SourcePlan {
  declare(source, context, slot);
  return { slot, values: (machine) => [machine.slots[slot]], spread: false };
}

function bind(source: Source, context: CompileContext): number {
  const slot = newSlot(context.unit);
  declare(source, context, slot);
  return slot;
}

function declare(source: Source, context: CompileContext, slot: number): void {
  const { alias } = source;
  if (alias === undefined) return;
  if (context.scope.aliases.has(alias)) throw duplicateAlias(alias, source.at);
  context.scope.aliases.set(alias, slot);
}

/** An alias in scope; otherwise the container, which has any name in the outermost FROM and is ROOT everywhere. */
function rootSlot(collection: PathCollection, context: CompileContext, correlated: boolean): number {
  const slot = findAlias(context.scope, collection.root, collection.at);
  if (slot !== undefined) return slot;
  if (!correlated || collection.root.toUpperCase() === "ROOT") return ROOT_SLOT;
  throw unresolved(collection.root, collection.at);
}

function follow(value: Value, path: readonly (string | number)[]): Value {
  let at = value;
  for (const property of path) at = member(at, property);
  return at;
}

function defined(value: Value): readonly Value[] {
  return value === undefined ? [] : [value];
}

export function elements(value: Value): readonly Value[] {
  return isArray(value) ? value : [];
}
