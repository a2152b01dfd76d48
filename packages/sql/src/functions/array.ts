/** Array and set functions. Elements are compared deeply; sets keep the order in which their elements were first seen. */
import { finite } from "../evaluate/operators.js";
import { compareOrder, definedNames, identity, isArray, isObject, same, type Value } from "../evaluate/values.js";
import type { Json } from "../tree.js";
import { type BuiltinFunction, pure, total } from "./define.js";
import { allOf, anyOf } from "./logic.js";

export const arrayFunctions: readonly BuiltinFunction[] = [
  pure("ARRAY_CONCAT", [2, Number.POSITIVE_INFINITY], (...arrays) =>
    arrays.every(isArray) ? arrays.flat(1) : undefined,
  ),
  pure("ARRAY_CONTAINS", [2, 3], (array, value, partial = false) => {
    if (!isArray(array) || typeof partial !== "boolean") return undefined;
    return array.some((element) => (partial ? matchesPartly(element, value!) : same(element, value)));
  }),
  containing("ARRAY_CONTAINS_ALL", allOf),
  containing("ARRAY_CONTAINS_ANY", anyOf),
  pure("ARRAY_LENGTH", 1, (array) => (isArray(array) ? array.length : undefined)),
  pure("ARRAY_SLICE", [2, 3], (array, start, count) => {
    if (!isArray(array) || typeof start !== "number" || !Number.isInteger(start)) return undefined;
    if (count !== undefined && (typeof count !== "number" || !Number.isInteger(count))) return undefined;
    const from = start < 0 ? Math.max(0, array.length + start) : start;
    return array.slice(from, count === undefined ? undefined : from + Math.max(0, count));
  }),
  ofNumbersIn("ARRAY_AVG", (numbers) => sum(numbers) / numbers.length),
  ofNumbersIn("ARRAY_MEDIAN", median),
  ofNumbersIn("ARRAY_SUM", sum),
  extreme("ARRAY_MAX", 1),
  extreme("ARRAY_MIN", -1),
  total("CHOOSE", [2, Number.POSITIVE_INFINITY], (index, ...values) =>
    typeof index === "number" && Number.isInteger(index) ? values[index - 1] : undefined,
  ),
  pure("OBJECTTOARRAY", [1, 3], objectToArray),
  ofSets("SETDIFFERENCE", (left, right) => distinct(left).filter((value) => !right.has(identity(value)))),
  ofSets("SETEQUAL", (left, right) => {
    const keys = new Set(left.map(identity));
    return keys.size === right.size && [...keys].every((key) => right.has(key));
  }),
  ofSets("SETINTERSECT", (left, right) => distinct(left).filter((value) => right.has(identity(value)))),
  pure("SETUNION", 2, (left, right) => (isArray(left) && isArray(right) ? distinct([...left, ...right]) : undefined)),
];

/** An object matches where each property it has is matched by the element's, at any depth; an array, element by element. */
function matchesPartly(element: Json, wanted: Json): boolean {
  if (isArray(wanted)) {
    if (!isArray(element) || element.length !== wanted.length) return false;
    return wanted.every((part, i) => matchesPartly(element[i]!, part));
  }
  if (!isObject(wanted)) return same(element, wanted);
  if (!isObject(element)) return false;
  return definedNames(wanted).every(
    (name) => Object.hasOwn(element, name) && matchesPartly(element[name]!, wanted[name]!),
  );
}

function containing(name: string, combine: typeof allOf): BuiltinFunction {
  return total(name, [2, Number.POSITIVE_INFINITY], (array, ...values) => {
    if (!isArray(array)) return undefined;
    return combine(values, (value) =>
      value === undefined ? undefined : array.some((element) => same(element, value)),
    );
  });
}

function ofNumbersIn(name: string, apply: (numbers: readonly number[]) => number): BuiltinFunction {
  return pure(name, 1, (array) => {
    if (!isArray(array) || array.length === 0) return undefined;
    return array.every((value) => typeof value === "number") ? finite(apply(array)) : undefined;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function extreme(name: string, direction: 1 | -1): BuiltinFunction {
  return pure(name, 1, (array) => {
    if (!isArray(array)) return undefined;
    let best: Value;
    for (const value of array) {
      if (typeof value === "object" && value !== null) return undefined;
      if (best === undefined || compareOrder(value, best) * direction > 0) best = value;
    }
    return best;
  });
}

/** `{k, v}` for each property; the second and third argument name the two. */
function objectToArray(object: Value, nameField: Value = "k", valueField: Value = "v"): Value {
  if (!isObject(object) || typeof nameField !== "string" || typeof valueField !== "string") return undefined;
  return definedNames(object).map((name) =>
    Object.fromEntries<Json>([
      [nameField, name],
      [valueField, object[name]!],
    ]),
  );
}

function ofSets(name: string, apply: (left: readonly Json[], right: ReadonlySet<string>) => Value): BuiltinFunction {
  return pure(name, 2, (left, right) =>
    isArray(left) && isArray(right) ? apply(left, new Set(right.map(identity))) : undefined,
  );
}

function distinct(values: readonly Json[]): Json[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = identity(value);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
