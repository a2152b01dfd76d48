/** Values that a query compares with, once its parameters are known. */
import { compile, type Expression, type Json, type Parameters, type Query, SqlError } from "@cosmoseal/sql";
import type { Constant } from "./query-plan.js";

/** Undefined for what has no value, or none that the client can compute: nothing is known of it then. */
export function constantValue(constant: Constant, parameters: Parameters): Json | undefined {
  if ("literal" in constant) return constant.literal;
  if ("parameter" in constant) {
    return Object.hasOwn(parameters, constant.parameter) ? parameters[constant.parameter] : undefined;
  }
  return computed(constant.expression, parameters);
}

function computed(value: Expression, parameters: Parameters): Json | undefined {
  const query: Query = {
    kind: "Query",
    select: { kind: "Select", distinct: false, what: { kind: "SelectValue", value } },
  };
  try {
    const [row] = compile(query).run([], parameters);
    return row;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
