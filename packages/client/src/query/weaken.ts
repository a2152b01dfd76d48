/**
 * The weaker predicate: what the server is asked in the place of a condition over sealed paths. Two functions: `whereTrue`
 * holds wherever the condition is true, `whereFalse` wherever it is false. NOT swaps them, AND and OR dualise; a weakened
 * predicate is never negated. What can't be weakened becomes `true`, never `false`.
 */
import type { Plan } from "@cosmoseal/core";
import {
  type Binary,
  type BinaryOperator,
  type Binding,
  type Exists,
  type Expression,
  type Query,
  type Reference,
  type Resolution,
  type Source,
  type TreeNode,
  visit,
} from "@cosmoseal/sql";
import { atomOf, oppositeOf, searchOf } from "./atoms.js";
import type { Search, Weak } from "./query-plan.js";
import { holdsAggregate } from "./rows.js";
import type { Sources } from "./sources.js";

export interface WeakenOptions {
  readonly plan: Plan;
  readonly resolution: Resolution;
  readonly sources: Sources;
  /** References that touch sealed paths. */
  readonly sealed: ReadonlyMap<TreeNode, Reference>;
  /** Of references to paths that are public now: other versions, which seal them. */
  readonly elsewhere: ReadonlyMap<TreeNode, readonly number[]>;
  /** Nodes that are, or hold, a reference that can't stand in the pushed text. */
  readonly blocked: ReadonlySet<TreeNode>;
  readonly pathOf: (reference: Reference) => string;
}

/** `used` gains the iterated names that the predicate needs bound around it. */
export function weaken(condition: Expression, options: WeakenOptions, used: Set<Binding>): Weak {
  const { blocked, plan, resolution, sources } = options;
  return whereTrue(condition);

  function whereTrue(node: Expression): Weak {
    if (!blocked.has(node)) return open(node);
    if (node.kind === "Unary" && node.operator === "NOT") return whereFalse(node.operand);
    if (isLogic(node)) return combine(node.operator, operandsOf(node).map(whereTrue));
    if (node.kind === "Exists") return exists(node);
    return searched(node) ?? gap(node);
  }

  function whereFalse(node: Expression): Weak {
    if (!blocked.has(node)) return open({ kind: "Unary", operator: "NOT", operand: node });
    if (node.kind === "Unary" && node.operator === "NOT") return whereTrue(node.operand);
    if (isLogic(node)) return combine(node.operator === "AND" ? "OR" : "AND", operandsOf(node).map(whereFalse));
    const opposite = oppositeOf(node);
    if (opposite === undefined) return gap(node);
    if (isLogic(opposite)) {
      const operands = operandsOf(opposite).map(searched);
      return operands.some((operand) => operand === undefined)
        ? gap(node)
        : combine(opposite.operator, operands as readonly Weak[]);
    }
    return searched(opposite) ?? gap(node);
  }

  function open(node: Expression): Weak {
    if (node.kind === "Literal" && node.value === true) return TRUE;
    const weak: Weak = { kind: "public", expression: sources.rebase(node, used) };
    const versions = versionsIn(node, options.elsewhere);
    return versions.length === 0 ? weak : combine("OR", [weak, { kind: "versions", versions }]);
  }

  function searched(node: Expression): Weak | undefined {
    const atom = atomOf(resolution, node);
    if (atom === undefined || !options.sealed.has(atom.target)) return undefined;
    return { kind: "search", search: searchOf(plan, atom) };
  }

  /** Of a sub-query whose rows are those of its FROM: what its WHERE needs, for some element. */
  function exists({ query }: Exists): Weak {
    if (!isPlain(query)) return gap(query);
    const inner = [query.from!.source, ...query.from!.joins];
    const scope = resolution.scopeOf(query);
    const own = new Map(scope?.bindings.map((binding) => [binding.source, binding]) ?? []);
    const kept = inner.filter((source) => isKept(source, own.get(source)));
    const where = query.where === undefined ? TRUE : combine("AND", operandsOf(query.where, "AND").map(whereTrue));
    if (where.kind === "true") return where.gap === undefined ? gap(query) : where;
    if (kept.length === 0) return where;
    const [source, ...joins] = kept.map((one) => rebasedSource(one));
    return {
      kind: "exists",
      query: {
        kind: "Query",
        select: {
          kind: "Select",
          distinct: false,
          what: { kind: "SelectValue", value: { kind: "Literal", value: 1 } },
        },
        from: { kind: "From", source: source!, joins },
      },
      where,
    };
  }

  function isKept(source: Source, binding: Binding | undefined): boolean {
    if (blocked.has(source.collection)) return false;
    return binding === undefined || sources.standingOf(binding) !== "dropped";
  }

  function rebasedSource(source: Source): Source {
    const { collection } = source;
    if (collection.kind !== "PathCollection") return source;
    const query: Query = {
      kind: "Query",
      select: { kind: "Select", distinct: false, what: { kind: "SelectAll" } },
      from: { kind: "From", source, joins: [] },
    };
    const rebased = sources.rebase<Exists>({ kind: "Exists", query }, used);
    return rebased.query.from!.source;
  }

  function gap(node: TreeNode): Weak {
    const reference = firstOf(node, options.sealed);
    return reference === undefined
      ? TRUE
      : { kind: "true", gap: { path: options.pathOf(reference), wanted: undefined } };
  }
}

