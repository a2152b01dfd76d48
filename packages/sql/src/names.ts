/** The names that a query doesn't write but implies: what a row calls the items of a SELECT list. */
import type { SelectItem } from "./tree.js";

/** An item is called by its alias, by the last property it reads, or `$1`, `$2`, … among those that have neither. */
export function outputNames(items: readonly SelectItem[]): string[] {
  let unnamed = 0;
  return items.map((item) => item.alias ?? lastName(item) ?? `$${++unnamed}`);
}

function lastName({ value }: SelectItem): string | undefined {
  if (value.kind === "Name") return value.name;
  if (value.kind !== "Member" || value.property.kind !== "Literal") return undefined;
  return typeof value.property.value === "string" ? value.property.value : undefined;
}
