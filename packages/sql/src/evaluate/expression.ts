/** Turns an expression into a closure, once: names become slots, parameters become indexes, constant parts are worked out. */
import { unresolved } from "../errors.js";
import { callFunction } from "../functions/call.js";
import { namedNumbers } from "../numbers.js";
import type { Binary, Conditional, Expression, Json, Member, Name } from "../tree.js";
import { newBudget } from "./budget.js";
import type { Evaluate, Machine } from "./machine.js";
import { compileMatch } from "./match.js";
import { and, binaryFunction, or, unaryFunction } from "./operators.js";
import { computedMember, constantMember, literalProperty, member, slotMember } from "./path.js";
import { refusal } from "./refusal.js";
import { type CompileContext, findAlias, groupedSlot, isAggregate, parameterIndex } from "./scope.js";
import { compileArrayQuery, compileExists, compileScalarQuery, compileSubqueryCall } from "./subquery.js";
import { inJson, setProperty, type Value } from "./values.js";

export function compileExpression(node: Expression, context: CompileContext): Evaluate {
  const grouped = groupedSlot(context, node);
  if (grouped !== undefined) return (machine) => machine.slots[grouped];
  switch (node.kind) {
    case "Literal": {
      const value = node.value;
      return () => value;
    }
    case "Parameter": {
      const index = parameterIndex(context.unit, node.name);
      return (machine) => machine.parameters[index];
    }
    case "Name":
      return compileName(node, context);
    case "Member":
      return compileMember(node, context);
    case "Unary": {
      const apply = unaryFunction(node.operator);
      const operand = compileExpression(node.operand, context);
      return constantWhere([node.operand], (machine) => apply(operand(machine)));
    }
    case "Binary":
      return compileBinary(node, context);
    case "Between":
    case "In":
    case "Like":
      return compileMatch(node, context);
    case "Conditional":
      return compileConditional(node, context);
    case "Call":
      if (!node.udf && isAggregate(node.name)) {
        throw refusal(
          "SC2101",
          `The aggregate function ${node.name} may stand only in SELECT, HAVING and ORDER BY.`,
          node.at,
        );
      }
      return callFunction(
        node,
        node.arguments.map((argument) => compileExpression(argument, context)),
        context,
      );
    case "ArrayLiteral":
      return compileArray(node.items.map((item) => compileExpression(item, context)));
    case "ObjectLiteral":
      return compileObject(
        node.properties.map((property) => [property.name, compileExpression(property.value, context)] as const),
      );
    case "ScalarQuery":
      return compileScalarQuery(node.query, context);
    case "ArrayQuery":
      return compileArrayQuery(node.query, context);
    case "Exists":
      return compileExists(node.query, context);
    case "SubqueryCall":
      return compileSubqueryCall(node, context);
  }
}

/** An alias; a name that none has may be that of a number. */
function compileName(node: Name, context: CompileContext): Evaluate {
  const slot = findAlias(context.scope, node.name, node.at);
  if (slot !== undefined) return (machine) => machine.slots[slot];
  const value = namedNumbers.get(node.name);
  if (value === undefined) throw unresolved(node.name, node.at);
  return () => value;
}

/** `c.a.b[0]`: a chain of any length is read from its start, for it may be longer than the stack is deep. */
function compileMember(node: Member, context: CompileContext): Evaluate {
  const members = leftSpine(
    node,
    context,
    (left) => (left.kind === "Member" ? left : undefined),
    (link) => link.object,
  );
  const base = members[0]!.object;
  if (members.length > longChain) {
    const readers = members.map((link) => compileReader(link, context));
    const start = compileExpression(base, context);
    return (machine) => {
      let value = start(machine);
      for (const read of readers) value = read(value, machine);
      return value;
    };
  }
  const isAlias = base.kind === "Name" && groupedSlot(context, base) === undefined;
  const slot = isAlias ? findAlias(context.scope, base.name, base.at) : undefined;
  return members.reduce<Evaluate | undefined>((object, { property: expression }) => {
    const property = literalProperty(expression);
    if (object === undefined && property !== undefined && slot !== undefined) return slotMember(slot, property);
    const of = object ?? compileExpression(base, context);
    return property === undefined
      ? computedMember(of, compileExpression(expression, context))
      : constantMember(of, property);
  }, undefined)!;
}

