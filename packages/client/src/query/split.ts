/**
 * The plan of a query: what the server runs and what the client does with the rows. Made once per text; values of parameters
 * and keys come later. What the plan can't answer is refused here, before anything is sent.
 */
import type { ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import { type Expression, pathsOf, print, type Query, type Reference, type TreeNode, visit } from "@cosmoseal/sql";
import type { ParsedQuery } from "./parse.js";
import { needsScan, notSupported } from "./refuse.js";
import { type RowKind, rowsOf } from "./rows.js";
import { touchedPath } from "./touch.js";
import { type Gap, join, operandsOf, type TokenSlot, weaken } from "./weaken.js";

export interface QueryPlan {
  /** What is pushed down: the text as it was given where nothing sealed is touched. */
  readonly text: string;
  /** The application's parameters that travel: those that the pushed text names. */
  readonly parameters: ReadonlySet<string> | "all";
  /** Parameters of ours. */
  readonly slots: readonly TokenSlot[];
  readonly rows: RowKind;
  /** The name of the document in `expected` and `residual`. */
  readonly alias: string;
  /** Public conditions that the server has answered for: a row that fails one was not asked for. */
  readonly expected: readonly Expression[];
  /** Conditions over sealed paths: a row that fails one is dropped, since tokens narrow and don't prove. */
  readonly residual: Expression | undefined;
  /** What the client counts, because the server would count rows that are dropped. */
  readonly window: { readonly skip?: Expression; readonly take?: Expression } | undefined;
  /** A document stands in one row alone. */
  readonly single: boolean;
  readonly ordered: boolean;
}

/** Throws ERR_QUERY_NOT_SUPPORTED, ERR_QUERY_NEEDS_SCAN. */
export function splitQuery(definition: ContainerDefinition<unknown>, parsed: ParsedQuery): QueryPlan {
  const { query, resolution, text } = parsed;
  const rows = rowsOf(definition, parsed);
  const sealed = sealedReferences(definition, parsed, rows);
  const touching = nodesAround(query, sealed);
  for (const reference of sealed.values()) {
    if (reference.clause !== "where" || reference.query !== query) throw elsewhere(definition, query, reference);
  }
  const alias = documentAlias(query);
  const conjuncts = query.where === undefined ? [] : operandsOf(query.where, "AND");
  const searched = conjuncts.filter((conjunct) => touching.has(conjunct));
  if (searched.length === 0) {
    return {
      text,
      parameters: parametersOf(query),
      slots: [],
      rows,
      alias: alias ?? "c",
      expected: alias === undefined ? [] : conjuncts,
      residual: undefined,
      window: undefined,
      single: alias !== undefined,
      ordered: query.orderBy !== undefined,
    };
  }
  if (rows !== "documents" || alias === undefined) throw notDocuments(definition, [...sealed.values()][0]!);
  const taken = parametersOf(query);
  const names = parameterNames(taken);
  const slots: TokenSlot[] = [];
  const pushed = conjuncts.map((conjunct) => {
    const options = { plan: definition.plan, resolution, sealed, touching, alias, nameOf: names };
    const weakened = weaken(conjunct, options, slots.length);
    for (const gap of weakened.gaps) throw gapError(definition, gap);
    slots.push(...weakened.slots);
    return weakened.predicate;
  });
  const { top, ...select } = query.select;
  const { offsetLimit, ...rest } = query;
  const sent: Query = { ...rest, select, where: join("AND", pushed) };
  const ours = new Set(slots.map((slot) => slot.parameter));
  return {
    text: print(sent),
    parameters: new Set([...parametersOf(sent)].filter((name) => !ours.has(name))),
    slots,
    rows,
    alias,
    expected: conjuncts.filter((conjunct) => !touching.has(conjunct)),
    residual: join("AND", searched),
    window:
      top === undefined && offsetLimit === undefined
        ? undefined
        : { ...(offsetLimit && { skip: offsetLimit.offset }), take: top ?? offsetLimit!.limit },
    single: true,
    ordered: query.orderBy !== undefined,
  };
}

/** Places where the query reads what is sealed, but for the document itself where it is opened: in FROM and as the row. */
function sealedReferences(
  definition: ContainerDefinition<unknown>,
  { query, resolution }: ParsedQuery,
  rows: RowKind,
): ReadonlyMap<TreeNode, Reference> {
  const sealed = new Map<TreeNode, Reference>();
  for (const reference of resolution.references) {
    const { value, use } = reference;
    const isDocument = value.kind === "Document" && value.path.length === 0;
    if (isDocument && (use === "source" || (use === "item" && reference.query === query && rows === "documents")))
      continue;
    if (touchedOf(definition, reference) !== undefined) sealed.set(reference.node, reference);
  }
  return sealed;
}

function touchedOf({ plan }: ContainerDefinition<unknown>, { value }: Reference): string | undefined {
  for (const path of pathsOf(value)) {
    const touched = touchedPath(plan, path);
    if (touched !== undefined) return touched;
  }
  return undefined;
}

/** The nodes that are, or hold, one of these. */
function nodesAround(query: Query, nodes: ReadonlyMap<TreeNode, unknown>): ReadonlySet<TreeNode> {
  const around = new Set<TreeNode>();
  visit(query, {
    leave: (node, parent) => {
      if (nodes.has(node)) around.add(node);
      if (around.has(node) && parent !== undefined) around.add(parent);
    },
  });
  return around;
}

/** The name of the document, where FROM is the container alone; undefined for anything else. */
function documentAlias({ from }: Query): string | undefined {
  if (from === undefined || from.joins.length > 0 || from.source.kind !== "CollectionSource") return undefined;
  const { collection, alias } = from.source;
  return collection.kind === "PathCollection" && collection.path.length === 0 ? alias : undefined;
}

function parametersOf(query: Query): ReadonlySet<string> {
  const names = new Set<string>();
  visit(query, { Parameter: ({ name }) => void names.add(name) });
  return names;
}

function parameterNames(taken: ReadonlySet<string>): (n: number) => string {
  let prefix = "@seal";
  while ([...taken].some((name) => name.startsWith(prefix))) prefix += "_";
  return (n) => `${prefix}${n}`;
}

function gapError(definition: ContainerDefinition<unknown>, { reference, reason }: Gap): CosmosealError {
  const path = touchedOf(definition, reference)!;
  if (reason === "index") return needsScan(definition, path);
  return notSupported(definition, {
    path,
    reason: "The query searches a sealed path in a way that no token serves.",
    remedy:
      "Search it by =, IN or ARRAY_CONTAINS with literals or parameters, not negated; or filter in the application.",
  });
}

function elsewhere(definition: ContainerDefinition<unknown>, query: Query, reference: Reference): CosmosealError {
  const clause = reference.query === query ? CLAUSES[reference.clause] : "a sub-query";
  return notSupported(definition, {
    path: touchedOf(definition, reference)!,
    reason: `The query uses a sealed path in ${clause}.`,
    remedy: "Select whole documents, search sealed paths in WHERE alone, and do the rest in the application.",
  });
}

function notDocuments(definition: ContainerDefinition<unknown>, reference: Reference): CosmosealError {
  return notSupported(definition, {
    path: touchedOf(definition, reference)!,
    reason: "The query searches a sealed path and answers with something else than the container's documents.",
    remedy: "Select whole documents (SELECT * FROM c WHERE …) and do the rest in the application.",
  });
}

const CLAUSES: Readonly<Record<Reference["clause"], string>> = {
  select: "SELECT",
  from: "FROM",
  where: "WHERE",
  groupBy: "GROUP BY",
  having: "HAVING",
  orderBy: "ORDER BY",
};
