/**
 * Conditions of which our engine and the service are known to answer alike, so that a row which fails one tells of a server
 * that doesn't answer what it was asked. Of the others (arithmetic, order of texts, clocks, functions by the service's own
 * rules) the server is believed.
 */
import { type Expression, type Parameters, visit } from "@cosmoseal/sql";

export function isCertain(condition: Expression, parameters: Parameters): boolean {
  let certain = true;
  visit(condition, {
    enter: (node) => {
      switch (node.kind) {
        case "Literal":
        case "Name":
        case "Property":
          return;
        case "Parameter":
          certain &&= Object.hasOwn(parameters, node.name) && parameters[node.name] !== undefined;
          return;
        case "Member":
          certain &&= node.property.kind === "Literal";
          return;
        case "Unary":
          certain &&= node.operator === "NOT" || node.operator === "-";
          return;
        case "In":
          certain &&= node.list.every((item) => isConstant(item, parameters, isScalar));
          return;
        case "Binary":
          certain &&=
            LOGIC.has(node.operator) ||
            (EQUALITY.has(node.operator) && hasConstant(node, parameters, isScalar)) ||
            (ORDER.has(node.operator) && hasConstant(node, parameters, isNumber));
          return;
        case "Call":
          certain &&= !node.udf && FUNCTIONS.get(node.name) === node.arguments.length;
          return;
        default:
          certain = false;
      }
    },
  });
  return certain;
}

function hasConstant(
  { left, right }: { readonly left: Expression; readonly right: Expression },
  parameters: Parameters,
  is: (value: unknown) => boolean,
): boolean {
  return isConstant(left, parameters, is) || isConstant(right, parameters, is);
}

function isConstant(node: Expression, parameters: Parameters, is: (value: unknown) => boolean): boolean {
  if (node.kind === "Unary" && node.operator === "-") return isConstant(node.operand, parameters, isNumber);
  return node.kind === "Literal" ? is(node.value) : node.kind === "Parameter" && is(parameters[node.name]);
}

/** Of scalars equality is the same everywhere. */
function isScalar(value: unknown): boolean {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** Numbers have one order everywhere; texts are ordered by UTF-16 units here and maybe by code points there. */
function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

const LOGIC: ReadonlySet<string> = new Set(["AND", "OR"]);
const EQUALITY: ReadonlySet<string> = new Set(["=", "!="]);
const ORDER: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);
const FUNCTIONS: ReadonlyMap<string, number> = new Map([
  ["ARRAY_CONTAINS", 2],
  ["CONTAINS", 2],
  ["ENDSWITH", 2],
  ["IS_ARRAY", 1],
  ["IS_BOOL", 1],
  ["IS_DEFINED", 1],
  ["IS_NULL", 1],
  ["IS_NUMBER", 1],
  ["IS_OBJECT", 1],
  ["IS_STRING", 1],
  ["STARTSWITH", 2],
]);
