/** AND and OR over any number of answers, three-valued as the operators are. */
import { and, or } from "../evaluate/operators.js";
import type { Value } from "../evaluate/values.js";

export function allOf(values: readonly Value[], holds: (value: Value) => boolean | undefined): boolean | undefined {
  return values.reduce<boolean | undefined>((answer, value) => and(answer, holds(value)), true);
}

export function anyOf(values: readonly Value[], holds: (value: Value) => boolean | undefined): boolean | undefined {
  return values.reduce<boolean | undefined>((answer, value) => or(answer, holds(value)), false);
}
