/** What a row calls an item of its SELECT list. */
import type { SelectItem } from "../tree.js";

/** The alias, otherwise the name or the last property of a chain; undefined for an item that a row numbers: `$1`, `$2`, … */
export function itemName(item: SelectItem): string | undefined {
  if (item.alias !== undefined) return item.alias;
  const { value } = item;
  if (value.kind === "Name") return value.name;
  if (value.kind !== "Member" || value.property.kind !== "Literal") return undefined;
  return typeof value.property.value === "string" ? value.property.value : undefined;
}
