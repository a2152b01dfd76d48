/**
 * The plan of a query: what the server runs and what the client does with the rows. Made once per text; values of parameters
 * and keys come later. What the plan can't answer is refused here, before anything is sent.
 */
import type { ContainerDefinition } from "@cosmoseal/core";
import {
  type Binding,
  type Expression,
  pathsOf,
  pathText,
  print,
  type Query,
  type Reference,
  type TreeNode,
  visit,
} from "@cosmoseal/sql";
import { patternOf } from "./atoms.js";
import { isSteady, isTight } from "./merge.js";
import { refuseMisspelt } from "./misspelt.js";
import { join } from "./nodes.js";
import type { Integrity } from "./options.js";
import type { ParsedQuery } from "./parse.js";
import type { Pushed, QueryPlan, RowMaker, ScanNeed, TopOrder, Weak } from "./query-plan.js";
import { undeclared } from "./refuse.js";
import { holdsAggregate, isSummary } from "./rows.js";
import { isContainer, isFixed, type Sources, sourcesOf } from "./sources.js";
import {
  isDeclared,
  isInsideSealed,
  isNeverPublic,
  isUnauthenticated,
  touchedPath,
  versionsTouching,
} from "./touch.js";
import { combine, operandsOf, TRUE, weaken } from "./weaken.js";

/** Throws ERR_QUERY_NOT_SUPPORTED, ERR_PATH_UNDECLARED. */
export function splitQuery(
  definition: ContainerDefinition<unknown>,
  parsed: ParsedQuery,
  integrity: Integrity,
  sorter: Sorter = "server",
): QueryPlan {
  refuseMisspelt(definition, parsed.resolution.references);
  const sealed = sealedReferences(definition, parsed);
  const isPublic = sealed.size === 0;
  if (isPublic && isServers(definition, parsed, integrity)) return asGiven(definition, parsed, "server");
  if (isPublic && isWhole(parsed) && !isSummary(parsed.query)) return asGiven(definition, parsed, "stream");
  return pushedDown(definition, parsed, sealed, sorter);
}

/** Who sorts by public paths: the server where it can, or the client whatever the server could. */
export type Sorter = "server" | "client";

/** True for rows that nobody but the server can make, or that nobody vouches for. */
function isServers(definition: ContainerDefinition<unknown>, parsed: ParsedQuery, integrity: Integrity): boolean {
  const { query, resolution } = parsed;
  if (query.from === undefined) return true;
  if (isSummary(query)) return integrity !== "strict";
  const parts = pathsOf(resolution.rows);
  if (parts.some((path) => path.length === 0)) return false;
  return integrity === "fast" || parts.every((path) => isUnauthenticated(definition.plan, path));
}

/** The rows are the container's documents. */
function isWhole({ query, resolution }: ParsedQuery): boolean {
  return (
    query.select.what.kind !== "SelectList" && resolution.rows.kind === "Document" && resolution.rows.path.length === 0
  );
}

/** Nothing sealed in it: it goes as it was given, but for comments. */
function asGiven(definition: ContainerDefinition<unknown>, parsed: ParsedQuery, rows: RowMaker): QueryPlan {
  const { query, text } = parsed;
  const alias = documentAlias(query);
  return {
    rows,
    pushed: {
      // Comments are not the server's business: what was commented out may hold the very values that are sealed.
      text: /--|\/\*/.test(text) ? print(query) : text,
      parameters: parametersOf(query),
    },
    residual: undefined,
    whole: rows === "stream",
    alias: alias ?? "c",
    expected:
      alias === undefined ? [] : conjunctsOf(query).filter((part) => !readsUndeclared(definition, parsed, part)),
    window: undefined,
    bound: windowOf(query),
    multiplies: false,
    single: alias !== undefined,
    ordered: query.orderBy !== undefined,
    merged:
      rows === "server" || isMerged({ orderBy: query.orderBy, top: query.select.top, offsetLimit: query.offsetLimit }),
    top: undefined,
    needs: undefined,
    parameters: new Set(),
    paths: [],
  };
}

