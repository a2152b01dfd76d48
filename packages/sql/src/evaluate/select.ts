/** SELECT: the output of one row, or undefined where the row has none. */
import type { Select, SelectItem } from "../tree.js";
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
      return compileObject(
        named(what.items).map(([name, item]) => [name, compileExpression(item.value, context)] as const),
      );
  }
}

function compileSelectAll(select: Select, from: FromPlan | undefined, context: CompileContext): Evaluate {
  if (from === undefined) throw refusal("SC2030", "'SELECT *' is not valid if FROM clause is omitted.", select.at);
  const slot = from.only;
  if (slot === undefined) throw refusal("SC2031", "'SELECT *' is only valid with a single input set.", select.at);
  if (context.scope.grouping !== undefined) {
    throw refusal("SC2102", "'SELECT *' is not valid with a GROUP BY clause.", select.at);
  }
  return (machine) => machine.slots[slot];
}

/** An item is called by its alias, by the last property it reads, or `$1`, `$2`, … among those that have neither. */
function named(items: readonly SelectItem[]): [string, SelectItem][] {
  let unnamed = 0;
  const seen = new Set<string>();
  return items.map((item) => {
    const name = item.alias ?? ownName(item) ?? `$${++unnamed}`;
    if (seen.has(name)) {
      throw refusal("SC2013", `The output name '${name}' is specified more than once in the SELECT clause.`, item.at);
    }
    seen.add(name);
    return [name, item];
  });
}

function ownName({ value }: SelectItem): string | undefined {
  if (value.kind === "Name") return value.name;
  if (value.kind !== "Member" || value.property.kind !== "Literal") return undefined;
  return typeof value.property.value === "string" ? value.property.value : undefined;
}
