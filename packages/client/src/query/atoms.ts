/** Conditions on one sealed path that tokens can stand for, against literals, parameters and what is computed of them. */
import { type IndexPlan, joinPattern, type Plan } from "@cosmoseal/core";
import {
  type BinaryOperator,
  type Call,
  type DocumentPath,
  type Expression,
  type Reference,
  type Resolution,
  visit,
} from "@cosmoseal/sql";
import type { Bound, Constant, Fold, Search, SearchCondition } from "./query-plan.js";

/** A condition that is true only where the value at a path is as `condition` says. */
export interface Atom {
  readonly reference: Reference;
  readonly target: Expression;
  readonly pattern: string;
  /** `element`: the path is an array, and the condition is on some element of it. */
  readonly place: Search["place"];
  readonly condition: SearchCondition;
}

/** The atom that an expression is, or undefined. */
export function atomOf(resolution: Resolution, node: Expression): Atom | undefined {
  switch (node.kind) {
    case "Binary":
      return comparison(resolution, node.left, node.operator, node.right);
    case "In":
      return node.not ? undefined : equal(resolution, node.operand, node.list);
    case "Between": {
      const low = constantOf(node.low);
      const high = constantOf(node.high);
      if (node.not || low === undefined || high === undefined) return undefined;
      return on(resolution, node.operand, { op: "between", low: inclusive(low), high: inclusive(high) });
    }
    case "Like":
      return node.not ? undefined : like(resolution, node.operand, node.pattern, node.escape);
    case "Call":
      return node.udf ? undefined : call(resolution, node);
    case "Name":
    case "Member":
      return on(resolution, node, equalTo([{ literal: true }]));
    default:
      return undefined;
  }
}

/** Where the atom's negation holds, as an expression that an atom can be made of; undefined where nothing positive says it. */
export function oppositeOf(node: Expression): Expression | undefined {
  switch (node.kind) {
    case "Binary": {
      const operator = OPPOSITES[node.operator];
      return operator === undefined ? undefined : { ...node, operator };
    }
    case "In":
    case "Like":
      return node.not ? { ...node, not: false } : undefined;
    case "Between": {
      if (node.not) return { ...node, not: false };
      const { operand, low, high } = node;
      return {
        kind: "Binary",
        operator: "OR",
        left: { kind: "Binary", operator: "<", left: operand, right: low },
        right: { kind: "Binary", operator: ">", left: operand, right: high },
      };
    }
    case "Name":
    case "Member":
      return { kind: "Binary", operator: "=", left: node, right: { kind: "Literal", value: false } };
    default:
      return undefined;
  }
}

/** What an atom's path can be searched by, best first. */
export function searchOf(plan: Plan, atom: Atom): Search {
  const { condition, target } = atom;
  const { pattern, place } = placeOf(plan, atom);
  const kinds = SERVED_BY[condition.op];
  const indexes = plan.indexes
    .filter((index) => index.pattern === pattern && kinds.includes(index.kind))
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  const isIdentity = place === "value" && plan.identity.includes(pattern) && isEqual(condition);
  return { pattern, place, condition, indexes, identity: isIdentity ? target : undefined };
}

/** An array of scalars is indexed as a whole: an element of it is searched at the array's own path. */
function placeOf(plan: Plan, { pattern, place }: Atom): Pick<Search, "pattern" | "place"> {
  if (place === "element" || !pattern.endsWith("/[]")) return { pattern, place };
  const array = pattern.slice(0, -"/[]".length);
  return plan.indexes.some((index) => index.pattern === array)
    ? { pattern: array, place: "element" }
    : { pattern, place };
}

function isEqual(condition: SearchCondition): boolean {
  return condition.op === "equal" && condition.folded === "never";
}

/** The kind of index that a condition wants first. */
export function wantedBy(condition: SearchCondition): IndexPlan["kind"] {
  return SERVED_BY[condition.op][0]!;
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

const SERVED_BY: Readonly<Record<SearchCondition["op"], readonly IndexPlan["kind"][]>> = {
  equal: ["equality", "unique", "range", "prefix", "substring"],
  between: ["range"],
  startsWith: ["prefix", "substring"],
  contains: ["substring"],
  endsWith: ["substring"],
  like: ["substring", "prefix", "equality"],
};

/** `=` is false where two values differ, which tokens don't tell. */
const OPPOSITES: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "!=": "=",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
};

const MIRRORED: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "=": "=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function comparison(
  resolution: Resolution,
  left: Expression,
  operator: BinaryOperator,
  right: Expression,
): Atom | undefined {
  const mirrored = MIRRORED[operator];
  if (mirrored === undefined) return undefined;
  return compared(resolution, left, operator, right) ?? compared(resolution, right, mirrored, left);
}

function compared(
  resolution: Resolution,
  operand: Expression,
  operator: BinaryOperator,
  other: Expression,
): Atom | undefined {
  if (operator === "=") return equal(resolution, operand, [other]);
  const value = constantOf(other);
  if (value === undefined) return undefined;
  const bound: Bound = { value, inclusive: operator.endsWith("=") };
  return on(
    resolution,
    operand,
    operator.startsWith("<") ? { op: "between", high: bound } : { op: "between", low: bound },
  );
}

