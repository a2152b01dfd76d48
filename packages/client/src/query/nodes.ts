/** Nodes of the pushed text. */
import type { Expression } from "@cosmoseal/sql";

/** The chain of one operator over operands; there is at least one. */
export function join(operator: "AND" | "OR", [first, ...rest]: readonly Expression[]): Expression {
  return rest.reduce<Expression>((left, right) => ({ kind: "Binary", operator, left, right }), first!);
}

/** `alias.a.b`, by names that are taken as they are. */
export function memberOf(alias: string, ...names: readonly string[]): Expression {
  return names.reduce<Expression>(
    (object, value) => ({ kind: "Member", object, property: { kind: "Literal", value } }),
    {
      kind: "Name",
      name: alias,
    },
  );
}

/** True where the value is one of these; there is at least one. */
export function among(operand: Expression, [first, ...rest]: readonly Expression[]): Expression {
  return rest.length === 0
    ? { kind: "Binary", operator: "=", left: operand, right: first! }
    : { kind: "In", not: false, operand, list: [first!, ...rest] };
}

export function call(name: string, ...given: readonly Expression[]): Expression {
  return { kind: "Call", name, udf: false, arguments: given };
}

export function not(operand: Expression): Expression {
  return { kind: "Unary", operator: "NOT", operand };
}
