/** The weaker predicate with values: which tokens stand for them, whether it narrows, and the text that is sent. */
import { type IndexCondition, type IndexPlan, type IndexTerm, isList, termsFor } from "@cosmoseal/core";
import { type Expression, type Json, type Parameters, print, type Query, visit } from "@cosmoseal/sql";
import { wantedBy } from "./atoms.js";
import { constantValue } from "./constants.js";
import { type Lacks, lacking, ofVersions } from "./lacks.js";
import { narrows } from "./narrow.js";
import { among, call, join, memberOf, not } from "./nodes.js";
import type { Bound, Fold, Gap, QueryPlan, Search, SearchCondition, Weak } from "./query-plan.js";

/** Where tokens come from: keys, or for an explanation nothing. */
export interface TokenMaker {
  /** One for each index key that may be in use. */
  tokens(index: IndexPlan, term: IndexTerm): readonly string[];
  identity(path: string, value: string | number | boolean): string;
  lacks(index: IndexPlan): Lacks | undefined;
}

/** A condition on an index that the query itself doesn't have: for reading an order from its end. */
export type Also =
  | { readonly kind: "terms"; readonly index: IndexPlan; readonly terms: readonly IndexTerm[] }
  /** Documents without a token in the index. */
  | { readonly kind: "absent"; readonly index: IndexPlan }
  /** Documents that may lack the index. */
  | { readonly kind: "lacks"; readonly index: IndexPlan };

export interface PushedQuery {
  readonly text: string;
  readonly parameters: readonly { readonly name: string; readonly value: Json }[];
  /** An index, of ours or of the service's, narrows it. */
  readonly narrow: boolean;
  /** The first condition on a sealed path that nothing narrows. */
  readonly gap: Gap | undefined;
  /** What is searched by tokens, for explanations. */
  readonly searched: readonly SearchedIndex[];
}

export interface SearchedIndex {
  readonly index: IndexPlan | undefined;
  readonly path: string;
  readonly tokens: number;
}

export function pushedQuery(
  plan: QueryPlan,
  parameters: Parameters,
  maker: TokenMaker,
  { also, count = false }: { readonly also?: Also; readonly count?: boolean } = {},
): PushedQuery {
  const { pushed } = plan;
  if (pushed.text !== undefined) {
    const names = pushed.parameters === "all" ? Object.keys(parameters) : pushed.parameters;
    return { text: pushed.text, parameters: named(parameters, names), narrow: true, gap: undefined, searched: [] };
  }
  const binder = new Binder(pushed.alias, pushed.prefix, parameters, maker);
  const where = binder.bind(pushed.where);
  const ours = also && binder.also(also);
  const conditions = [where.expression, ours].filter((condition) => condition !== undefined);
  const row: Expression = { kind: "Name", name: pushed.alias };
  const sent: Query = {
    kind: "Query",
    select: {
      kind: "Select",
      distinct: false,
      ...(pushed.top !== undefined && { top: pushed.top }),
      what: { kind: "SelectValue", value: count ? { kind: "Literal", value: 1 } : row },
    },
    from: {
      kind: "From",
      source: {
        kind: "CollectionSource",
        collection: { kind: "PathCollection", root: pushed.alias, path: [] },
        alias: pushed.alias,
      },
      joins: [],
    },
    ...(conditions.length > 0 && { where: join("AND", conditions) }),
    ...(pushed.orderBy !== undefined && !count && { orderBy: pushed.orderBy }),
    ...(pushed.offsetLimit !== undefined && { offsetLimit: pushed.offsetLimit }),
  };
  return {
    text: print(sent),
    parameters: [...named(parameters, parametersIn(sent, binder.sent)), ...binder.sent],
    narrow: where.narrow,
    gap: where.gap,
    searched: binder.searched,
  };
}

/** A predicate with values; no expression: it is true of every document. */
interface Predicate {
  readonly expression: Expression | undefined;
  readonly narrow: boolean;
  readonly gap: Gap | undefined;
}

class Binder {
  readonly sent: { readonly name: string; readonly value: Json }[] = [];
  readonly searched: SearchedIndex[] = [];
  readonly #alias: string;
  readonly #prefix: string;
  readonly #parameters: Parameters;
  readonly #maker: TokenMaker;