function compileReader(node: Member, context: CompileContext): (object: Value, machine: Machine) => Value {
  const property = compileExpression(node.property, context);
  return (object, machine) => member(object, property(machine));
}

/** Chains up to here become closures in closures, which are faster; longer ones a loop. */
const longChain = 16;

/** The nodes of a left-deep chain, innermost first. A node that grouping stands for ends the chain. */
function leftSpine<Link extends Expression>(
  node: Link,
  context: CompileContext,
  link: (node: Expression) => Link | undefined,
  left: (node: Link) => Expression,
): Link[] {
  const chain = [node];
  for (
    let next = link(left(node));
    next !== undefined && groupedSlot(context, next) === undefined;
    next = link(left(next))
  ) {
    chain.push(next);
  }
  return chain.reverse();
}

function compileBinary(node: Binary, context: CompileContext): Evaluate {
  const chain = leftSpine(
    node,
    context,
    (left) => (left.kind === "Binary" ? left : undefined),
    (binary) => binary.left,
  );
  const base = compileExpression(chain[0]!.left, context);
  const steps = chain.map((binary) => compileStep(binary, context));
  if (steps.length <= longChain) {
    const whole = steps.reduce<Evaluate>((left, step) => (machine) => step(left(machine), machine), base);
    return constantWhere([...chain.map((binary) => binary.right), chain[0]!.left], whole);
  }
  return (machine) => {
    let value = base(machine);
    for (const step of steps) value = step(value, machine);
    return value;
  };
}

/** A binary operator with its right operand: AND, OR and `??` look at it only where the left one leaves the answer open. */
function compileStep(node: Binary, context: CompileContext): (left: Value, machine: Machine) => Value {
  const right = compileExpression(node.right, context);
  switch (node.operator) {
    case "AND":
      return (left, machine) => (left === false ? false : and(left, right(machine)));
    case "OR":
      return (left, machine) => (left === true ? true : or(left, right(machine)));
    case "??":
      return (left, machine) => (left === undefined ? right(machine) : left);
    default: {
      const apply = binaryFunction(node.operator, context.unit.settings.equality);
      return (left, machine) => apply(left, right(machine));
    }
  }
}

/** Only true takes the first branch; false, undefined and every other value take the second. */
function compileConditional(node: Conditional, context: CompileContext): Evaluate {
  const condition = compileExpression(node.condition, context);
  const then = compileExpression(node.then, context);
  const otherwise = compileExpression(node.otherwise, context);
  return (machine) => (condition(machine) === true ? then(machine) : otherwise(machine));
}

/** An element without a value is left out. */
function compileArray(items: readonly Evaluate[]): Evaluate {
  return (machine) => {
    const array: Json[] = [];
    for (const item of items) {
      const value = inJson(item(machine));
      if (value !== undefined) array.push(value);
    }
    return array;
  };
}

/** A property without a value is left out. */
export function compileObject(properties: readonly (readonly [string, Evaluate])[]): Evaluate {
  return (machine) => {
    const object: Record<string, Json> = {};
    for (const [name, evaluate] of properties) {
      const value = inJson(evaluate(machine));
      if (value !== undefined) setProperty(object, name, value);
    }
    return object;
  };
}

/** Works out an operator over literals at compile time: `-1`, `24 * 3600`. */
function constantWhere(operands: readonly Expression[], evaluate: Evaluate): Evaluate {
  if (!operands.every((operand) => operand.kind === "Literal")) return evaluate;
  const value = evaluate({ slots: [], parameters: [], context: noContext, budget: newBudget() });
  return () => value;
}

const noContext = { started: new Date(0), now: () => new Date(0), random: () => 0 };
