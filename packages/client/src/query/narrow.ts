/**
 * Whether a condition over public paths narrows what is read: one that an index of the service serves. `!=`, NOT, IS_DEFINED and
 * comparisons of two properties leave nearly everything.
 */
import type { Expression } from "@cosmoseal/sql";

export function narrows(node: Expression): boolean {
  switch (node.kind) {
    case "Literal":
      return node.value !== true;
    case "Binary":
      if (node.operator === "AND") return narrows(node.left) || narrows(node.right);
      if (node.operator === "OR") return narrows(node.left) && narrows(node.right);
      return COMPARISONS.has(node.operator) && isPath(node.left) !== isPath(node.right);
    case "In":
    case "Between":
    case "Like":
      return !node.not && isPath(node.operand);
    case "Call":
      return !node.udf && SERVED.has(node.name.replaceAll("_", "")) && node.arguments.some(isPath);
    case "Exists":
      return node.query.where !== undefined && narrows(node.query.where);
    case "Name":
    case "Member":
      return true;
    default:
      return false;
  }
}

function isPath(node: Expression): boolean {
  return node.kind === "Member" || node.kind === "Name";
}

const COMPARISONS: ReadonlySet<string> = new Set(["=", "<", "<=", ">", ">="]);

const SERVED: ReadonlySet<string> = new Set([
  "ARRAYCONTAINS",
  "CONTAINS",
  "ENDSWITH",
  "ISNULL",
  "REGEXMATCH",
  "STARTSWITH",
  "STRINGEQUALS",
]);
