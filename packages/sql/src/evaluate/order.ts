/** ORDER BY: several keys, each by the total order across types. Equal rows keep the order they came in. */
import type { Json, OrderBy } from "../tree.js";
import type { Account } from "./budget.js";
import { compileExpression } from "./expression.js";
import type { Range } from "./limit.js";
import type { Evaluate, Machine } from "./machine.js";
import type { Emit } from "./query.js";
import type { CompileContext } from "./scope.js";
import { compareOrder, type Value } from "./values.js";

interface OrderPlan {
  readonly keys: readonly Evaluate[];
  readonly directions: readonly (1 | -1)[];
}

interface OrderStep {
  /** Keeps a row with its keys as they are now; always wants more. */
  add(row: Json): boolean;
  finish(): void;
}

export function compileOrder(orderBy: OrderBy, context: CompileContext): OrderPlan {
  return {
    keys: orderBy.items.map((item) => compileExpression(item.value, context)),
    directions: orderBy.items.map((item) => (item.descending ? -1 : 1)),
  };
}

interface Held {
  readonly keys: readonly Value[];
  readonly row: Json;
}

/** With a range known to be short, never holds more than twice what it will let out. */
export function orderStep(
  plan: OrderPlan,
  machine: Machine,
  account: Account,
  emit: Emit,
  range: Range | undefined,
): OrderStep {
  const wanted = range === undefined ? Number.POSITIVE_INFINITY : range.offset + range.count;
  const most = Math.max(2 * wanted, 64);
  let held: Held[] = [];
  const order = (left: Held, right: Held): number => {
    for (let i = 0; i < plan.directions.length; i++) {
      const result = compareOrder(left.keys[i], right.keys[i]);
      if (result !== 0) return result * plan.directions[i]!;
    }
    return 0;
  };
  return {
    add: (row) => {
      account.hold(row);
      held.push({ keys: plan.keys.map((key) => key(machine)), row });
      if (held.length > most) {
        held.sort(order);
        account.release(held.length - wanted);
        held.length = wanted;
      }
      return true;
    },
    finish: () => {
      held.sort(order);
      const rows = held;
      held = [];
      account.release(rows.length);
      for (const { row } of rows) if (!emit(row)) return;
    },
  };
}
