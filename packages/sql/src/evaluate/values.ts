/** What a value is: its JSON type, and how two of them are equal, compared and ordered. `undefined` stands for an absent value. */
import type { Json } from "../tree.js";

export type Value = Json | undefined;

type JsonObject = { readonly [name: string]: Json };

/**
 * How `=`, `!=` and IN answer across JSON types: "observed" says that values of different types are unequal, as the service is
 * seen to do; "documented" says that they can't be compared, as the table of the public reference prints it. See
 * docs/decisions/0002-sql-semantics.md.
 */
export type CrossTypeEquality = "observed" | "documented";

/** Equality of two values: undefined where one is absent, otherwise deep, and false across JSON types. */
export function equals(left: Value, right: Value): boolean | undefined {
  return left === undefined || right === undefined ? undefined : same(left, right);
}

/** As `equals`, but undefined across JSON types. */
export function equalsWithinType(left: Value, right: Value): boolean | undefined {
  return rank(left) === rank(right) ? equals(left, right) : undefined;
}

/** Two-valued deep equality, for DISTINCT, GROUP BY and the array functions: values of different types are not the same. */
export function same(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (isArray(left)) {
    if (!isArray(right) || left.length !== right.length) return false;
    for (let i = 0; i < left.length; i++) if (!same(left[i], right[i])) return false;
    return true;
  }
  if (isArray(right)) return false;
  const names = definedNames(left);
  if (names.length !== definedNames(right).length) return false;
  for (const name of names) {
    if (!Object.hasOwn(right, name) || !same(left[name], right[name])) return false;
  }
  return true;
}

/**
 * Three-valued comparison for `<`, `<=`, `>`, `>=`: a negative number, zero or a positive number, or undefined where the
 * types differ or are not ordered (arrays, objects). Strings compare by UTF-16 units.
 */
export function compare(left: Value, right: Value): number | undefined {
  if (typeof left === "number") return typeof right === "number" ? compareNumbers(left, right) : undefined;
  if (typeof left === "string") {
    if (typeof right !== "string") return undefined;
    return left === right ? 0 : left < right ? -1 : 1;
  }
  if (typeof left === "boolean") return typeof right === "boolean" ? Number(left) - Number(right) : undefined;
  return left === null && right === null ? 0 : undefined;
}

/** NaN compares with nothing, as in IEEE 754. */
function compareNumbers(left: number, right: number): number | undefined {
  if (left < right) return -1;
  if (left > right) return 1;
  return left === right ? 0 : undefined;
}

/**
 * The total order of ORDER BY: undefined, null, false, true, numbers, strings (by UTF-16 units), arrays, objects. The
 * service leaves the order inside arrays and inside objects open; here arrays go element by element and the shorter first,
 * objects go by their sorted names, name before value. Zero exactly where two values are deeply equal.
 *
 * @example
 * [10, "9", null, undefined, true].sort(compareOrder); // [null, true, 10, "9", undefined]: sort itself puts undefined last
 */
export function compareOrder(left: Value, right: Value): number {
  if (left === right) return 0;
  const leftRank = rank(left);
  const rightRank = rank(right);
  if (leftRank !== rightRank) return leftRank - rightRank;
  if (typeof left === "number") return orderNumbers(left, right as number);
  if (typeof left === "string") return left < (right as string) ? -1 : 1;
  if (typeof left === "boolean") return left ? 1 : -1;
  if (isArray(left)) return orderArrays(left, right as readonly Json[]);
  return orderObjects(left as JsonObject, right as JsonObject);
}

function orderNumbers(left: number, right: number): number {
  if (Number.isNaN(left)) return Number.isNaN(right) ? 0 : -1;
  if (Number.isNaN(right)) return 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

function orderArrays(left: readonly Json[], right: readonly Json[]): number {
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i++) {
    const order = compareOrder(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function orderObjects(left: JsonObject, right: JsonObject): number {
  const leftNames = definedNames(left).sort();
  const rightNames = definedNames(right).sort();
  const shared = Math.min(leftNames.length, rightNames.length);
  for (let i = 0; i < shared; i++) {
    const leftName = leftNames[i] as string;
    const rightName = rightNames[i] as string;
    if (leftName !== rightName) return leftName < rightName ? -1 : 1;
    const order = compareOrder(left[leftName], right[rightName]);
    if (order !== 0) return order;
  }
  return leftNames.length - rightNames.length;
}

/** The place of a value's JSON type in the order of types. */
export function rank(value: Value): number {
  switch (typeof value) {
    case "undefined":
      return 0;
    case "boolean":
      return 2;
    case "number":
      return 3;
    case "string":
      return 4;
    default:
      return value === null ? 1 : Array.isArray(value) ? 5 : 6;
  }
}

/** A text that two values share exactly where they are deeply equal: the key of DISTINCT, GROUP BY and the set functions. */
export function identity(value: Value): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return value === 0 ? "0" : String(value);
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return "undefined";
    default: {
      if (value === null) return "null";
      if (isArray(value)) return `[${value.map(identity).join(",")}]`;
      const names = definedNames(value).sort();
      return `{${names.map((name) => `${JSON.stringify(name)}:${identity(value[name])}`).join(",")}}`;
    }
  }
}

/** Names of the properties that have a value: an own property set to undefined is as good as absent. */
export function definedNames(object: JsonObject): string[] {
  const names = Object.keys(object);
  return names.some((name) => object[name] === undefined) ? names.filter((name) => object[name] !== undefined) : names;
}

/** A value as rows hold it: JSON has no number for NaN and the infinities, so that they are absent there. */
export function inJson(value: Value): Value {
  return typeof value === "number" && !Number.isFinite(value) ? undefined : value;
}

export function isArray(value: Value): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Value): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sets an own property whatever its name: plain assignment of `__proto__` would set the prototype. */
export function setProperty(object: Record<string, Json>, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
  } else {
    object[name] = value;
  }
}
