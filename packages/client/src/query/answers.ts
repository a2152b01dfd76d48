/** What the searches of a pushed query ask for, once values and keys are known: all of it that differs from call to call. */
import { type IndexCondition, type IndexPlan, type IndexTerm, isList, termsFor } from "@cosmoseal/core";
import type { Json, Parameters } from "@cosmoseal/sql";
import { constantValue } from "./constants.js";
import type { Lacks } from "./lacks.js";
import type { Bound, Fold, Search, SearchCondition, Weak } from "./query-plan.js";

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

export interface Answers {
  /** One for each search, in the order in which the predicate has them; undefined for a search that nothing narrows. */
  readonly searches: readonly (Answer | undefined)[];
  readonly also: AlsoAnswer | undefined;
  /** What may be sent, in place of the values that the application searches for. */
  readonly values: readonly Json[];
  /** The same for answers of one predicate that make the same text: it tells indexes and numbers of tokens. */
  readonly shape: string;
}

export type Answer =
  /** Each part holds; there is at least one. */
  | { readonly by: "index"; readonly parts: readonly IndexAnswer[] }
  | { readonly by: "identity"; readonly values: Slice };

export interface IndexAnswer {
  readonly index: IndexPlan;
  /** Tokens stand in a list. */
  readonly isInList: boolean;
  /** Of each, one token is there. */
  readonly clauses: readonly Slice[];
  readonly lacks: Lacks | undefined;
}

export interface AlsoAnswer {
  readonly kind: Also["kind"];
  readonly index: IndexPlan;
  readonly tokens: Slice;
  readonly lacks: Lacks | undefined;
}

/** Of the values: from the first to before the end. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

export function answersOf(where: Weak, also: Also | undefined, parameters: Parameters, maker: TokenMaker): Answers {
  const answering = new Answering(parameters, maker);
  answering.visit(where);
  const ours = also && answering.also(also);
  const { shape, searches, values } = answering;
  return { searches, also: ours, values, shape };
}

class Answering {
  readonly searches: (Answer | undefined)[] = [];
  readonly values: Json[] = [];
  shape = "";
  readonly #parameters: Parameters;
  readonly #maker: TokenMaker;

  constructor(parameters: Parameters, maker: TokenMaker) {
    this.#parameters = parameters;
    this.#maker = maker;
  }

  visit(weak: Weak): void {
    switch (weak.kind) {
      case "search":
        this.searches.push(this.#search(weak.search));
        return;
      case "and":
      case "or":
        for (const operand of weak.operands) this.visit(operand);
        return;
      case "exists":
        this.visit(weak.where);
        return;
      default:
        return;
    }
  }

  also(also: Also): AlsoAnswer {
    const { index, kind } = also;
    const tokens = this.#tokens(index, kind === "terms" ? also.terms : []);
    const lacks = kind === "lacks" ? this.#maker.lacks(index) : undefined;
    this.shape += ` also ${kind} ${index.name} ${lengthOf(tokens)} ${shapeOf(lacks)}`;
    return { kind, index, tokens, lacks };
  }

  #search(search: Search): Answer | undefined {
    const answer = search.identity === undefined ? this.#byIndex(search) : this.#byIdentity(search);
    this.shape += ";";
    return answer;
  }

  #byIndex({ condition, indexes, place }: Search): Answer | undefined {
    const asked = conditionOf(condition, place, this.#parameters);
    if (asked === undefined) return undefined;
    const parts: IndexAnswer[] = [];
    for (const index of indexes) {
      const clauses = termsFor(index, asked);
      if (clauses === undefined) continue;
      parts.push(this.#part(index, clauses, isList(index, place)));
      // A pattern has parts that each index finds its own of; for anything else the first index that serves it is the best.
      if (condition.op !== "like") break;
    }
    return parts.length === 0 ? undefined : { by: "index", parts };
  }

  #part(index: IndexPlan, asked: NonNullable<ReturnType<typeof termsFor>>, isInList: boolean): IndexAnswer {
    const clauses = asked.map((terms) => this.#tokens(index, terms));
    const lacks = this.#maker.lacks(index);
    this.shape += ` ${index.name}${isInList ? "[]" : ""} ${clauses.map(lengthOf).join(",")} ${shapeOf(lacks)}`;
    return { index, isInList, clauses, lacks };
  }

  #byIdentity({ condition, pattern }: Search): Answer | undefined {
    if (condition.op !== "equal") return undefined;
    const known = valuesOf(condition, this.#parameters)?.filter((value) => value === null || typeof value !== "object");
    // Nothing else stands at such a path: what is compared with objects alone is true of no document.
    if (known === undefined || known.length === 0) return undefined;
    const from = this.values.length;
    for (const value of known) {
      const isNull = value === null;
      this.values.push(isNull ? null : this.#maker.identity(pattern, value as string | number | boolean));
    }
    const values = { from, to: this.values.length };
    this.shape += ` id ${lengthOf(values)}`;
    return { by: "identity", values };
  }

  #tokens(index: IndexPlan, terms: readonly IndexTerm[]): Slice {
    const from = this.values.length;
    for (const token of new Set(terms.flatMap((term) => this.#maker.tokens(index, term)))) this.values.push(token);
    return { from, to: this.values.length };
  }
}

function lengthOf({ from, to }: Slice): number {
  return to - from;
}

function shapeOf(lacks: Lacks | undefined): string {
  return lacks === undefined ? "" : `${lacks.below} ${lacks.above} ${lacks.oldest} ${lacks.plaintext}`;
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