/** Whole documents by a weaker predicate; the client makes the rows. */
function pushedDown(
  definition: ContainerDefinition<unknown>,
  parsed: ParsedQuery,
  sealed: ReadonlyMap<TreeNode, Reference>,
  sorter: Sorter,
): QueryPlan {
  const { query } = parsed;
  const { plan } = definition;
  const sources = sourcesOf(plan, parsed);
  const elsewhere = sealedElsewhere(definition, sealed);
  const blocked = nodesAround(query, blockedReferences(parsed, sealed, elsewhere, sources));
  const touching = nodesAround(query, new Set([...sealed.keys(), ...blocked]));
  const pathOf = (reference: Reference): string => touchedOf(definition, reference) ?? "";
  const used = new Set<Binding>();
  const options = { plan, resolution: parsed.resolution, sources, sealed, elsewhere, blocked, pathOf };
  const conjuncts = conjunctsOf(query);
  const outside: Weak[] = [];
  const inside: Weak[] = [];
  for (const conjunct of conjuncts) {
    const needed = new Set<Binding>();
    const weak = weaken(conjunct, options, needed);
    (needed.size === 0 ? outside : inside).push(weak);
    for (const binding of needed) used.add(binding);
  }
  const where = combineAll([...outside, ...(inside.length === 0 ? [] : [existsIn(sources, used, inside)])]);

  const multiplies = query.from!.joins.length > 0 || !isContainer(query.from!.source);
  const ofServer =
    (sorter === "server" || query.orderBy === undefined) &&
    isSortedByServer(parsed, touching, sources) &&
    (query.orderBy === undefined || isTight(where) || isSteady(plan, parsed.resolution, query.orderBy));
  const rows: RowMaker =
    isSummary(query) || isFromQuery(query) || (query.orderBy !== undefined && !ofServer) ? "buffer" : "stream";
  const isExact = sealed.size === 0 && !multiplies && rows === "stream" && makesOneRow(parsed);
  const rest = conjuncts.filter((part) => touching.has(part) || !readsDocumentAlone(parsed, part, sources));
  const residual = residualOf(query, rest, rows);
  const unknown = readsUndeclared(definition, parsed, residual);
  if (unknown !== undefined) throw undeclared(definition, unknown);
  const whole = isWhole(parsed);
  const top = rows === "buffer" && !multiplies ? topOrder(definition, parsed) : undefined;
  const pushed: Pushed = {
    alias: sources.alias,
    where,
    prefix: parameterPrefix(parametersOf(query)),
    ...(rows === "stream" && query.orderBy !== undefined && { orderBy: rebasedOrder(query.orderBy, sources) }),
    ...(isExact && query.select.top !== undefined && { top: query.select.top }),
    ...(isExact && query.offsetLimit !== undefined && { offsetLimit: query.offsetLimit }),
  };
  return {
    rows,
    pushed,
    residual: whole && rows === "stream" && rest.length === 0 ? undefined : residual,
    whole,
    alias: sources.alias,
    expected: conjuncts.filter(
      (part) =>
        !touching.has(part) &&
        readsDocumentAlone(parsed, part, sources) &&
        readsUndeclared(definition, parsed, part) === undefined &&
        documentAlias(query) === sources.alias,
    ),
    window: rows === "stream" && !isExact ? windowOf(query) : undefined,
    bound: rows === "stream" && isExact ? windowOf(query) : undefined,
    multiplies,
    single: true,
    ordered: rows === "stream" && query.orderBy !== undefined,
    merged: isMerged(pushed),
    top,
    needs: top === undefined ? scanNeed(definition, parsed, sealed) : undefined,
    parameters: parametersOf(query),
    paths: [...new Set([...sealed.values()].map(pathOf))],
  };
}

/** What only the SDK can do across ranges, by a plan of the service's. */
function isMerged({
  orderBy,
  offsetLimit,
  top,
}: { readonly [clause in "orderBy" | "offsetLimit" | "top"]?: unknown }): boolean {
  return orderBy !== undefined || offsetLimit !== undefined || top !== undefined;
}

function combineAll(operands: readonly Weak[]): Weak {
  return operands.length === 0 ? TRUE : combine("AND", operands);
}

/** The conditions that some elements of public arrays meet together. */
function existsIn(sources: Sources, used: ReadonlySet<Binding>, conditions: readonly Weak[]): Weak {
  const [source, ...joins] = sources.sourcesFor(used);
  const query: Query = {
    kind: "Query",
    select: { kind: "Select", distinct: false, what: { kind: "SelectValue", value: { kind: "Literal", value: 1 } } },
    from: { kind: "From", source: source!, joins },
  };
  return { kind: "exists", query, where: combineAll(conditions) };
}

