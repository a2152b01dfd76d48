/** A sub-query as a value: scalar, ARRAY and EXISTS. It runs on the machine of the row around it. */
import type { Json, Query, SubqueryCall } from "../tree.js";
import type { Evaluate, Machine } from "./machine.js";
import { compileQueryPlan, type QueryPlan } from "./query.js";
import { refusal } from "./refusal.js";
import type { CompileContext } from "./scope.js";
import type { Value } from "./values.js";

/** The one row of the sub-query; undefined where there is none, an error where there are several. */
export function compileScalarQuery(query: Query, context: CompileContext): Evaluate {
  const plan = compileQueryPlan(query, context.unit, context.scope, true);
  return (machine) => {
    let rows = 0;
    let value: Value;
    runPlan(plan, machine, (row) => {
      value = row;
      return ++rows < 2;
    });
    if (rows > 1) {
      throw refusal("SC2070", "The cardinality of a scalar subquery result set cannot be greater than one.", query.at);
    }
    return value;
  };
}

export function compileArrayQuery(query: Query, context: CompileContext): Evaluate {
  const plan = compileQueryPlan(query, context.unit, context.scope, true);
  return (machine) => {
    const rows: Json[] = [];
    runPlan(plan, machine, (row) => {
      rows.push(row);
      return true;
    });
    return rows;
  };
}

/** Whether there is a row; a row without a value (`EXISTS(SELECT VALUE undefined)`) is none. Stops at the first. */
export function compileExists(query: Query, context: CompileContext): Evaluate {
  const plan = compileQueryPlan(query, context.unit, context.scope, true);
  return (machine) => {
    let found = false;
    runPlan(plan, machine, () => {
      found = true;
      return false;
    });
    return found;
  };
}

/** FIRST and LAST of the rows. ALL is in the published grammar only, its answer for absent values nowhere. */
export function compileSubqueryCall(node: SubqueryCall, context: CompileContext): Evaluate {
  if (node.name === "ALL") throw refusal("COSMOSEAL_NOT_BUILT", "ALL(…) is not supported by this engine.", node.at);
  const plan = compileQueryPlan(node.query, context.unit, context.scope, true);
  const goOn = node.name === "LAST";
  return (machine) => {
    let value: Value;
    let found = false;
    runPlan(plan, machine, (row) => {
      if (!found || goOn) value = row;
      found = true;
      return goOn;
    });
    return value;
  };
}

/** Runs a whole sub-query over what is bound now. */
function runPlan(plan: QueryPlan, machine: Machine, emit: (row: Json) => boolean): void {
  const execution = plan.open(machine, emit);
  execution.row();
  execution.finish();
}