  constructor(alias: string, prefix: string, parameters: Parameters, maker: TokenMaker) {
    this.#alias = alias;
    this.#prefix = prefix;
    this.#parameters = parameters;
    this.#maker = maker;
  }

  bind(weak: Weak): Predicate {
    switch (weak.kind) {
      case "true":
        return { expression: undefined, narrow: false, gap: weak.gap };
      case "public":
        return { expression: weak.expression, narrow: narrows(weak.expression), gap: undefined };
      case "search":
        return this.#search(weak.search);
      case "versions":
        return { expression: ofVersions(this.#alias, weak.versions), narrow: true, gap: undefined };
      case "and":
        return this.#and(weak.operands.map((operand) => this.bind(operand)));
      case "or":
        return this.#or(weak.operands);
      case "exists": {
        const { expression, gap, narrow } = this.bind(weak.where);
        if (expression === undefined) return { expression, narrow, gap };
        return { expression: { kind: "Exists", query: { ...weak.query, where: expression } }, narrow, gap };
      }
    }
  }

  also(also: Also): Expression {
    switch (also.kind) {
      case "terms":
        return this.#clause(also.index, also.terms, true);
      case "absent":
        return not(call("IS_DEFINED", this.#stored(also.index)));
      case "lacks": {
        const lacks = this.#maker.lacks(also.index);
        return lacks === undefined ? { kind: "Literal", value: false } : join("OR", lacking(this.#alias, lacks));
      }
    }
  }

  #and(operands: readonly Predicate[]): Predicate {
    const expressions = operands.map(({ expression }) => expression).filter((expression) => expression !== undefined);
    return {
      expression: expressions.length === 0 ? undefined : join("AND", expressions),
      narrow: operands.some(({ narrow }) => narrow),
      gap: operands.find(({ gap }) => gap !== undefined)?.gap,
    };
  }

  /** One operand that is true of every document makes the whole so: tokens for the others would leak for nothing. */
  #or(weak: readonly Weak[]): Predicate {
    const { length } = this.sent;
    const known = this.searched.length;
    const operands = weak.map((operand) => this.bind(operand));
    const gap = operands.find((operand) => operand.gap !== undefined)?.gap;
    const expressions = operands.map(({ expression }) => expression).filter((expression) => expression !== undefined);
    if (expressions.length < operands.length) {
      this.sent.length = length;
      this.searched.length = known;
      return { expression: undefined, narrow: false, gap };
    }
    return { expression: join("OR", expressions), narrow: operands.every(({ narrow }) => narrow), gap };
  }

  #search(search: Search): Predicate {
    const expression =
      search.identity === undefined ? this.#byIndex(search) : this.#byIdentity(search, search.identity);
    if (expression !== undefined) return { expression, narrow: true, gap: undefined };
    const wanted = wantedBy(search.condition);
    const has = search.indexes.some(({ kind }) => kind === wanted);
    const gap: Gap = { path: search.pattern, wanted: has || search.identity !== undefined ? undefined : wanted };
    return { expression: undefined, narrow: false, gap };
  }

  #byIndex({ condition, indexes, pattern, place }: Search): Expression | undefined {
    const asked = conditionOf(condition, place, this.#parameters);
    if (asked === undefined) return undefined;
    const answers = indexes.flatMap((index) => {
      const clauses = termsFor(index, asked);
      return clauses === undefined ? [] : [{ index, clauses }];
    });
    // A pattern has parts that each index finds its own of; for anything else the first index that serves it is the best.
    const chosen = condition.op === "like" ? answers : answers.slice(0, 1);
    if (chosen.length === 0) return undefined;
    const predicates = chosen.map(({ clauses, index }) => {
      const before = this.sent.length;
      const isInList = isList(index, place);
      const predicate = join(
        "AND",
        clauses.map((terms) => this.#clause(index, terms, isInList)),
      );
      this.searched.push({ index, path: pattern, tokens: this.sent.length - before });
      const lacks = this.#maker.lacks(index);
      return lacks === undefined ? predicate : join("OR", [predicate, ...lacking(this.#alias, lacks)]);
    });
    return join("AND", predicates);
  }

  /** True where the document has one of the terms' tokens. */
  #clause(index: IndexPlan, terms: readonly IndexTerm[], isInList: boolean): Expression {
    const tokens = new Set(terms.flatMap((term) => this.#maker.tokens(index, term)));
    const sent = [...tokens].map((token) => this.#send(token));
    const stored = this.#stored(index);
    if (!isInList) return among(stored, sent);
    return join(
      "OR",
      sent.map((token) => call("ARRAY_CONTAINS", stored, token)),
    );
  }

  #byIdentity({ condition, pattern }: Search, target: Expression): Expression | undefined {
    if (condition.op !== "equal") return undefined;
    const values = valuesOf(condition, this.#parameters);
    const known = values?.filter((value) => value === null || typeof value !== "object");
    // Nothing else stands at such a path: what is compared with objects alone is true of no document.
    if (known === undefined || known.length === 0) return undefined;
    const before = this.sent.length;
    const sent = known.map((value) =>
      this.#send(value === null ? null : this.#maker.identity(pattern, value as string | number | boolean)),
    );
    this.searched.push({ index: undefined, path: pattern, tokens: this.sent.length - before });
    return among(target, sent);
  }

  #stored(index: IndexPlan): Expression {
    return memberOf(this.#alias, "_seal", "x", index.name);
  }

  #send(value: Json): Expression {
    const name = `${this.#prefix}${this.sent.length}`;
    this.sent.push({ name, value });
    return { kind: "Parameter", name };
  }
}

/** The condition with values; undefined where one of them is unknown, or where the condition is true of nothing. */
function conditionOf(
  condition: SearchCondition,
  place: Search["place"],
  parameters: Parameters,
): IndexCondition | undefined {
  switch (condition.op) {
    case "equal": {
      const values = valuesOf(condition, parameters);
      const lowered = isFolded(condition.folded, parameters);
      return values === undefined || lowered === undefined ? undefined : { op: "equal", values, place, lowered };
    }
    case "between": {
      const low = condition.low && endOf(condition.low, parameters);
      const high = condition.high && endOf(condition.high, parameters);
      if ((condition.low && low === undefined) || (condition.high && high === undefined)) return undefined;
      return { op: "between", place, ...(low && { low }), ...(high && { high }) };
    }
    case "like": {
      const pattern = constantValue(condition.text, parameters);
      const mark = condition.escape && constantValue(condition.escape, parameters);
      const folded = isFolded(condition.folded, parameters);
      if (typeof pattern !== "string" || folded === undefined) return undefined;
      if (condition.escape !== undefined && typeof mark !== "string") return undefined;
      return { op: "like", place, pattern, folded, ...(mark !== undefined && { escape: mark }) };
    }
    default: {
      const text = constantValue(condition.text, parameters);
      const folded = isFolded(condition.folded, parameters);
      return typeof text !== "string" || folded === undefined ? undefined : { op: condition.op, place, text, folded };
    }
  }
}

/** Of a list, those that have a value: what has none equals nothing. */
function valuesOf(
  { spread, values }: Extract<SearchCondition, { op: "equal" }>,
  parameters: Parameters,
): readonly Json[] | undefined {
  const known = values.map((constant) => constantValue(constant, parameters)).filter((value) => value !== undefined);
  if (!spread) return known.length === 0 ? undefined : known;
  const [array] = known;
  return Array.isArray(array) && array.length > 0 ? array : undefined;
}

function endOf(
  { value, inclusive }: Bound,
  parameters: Parameters,
): { readonly value: Json; readonly inclusive: boolean } | undefined {
  const known = constantValue(value, parameters);
  return known === undefined ? undefined : { value: known, inclusive };
}

/** Undefined for what is no boolean: the function has no value then. */
function isFolded(fold: Fold, parameters: Parameters): boolean | undefined {
  if (fold === "never" || fold === "always") return fold === "always";
  const value = constantValue(fold, parameters);
  return typeof value === "boolean" ? value : undefined;
}

function named(parameters: Parameters, names: Iterable<string>): PushedQuery["parameters"] {
  return [...names].flatMap((name) =>
    // One without a value is named all the same: the service takes it for undefined.
    Object.hasOwn(parameters, name) ? [{ name, value: parameters[name] as Json }] : [],
  );
}

/** The application's own: it may give some that the query doesn't name. */
function parametersIn(query: Query, ours: PushedQuery["parameters"]): ReadonlySet<string> {
  const names = new Set<string>();
  visit(query, { Parameter: ({ name }) => void names.add(name) });
  for (const { name } of ours) names.delete(name);
  return names;
}
