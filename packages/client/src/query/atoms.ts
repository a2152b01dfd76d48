/** Conditions on one sealed path that a token can stand for: `=`, IN and ARRAY_CONTAINS, against literals and parameters. */
import { type IndexPlan, joinPattern, type Plan } from "@cosmoseal/core";
import type { Call, DocumentPath, Expression, Json, Member, Name, Reference, Resolution } from "@cosmoseal/sql";

/** A value in the query: written there, or given as a parameter. */
export type Constant = { readonly literal: Json } | { readonly parameter: string };

/** A condition that is true only where the path has one of the values. */
export interface Atom {
  readonly reference: Reference;
  readonly target: Name | Member;
  readonly pattern: string;
  /** `element`: the path is an array that holds one of the values. */
  readonly place: "value" | "element";
  /** The condition is on LOWER of the path, so that only tokens over lower case can stand for it. */
  readonly lowered: boolean;
  readonly constants: readonly Constant[];
}

/** What an atom's path is searched by. */
export type Search =
  | { readonly kind: "index"; readonly index: IndexPlan }
  | { readonly kind: "identity"; readonly path: string };

/** The atom that an expression is, or undefined. A negated one is none. */
export function atomOf(resolution: Resolution, node: Expression): Atom | undefined {
  switch (node.kind) {
    case "Binary": {
      if (node.operator !== "=") return undefined;
      return atom(resolution, node.left, [node.right], "value") ?? atom(resolution, node.right, [node.left], "value");
    }
    case "In":
      return node.not ? undefined : atom(resolution, node.operand, node.list, "value");
    case "Call": {
      const [array, value, partial] = node.arguments;
      if (node.udf || node.name !== "ARRAY_CONTAINS" || array === undefined || value === undefined) return undefined;
      // A partial match compares objects by some of their members, which no token stands for.
      if (partial !== undefined && !(partial.kind === "Literal" && partial.value === false)) return undefined;
      return atom(resolution, array, [value], "element");
    }
    default:
      return undefined;
  }
}

/** How the atom's path can be searched, or undefined where it has no index. */
export function searchOf(plan: Plan, { pattern, place, lowered }: Atom): Search | undefined {
  if (place === "value" && !lowered && plan.identity.includes(pattern)) return { kind: "identity", path: pattern };
  const index = plan.indexes.find((other) => other.kind === "equality" && other.pattern === pattern);
  if (index === undefined || (lowered && !startsLowered(index))) return undefined;
  return { kind: "index", index };
}

/**
 * Lower case first, then the rest: so is the token of a value also the token of its lower case. After another normalizer it
 * need not be.
 */
function startsLowered({ options: { normalize } }: IndexPlan): boolean {
  return normalize === "lowercase" || (Array.isArray(normalize) && normalize[0] === "lowercase");
}

function atom(
  resolution: Resolution,
  operand: Expression,
  values: readonly Expression[],
  place: Atom["place"],
): Atom | undefined {
  const lowered = place === "value" && isLower(operand);
  const target = lowered ? operand.arguments[0]! : operand;
  if (target.kind !== "Name" && target.kind !== "Member") return undefined;
  const reference = resolution.referenceOf(target);
  if (reference === undefined || reference.value.kind !== "Document") return undefined;
  const pattern = patternOf(reference.value.path);
  const constants = values.map(constantOf).filter((constant) => constant !== undefined);
  if (pattern === undefined || constants.length !== values.length) return undefined;
  return { reference, target, pattern, place, lowered, constants };
}

function isLower(node: Expression): node is Call {
  return node.kind === "Call" && !node.udf && node.name === "LOWER" && node.arguments.length === 1;
}

/** Where a path stands in the schema's notation; undefined for what only evaluation can name. */
export function patternOf(path: DocumentPath): string | undefined {
  let pattern = "";
  for (const segment of path) {
    if (typeof segment === "string") pattern = joinPattern(pattern, segment);
    else if (segment.kind === "Element") pattern = `${pattern}/[]`;
    else return undefined;
  }
  return pattern;
}

function constantOf(node: Expression): Constant | undefined {
  if (node.kind === "Parameter") return { parameter: node.name };
  if (node.kind === "Literal") return node.value === undefined ? undefined : { literal: node.value };
  if (node.kind !== "Unary" || node.operand.kind !== "Literal" || typeof node.operand.value !== "number")
    return undefined;
  if (node.operator === "-") return { literal: -node.operand.value };
  return node.operator === "+" ? { literal: node.operand.value } : undefined;
}
