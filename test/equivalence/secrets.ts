/**
 * What must not be in any byte sent: values that documents hold at sealed paths, and values that the query compares with them.
 * A constant beside public paths alone may travel.
 */
import type { RecordedExchange } from "@cosmoseal/emulator";
import {
  type Json,
  type Parameters,
  parse,
  pathsOf,
  type Query,
  type Reference,
  resolve,
  type TreeNode,
  visit,
} from "@cosmoseal/sql";
import { formsOf } from "../../packages/client/test/support/canary.js";
import { bodyText, textOf } from "../../packages/client/test/support/traffic.js";
import { type EquivalenceSchema, isSealed } from "./schemas/schema.js";

/** Texts of sealed values that are long enough not to be met by chance, in the forms that a program gives them. */
export function canariesOf(schema: EquivalenceSchema, documents: readonly unknown[]): readonly string[] {
  const hidden = new Set<string>();
  const open = new Set<string>([schema.name, ...schema.partitionKey]);
  for (const document of documents) {
    scalarsOf(document, [], (value, path) => {
      (isSealed(schema, path) ? hidden : open).add(String(value));
    });
  }
  const shown = [...open].join("\n");
  return [...hidden].filter(
    (text) => text.length >= (isDigits(text) ? FEWEST_DIGITS : SHORTEST) && !shown.includes(text),
  );
}

export interface Constants {
  /** Beside sealed paths, and nowhere else. */
  readonly secret: ReadonlySet<Scalar>;
  /** Beside public paths: these may travel. */
  readonly open: ReadonlySet<Scalar>;
  /** WHERE touches a sealed path. */
  readonly filters: boolean;
}

type Scalar = string | number | boolean | null;

export function constantsOf(schema: EquivalenceSchema, text: string, parameters: Parameters): Constants {
  const query = parse(text);
  const parents = parentsOf(query);
  // What FROM goes through is no value: names that it binds to sealed ones are references of their own.
  const references = resolve(query).references.filter(
    (reference) => reference.use !== "source" && touchesSealed(schema, reference),
  );
  const sealed = new Set<TreeNode>(references.map(({ node }) => node));
  const secret = new Set<Scalar>();
  const open = new Set<Scalar>();
  visit(query, {
    enter: (node) => {
      if (node.kind !== "Literal" && node.kind !== "Parameter") return;
      if (isName(node, parents.get(node))) return;
      const value = node.kind === "Literal" ? (node.value ?? null) : parameters[node.name];
      const into = holdsAny(atomAround(node, parents), sealed) ? secret : open;
      scalarsOf(value, [], (scalar) => void into.add(scalar as Scalar));
    },
  });
  return {
    secret: new Set([...secret].filter((value) => !open.has(value))),
    open,
    filters: query.where !== undefined && holdsAny(query.where, sealed),
  };
}

/** What was found in the traffic that must not be there, told by its kind and length alone. */
export function leaksIn(
  exchanges: readonly RecordedExchange[],
  canaries: readonly string[],
  { open, secret }: Constants,
): readonly string[] {
  const shown = [...open, API_VERSION].join("\n");
  const bytes = textOf(exchanges);
  const grams = new Set<string>();
  for (let i = 0; i + GRAM <= bytes.length; i++) grams.add(bytes.slice(i, i + GRAM));
  const isSent = (text: string): boolean => grams.has(text.slice(0, GRAM)) && bytes.includes(text);
  const leaks = canaries
    .filter((text) => !shown.includes(text))
    .filter((text) => isSent(text) || isSent(JSON.stringify(text).slice(1, -1)))
    .map((text) => `a sealed value of ${text.length} units`);
  for (const value of secret) {
    if (
      typeof value === "string" &&
      value.length >= SHORTEST &&
      !shown.includes(value) &&
      formsOf(value).some((form) => form.length >= GRAM && !shown.includes(form) && isSent(form))
    )
      leaks.push(`a constant of ${value.length} units beside a sealed path`);
  }
  for (const value of sentConstants(exchanges)) {
    if (secret.has(value) && isTelling(value)) leaks.push(`a ${typeof value} beside a sealed path, as a constant`);
  }
  return leaks;
}

