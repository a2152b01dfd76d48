/** SELECT: the output of one row, or undefined where the row has none. */
import { severalInputs } from "../errors.js";
import { outputNames } from "../names.js";
import type { Select, SelectList } from "../tree.js";
import { compileExpression, compileObject } from "./expression.js";
import type { FromPlan } from "./from.js";
import type { Evaluate } from "./machine.js";
import { refusal } from "./refusal.js";
import type { CompileContext } from "./scope.js";

export function compileSelect(select: Select, from: FromPlan | undefined, context: CompileContext): Evaluate {
  const { what } = select;
  switch (what.kind) {
    case "SelectAll":
      return compileSelectAll(select, from, context);
    case "SelectValue":
      return compileExpression(what.value, context);
    case "SelectList":
      return compileSelectList(what, context);
  }
}

function compileSelectAll(select: Select, from: FromPlan | undefined, context: CompileContext): Evaluate {
  if (from === undefined) throw refusal("SC2030", "'SELECT *' is not valid if FROM clause is omitted.", select.at);
  const slot = from.only;
  if (slot === undefined) throw severalInputs(select.at);
  if (context.scope.grouping !== undefined) {
    throw refusal("SC2102", "'SELECT *' is not valid with a GROUP BY clause.", select.at);
  }
  return (machine) => machine.slots[slot];
}

function compileSelectList({ items }: SelectList, context: CompileContext): Evaluate {
  const names = outputNames(items);
  const twice = names.findIndex((name, n) => names.indexOf(name) < n);
  if (twice >= 0) {
    const message = `The output name '${names[twice]}' is specified more than once in the SELECT clause.`;
    throw refusal("SC2013", message, items[twice]!.at);
  }
  return compileObject(items.map(({ value }, n) => [names[n]!, compileExpression(value, context)] as const));
}
