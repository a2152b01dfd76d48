/** The weaker predicate as text: made once for each shape that its answers have, and filled with tokens from then on. */

import type { IndexPlan } from "@cosmoseal/core";
import { type Expression, type Json, type Parameters, print, type Query, visit } from "@cosmoseal/sql";
import {
  type Also,
  type AlsoAnswer,
  type Answer,
  type Answers,
  answersOf,
  type IndexAnswer,
  type Slice,
  type TokenMaker,
} from "./answers.js";
import { wantedBy } from "./atoms.js";
import { lacking, ofVersions } from "./lacks.js";
import { narrows } from "./narrow.js";
import { among, call, join, memberOf, not } from "./nodes.js";
import type { Gap, Pushed, QueryPlan, Search, Weak } from "./query-plan.js";

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
  { pushed }: Pick<QueryPlan, "pushed">,
  parameters: Parameters,
  maker: TokenMaker,
  { also, count = false }: { readonly also?: Also; readonly count?: boolean } = {},
): PushedQuery {
  if (pushed.text !== undefined) {
    const names = pushed.parameters === "all" ? Object.keys(parameters) : pushed.parameters;
    return { text: pushed.text, parameters: named(parameters, names), narrow: true, gap: undefined, searched: [] };
  }
  const answers = answersOf(pushed.where, also, parameters, maker);
  const { own, sent, ...rest } = templateFor(pushed, answers, count);
  const filled = sent.map(({ name, value }) => ({ name, value: answers.values[value]! }));
  return { ...rest, parameters: [...named(parameters, own), ...filled] };
}

/** A text, and what stands for its parameters. */
interface Template extends Omit<PushedQuery, "parameters"> {
  /** The application's own. */
  readonly own: readonly string[];
  /** Ours: which of the answers' values each one has. */
  readonly sent: readonly Sent[];
}

interface Sent {
  readonly name: string;
  readonly value: number;
}

type PushedByUs = Exclude<Pushed, { readonly text: string }>;

function templateFor(pushed: PushedByUs, answers: Answers, count: boolean): Template {
  const known = templates.get(pushed) ?? new Map<string, Template>();
  templates.set(pushed, known);
  const shape = `${count}${answers.shape}`;
  const found = known.get(shape);
  if (found !== undefined) return found;
  const template = makeTemplate(pushed, answers, count);
  if (known.size >= MOST_SHAPES) known.delete(known.keys().next().value!);
  known.set(shape, template);
  return template;
}

const templates = new WeakMap<PushedByUs, Map<string, Template>>();
/** Lists and ranges differ in the number of their tokens from call to call. */
const MOST_SHAPES = 50;

function makeTemplate(pushed: PushedByUs, answers: Answers, count: boolean): Template {
  const binder = new Binder(pushed.alias, pushed.prefix, answers);
  const where = binder.bind(pushed.where);
  const ours = answers.also && binder.also(answers.also);
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
    own: parametersIn(sent, binder.sent),
    sent: binder.sent,
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
  readonly sent: Sent[] = [];
  readonly searched: SearchedIndex[] = [];
  readonly #alias: string;
  readonly #prefix: string;
  readonly #answers: Iterator<Answer | undefined>;

  constructor(alias: string, prefix: string, { searches }: Answers) {
    this.#alias = alias;
    this.#prefix = prefix;
    this.#answers = searches[Symbol.iterator]();
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

  also({ index, kind, lacks, tokens }: AlsoAnswer): Expression {
    switch (kind) {
      case "terms":
        return this.#clause(index, tokens, true);
      case "absent":
        return not(call("IS_DEFINED", this.#stored(index)));
      case "lacks":
        return lacks === undefined ? { kind: "Literal", value: false } : join("OR", lacking(this.#alias, lacks));
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

  #search({ condition, identity, indexes, pattern }: Search): Predicate {
    // Answers come in the order of the searches.
    const answer: Answer | undefined = this.#answers.next().value;
    if (answer !== undefined) {
      const expression =
        answer.by === "index"
          ? this.#byIndex(pattern, answer.parts)
          : this.#byIdentity(pattern, identity!, answer.values);
      return { expression, narrow: true, gap: undefined };
    }
    const wanted = wantedBy(condition);
    const has = indexes.some(({ kind }) => kind === wanted);
    const gap: Gap = { path: pattern, wanted: has || identity !== undefined ? undefined : wanted };
    return { expression: undefined, narrow: false, gap };
  }

  #byIndex(pattern: string, parts: readonly IndexAnswer[]): Expression {
    const predicates = parts.map(({ clauses, index, isInList, lacks }) => {
      const before = this.sent.length;
      const found = clauses.map((tokens) => this.#clause(index, tokens, isInList));
      this.searched.push({ index, path: pattern, tokens: this.sent.length - before });
      const predicate = join("AND", found);
      return lacks === undefined ? predicate : join("OR", [predicate, ...lacking(this.#alias, lacks)]);
    });
    return join("AND", predicates);
  }

  #byIdentity(pattern: string, target: Expression, values: Slice): Expression {
    const sent = this.#send(values);
    this.searched.push({ index: undefined, path: pattern, tokens: sent.length });
    return among(target, sent);
  }

  /** True where the document has one of the tokens. */
  #clause(index: IndexPlan, tokens: Slice, isInList: boolean): Expression {
    const stored = this.#stored(index);
    const sent = this.#send(tokens);
    if (!isInList) return among(stored, sent);
    return join(
      "OR",
      sent.map((token) => call("ARRAY_CONTAINS", stored, token)),
    );
  }

  #stored(index: IndexPlan): Expression {
    return memberOf(this.#alias, "_seal", "x", index.name);
  }

  #send({ from, to }: Slice): readonly Expression[] {
    const parameters: Expression[] = [];
    for (let value = from; value < to; value++) {
      const name = `${this.#prefix}${this.sent.length}`;
      this.sent.push({ name, value });
      parameters.push({ kind: "Parameter", name });
    }
    return parameters;
  }
}

function named(parameters: Parameters, names: Iterable<string>): PushedQuery["parameters"] {
  return [...names].flatMap((name) =>
    // One without a value is named all the same: the service takes it for undefined.
    Object.hasOwn(parameters, name) ? [{ name, value: parameters[name] as Json }] : [],
  );
}

/** The application's own: it may give some that the query doesn't name. */
function parametersIn(query: Query, ours: readonly Sent[]): readonly string[] {
  const names = new Set<string>();
  visit(query, { Parameter: ({ name }) => void names.add(name) });
  for (const { name } of ours) names.delete(name);
  return [...names];
}
