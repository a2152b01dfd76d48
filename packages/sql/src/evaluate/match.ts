/** BETWEEN, IN and LIKE, as the comparisons they stand for. */
import type { Between, In, Like } from "../tree.js";
import { compileExpression } from "./expression.js";
import { type LikePattern, matchesLike, readLikePattern } from "./like.js";
import type { Evaluate } from "./machine.js";
import { and, binaryFunction, negate, or } from "./operators.js";
import type { CompileContext } from "./scope.js";
import type { Value } from "./values.js";

export function compileMatch(node: Between | In | Like, context: CompileContext): Evaluate {
  const matches = compilePositive(node, context);
  return node.not ? (machine) => negate(matches(machine)) : matches;
}

function compilePositive(node: Between | In | Like, context: CompileContext): Evaluate {
  switch (node.kind) {
    case "Between":
      return compileBetween(node, context);
    case "In":
      return compileIn(node, context);
    case "Like":
      return compileLike(node, context);
  }
}

/** `e >= low AND e <= high` */
function compileBetween(node: Between, context: CompileContext): Evaluate {
  const operand = compileExpression(node.operand, context);
  const low = compileExpression(node.low, context);
  const high = compileExpression(node.high, context);
  const atLeast = binaryFunction(">=", context.unit.settings.equality);
  const atMost = binaryFunction("<=", context.unit.settings.equality);
  return (machine) => {
    const value = operand(machine);
    return and(atLeast(value, low(machine)), atMost(value, high(machine)));
  };
}

/** `e = a OR e = b OR …`; a list of literals of one primitive type is looked up in a set. */
function compileIn(node: In, context: CompileContext): Evaluate {
  const operand = compileExpression(node.operand, context);
  const type = oneLiteralType(node);
  if (type !== undefined) {
    const set = new Set<Value>(node.list.map((item) => (item.kind === "Literal" ? item.value : undefined)));
    const otherTypes = context.unit.settings.equality === "documented" ? undefined : false;
    return (machine) => {
      const value = operand(machine);
      if (typeof value === type) return set.has(value);
      return value === undefined ? undefined : otherTypes;
    };
  }
  const list = node.list.map((item) => compileExpression(item, context));
  const equal = binaryFunction("=", context.unit.settings.equality);
  return (machine) => {
    const value = operand(machine);
    let answer: boolean | undefined = false;
    for (const item of list) {
      answer = or(answer, equal(value, item(machine)));
      if (answer === true) return true;
    }
    return answer;
  };
}

function oneLiteralType(node: In): "string" | "number" | "boolean" | undefined {
  const first = node.list[0];
  const type = first?.kind === "Literal" ? typeof first.value : undefined;
  if (type !== "string" && type !== "number" && type !== "boolean") return undefined;
  return node.list.every((item) => item.kind === "Literal" && typeof item.value === type) ? type : undefined;
}

/** Undefined unless operand, pattern and escape are strings (the escape of one character). Constant patterns are read once. */
function compileLike(node: Like, context: CompileContext): Evaluate {
  const operand = compileExpression(node.operand, context);
  const pattern = compileExpression(node.pattern, context);
  const escapeWith = node.escape === undefined ? undefined : compileExpression(node.escape, context);
  let last: { pattern: string; escape: string | undefined; steps: LikePattern } | undefined;
  return (machine) => {
    const text = operand(machine);
    const wanted = pattern(machine);
    const mark = escapeWith?.(machine);
    if (typeof text !== "string" || typeof wanted !== "string") return undefined;
    if (escapeWith !== undefined && (typeof mark !== "string" || mark.length !== 1)) return undefined;
    if (last?.pattern !== wanted || last.escape !== mark) {
      last = {
        pattern: wanted,
        escape: mark as string | undefined,
        steps: readLikePattern(wanted, mark as string | undefined),
      };
    }
    return matchesLike(text, last.steps);
  };
}
