/** Which names are visible where, and what they are bound to. */
import { SqlError, SqlErrorCode } from "../errors.js";
import type { PathCollection, Query, Source, Span } from "../tree.js";
import { type Provenance, ROOT } from "./values.js";

/** A name that FROM or JOIN gives to what it binds. */
export interface Binding {
  readonly alias: string;
  /** What the name stands for, in each row. */
  readonly value: Provenance;
  readonly source: Source;
  /** The query whose FROM clause it is. */
  readonly query: Query;
}

/** The names that one query binds, in the order of its FROM clause, and those around it. */
export interface Scope {
  readonly query: Query;
  readonly bindings: readonly Binding[];
  /** What the only source binds, name or not: the meaning of `SELECT *`. Absent without FROM and with a JOIN. */
  readonly only?: Provenance;
  /** The scope of the query around a sub-query, as far as it was bound where the sub-query stands. */
  readonly outer?: Scope;
}

/** The innermost binding of a name: a sub-query's own bindings hide those around it. */
export function lookUp(scope: Scope | undefined, name: string): Binding | undefined {
  for (let at = scope; at !== undefined; at = at.outer) {
    const binding = at.bindings.find(({ alias }) => alias === name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

/** The binding of a name in an expression, or SC2001. */
export function resolveName(scope: Scope, name: string, at?: Span): Binding {
  const binding = lookUp(scope, name);
  if (binding === undefined) throw unresolved(name, at);
  return binding;
}

/**
 * What the first name of a FROM path stands for: an alias in scope; otherwise the container, which ROOT names anywhere, and
 * which the outermost FROM may call anything.
 */
export function resolveRoot(scope: Scope | undefined, collection: PathCollection, correlated: boolean): Provenance {
  const binding = lookUp(scope, collection.root);
  if (binding !== undefined) return binding.value;
  if (!correlated || collection.root.toUpperCase() === "ROOT") return ROOT;
  throw unresolved(collection.root, collection.at);
}

/** The scope with one more binding, or SC2013 when the FROM clause has that name already. */
export function bind(scope: Scope, binding: Binding): Scope {
  if (scope.bindings.some(({ alias }) => alias === binding.alias)) {
    const message = `The input alias '${binding.alias}' is specified more than once in the FROM clause.`;
    throw new SqlError(SqlErrorCode.duplicateAlias, message, binding.source.at);
  }
  return { ...scope, bindings: [...scope.bindings, binding] };
}

function unresolved(name: string, at?: Span): SqlError {
  return new SqlError(SqlErrorCode.unknownIdentifier, `Identifier '${name}' could not be resolved.`, at);
}
