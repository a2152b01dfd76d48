/** The walk of resolution: scopes go down the tree, what expressions stand for comes up. */
import { severalInputs } from "../errors.js";
import { outputNames } from "../names.js";
import { namedNumbers } from "../numbers.js";
import { MAX_HEIGHT, tooDeep } from "../parse/depth.js";
import type {
  Binary,
  Collection,
  Expression,
  From,
  Member,
  Name,
  Query,
  Select,
  SelectItem,
  Source,
  TreeNode,
} from "../tree.js";
import { children } from "../walk/children.js";
import type { Clause, Reference, Use } from "./resolve.js";
import { GrowingScope, resolveName, resolveRoot, type Scope } from "./scope.js";
import { computed, ELEMENT, memberOf, NOTHING, type Provenance, segmentOf } from "./values.js";

/** Where the walk stands. */
interface Place {
  readonly scope: Scope;
  readonly clause: Clause;
  readonly use: Use;
}

/** Gathers, in one walk, what `resolve` answers. */
export class Resolver {
  readonly references: Reference[] = [];
  readonly scopes: Map<Query, Scope> = new Map();
  readonly values: Map<TreeNode, Provenance> = new Map();
  #height = 0;

  /** What a row of the query is made of. A correlated query stands where names are bound already. */
  query(query: Query, outer: Scope | undefined, correlated: boolean): Provenance {
    const scope = this.#from(query, outer, correlated);
    this.scopes.set(query, scope);
    const operand = (clause: Clause): Place => ({ scope, clause, use: "operand" });
    if (query.where) this.#expression(query.where, operand("where"));
    for (const key of query.groupBy ?? []) this.#expression(key, operand("groupBy"));
    if (query.having) this.#expression(query.having, operand("having"));
    const row = this.#select(query.select, scope);
    for (const item of query.orderBy?.items ?? []) this.#expression(item.value, operand("orderBy"));
    return row;
  }