export const TRUE: Weak = Object.freeze({ kind: "true" });

/** AND or OR of weakened operands; bounds of one path that AND joins become one interval. */
export function combine(operator: "AND" | "OR", operands: readonly Weak[]): Weak {
  const flat = operands.flatMap((operand) =>
    operand.kind === operator.toLowerCase() ? operandsIn(operand) : [operand],
  );
  const merged = operator === "AND" ? mergeBounds(flat) : flat;
  const [first] = merged;
  return merged.length === 1 ? first! : { kind: operator === "AND" ? "and" : "or", operands: merged };
}

function operandsIn(weak: Weak): readonly Weak[] {
  return weak.kind === "and" || weak.kind === "or" ? weak.operands : [weak];
}

/** Of a path that has one value to a document, a lower and an upper bound are one interval. */
function mergeBounds(operands: readonly Weak[]): readonly Weak[] {
  const merged: Weak[] = [];
  for (const operand of operands) {
    const at = merged.findIndex((other) => isOneInterval(other, operand));
    const other = merged[at];
    if (other?.kind === "search" && operand.kind === "search") {
      const condition = { ...other.search.condition, ...operand.search.condition };
      merged[at] = { kind: "search", search: { ...other.search, condition } };
    } else merged.push(operand);
  }
  return merged;
}

function isOneInterval(one: Weak, other: Weak): boolean {
  if (one.kind !== "search" || other.kind !== "search" || one.search.pattern !== other.search.pattern) return false;
  const a = one.search.condition;
  const b = other.search.condition;
  if (a.op !== "between" || b.op !== "between" || !isSingle(one.search)) return false;
  return (a.low === undefined) !== (b.low === undefined) && (a.high === undefined) !== (b.high === undefined);
}

function isSingle({ indexes, place }: Search): boolean {
  return place === "value" && !indexes.some(({ many }) => many);
}

/** The operands of a chain of one operator, in order, whatever its length. */
export function operandsOf(node: Expression, operator: BinaryOperator = (node as Binary).operator): Expression[] {
  const operands: Expression[] = [];
  const todo = [node];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next.kind === "Binary" && next.operator === operator) todo.push(next.right, next.left);
    else operands.push(next);
  }
  return operands;
}

function isLogic(node: Expression): node is Binary & { readonly operator: "AND" | "OR" } {
  return node.kind === "Binary" && (node.operator === "AND" || node.operator === "OR");
}

/** Rows come and go with FROM and WHERE alone: no aggregate makes a row of none. */
function isPlain({ from, groupBy, having, select }: Query): boolean {
  return from !== undefined && groupBy === undefined && having === undefined && !holdsAggregate(select.what);
}

function versionsIn(node: TreeNode, elsewhere: WeakenOptions["elsewhere"]): readonly number[] {
  const versions = new Set<number>();
  if (elsewhere.size > 0) {
    visit(node, {
      enter: (part) => {
        for (const version of elsewhere.get(part) ?? []) versions.add(version);
      },
    });
  }
  return [...versions].sort((a, b) => a - b);
}

function firstOf(node: TreeNode, sealed: ReadonlyMap<TreeNode, Reference>): Reference | undefined {
  let found: Reference | undefined;
  visit(node, {
    enter: (part) => {
      found ??= sealed.get(part);
    },
  });
  return found;
}
