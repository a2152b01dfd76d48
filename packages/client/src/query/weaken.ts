/**
 * The weaker predicate: what the server is asked in the place of a condition over sealed paths. Two functions: `whereTrue`
 * holds wherever the condition is true, `whereFalse` wherever it is false. NOT swaps them, AND and OR dualise; a weakened
 * predicate is never negated. What can't be weakened would become `true`, never `false`: it is reported as a gap.
 */
import type { Plan } from "@cosmoseal/core";
import {
  type Binary,
  type BinaryOperator,
  type Expression,
  type Parameter,
  type Reference,
  type Resolution,
  type TreeNode,
  visit,
} from "@cosmoseal/sql";
import { type Atom, atomOf, type Constant, type Search, searchOf } from "./atoms.js";

/** A token that stands for a value in the pushed text, as a parameter. */
export interface TokenSlot {
  readonly parameter: string;
  readonly constant: Constant;
  readonly search: Search;
  readonly place: Atom["place"];
  readonly path: string;
}

/** A condition that no token narrows. */
export interface Gap {
  readonly reference: Reference;
  /** `index`: an index on its path would serve it. */
  readonly reason: "index" | "form";
}

export interface Weakened {
  readonly predicate: Expression;
  readonly slots: readonly TokenSlot[];
  readonly gaps: readonly Gap[];
}

export interface WeakenOptions {
  readonly plan: Plan;
  readonly resolution: Resolution;
  /** References that touch sealed paths. */
  readonly sealed: ReadonlyMap<TreeNode, Reference>;
  /** The name that the query gives the document. */
  readonly alias: string;
  /** A name for the n-th token's parameter that the query doesn't use. */
  readonly nameOf: (n: number) => string;
  /** Nodes that are, or hold, one of `sealed`. */
  readonly touching: ReadonlySet<TreeNode>;
}

export function weaken(condition: Expression, options: WeakenOptions, firstSlot: number): Weakened {
  const slots: TokenSlot[] = [];
  const gaps: Gap[] = [];
  return { predicate: whereTrue(condition), slots, gaps };

  function whereTrue(node: Expression): Expression {
    if (!options.touching.has(node)) return node;
    if (node.kind === "Unary" && node.operator === "NOT") return whereFalse(node.operand);
    if (isLogic(node)) return join(node.operator, operandsOf(node).map(whereTrue));
    return narrow(atomOf(options.resolution, node), node);
  }

  function whereFalse(node: Expression): Expression {
    if (!options.touching.has(node)) return { kind: "Unary", operator: "NOT", operand: node };
    if (node.kind === "Unary" && node.operator === "NOT") return whereTrue(node.operand);
    if (isLogic(node)) return join(node.operator === "AND" ? "OR" : "AND", operandsOf(node).map(whereFalse));
    // `!=` is false exactly where both sides are equal, NOT IN where one of them is.
    const positive = positiveOf(node);
    return narrow(positive && atomOf(options.resolution, positive), node);
  }

  function narrow(atom: Atom | undefined, node: Expression): Expression {
    if (atom === undefined) return gap(node, "form");
    const search = searchOf(options.plan, atom);
    return search === undefined ? gap(node, "index") : tokens(atom, search);
  }

  function tokens(atom: Atom, search: Search): Expression {
    const parameters = atom.constants.map((constant): Parameter => {
      const parameter = options.nameOf(firstSlot + slots.length);
      slots.push({ parameter, constant, search, place: atom.place, path: atom.pattern });
      return { kind: "Parameter", name: parameter };
    });
    if (search.kind === "identity") return among(atom.target, parameters);
    const stored = member({ kind: "Name", name: options.alias }, "_seal", "x", search.index.name);
    const isList = atom.place === "element" || search.index.many;
    return orLacks(
      isList
        ? join(
            "OR",
            parameters.map((token) => contains(stored, token)),
          )
        : among(stored, parameters),
    );
  }

  /** Documents of earlier schema versions may lack the index: they are all asked for, and told apart after opening. */
  function orLacks(predicate: Expression): Expression {
    const { versions, version } = options.plan;
    if (versions.size === 1) return predicate;
    const written = member({ kind: "Name", name: options.alias }, "_seal", "s");
    return join("OR", [predicate, binary("!=", written, { kind: "Literal", value: version })]);
  }

  function gap(node: Expression, reason: Gap["reason"]): Expression {
    gaps.push({ reference: firstSealed(node, options.sealed)!, reason });
    return { kind: "Literal", value: true };
  }
}

/** The operands of a chain of one operator, in order, whatever its length. */
export function operandsOf(node: Expression, operator: BinaryOperator = (node as Binary).operator): Expression[] {
  const operands: Expression[] = [];
  const todo = [node];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next.kind === "Binary" && next.operator === operator) todo.push(next.right, next.left);
    else operands.push(next);
  }
  return operands;
}

/** The chain of one operator over operands; there is at least one. */
export function join(operator: "AND" | "OR", [first, ...rest]: readonly Expression[]): Expression {
  return rest.reduce((chain, next) => binary(operator, chain, next), first!);
}

function isLogic(node: Expression): node is Binary & { readonly operator: "AND" | "OR" } {
  return node.kind === "Binary" && (node.operator === "AND" || node.operator === "OR");
}

function positiveOf(node: Expression): Expression | undefined {
  if (node.kind === "Binary" && node.operator === "!=") return binary("=", node.left, node.right);
  return node.kind === "In" && node.not ? { ...node, not: false } : undefined;
}

function firstSealed(node: Expression, sealed: ReadonlyMap<TreeNode, Reference>): Reference | undefined {
  let found: Reference | undefined;
  visit(node, {
    enter: (part) => {
      found ??= sealed.get(part);
    },
  });
  return found;
}

function among(value: Expression, [first, ...rest]: readonly Expression[]): Expression {
  return rest.length === 0
    ? binary("=", value, first!)
    : { kind: "In", not: false, operand: value, list: [first!, ...rest] };
}

function contains(array: Expression, value: Expression): Expression {
  return { kind: "Call", name: "ARRAY_CONTAINS", udf: false, arguments: [array, value] };
}

function member(object: Expression, ...names: readonly string[]): Expression {
  return names.reduce<Expression>(
    (of, name) => ({ kind: "Member", object: of, property: { kind: "Literal", value: name } }),
    object,
  );
}

function binary(operator: BinaryOperator, left: Expression, right: Expression): Binary {
  return { kind: "Binary", operator, left, right };
}
