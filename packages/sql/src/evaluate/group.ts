/** GROUP BY and aggregates: one accumulator for each aggregate call and group, a missing key being a group of its own. */
import type { Call, Query } from "../tree.js";
import { type Accumulator, newAccumulator } from "./aggregate.js";
import type { Account } from "./budget.js";
import { compileExpression } from "./expression.js";
import type { Evaluate, Machine } from "./machine.js";
import { refusal } from "./refusal.js";
import { type CompileContext, newSlot } from "./scope.js";
import { signature } from "./shape.js";
import { identity, type Value } from "./values.js";

interface GroupPlan {
  /** Where the SELECT, HAVING and ORDER BY of the query are compiled: they see keys and aggregates, not rows. */
  readonly context: CompileContext;
  open(machine: Machine, account: Account): Groups;
}

interface Groups {
  /** Takes the row that is bound now. */
  add(): boolean;
  /** Binds each group in turn, in the order they were first seen; false when `next` wanted no more. */
  each(next: () => boolean): boolean;
}

interface AggregateCall {
  readonly name: string;
  readonly argument: Evaluate;
  readonly slot: number;
}

/** Without GROUP BY all rows are one group, which exists even where there are no rows. */
export function compileGroup(query: Query, rowContext: CompileContext): GroupPlan {
  const keys = (query.groupBy ?? []).map((node) => ({
    node,
    evaluate: compileExpression(node, rowContext),
    slot: newSlot(rowContext.unit),
  }));
  const aggregates = new Map<string, AggregateCall>();
  const context: CompileContext = {
    unit: rowContext.unit,
    scope: {
      ...rowContext.scope,
      grouping: {
        keys,
        aggregate: (call) => aggregateSlot(call, aggregates, rowContext),
      },
    },
  };
  const whole = query.groupBy === undefined;
  return { context, open: (machine, account) => openGroups(machine, account, keys, [...aggregates.values()], whole) };
}

/** The same aggregate written twice is worked out once. */
function aggregateSlot(call: Call, aggregates: Map<string, AggregateCall>, rowContext: CompileContext): number {
  const key = signature(call);
  const known = aggregates.get(key);
  if (known !== undefined) return known.slot;
  const [argument] = call.arguments;
  if (argument === undefined || call.arguments.length > 1) {
    throw refusal("SC2050", `The ${call.name} function requires 1 argument(s).`, call.at);
  }
  const made = {
    name: call.name.toUpperCase(),
    argument: compileExpression(argument, rowContext),
    slot: newSlot(rowContext.unit),
  };
  aggregates.set(key, made);
  return made.slot;
}

function openGroups(
  machine: Machine,
  account: Account,
  keys: readonly { evaluate: Evaluate; slot: number }[],
  aggregates: readonly AggregateCall[],
  whole: boolean,
): Groups {
  const groups = new Map<string, { keys: readonly Value[]; accumulators: readonly Accumulator[] }>();
  const hold = (value: Value): void => account.hold(value);
  const open = (values: readonly Value[]) => ({
    keys: values,
    accumulators: aggregates.map((aggregate) => newAccumulator(aggregate.name, hold)),
  });
  const only = open([]);
  if (whole) groups.set("", only);

  const groupOfRow = () => {
    if (whole) return only;
    const values = keys.map((key) => key.evaluate(machine));
    const name = values.length === 1 ? identity(values[0]) : values.map(identity).join();
    let group = groups.get(name);
    if (group === undefined) {
      account.hold(name);
      group = open(values);
      groups.set(name, group);
    }
    return group;
  };

  return {
    add: () => {
      const { accumulators } = groupOfRow();
      for (let i = 0; i < accumulators.length; i++) accumulators[i]!.add(aggregates[i]!.argument(machine));
      return true;
    },
    each: (next) => {
      for (const group of groups.values()) {
        keys.forEach((key, i) => {
          machine.slots[key.slot] = group.keys[i];
        });
        aggregates.forEach((aggregate, i) => {
          machine.slots[aggregate.slot] = group.accumulators[i]!.result();
        });
        if (!next()) return false;
      }
      return true;
    },
  };
}
