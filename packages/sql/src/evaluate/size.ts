/** A bound on the strings that a query may build: past it JavaScript itself would fail, with an error of no type. */
import { refusal } from "./refusal.js";

/** Thirty times the largest document. In UTF-16 units. */
const maxStringLength = 67_108_864;

/** Throws `SqlError` `COSMOSEAL_RESULT_TOO_LARGE` for a string that would be longer than the bound. */
export function checkLength(length: number): void {
  if (length <= maxStringLength) return;
  throw refusal("COSMOSEAL_RESULT_TOO_LARGE", `A string would be longer than ${maxStringLength} characters.`);
}

export function concatenated(parts: readonly string[], separator = ""): string {
  checkLength(parts.reduce((length, part) => length + part.length + separator.length, 0));
  return parts.join(separator);
}
