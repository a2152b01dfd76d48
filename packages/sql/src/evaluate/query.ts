/**
 * A query as a pipeline: FROM binds rows, WHERE keeps some, GROUP BY gathers, ORDER BY sorts, SELECT makes the output,
 * DISTINCT, TOP and OFFSET LIMIT let it through. Rows are pushed; each step says false when it wants no more.
 */
import type { Expression, Json, Query, TreeNode } from "../tree.js";
import type { Account } from "./budget.js";
import { compileFrom, elements, type FromPlan, type SourcePlan } from "./from.js";
import { compileGroup } from "./group.js";
import { compileLimits, distinctStep, limitStep } from "./limit.js";
import { type Machine, ROOT_SLOT, type Test } from "./machine.js";
import { compileOrder, orderStep } from "./order.js";
import { compileTest } from "./predicate.js";
import { refusal } from "./refusal.js";
import { type CompileContext, isAggregate, type Scope, type Unit } from "./scope.js";
import { compileSelect } from "./select.js";
import { someNode } from "./shape.js";
import { inJson } from "./values.js";

/** Takes one output row; false when no more are wanted. */
export type Emit = (row: Json) => boolean;

export interface QueryPlan {
  open(machine: Machine, emit: Emit): Execution;
  /** False for a query without FROM: it makes its rows once, whatever the container holds. */
  readonly readsContainer: boolean;
}

/** One run of a plan. */
export interface Execution {
  /** Takes the container's row in slot 0 through the pipeline; false when no more rows are wanted. */
  row(): boolean;
  /** As `row`, one step for each binding that JOINs make of the row, so that output can be drained between them. */
  steps?(): Iterable<boolean>;
  /** Lets out what operators hold back (groups, sorted rows); due once, also where `row` wanted no more. */
  finish(): void;
}

/** `correlated`: the query stands inside a row (a scalar sub-query, a JOIN), not over the container. */
export function compileQueryPlan(query: Query, unit: Unit, outer: Scope | undefined, correlated: boolean): QueryPlan {
  if (query.orderBy?.rank === true) {
    throw refusal("COSMOSEAL_NOT_BUILT", "ORDER BY RANK is not supported by this engine.", query.orderBy.at);
  }
  const rowContext: CompileContext = { unit, scope: { aliases: new Map(), outer } };
  const from =
    query.from &&
    compileFrom(query.from, rowContext, correlated, (inner, scope, inside) =>
      compileQueryPlan(inner, unit, scope, inside),
    );
  const where = query.where && compileTest(query.where, rowContext);
  const group = isGrouped(query) ? compileGroup(query, rowContext) : undefined;
  if (query.groupBy !== undefined && query.orderBy !== undefined) {
    throw refusal("SC2103", "ORDER BY is not supported together with GROUP BY.", query.orderBy.at);
  }
  const context = group?.context ?? rowContext;
  const having = query.having && compileTest(query.having, context);
  const select = compileSelect(query.select, from, context);
  const sorting = query.orderBy && compileOrder(query.orderBy, rowContext);
  // Aggregates alone make one row, in whatever order theirs came.
  const order = group === undefined ? sorting : undefined;
  const limits = compileLimits(query, context);
  const distinct = query.select.distinct;
  const holds = distinct || order !== undefined || group !== undefined;

  return {
    readsContainer: from !== undefined && readsContainer(from),
    open: (machine, emit) => {
      const range = limits(machine);
      const account = holds ? machine.budget.account() : noAccount;
      const limited = limitStep(emit, range);
      const output = distinct ? distinctStep(limited, account) : limited;
      const sorted = order && orderStep(order, machine, account, output, distinct ? undefined : range);
      const project = (): boolean => {
        if (having !== undefined && !having(machine)) return true;
        const row = inJson(select(machine));
        if (row === undefined) return true;
        return sorted === undefined ? output(row) : sorted.add(row);
      };
      const groups = group?.open(machine, account);
      const take = groups === undefined ? project : () => groups.add();
      const kept = where === undefined ? take : whereStep(where, machine, take);
      const bound = bindStep(from, machine, kept);
      return {
        row: range.count === 0 ? () => false : bound.row,
        ...(bound.steps === undefined ? {} : { steps: bound.steps }),
        finish: () => {
          bound.finish();
          groups?.each(project);
          sorted?.finish();
          account.close();
        },
      };
    },
  };
}

const noAccount: Account = { hold: () => {}, release: () => {}, close: () => {} };

function isGrouped(query: Query): boolean {
  return query.groupBy !== undefined || outputExpressions(query).some((node) => someNode(node, isAggregateCall));
}

function isAggregateCall(node: TreeNode): boolean {
  return node.kind === "Call" && !node.udf && isAggregate(node.name);
}

function outputExpressions(query: Query): Expression[] {
  const { what } = query.select;
  const selected =
    what.kind === "SelectAll" ? [] : what.kind === "SelectValue" ? [what.value] : what.items.map((item) => item.value);
  return [
    ...selected,
    ...(query.having === undefined ? [] : [query.having]),
    ...(query.orderBy?.items.map((item) => item.value) ?? []),
  ];
}

function readsContainer(from: FromPlan): boolean {
  const first = from.sources[0];
  return first?.query === undefined || first.query.readsContainer;
}

function whereStep(where: Test, machine: Machine, next: () => boolean): () => boolean {
  return () => (where(machine) ? next() : true);
}

/** Binds the sources as nested loops. A query as the first source runs across rows; its output drives the others. */
function bindStep(
  from: FromPlan | undefined,
  machine: Machine,
  next: () => boolean,
): { row: () => boolean; steps?: () => Iterable<boolean>; finish: () => void } {
  const nothing = (): void => {};
  if (from === undefined) return { row: next, finish: nothing };
  const first = from.sources[0]!;
  if (first.query !== undefined) {
    const inner = first.query.open(machine, (row) => bindRow(first, row, 1));
    return { row: inner.row, finish: inner.finish };
  }
  if (from.sources.length === 1 && first.slot === ROOT_SLOT) return { row: next, finish: nothing };
  return { row: () => bindFrom(0), steps, finish: nothing };

  /** Binds what a row of a source's query stands for. */
  function bindRow(source: SourcePlan, row: Json, next: number): boolean {
    for (const value of source.spread ? elements(row) : [row]) {
      machine.slots[source.slot] = value;
      if (!bindFrom(next)) return false;
    }
    return true;
  }

  function bindFrom(index: number): boolean {
    const source = from!.sources[index];
    if (source === undefined) return next();
    if (source.query !== undefined) {
      let more = true;
      const inner = source.query.open(machine, (row) => {
        more = more && bindRow(source, row, index + 1);
        return more;
      });
      inner.row();
      inner.finish();
      return more;
    }
    for (const value of source.values!(machine)) {
      machine.slots[source.slot] = value;
      if (!bindFrom(index + 1)) return false;
    }
    return true;
  }

  function* steps(index = 0): Generator<boolean> {
    const source = from!.sources[index];
    if (source === undefined || source.query !== undefined) {
      yield bindFrom(index);
      return;
    }
    for (const value of source.values!(machine)) {
      machine.slots[source.slot] = value;
      yield* steps(index + 1);
    }
  }
}
