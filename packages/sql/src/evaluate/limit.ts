/** DISTINCT, TOP and OFFSET LIMIT. */
import type { Expression, Query } from "../tree.js";
import type { Account } from "./budget.js";
import { compileExpression } from "./expression.js";
import type { Machine } from "./machine.js";
import type { Emit } from "./query.js";
import { refusal } from "./refusal.js";
import type { CompileContext } from "./scope.js";
import { identity } from "./values.js";

/** The rows wanted of the output: `count` from the `offset`-th on. */
export interface Range {
  readonly offset: number;
  readonly count: number;
}

/** Reads TOP, OFFSET and LIMIT when a run starts, for they may be parameters. With both, OFFSET LIMIT counts within TOP. */
export function compileLimits(query: Query, context: CompileContext): (machine: Machine) => Range {
  const top = query.select.top && compileCount(query.select.top, "TOP", context);
  const offset = query.offsetLimit && compileCount(query.offsetLimit.offset, "OFFSET", context);
  const limit = query.offsetLimit && compileCount(query.offsetLimit.limit, "LIMIT", context);
  return (machine) => {
    const first = top?.(machine) ?? Number.POSITIVE_INFINITY;
    const skipped = offset?.(machine) ?? 0;
    const wanted = limit?.(machine) ?? Number.POSITIVE_INFINITY;
    return { offset: skipped, count: Math.max(0, Math.min(wanted, first - skipped)) };
  };
}

function compileCount(node: Expression, clause: string, context: CompileContext): (machine: Machine) => number {
  const evaluate = compileExpression(node, context);
  return (machine) => {
    const value = evaluate(machine);
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 2 ** 63) return value;
    throw refusal("SC2061", `The value of ${clause} must be a non-negative integer.`, node.at);
  };
}

export function limitStep(emit: Emit, range: Range): Emit {
  if (range.offset === 0 && range.count === Number.POSITIVE_INFINITY) return emit;
  let skip = range.offset;
  let left = range.count;
  return (row) => {
    if (left <= 0) return false;
    if (skip > 0) {
      skip--;
      return true;
    }
    left--;
    return emit(row) && left > 0;
  };
}

/** Lets each value through once; the keys it has seen count as held rows. */
export function distinctStep(emit: Emit, account: Account): Emit {
  const seen = new Set<string>();
  return (row) => {
    const key = identity(row);
    if (seen.has(key)) return true;
    account.hold(key);
    seen.add(key);
    return emit(row);
  };
}
