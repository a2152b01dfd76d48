/** How tight each expression binds, and where a reader may take it otherwise than the grammar does. */
import type { Binary, BinaryOperator, Expression } from "../tree.js";

/** From loose to tight. */
export const Level = {
  conditional: 0,
  coalesce: 1,
  or: 2,
  and: 3,
  predicate: 4,
  comparison: 5,
  concatenation: 6,
  additive: 7,
  multiplicative: 8,
  unary: 9,
  member: 10,
} as const;

export function level(node: Expression): number {
  switch (node.kind) {
    case "Conditional":
      return Level.conditional;
    case "Binary":
      return OPERATOR_LEVELS[node.operator];
    case "Between":
    case "In":
    case "Like":
      return Level.predicate;
    case "Unary":
      return Level.unary;
    case "Literal":
      // `-1` must not become the object of `.x`, nor `1` that of `.e`.
      return typeof node.value === "number" ? Level.unary : Level.member;
    default:
      return Level.member;
  }
}

/** Whether a side of a binary operator must stand in parentheses. */
export function needsParentheses(parent: Binary, child: Expression, side: "left" | "right"): boolean {
  const own = OPERATOR_LEVELS[parent.operator];
  const groupsOnThisSide = (parent.operator === "??") === (side === "right");
  return level(child) < (groupsOnThisSide ? own : own + 1);
}

/**
 * Whether parentheses help though the grammar needs none: the published grammars disagree about NOT, bits, shifts and `||`,
 * and the service takes no bare BETWEEN beside AND and OR.
 */
export function isContested(parent: Binary, child: Expression): boolean {
  const { operator } = parent;
  if (child.kind === "Between") return true;
  if (operator === "AND" || operator === "OR") return false;
  if (child.kind === "Unary") return child.operator === "NOT";
  if (child.kind === "In" || child.kind === "Like") return true;
  if (child.kind !== "Binary" || child.operator === operator) return false;
  return !(ARITHMETIC.has(child.operator) && (ARITHMETIC.has(operator) || COMPARISONS.has(operator)));
}

const ARITHMETIC: ReadonlySet<BinaryOperator> = new Set(["+", "-", "*", "/", "%"]);
const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(["=", "!=", "<", "<=", ">", ">="]);

const OPERATOR_LEVELS: Readonly<Record<BinaryOperator, number>> = {
  "??": Level.coalesce,
  OR: Level.or,
  AND: Level.and,
  "=": Level.comparison,
  "!=": Level.comparison,
  "<": Level.comparison,
  "<=": Level.comparison,
  ">": Level.comparison,
  ">=": Level.comparison,
  "<<": Level.comparison,
  ">>": Level.comparison,
  ">>>": Level.comparison,
  "||": Level.concatenation,
  "+": Level.additive,
  "-": Level.additive,
  "&": Level.additive,
  "|": Level.additive,
  "^": Level.additive,
  "*": Level.multiplicative,
  "/": Level.multiplicative,
  "%": Level.multiplicative,
};
