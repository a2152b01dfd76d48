/** Turns an expression into a closure, once: names become slots, parameters become indexes, constant parts are worked out. */
import { callFunction } from "../functions/call.js";
import type { Binary, Conditional, Expression, Json, Member } from "../tree.js";
import { newBudget } from "./budget.js";
import type { Evaluate } from "./machine.js";
import { compileMatch } from "./match.js";
import { and, binaryFunction, or, unaryFunction } from "./operators.js";
import { computedMember, constantMember, literalProperty, slotMember } from "./path.js";
import { refusal } from "./refusal.js";
import { aliasSlot, type CompileContext, groupedSlot, isAggregate, parameterIndex } from "./scope.js";
import { compileArrayQuery, compileExists, compileScalarQuery, compileSubqueryCall } from "./subquery.js";
import { setProperty } from "./values.js";

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
    case "Name": {
      const slot = aliasSlot(context, node.name, node.at);
      return (machine) => machine.slots[slot];
    }
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
        throw refusal("SC2101", `The aggregate function ${node.name} may stand only in the SELECT clause.`, node.at);
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

function compileMember(node: Member, context: CompileContext): Evaluate {
  const property = literalProperty(node.property);
  if (property === undefined) {
    return computedMember(compileExpression(node.object, context), compileExpression(node.property, context));
  }
  if (node.object.kind === "Name" && groupedSlot(context, node.object) === undefined) {
    return slotMember(aliasSlot(context, node.object.name, node.object.at), property);
  }
  return constantMember(compileExpression(node.object, context), property);
}

function compileBinary(node: Binary, context: CompileContext): Evaluate {
  const left = compileExpression(node.left, context);
  const right = compileExpression(node.right, context);
  switch (node.operator) {
    case "AND":
      return (machine) => {
        const first = left(machine);
        return first === false ? false : and(first, right(machine));
      };
    case "OR":
      return (machine) => {
        const first = left(machine);
        return first === true ? true : or(first, right(machine));
      };
    case "??":
      return (machine) => {
        const first = left(machine);
        return first === undefined ? right(machine) : first;
      };
    default: {
      const apply = binaryFunction(node.operator, context.unit.settings.equality);
      return constantWhere([node.left, node.right], (machine) => apply(left(machine), right(machine)));
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
      const value = item(machine);
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
      const value = evaluate(machine);
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
