/** The operators on values: three-valued logic, comparison, arithmetic, bits. Each answers undefined outside its types. */
import type { BinaryOperator, Unary } from "../tree.js";
import { checkLength } from "./size.js";
import { type CrossTypeEquality, compare, equals, equalsWithinType, type Value } from "./values.js";

type BinaryFunction = (left: Value, right: Value) => Value;

/** The function of a binary operator whose operands are both always wanted: all but AND, OR and `??`. */
export function binaryFunction(
  operator: Exclude<BinaryOperator, "AND" | "OR" | "??">,
  equality: CrossTypeEquality | undefined,
): BinaryFunction {
  const equal = equality === "documented" ? equalsWithinType : equals;
  if (operator === "=") return equal;
  if (operator === "!=") return (left, right) => negate(equal(left, right));
  return table[operator];
}

const table: Record<Exclude<BinaryOperator, "AND" | "OR" | "??" | "=" | "!=">, BinaryFunction> = {
  "<": (left, right) => ordered(compare(left, right), (order) => order < 0),
  "<=": (left, right) => ordered(compare(left, right), (order) => order <= 0),
  ">": (left, right) => ordered(compare(left, right), (order) => order > 0),
  ">=": (left, right) => ordered(compare(left, right), (order) => order >= 0),
  "||": (left, right) => (typeof left === "string" && typeof right === "string" ? joined(left, right) : undefined),
  "+": arithmetic((left, right) => left + right),
  "-": arithmetic((left, right) => left - right),
  "*": arithmetic((left, right) => left * right),
  "/": arithmetic((left, right) => left / right),
  "%": arithmetic((left, right) => left % right),
  "&": arithmetic((left, right) => left & right),
  "|": arithmetic((left, right) => left | right),
  "^": arithmetic((left, right) => left ^ right),
  "<<": arithmetic((left, right) => left << right),
  ">>": arithmetic((left, right) => left >> right),
  ">>>": arithmetic((left, right) => left >>> right),
};

function ordered(order: number | undefined, test: (order: number) => boolean): Value {
  return order === undefined ? undefined : test(order);
}

/** By `+`, which copies neither: a long chain takes time linear in its result. */
function joined(left: string, right: string): string {
  checkLength(left.length + right.length);
  return left + right;
}

function arithmetic(operation: (left: number, right: number) => number): BinaryFunction {
  return (left, right) =>
    typeof left === "number" && typeof right === "number" ? finite(operation(left, right)) : undefined;
}

/** A result that JSON has no number for (a division by zero, an overflow) is no value; there is no negative zero either. */
export function finite(result: number): number | undefined {
  return Number.isFinite(result) ? result + 0 : undefined;
}

export function unaryFunction(operator: Unary["operator"]): (operand: Value) => Value {
  switch (operator) {
    case "NOT":
      return negate;
    case "-":
      return (operand) => (typeof operand === "number" ? 0 - operand : undefined);
    case "+":
      return (operand) => (typeof operand === "number" ? operand : undefined);
    case "~":
      return (operand) => (typeof operand === "number" ? ~operand : undefined);
  }
}

export function negate(value: Value): boolean | undefined {
  return typeof value === "boolean" ? !value : undefined;
}

/** False wins over everything, then what is not a boolean makes it undefined. */
export function and(left: Value, right: Value): boolean | undefined {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : undefined;
}

/** True wins over everything, then what is not a boolean makes it undefined. */
export function or(left: Value, right: Value): boolean | undefined {
  if (left === true || right === true) return true;
  return left === false && right === false ? false : undefined;
}
