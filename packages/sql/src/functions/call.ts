/** A call as a closure: looked up, its arguments counted, when the query is compiled. */
import type { Evaluate } from "../evaluate/machine.js";
import { refusal } from "../evaluate/refusal.js";
import type { CompileContext } from "../evaluate/scope.js";
import type { Value } from "../evaluate/values.js";
import type { Call } from "../tree.js";
import type { BuiltinFunction } from "./define.js";
import { refusedGroup } from "./refused.js";
import { findBuiltin } from "./registry.js";

export function callFunction(node: Call, args: readonly Evaluate[], context: CompileContext): Evaluate {
  return node.udf ? callUdf(node, args, context) : callBuiltin(node, args);
}

function callUdf(node: Call, args: readonly Evaluate[], context: CompileContext): Evaluate {
  const udfs = context.unit.settings.udfs ?? {};
  const apply = Object.hasOwn(udfs, node.name) ? udfs[node.name] : undefined;
  if (apply === undefined) {
    throw refusal("SC2006", `'udf.${node.name}' is not a known user-defined function.`, node.at);
  }
  return (machine) => apply(...args.map((argument) => argument(machine)));
}

function callBuiltin(node: Call, args: readonly Evaluate[]): Evaluate {
  const { apply, takesUndefined } = lookUp(node);
  if (takesUndefined) {
    return (machine) =>
      apply(
        machine.context,
        args.map((argument) => argument(machine)),
      );
  }
  return (machine) => {
    const values: Value[] = [];
    for (const argument of args) {
      const value = argument(machine);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return apply(machine.context, values);
  };
}

function lookUp(node: Call): BuiltinFunction {
  const name = node.name.toUpperCase();
  const group = refusedGroup(name);
  if (group !== undefined) {
    throw refusal("COSMOSEAL_NOT_BUILT", `The ${group} function ${name} is not supported by this engine.`, node.at);
  }
  const definition = findBuiltin(name);
  if (definition === undefined) {
    throw refusal("SC2005", `'${node.name}' is not a recognized built-in function name.`, node.at);
  }
  const [least, most] = definition.arity;
  if (node.arguments.length < least || node.arguments.length > most) {
    throw refusal("SC2050", `The ${definition.name} function requires ${wanted(least, most)} argument(s).`, node.at);
  }
  return definition;
}

function wanted(least: number, most: number): string {
  if (least === most) return String(least);
  return most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
}
