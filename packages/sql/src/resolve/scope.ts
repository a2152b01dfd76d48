/** Which names are visible where, and what they are bound to. */
import { duplicateAlias, unresolved } from "../errors.js";
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
  /** The innermost binding of a name: a sub-query's own bindings hide those around it. */
  lookUp(name: string): Binding | undefined;
}

/** A scope while its FROM clause is read. A sub-query in it keeps a view of what stands to its left. */
export class GrowingScope {
  readonly #query: Query;
  readonly #outer: Scope | undefined;
  readonly #bindings: Binding[] = [];
  readonly #places: Map<string, number> = new Map();

  constructor(query: Query, outer: Scope | undefined) {
    this.#query = query;
    this.#outer = outer;
  }

  /** Adds a name, or throws SC2013 when the FROM clause has it already. */
  bind(alias: string, value: Provenance, source: Source): void {
    if (this.#places.has(alias)) throw duplicateAlias(alias, source.at);
    this.#places.set(alias, this.#bindings.length);
    this.#bindings.push({ alias, value, source, query: this.#query });
  }

  /** The scope as it stands: names added later aren't in it. */
  view(only?: Provenance): Scope {
    const bindings = this.#bindings;
    const places = this.#places;
    const outer = this.#outer;
    const size = bindings.length;
    return {
      query: this.#query,
      get bindings() {
        return bindings.slice(0, size);
      },
      ...(only && { only }),
      ...(outer && { outer }),
      lookUp: (name) => {
        const place = places.get(name) ?? size;
        return place < size ? bindings[place] : outer?.lookUp(name);
      },
    };
  }
}

/** The binding of a name in an expression, or SC2001. */
export function resolveName(scope: Scope, name: string, at?: Span): Binding {
  const binding = scope.lookUp(name);
  if (binding === undefined) throw unresolved(name, at);
  return binding;
}

/**
 * What the first name of a FROM path stands for: an alias in scope; otherwise the container, which ROOT names anywhere, and
 * which the outermost FROM may call anything.
 */
export function resolveRoot(scope: Scope, collection: PathCollection, correlated: boolean): Provenance {
  const binding = scope.lookUp(collection.root);
  if (binding !== undefined) return binding.value;
  if (!correlated || collection.root.toUpperCase() === "ROOT") return ROOT;
  throw unresolved(collection.root, collection.at);
}