/** The queries that were sent, as text. */
export function sentQueries(exchanges: readonly RecordedExchange[]): readonly string[] {
  return exchanges.flatMap((exchange) => {
    const body = bodyText(exchange);
    if (!body.startsWith('{"query"')) return [];
    return [(JSON.parse(body) as { query: string }).query];
  });
}

/** Whether a query that was sent asks for a token of an index. */
export function asksByToken(text: string): boolean {
  return /_seal"\]\["x"|_seal\.x/.test(text);
}

/** In a header of each request: a date may begin as it does. */
const API_VERSION = "2020-07-15";
const SHORTEST = 6;
/** Identifiers and signatures of requests hold runs of digits by chance. */
const FEWEST_DIGITS = 10;
const GRAM = 5;

function isDigits(text: string): boolean {
  return /^[-\d.]+$/.test(text);
}

/** Words of the pushed text itself: true for a condition that nothing narrows, versions and counts as small numbers. */
function isTelling(value: Scalar): boolean {
  return typeof value === "string"
    ? value !== ""
    : typeof value === "number" && (!Number.isInteger(value) || Math.abs(value) > 9);
}

function sentConstants(exchanges: readonly RecordedExchange[]): ReadonlySet<Scalar> {
  const constants = new Set<Scalar>();
  for (const exchange of exchanges) {
    const body = bodyText(exchange);
    if (!body.startsWith('{"query"')) continue;
    const { query, parameters = [] } = JSON.parse(body) as { query: string; parameters?: { value: Json }[] };
    for (const { value } of parameters) scalarsOf(value, [], (scalar) => void constants.add(scalar as Scalar));
    visit(parse(query), {
      Literal: (node, parent) => {
        if (!isName(node, parent)) constants.add(node.value ?? null);
      },
    });
  }
  return constants;
}

/** `c["name"]`, which is a property's name as `c.name` is. */
function isName(node: TreeNode, parent: TreeNode | undefined): boolean {
  return node.kind === "Literal" && parent?.kind === "Member" && parent.property === node;
}

function scalarsOf(
  value: unknown,
  path: readonly string[],
  see: (value: unknown, path: readonly string[]) => void,
): void {
  if (value instanceof Date) see(value.toISOString(), path);
  else if (Array.isArray(value)) for (const item of value) scalarsOf(item, [...path, "[]"], see);
  else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) scalarsOf(member, [...path, name], see);
  } else if (value !== undefined) see(value, path);
}

function parentsOf(query: Query): ReadonlyMap<TreeNode, TreeNode> {
  const parents = new Map<TreeNode, TreeNode>();
  visit(query, { enter: (node, parent) => void (parent && parents.set(node, parent)) });
  return parents;
}

/** The largest expression around a node that no AND, OR, NOT or clause cuts. */
function atomAround(node: TreeNode, parents: ReadonlyMap<TreeNode, TreeNode>): TreeNode {
  for (let atom = node; ; ) {
    const parent = parents.get(atom);
    if (parent === undefined || CLAUSES.has(parent.kind)) return atom;
    if (parent.kind === "Binary" && (parent.operator === "AND" || parent.operator === "OR")) return atom;
    if (parent.kind === "Unary" && parent.operator === "NOT") return atom;
    atom = parent;
  }
}

const CLAUSES: ReadonlySet<string> = new Set(["Query", "Select", "SelectList", "From", "OrderBy", "OffsetLimit"]);

function holdsAny(atom: TreeNode, nodes: ReadonlySet<TreeNode>): boolean {
  let holds = false;
  visit(atom, {
    enter: (node) => {
      if (nodes.has(node)) holds = true;
    },
  });
  return holds;
}

/** At, inside or around a sealed path; only evaluation can name a place that is computed. */
function touchesSealed(schema: EquivalenceSchema, { value }: Reference): boolean {
  return pathsOf(value).some((path) => {
    const steps = path.map((step) => (typeof step === "string" ? step : step.kind === "Element" ? "[]" : undefined));
    const known = steps.includes(undefined) ? steps.slice(0, steps.indexOf(undefined)) : steps;
    const names = known as string[];
    if (isSealed(schema, names)) return true;
    return schema.sealed.some((pattern) => pattern.startsWith(names.length === 0 ? "/" : `/${names.join("/")}/`));
  });
}
