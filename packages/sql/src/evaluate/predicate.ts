/**
 * Turns a condition into a test that answers true only where the condition is true. Its dual (true only where the condition
 * is false) carries NOT inward, so that no third value has to be made on the way: this is the hot path of every filter.
 */
import type { Binary, BinaryOperator, Expression } from "../tree.js";
import { compileExpression } from "./expression.js";
import type { Evaluate, Test } from "./machine.js";
import { type CompileContext, groupedSlot } from "./scope.js";
import { compare, equals } from "./values.js";

export function compileTest(node: Expression, context: CompileContext): Test {
  if (groupedSlot(context, node) === undefined) {
    if (node.kind === "Unary" && node.operator === "NOT") return compileDual(node.operand, context);
    if (node.kind === "Binary") {
      if (node.operator === "AND") return all(operands(node, context).map((operand) => compileTest(operand, context)));
      if (node.operator === "OR") return any(operands(node, context).map((operand) => compileTest(operand, context)));
      const comparison = compileComparison(node, context);
      if (comparison !== undefined) return comparison;
    }
  }
  const evaluate = compileExpression(node, context);
  return (machine) => evaluate(machine) === true;
}

/** True only where the condition is false. */
function compileDual(node: Expression, context: CompileContext): Test {
  if (groupedSlot(context, node) === undefined) {
    if (node.kind === "Unary" && node.operator === "NOT") return compileTest(node.operand, context);
    if (node.kind === "Binary") {
      if (node.operator === "AND") return any(operands(node, context).map((operand) => compileDual(operand, context)));
      if (node.operator === "OR") return all(operands(node, context).map((operand) => compileDual(operand, context)));
    }
  }
  const evaluate = compileExpression(node, context);
  return (machine) => evaluate(machine) === false;
}

/** The operands of a chain of one operator, which may be longer than the stack is deep. */
function operands(node: Binary, context: CompileContext): Expression[] {
  const found: Expression[] = [];
  let left: Expression = node;
  while (left.kind === "Binary" && left.operator === node.operator && groupedSlot(context, left) === undefined) {
    found.push(left.right);
    left = left.left;
  }
  found.push(left);
  return found.reverse();
}

function all(tests: readonly Test[]): Test {
  const [first, second, third] = tests;
  if (tests.length === 2) return (machine) => first!(machine) && second!(machine);
  if (tests.length === 3) return (machine) => first!(machine) && second!(machine) && third!(machine);
  return (machine) => {
    for (const test of tests) if (!test(machine)) return false;
    return true;
  };
}

function any(tests: readonly Test[]): Test {
  const [first, second, third] = tests;
  if (tests.length === 2) return (machine) => first!(machine) || second!(machine);
  if (tests.length === 3) return (machine) => first!(machine) || second!(machine) || third!(machine);
  return (machine) => {
    for (const test of tests) if (test(machine)) return true;
    return false;
  };
}

const mirrored: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "=": "=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** A comparison, with a literal on one side specialised to the literal's type. */
function compileComparison(node: Binary, context: CompileContext): Test | undefined {
  const mirror = mirrored[node.operator];
  if (mirror === undefined) return undefined;
  const left = compileExpression(node.left, context);
  const right = compileExpression(node.right, context);
  if (node.right.kind === "Literal")
    return withLiteral(node.operator, left, node.right.value) ?? general(node.operator, left, right);
  if (node.left.kind === "Literal")
    return withLiteral(mirror, right, node.left.value) ?? general(node.operator, left, right);
  return general(node.operator, left, right);
}

function withLiteral(operator: BinaryOperator, operand: Evaluate, literal: unknown): Test | undefined {
  if (operator === "=") return literal === undefined ? () => false : (machine) => operand(machine) === literal;
  if (typeof literal === "number") return numberTest(operator, operand, literal);
  if (typeof literal === "string") return stringTest(operator, operand, literal);
  return undefined;
}

function numberTest(operator: BinaryOperator, operand: Evaluate, literal: number): Test | undefined {
  switch (operator) {
    case "<":
      return (machine) => {
        const value = operand(machine);
        return typeof value === "number" && value < literal;
      };
    case "<=":
      return (machine) => {
        const value = operand(machine);
        return typeof value === "number" && value <= literal;
      };
    case ">":
      return (machine) => {
        const value = operand(machine);
        return typeof value === "number" && value > literal;
      };
    case ">=":
      return (machine) => {
        const value = operand(machine);
        return typeof value === "number" && value >= literal;
      };
    default:
      return undefined;
  }
}

function stringTest(operator: BinaryOperator, operand: Evaluate, literal: string): Test | undefined {
  switch (operator) {
    case "<":
      return (machine) => {
        const value = operand(machine);
        return typeof value === "string" && value < literal;
      };
    case "<=":
      return (machine) => {
        const value = operand(machine);
        return typeof value === "string" && value <= literal;
      };
    case ">":
      return (machine) => {
        const value = operand(machine);
        return typeof value === "string" && value > literal;
      };
    case ">=":
      return (machine) => {
        const value = operand(machine);
        return typeof value === "string" && value >= literal;
      };
    default:
      return undefined;
  }
}

function general(operator: BinaryOperator, left: Evaluate, right: Evaluate): Test {
  switch (operator) {
    case "<":
      return (machine) => (compare(left(machine), right(machine)) ?? 0) < 0;
    case "<=":
      return (machine) => (compare(left(machine), right(machine)) ?? 1) <= 0;
    case ">":
      return (machine) => (compare(left(machine), right(machine)) ?? 0) > 0;
    case ">=":
      return (machine) => (compare(left(machine), right(machine)) ?? -1) >= 0;
    default:
      return (machine) => equals(left(machine), right(machine)) === true;
  }
}
