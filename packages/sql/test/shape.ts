/** An expression with every operator in parentheses, so that a test can say how it was grouped. */
import { parse } from "../src/parse/parse.js";
import type { Expression, Query } from "../src/tree.js";

/** How the text of one expression is grouped. */
export function grouping(text: string): string {
  return shape(selected(parse(`SELECT VALUE ${text}`)));
}

/** The expression of `SELECT VALUE`. */
export function selected(query: Query): Expression {
  if (query.select.what.kind !== "SelectValue") throw new Error("not a SELECT VALUE");
  return query.select.what.value;
}

export function expressionOf(text: string): Expression {
  return selected(parse(`SELECT VALUE ${text}`));
}

function shape(node: Expression): string {
  switch (node.kind) {
    case "Literal":
      return JSON.stringify(node.value) ?? "undefined";
    case "Name":
    case "Parameter":
      return node.name;
    case "Member":
      return `${shape(node.object)}[${shape(node.property)}]`;
    case "Unary":
      return `(${node.operator} ${shape(node.operand)})`;
    case "Binary":
      return `(${shape(node.left)} ${node.operator} ${shape(node.right)})`;
    case "Between":
      return `(${shape(node.operand)}${not(node)} BETWEEN ${shape(node.low)} AND ${shape(node.high)})`;
    case "In":
      return `(${shape(node.operand)}${not(node)} IN ${node.list.map(shape).join(" ")})`;
    case "Like":
      return `(${shape(node.operand)}${not(node)} LIKE ${shape(node.pattern)}${node.escape ? ` ESCAPE ${shape(node.escape)}` : ""})`;
    case "Conditional":
      return `(${shape(node.condition)} ? ${shape(node.then)} : ${shape(node.otherwise)})`;
    case "Call":
      return `${node.udf ? "udf." : ""}${node.name}(${node.arguments.map(shape).join(" ")})`;
    case "ArrayLiteral":
      return `[${node.items.map(shape).join(" ")}]`;
    case "ObjectLiteral":
      return `{${node.properties.map(({ name, value }) => `${name}:${shape(value)}`).join(" ")}}`;
    case "ScalarQuery":
    case "ArrayQuery":
    case "Exists":
      return node.kind;
    case "SubqueryCall":
      return node.name;
  }
}

function not(node: { readonly not: boolean }): string {
  return node.not ? " NOT" : "";
}
