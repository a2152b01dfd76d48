/**
 * What FROM and JOIN bind, seen from the pushed text: there, one name stands for the document, and an array that is public can
 * be gone through again inside EXISTS.
 */
import type { Plan } from "@cosmoseal/core";
import {
  type Binding,
  type DocumentPath,
  type Expression,
  type Query,
  type Reference,
  type Source,
  transform,
  visit,
} from "@cosmoseal/sql";
import type { ParsedQuery } from "./parse.js";
import { isInsideSealed } from "./touch.js";

/** What the pushed text may make of a name. */
export type Standing =
  /** The document itself. */
  | "document"
  /** A fixed place in the document: `FROM c.address AS a`. */
  | "place"
  /** Elements of a public array, which EXISTS can go through. */
  | "iterated"
  /** Inside what is sealed, or made by a sub-query: nothing that the server could bind. */
  | "dropped";

export interface Sources {
  /** The name of the document in the pushed text. */
  readonly alias: string;
  readonly query: Query;
  standingOf(binding: Binding): Standing;
  /** The expression in terms of the pushed text's names; `used` gains the iterated names that it needs. */
  rebase<E extends Expression>(node: E, used: Set<Binding>): E;
  /** Sources that bind these names, and those that they come from, in order. */
  sourcesFor(used: ReadonlySet<Binding>): readonly Source[];
}

export function sourcesOf(plan: Plan, parsed: ParsedQuery): Sources {
  const { query, resolution } = parsed;
  const bindings = resolution.scopeOf(query)?.bindings ?? [];
  const [first] = query.from === undefined ? [] : [query.from.source];
  const named = first !== undefined && isContainer(first) ? first.alias : undefined;
  const alias = named ?? freshAlias(query);
  const standings = new Map<Binding, Standing>();

  const standingOf = (binding: Binding): Standing => {
    const known = standings.get(binding) ?? standing(binding);
    standings.set(binding, known);
    return known;
  };

  function standing({ source, value, query: owner }: Binding): Standing {
    // Inside a sub-query that travels as it is, the sub-query's own sources travel with it.
    if (source.collection.kind === "QueryCollection") return owner === query ? "dropped" : "iterated";
    if (value.kind !== "Document") return "dropped";
    if (value.path.length === 0) return "document";
    if (isInsideSealed(plan, value.path)) return "dropped";
    const from = rootOf(source, owner);
    if (from !== undefined && standingOf(from) === "dropped") return "dropped";
    return isFixed(value.path) ? "place" : "iterated";
  }

  /** The name that a source's path starts from; undefined for the container. */
  function rootOf(source: Source, owner: Query): Binding | undefined {
    const { collection } = source;
    if (collection.kind === "QueryCollection") return undefined;
    const scope = resolution.scopeOf(owner);
    const before = scope?.bindings.findIndex((binding) => binding.source === source) ?? -1;
    const left = scope?.bindings.slice(0, before === -1 ? undefined : before) ?? [];
    return left.findLast((binding) => binding.alias === collection.root) ?? scope?.outer?.lookUp(collection.root);
  }

  function rebase<E extends Expression>(node: E, used: Set<Binding>): E {
    return transform<Expression>(node, (part) => {
      if (part.kind === "PathCollection") {
        const reference = resolution.referenceOf(part);
        if (reference === undefined) return undefined;
        return rebasedPath(reference, used);
      }
      if (part.kind !== "Name" && part.kind !== "Member") return undefined;
      const reference = resolution.referenceOf(part);
      return reference === undefined ? undefined : rebasedChain(reference, used);
    }) as E;
  }

  function rebasedChain(reference: Reference, used: Set<Binding>): Expression | undefined {
    const { binding, node, value } = reference;
    if (binding === undefined || binding.query !== query || node.kind === "SelectAll") return undefined;
    switch (standingOf(binding)) {
      case "iterated":
        used.add(binding);
        return undefined;
      case "dropped":
        throw new Error("A name that the pushed text doesn't bind was to stand in it.");
      case "document":
      case "place":
        if (binding.alias === alias && binding.value.kind === "Document" && binding.value.path.length === 0)
          return undefined;
        return value.kind === "Document" && isFixed(value.path) ? chain(alias, value.path) : undefined;
    }
  }

  function rebasedPath(reference: Reference, used: Set<Binding>) {
    const { binding, node, value } = reference;
    if (node.kind !== "PathCollection") return undefined;
    if (binding === undefined) return { ...node, root: alias };
    if (binding.query !== query) return undefined;
    if (standingOf(binding) === "iterated") {
      used.add(binding);
      return undefined;
    }
    if (value.kind !== "Document" || !isFixed(value.path)) return undefined;
    return { ...node, root: alias, path: value.path.map(fixedStep) };
  }

  function sourcesFor(used: ReadonlySet<Binding>): readonly Source[] {
    const needed = new Set<Binding>();
    const need = (binding: Binding | undefined): void => {
      if (binding === undefined || binding.query !== query || standingOf(binding) !== "iterated") return;
      needed.add(binding);
      need(rootOf(binding.source, query));
    };
    for (const binding of used) need(binding);
    return bindings.filter((binding) => needed.has(binding)).map(({ source }) => rebasedSource(source));
  }

  function rebasedSource(source: Source): Source {
    const { collection } = source;
    if (collection.kind !== "PathCollection") return source;
    const reference = resolution.referenceOf(collection);
    const rebased = reference && rebasedPath(reference, new Set());
    return rebased === undefined ? source : { ...source, collection: rebased };
  }

  return { alias, query, standingOf, rebase, sourcesFor };
}

/** FROM is the container alone. */
export function isContainer(source: Source): boolean {
  const { collection, kind } = source;
  return kind === "CollectionSource" && collection.kind === "PathCollection" && collection.path.length === 0;
}

/** The same place in every document: no element but by its index. */
export function isFixed(path: DocumentPath): boolean {
  return path.every((step) => typeof step === "string" || (step.kind === "Element" && step.index !== undefined));
}

function chain(alias: string, path: DocumentPath): Expression {
  return path.reduce<Expression>(
    (object, step) => ({ kind: "Member", object, property: { kind: "Literal", value: fixedStep(step) } }),
    { kind: "Name", name: alias },
  );
}

function fixedStep(step: DocumentPath[number]): string | number {
  return typeof step === "string" ? step : (step as { readonly index: number }).index;
}

function freshAlias(query: Query): string {
  const taken = new Set<string>();
  visit(query, {
    Name: ({ name }) => void taken.add(name),
    CollectionSource: ({ alias }) => void (alias !== undefined && taken.add(alias)),
    IterationSource: ({ alias }) => void taken.add(alias),
  });
  let alias = "c";
  while (taken.has(alias)) alias += "_";
  return alias;
}