/** What the client runs: what the server has answered for is left out. */
function residualOf(query: Query, conditions: readonly Expression[], rows: RowMaker): Query {
  const { where: _, orderBy, offsetLimit, select, ...rest } = query;
  const { top, ...selected } = select;
  const buffered = rows === "buffer";
  return {
    ...rest,
    select: buffered && top !== undefined ? { ...selected, top } : selected,
    ...(conditions.length > 0 && { where: join("AND", conditions) }),
    ...(buffered && orderBy !== undefined && { orderBy }),
    ...(buffered && offsetLimit !== undefined && { offsetLimit }),
  };
}

function windowOf({ select: { top }, offsetLimit }: Query): QueryPlan["window"] {
  if (offsetLimit !== undefined) return { skip: offsetLimit.offset, take: offsetLimit.limit };
  return top === undefined ? undefined : { take: top };
}

/** A value that a document lacks is no row: the server, which counts documents, would count it. */
function makesOneRow(parsed: ParsedQuery): boolean {
  const { what } = parsed.query.select;
  return what.kind !== "SelectValue" || isWhole(parsed) || ALWAYS_DEFINED.has(what.value.kind);
}

/** Every key is one that the server can sort documents by. */
function isSortedByServer(
  { query, resolution }: ParsedQuery,
  blocked: ReadonlySet<TreeNode>,
  sources: Sources,
): boolean {
  return (query.orderBy?.items ?? []).every(({ value }) => {
    if (blocked.has(value)) return false;
    let fixed = true;
    visit(value, {
      enter: (node) => {
        const binding = resolution.referenceOf(node)?.binding;
        if (binding?.query === query && sources.standingOf(binding) === "iterated") fixed = false;
      },
    });
    return fixed;
  });
}

function rebasedOrder(orderBy: NonNullable<Query["orderBy"]>, sources: Sources): NonNullable<Query["orderBy"]> {
  const items = orderBy.items.map((item) => ({ ...item, value: sources.rebase(item.value, new Set()) }));
  return { ...orderBy, items };
}

/** An order by one sealed path that a range index serves, of which not all rows are wanted. */
function topOrder({ plan }: ContainerDefinition<unknown>, { query, resolution }: ParsedQuery): TopOrder | undefined {
  const [item, ...more] = query.orderBy?.items ?? [];
  const window = windowOf(query);
  if (item === undefined || more.length > 0 || window?.take === undefined || isSummary(query)) return undefined;
  const value = resolution.referenceOf(item.value)?.value;
  const pattern = value?.kind === "Document" ? patternOf(value.path) : undefined;
  const index = plan.indexes.find((one) => one.kind === "range" && one.pattern === pattern && !one.many);
  if (index === undefined) return undefined;
  const { skip, take } = window;
  return { index, pattern: index.pattern, descending: item.descending, take, ...(skip !== undefined && { skip }) };
}

/** The first sealed path that is sorted, grouped or counted by: its answer hangs on every document. */
function scanNeed(
  definition: ContainerDefinition<unknown>,
  { query }: ParsedQuery,
  sealed: ReadonlyMap<TreeNode, Reference>,
): ScanNeed | undefined {
  const isTotal = query.select.distinct || holdsAggregate(query.select.what);
  for (const reference of sealed.values()) {
    if (reference.query !== query) continue;
    const { clause } = reference;
    if (clause === "orderBy" || clause === "groupBy" || clause === "having" || (clause === "select" && isTotal)) {
      return { path: touchedOf(definition, reference)!, clause: CLAUSES[clause] };
    }
  }
  return isFromQuery(query) ? { path: "", clause: "FROM" } : undefined;
}

const ALWAYS_DEFINED: ReadonlySet<string> = new Set(["ObjectLiteral", "ArrayLiteral", "ArrayQuery", "Exists"]);

const CLAUSES = {
  select: "SELECT",
  groupBy: "GROUP BY",
  having: "HAVING",
  orderBy: "ORDER BY",
} as const;

function isFromQuery({ from }: Query): boolean {
  return from?.source.collection.kind === "QueryCollection";
}

function conjunctsOf({ where }: Query): readonly Expression[] {
  return where === undefined ? [] : operandsOf(where, "AND");
}

