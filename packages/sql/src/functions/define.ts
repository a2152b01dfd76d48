/** How a built-in function is described, and the shapes that most of them have. */
import type { RunContext } from "../evaluate/machine.js";
import { finite } from "../evaluate/operators.js";
import type { Value } from "../evaluate/values.js";

export interface BuiltinFunction {
  /** Upper case, as in the reference's page titles. */
  readonly name: string;
  readonly arity: readonly [least: number, most: number];
  readonly apply: (context: RunContext, args: readonly Value[]) => Value;
  /** True where an absent argument is an argument like others; for all other functions there is no value then. */
  readonly takesUndefined: boolean;
  /** False where the same arguments may give another value: the clock and RAND. */
  readonly deterministic: boolean;
}

export function pure(
  name: string,
  arity: number | readonly [number, number],
  apply: (...args: Value[]) => Value,
): BuiltinFunction {
  return {
    name,
    arity: typeof arity === "number" ? [arity, arity] : arity,
    apply: (_context, args) => apply(...args),
    takesUndefined: false,
    deterministic: true,
  };
}

/** As `pure`, for a function that answers for absent arguments too. */
export function total(
  name: string,
  arity: number | readonly [number, number],
  apply: (...args: Value[]) => Value,
): BuiltinFunction {
  return { ...pure(name, arity, apply), takesUndefined: true };
}

export function contextual(
  name: string,
  arity: number | readonly [number, number],
  apply: (context: RunContext, ...args: Value[]) => Value,
): BuiltinFunction {
  return {
    name,
    arity: typeof arity === "number" ? [arity, arity] : arity,
    apply: (context, args) => apply(context, ...args),
    takesUndefined: false,
    deterministic: false,
  };
}

/** A function of one number; no value for anything else, nor where the result is no number of JSON. */
export function ofNumber(name: string, apply: (number: number) => number): BuiltinFunction {
  return pure(name, 1, (value) => (typeof value === "number" ? finite(apply(value)) : undefined));
}

export function ofNumbers(name: string, apply: (left: number, right: number) => number): BuiltinFunction {
  return pure(name, 2, (left, right) =>
    typeof left === "number" && typeof right === "number" ? finite(apply(left, right)) : undefined,
  );
}

export function ofString(name: string, apply: (text: string) => Value): BuiltinFunction {
  return pure(name, 1, (value) => (typeof value === "string" ? apply(value) : undefined));
}

export function ofStrings(name: string, apply: (text: string, other: string) => Value): BuiltinFunction {
  return pure(name, 2, (text, other) =>
    typeof text === "string" && typeof other === "string" ? apply(text, other) : undefined,
  );
}

/** A test of every value, undefined included. */
export function test(name: string, apply: (value: Value) => boolean): BuiltinFunction {
  return total(name, 1, apply);
}