function equal(resolution: Resolution, operand: Expression, values: readonly Expression[]): Atom | undefined {
  const constants = values.map(constantOf).filter((constant) => constant !== undefined);
  if (constants.length !== values.length) return undefined;
  if (isLower(operand)) return on(resolution, operand.arguments[0]!, equalTo(constants, "always"));
  return on(resolution, operand, equalTo(constants));
}

function equalTo(values: readonly Constant[], folded: Fold = "never"): SearchCondition {
  return { op: "equal", values, spread: false, folded };
}

function like(
  resolution: Resolution,
  operand: Expression,
  pattern: Expression,
  mark: Expression | undefined,
): Atom | undefined {
  const text = constantOf(pattern);
  const known = mark === undefined ? undefined : constantOf(mark);
  if (text === undefined || (mark !== undefined && known === undefined)) return undefined;
  const [target, folded] = unlowered(operand);
  return on(resolution, target, { op: "like", text, escape: known, folded });
}

function call(resolution: Resolution, node: Call): Atom | undefined {
  const [first, second, third] = node.arguments;
  if (first === undefined) return undefined;
  switch (node.name.replaceAll("_", "")) {
    case "ARRAYCONTAINS":
      return second && contained(resolution, first, second, third);
    case "ISNULL":
      return on(resolution, first, equalTo([{ literal: null }]));
    case "STRINGEQUALS":
      return (
        second && (text(resolution, first, second, third, equals) ?? text(resolution, second, first, third, equals))
      );
    case "STARTSWITH":
      return second && text(resolution, first, second, third, searching("startsWith"));
    case "ENDSWITH":
      return second && text(resolution, first, second, third, searching("endsWith"));
    case "CONTAINS":
      return second && text(resolution, first, second, third, searching("contains"));
    default:
      return undefined;
  }
}

/** The array is at the path, or the path's value is looked for in an array that is known. */
function contained(
  resolution: Resolution,
  array: Expression,
  value: Expression,
  partial: Expression | undefined,
): Atom | undefined {
  // A partial match compares objects by some of their members, which no token stands for.
  if (partial !== undefined && !(partial.kind === "Literal" && partial.value === false)) return undefined;
  const constant = constantOf(value);
  if (constant !== undefined) {
    return on(resolution, array, equalTo([constant]), "element");
  }
  const values = constantOf(array);
  if (values === undefined) return undefined;
  const [target, folded] = unlowered(value);
  return on(resolution, target, { op: "equal", values: [values], spread: true, folded });
}

function text(
  resolution: Resolution,
  operand: Expression,
  other: Expression,
  ignoreCase: Expression | undefined,
  make: (text: Constant, folded: Fold) => SearchCondition,
): Atom | undefined {
  const constant = constantOf(other);
  const [target, folded] = unlowered(operand);
  const fold = ignoreCase === undefined ? "never" : constantOf(ignoreCase);
  if (constant === undefined || fold === undefined) return undefined;
  return on(resolution, target, make(constant, folded === "always" ? folded : fold));
}

const equals = (value: Constant, folded: Fold): SearchCondition => equalTo([value], folded);

function searching(op: "startsWith" | "endsWith" | "contains") {
  return (value: Constant, folded: Fold): SearchCondition => ({ op, text: value, folded });
}

function on(
  resolution: Resolution,
  target: Expression,
  condition: SearchCondition,
  place: Atom["place"] = "value",
): Atom | undefined {
  if (target.kind !== "Name" && target.kind !== "Member") return undefined;
  const reference = resolution.referenceOf(target);
  if (reference === undefined || reference.value.kind !== "Document") return undefined;
  const pattern = patternOf(reference.value.path);
  return pattern === undefined ? undefined : { reference, target, pattern, place, condition };
}

function unlowered(node: Expression): readonly [target: Expression, folded: Fold] {
  return isLower(node) ? [node.arguments[0]!, "always"] : [node, "never"];
}

function isLower(node: Expression): node is Call {
  return node.kind === "Call" && !node.udf && node.name === "LOWER" && node.arguments.length === 1;
}

function inclusive(value: Constant): Bound {
  return { value, inclusive: true };
}

/** What an expression is before any document is looked at; undefined where it isn't. */
function constantOf(node: Expression): Constant | undefined {
  if (node.kind === "Parameter") return { parameter: node.name };
  if (node.kind === "Literal") return node.value === undefined ? undefined : { literal: node.value };
  return isComputable(node) ? { expression: node } : undefined;
}

/** No document, no sub-query, no function of the application's or of chance in it. */
function isComputable(node: Expression): boolean {
  let computable = true;
  visit(node, {
    enter: (part) => {
      if (NOT_CONSTANT.has(part.kind) || (part.kind === "Call" && (part.udf || part.name === "RAND")))
        computable = false;
    },
  });
  return computable;
}

const NOT_CONSTANT: ReadonlySet<string> = new Set(["Name", "Member", "Query"]);