/** The condition is on the document as a whole, not on elements that JOIN takes one by one. */
function readsDocumentAlone({ query, resolution }: ParsedQuery, part: Expression, sources: Sources): boolean {
  let alone = true;
  visit(part, {
    enter: (node) => {
      const binding = resolution.referenceOf(node)?.binding;
      if (binding?.query === query && sources.standingOf(binding) !== "document") alone = false;
    },
  });
  return alone;
}

/** The first path in a part of the query that documents may not hold themselves. */
function readsUndeclared(
  { plan }: ContainerDefinition<unknown>,
  { resolution }: ParsedQuery,
  part: Expression | Query,
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

/** Places where the query reads what is sealed, but for the document itself where it is opened: in FROM and as (part of) a row. */
function sealedReferences(
  definition: ContainerDefinition<unknown>,
  { query, resolution }: ParsedQuery,
): ReadonlyMap<TreeNode, Reference> {
  const sealed = new Map<TreeNode, Reference>();
  const isOpened = !query.select.distinct && query.groupBy === undefined;
  for (const reference of resolution.references) {
    const { value, use } = reference;
    if (use === "source" && value.kind === "Document" && !isInsideSealed(definition.plan, value.path)) continue;
    const isDocument = value.kind === "Document" && value.path.length === 0;
    if (isDocument && use === "item" && reference.query === query && isOpened) continue;
    if (touchedOf(definition, reference) !== undefined) sealed.set(reference.node, reference);
  }
  return sealed;
}

/** References to paths that the own version leaves public: the other versions that the plan knows, which seal them. */
function sealedElsewhere(
  { plan }: ContainerDefinition<unknown>,
  sealed: ReadonlyMap<TreeNode, Reference>,
): ReadonlyMap<TreeNode, readonly number[]> {
  const elsewhere = new Map<TreeNode, readonly number[]>();
  if (plan.versions.size === 1) return elsewhere;
  for (const [node, { value }] of sealed) {
    const paths = pathsOf(value);
    if (paths.some((path) => isNeverPublic(path))) continue;
    const versions = [...new Set(paths.flatMap((path) => versionsTouching(plan, path)))];
    if (!versions.includes(plan.version)) elsewhere.set(node, versions);
  }
  return elsewhere;
}

/** What can't stand in the pushed text: what touches sealed paths, and names that nothing there binds. */
function blockedReferences(
  { query, resolution }: ParsedQuery,
  sealed: ReadonlyMap<TreeNode, Reference>,
  elsewhere: ReadonlyMap<TreeNode, unknown>,
  sources: Sources,
): ReadonlySet<TreeNode> {
  const blocked = new Set<TreeNode>([...sealed.keys()].filter((node) => !elsewhere.has(node)));
  for (let before = -1; before < blocked.size; ) {
    before = blocked.size;
    const around = nodesAround(query, blocked);
    for (const { binding, node, value } of resolution.references) {
      if (binding === undefined) continue;
      const { collection } = binding.source;
      const isMade = collection.kind === "QueryCollection" && around.has(collection);
      const standing = sources.standingOf(binding);
      const isUnnamed = standing === "place" && !(value.kind === "Document" && isFixed(value.path));
      if (isMade || standing === "dropped" || (isUnnamed && binding.query === query)) blocked.add(node);
    }
  }
  return blocked;
}

function touchedOf({ plan }: ContainerDefinition<unknown>, { value }: Reference): string | undefined {
  for (const path of pathsOf(value)) {
    const touched = touchedPath(plan, path);
    if (touched !== undefined) return touched;
  }
  return undefined;
}

/** The nodes that are, or hold, one of these. */
function nodesAround(query: Query, nodes: ReadonlySet<TreeNode>): ReadonlySet<TreeNode> {
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
  if (from === undefined || from.joins.length > 0 || !isContainer(from.source)) return undefined;
  return from.source.alias;
}

function parametersOf(query: Query): ReadonlySet<string> {
  const names = new Set<string>();
  visit(query, { Parameter: ({ name }) => void names.add(name) });
  return names;
}

function parameterPrefix(taken: ReadonlySet<string>): string {
  let prefix = "@seal";
  while ([...taken].some((name) => name.startsWith(prefix))) prefix += "_";
  return prefix;
}
