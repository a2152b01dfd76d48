// Which items of a range a condition can be true for, by its indexes: a superset, which the condition itself then filters.

import type { Binary, BinaryOperator, Expression, Json, Parameters } from "@cosmoseal/sql";
import type { Posting } from "../store/path-index.js";
import type { PartitionRange } from "../store/range.js";

export interface Condition {
  readonly where: Expression;
  /** The name that stands for the document. */
  readonly alias: string;
  readonly parameters: Parameters;
  /** First names of paths that documents don't hold themselves. */
  readonly computed: ReadonlySet<string>;
}

/** Undefined where no index serves the condition: any item can satisfy it. */
export function candidatesOf(condition: Condition, range: PartitionRange): Posting | undefined {
  const { where, alias, parameters, computed } = condition;
  return of(where);

  function of(node: Expression): Posting | undefined {
    switch (node.kind) {
      case "Binary":
        if (node.operator === "AND") return operandsOf(node).map(of).reduce(smaller);
        if (node.operator === "OR") return operandsOf(node).map(of).reduce(union);
        return (
          compared(node.operator, node.left, node.right) ?? compared(MIRRORED[node.operator], node.right, node.left)
        );
      case "In":
        return node.not ? undefined : node.list.map((item) => compared("=", node.operand, item)).reduce(union);
      case "Call": {
        const [array, element] = node.arguments;
        if (node.udf || node.name !== "ARRAY_CONTAINS" || node.arguments.length !== 2) return undefined;
        const names = namesOf(array!);
        const value = constantOf(element!);
        return names === undefined || value === undefined ? undefined : range.index(names).withElement(value);
      }
      default:
        return undefined;
    }
  }

  function compared(operator: BinaryOperator | undefined, left: Expression, right: Expression): Posting | undefined {
    const names = namesOf(left);
    const value = constantOf(right);
    if (operator === undefined || names === undefined || value === undefined) return undefined;
    if (operator === "=") return range.index(names).withValue(value);
    const passes = typeof value === "number" ? NUMBERS[operator]?.(value) : undefined;
    return passes && range.index(names).withNumber(passes);
  }

  function namesOf(node: Expression): readonly string[] | undefined {
    if (node.kind === "Name") return node.name === alias ? [] : undefined;
    if (node.kind !== "Member" || node.property.kind !== "Literal") return undefined;
    const { value } = node.property;
    const names = namesOf(node.object);
    if (names === undefined || typeof value !== "string") return undefined;
    return names.length === 0 && computed.has(value) ? undefined : [...names, value];
  }

  function constantOf(node: Expression): null | boolean | number | string | undefined {
    const value: Json | undefined =
      node.kind === "Literal" ? node.value : node.kind === "Parameter" ? parameters[node.name] : undefined;
    return typeof value === "object" && value !== null ? undefined : value;
  }
}

/** Of a chain of one operator, whatever its length. */
function operandsOf({ operator, left, right }: Binary): readonly Expression[] {
  const operands = [right];
  let rest = left;
  for (; rest.kind === "Binary" && rest.operator === operator; rest = rest.left) operands.push(rest.right);
  return [...operands, rest];
}

function smaller(left: Posting | undefined, right: Posting | undefined): Posting | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left.size <= right.size ? left : right;
}

function union(left: Posting | undefined, right: Posting | undefined): Posting | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left.size === 0 || right.size === 0) return left.size === 0 ? right : left;
  return new Set([...left, ...right]);
}

const MIRRORED: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "=": "=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

const NUMBERS: Partial<Record<BinaryOperator, (bound: number) => (value: number) => boolean>> = {
  "<": (bound) => (value) => value < bound,
  "<=": (bound) => (value) => value <= bound,
  ">": (bound) => (value) => value > bound,
  ">=": (bound) => (value) => value >= bound,
};