  #from(query: Query, outer: Scope | undefined, correlated: boolean): Scope {
    const scope = new GrowingScope(query, outer);
    const sources = query.from === undefined ? [] : sourcesOf(query.from);
    let value: Provenance | undefined;
    for (const [n, source] of sources.entries()) {
      value = this.#source(source, scope.view(), correlated || n > 0);
      if (source.alias !== undefined) scope.bind(source.alias, value, source);
    }
    return scope.view(sources.length === 1 ? value : undefined);
  }

  #source(source: Source, scope: Scope, correlated: boolean): Provenance {
    const value = this.#collection(source.collection, scope, correlated);
    return source.kind === "IterationSource" ? memberOf(value, ELEMENT) : value;
  }

  #collection(collection: Collection, scope: Scope, correlated: boolean): Provenance {
    if (collection.kind === "QueryCollection") return this.#subquery(collection.query, scope, correlated);
    let value = resolveRoot(scope, collection, correlated);
    for (const step of collection.path) {
      value = memberOf(value, typeof step === "string" ? step : { kind: "Element", index: step });
    }
    this.values.set(collection, value);
    this.#refer(collection, value, collection.root, { scope, clause: "from", use: "source" });
    return value;
  }

  #select(select: Select, scope: Scope): Provenance {
    const place: Place = { scope, clause: "select", use: "item" };
    const { what } = select;
    switch (what.kind) {
      case "SelectAll": {
        const value = scope.only;
        if (value === undefined) throw severalInputs(what.at);
        this.#refer(what, value, scope.bindings.at(0)?.alias, place);
        return value;
      }
      case "SelectValue":
        return this.#expression(what.value, place);
      case "SelectList":
        return this.#row(what.items, place);
    }
  }

  #row(items: readonly SelectItem[], place: Place): Provenance {
    const names = outputNames(items);
    const properties = items.map(({ value }, n) => ({ name: names[n]!, value: this.#expression(value, place) }));
    return { kind: "Object", properties };
  }

  #expression(node: Expression, place: Place): Provenance {
    if (++this.#height > 2 * MAX_HEIGHT) throw tooDeep(node.at);
    const value = this.#provenance(node, place);
    this.#height--;
    this.values.set(node, value);
    return value;
  }

  #provenance(node: Expression, place: Place): Provenance {
    switch (node.kind) {
      case "Name":
        return isNumber(node, place.scope) ? NOTHING : this.#chain(node, place);
      case "Member":
        return this.#chain(node, place);
      case "ArrayLiteral":
        return { kind: "Array", elements: node.items.map((item) => this.#expression(item, place)), ordered: true };
      case "ObjectLiteral": {
        const properties = node.properties.map(({ name, value }) => ({ name, value: this.#expression(value, place) }));
        return { kind: "Object", properties };
      }
      case "ScalarQuery":
        return this.#subquery(node.query, place.scope, true);
      case "ArrayQuery":
        return { kind: "Array", elements: [this.#subquery(node.query, place.scope, true)], ordered: false };
      case "Exists":
        return this.#readsOf(node.query, place);
      case "SubqueryCall":
        if (node.name === "ALL") return this.#readsOf(node.query, place);
        return this.#subquery(node.query, place.scope, true);
      case "Binary":
        return computed(this.#operands(node, place));
      default:
        return computed(partsOf(node).map((part) => this.#expression(part, operand(place))));
    }
  }

  /** Operands of a chain of any length, without recursion along it. */
  #operands(node: Binary, place: Place): Provenance[] {
    const values: Provenance[] = [];
    const todo: Expression[] = [node];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      if (next.kind === "Binary") todo.push(next.right, next.left);
      else values.push(this.#expression(next, operand(place)));
    }
    return values;
  }

  /** A whole chain of members. Where it starts at a name it is one reference; elsewhere what it starts at is an operand. */
  #chain(node: Name | Member, place: Place): Provenance {
    const members: Member[] = [];
    let start: Expression = node;
    for (; start.kind === "Member"; start = start.object) members.push(start);
    const named = start.kind === "Name" && !isNumber(start, place.scope) ? start : undefined;
    let value = named ? resolveName(place.scope, named.name, named.at).value : this.#expression(start, operand(place));
    if (named) this.values.set(named, value);
    for (const member of members.reverse()) {
      if (member.property.kind !== "Literal") this.#expression(member.property, operand(place));
      value = memberOf(value, segmentOf(member.property));
      this.values.set(member, value);
    }
    if (named) this.#refer(node, value, named.name, place);
    return value;
  }

  /** Whether there are rows is made of all that the sub-query reads. */
  #readsOf(query: Query, place: Place): Provenance {
    const before = this.references.length;
    this.#subquery(query, place.scope, true);
    return computed(this.references.slice(before).map(({ value }) => value));
  }

  #subquery(query: Query, scope: Scope, correlated: boolean): Provenance {
    if (++this.#height > 2 * MAX_HEIGHT) throw tooDeep(query.at);
    const value = this.query(query, scope, correlated);
    this.#height--;
    return value;
  }

  #refer(node: Reference["node"], value: Provenance, name: string | undefined, place: Place): void {
    const { scope, clause, use } = place;
    const binding = name === undefined ? undefined : scope.lookUp(name);
    this.references.push({ node, value, ...(binding && { binding }), use, clause, query: scope.query });
  }
}

/** Whether a name that no alias has is that of a number. */
function isNumber(node: Name, scope: Scope): boolean {
  return namedNumbers.has(node.name) && scope.lookUp(node.name) === undefined;
}

function operand(place: Place): Place {
  return { ...place, use: "operand" };
}

function sourcesOf(from: From): readonly Source[] {
  return [from.source, ...from.joins];
}

/** The expressions directly under one that is made of expressions alone. */
function partsOf(node: Expression): Expression[] {
  return children(node) as Expression[];
}
