/**
 * The plan of a query: what the server runs and what the client does with the rows. Made once per text; values of parameters
 * and keys come later. What the plan can't answer is refused here, before anything is sent.
 */
import { type ContainerDefinition, type CosmosealError, SEAL } from "@cosmoseal/core";
import {
  type Expression,
  type OffsetLimit,
  pathsOf,
  pathText,
  print,
  type Query,
  type Reference,
  type TreeNode,
  visit,
} from "@cosmoseal/sql";
import { refuseMisspelt } from "./misspelt.js";
import type { ParsedQuery } from "./parse.js";
import { needsScan, notSupported, reserved } from "./refuse.js";
import { type RowKind, rowsOf } from "./rows.js";
import { isDeclared, touchedPath } from "./touch.js";
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

/** Throws ERR_QUERY_NOT_SUPPORTED, ERR_QUERY_NEEDS_SCAN, ERR_PATH_UNDECLARED. */
export function splitQuery(definition: ContainerDefinition<unknown>, parsed: ParsedQuery): QueryPlan {
  const { query } = parsed;
  refuseMisspelt(definition, parsed.resolution.references);
  const rows = rowsOf(definition, parsed);
  const sealed = sealedReferences(definition, parsed, rows);
  for (const reference of sealed.values()) {
    if (reference.clause !== "where" || reference.query !== query) throw elsewhere(definition, query, reference);
  }
  const alias = documentAlias(query);
  const [first] = sealed.values();
  if (first === undefined) return asGiven(definition, parsed, rows, alias);
  if (rows !== "documents" || alias === undefined) throw notDocuments(definition, first);
  return pushedDown(definition, parsed, sealed, alias);
}

/** Nothing sealed in it: it goes as it was given, but for comments. */
function asGiven(
  definition: ContainerDefinition<unknown>,
  parsed: ParsedQuery,
  rows: RowKind,
  alias: string | undefined,
): QueryPlan {
  const { query, text } = parsed;
  return {
    // Comments are not the server's business: what was commented out may hold the very values that are sealed.
    text: /--|\/\*/.test(text) ? print(query) : text,
    parameters: parametersOf(query),
    slots: [],
    rows,
    alias: alias ?? "c",
    expected:
      alias === undefined ? [] : conjunctsOf(query).filter((part) => !readsUndeclared(definition, parsed, part)),
    residual: undefined,
    window: undefined,
    single: alias !== undefined,
    ordered: query.orderBy !== undefined,
  };
}

/** Each condition of WHERE that touches a sealed path is weakened, sent as tokens, and evaluated again on what comes back. */
function pushedDown(
  definition: ContainerDefinition<unknown>,
  parsed: ParsedQuery,
  sealed: ReadonlyMap<TreeNode, Reference>,
  alias: string,
): QueryPlan {
  const { query, resolution } = parsed;
  const touching = nodesAround(query, sealed);
  const nameOf = parameterNames(parametersOf(query));
  const options = { plan: definition.plan, resolution, sealed, touching, alias, nameOf };
  const conjuncts = conjunctsOf(query);
  const slots: TokenSlot[] = [];
  const predicates = conjuncts.map((conjunct) => {
    const { predicate, slots: added, gaps } = weaken(conjunct, options, slots.length);
    for (const gap of gaps) throw gapError(definition, gap);
    slots.push(...added);
    return predicate;
  });
  const searched = conjuncts.filter((conjunct) => touching.has(conjunct));
  for (const conjunct of searched) {
    const unknown = readsUndeclared(definition, parsed, conjunct);
    if (unknown !== undefined) throw undeclared(definition, unknown);
  }
  const { top, ...select } = query.select;
  const { offsetLimit, ...rest } = query;
  const sent: Query = { ...rest, select, where: join("AND", predicates) };
  const ours = new Set(slots.map((slot) => slot.parameter));
  return {
    text: print(sent),
    parameters: new Set([...parametersOf(sent)].filter((name) => !ours.has(name))),
    slots,
    rows: "documents",
    alias,
    expected: conjuncts.filter((part) => !touching.has(part) && !readsUndeclared(definition, parsed, part)),
    residual: join("AND", searched),
    window: windowOf(top, offsetLimit),
    single: true,
    ordered: query.orderBy !== undefined,
  };
}

function windowOf(top: Expression | undefined, offsetLimit: OffsetLimit | undefined): QueryPlan["window"] {
  if (offsetLimit !== undefined) return { skip: offsetLimit.offset, take: offsetLimit.limit };
  return top === undefined ? undefined : { take: top };
}

function conjunctsOf({ where }: Query): readonly Expression[] {
  return where === undefined ? [] : operandsOf(where, "AND");
}

/** The first path in an expression that documents may not hold themselves. */
function readsUndeclared(
  { plan }: ContainerDefinition<unknown>,
  { resolution }: ParsedQuery,
  part: Expression,
): string | undefined {
  let found: string | undefined;
  visit(part, {
    enter: (node) => {
      const reference = resolution.referenceOf(node);
      const path = reference && pathsOf(reference.value).find((one) => !isDeclared(plan, one));
      if (path !== undefined) found ??= pathText(path);
    },
  });
  return found;
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
  if (isReserved(reference)) return reserved(definition, path);
  if (reason === "index") return needsScan(definition, path);
  return notSupported(definition, {
    path,
    reason: "The query searches a sealed path in a way that no token serves.",
    remedy:
      "Search it by =, IN or ARRAY_CONTAINS with literals or parameters, not negated; or filter in the application.",
  });
}

/** Within one condition with a sealed path; joined by AND alone, the service decides about it. */
function undeclared(definition: ContainerDefinition<unknown>, path: string): CosmosealError {
  return notSupported(definition, {
    path,
    reason:
      "A condition over sealed paths reads a property that the definition doesn't declare, so that only the service can tell it.",
    remedy: "Declare it, or join it to the sealed condition by AND alone.",
  });
}

function elsewhere(definition: ContainerDefinition<unknown>, query: Query, reference: Reference): CosmosealError {
  const path = touchedOf(definition, reference)!;
  if (isReserved(reference)) return reserved(definition, path);
  const clause = reference.query === query ? CLAUSES[reference.clause] : "a sub-query";
  return notSupported(definition, {
    path,
    reason: `The query uses a sealed path in ${clause}.`,
    remedy: "Select whole documents, search sealed paths in WHERE alone, and do the rest in the application.",
  });
}

function isReserved({ value }: Reference): boolean {
  return pathsOf(value).some(([first]) => first === SEAL);
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
