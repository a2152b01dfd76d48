/** What a schema says of one place and the places below it: the form that zod schemas and path tables are read into. */
import { CosmosealError } from "../errors.js";
import type { KeptType, Treatment } from "./treatment.js";

/** Types of values that a schema admits; `unknown` where it doesn't say. */
export type ValueType = "string" | "number" | "boolean" | "null" | "object" | "array" | "unknown" | KeptType;

/** What a schema says of its numbers or texts beyond their type. */
export type ValueFormat = "integer" | "date" | "datetime";

export interface SchemaNode {
  readonly treatment?: Treatment;
  /** Of all values that are numbers or texts. */
  readonly format?: ValueFormat;
  readonly types: ReadonlySet<ValueType>;
  /** Everything below is declared, with the same treatment: any, unknown, a custom type. */
  readonly open?: boolean;
  readonly members?: ReadonlyMap<string, SchemaNode>;
  /** Members that the schema requires: neither optional nor with a default. */
  readonly required?: ReadonlySet<string>;
  /** Of members that are not in `members`; without it they are undeclared. */
  readonly rest?: SchemaNode;
  readonly element?: SchemaNode;
  /** Of an earlier version; the schema itself doesn't declare it. */
  readonly removed?: true;
}

export function leaf(...types: ValueType[]): SchemaNode {
  return { types: new Set(types) };
}

export const ANYTHING: SchemaNode = Object.freeze({ types: new Set<ValueType>(["unknown"]), open: true });

/** True where the place, or one below it, has a treatment of its own. */
export function isTreated(node: SchemaNode): boolean {
  return node.treatment !== undefined || hasTreatedBelow(node);
}

export function hasTreatedBelow(node: SchemaNode): boolean {
  for (const member of node.members?.values() ?? []) if (isTreated(member)) return true;
  return (node.rest !== undefined && isTreated(node.rest)) || (node.element !== undefined && isTreated(node.element));
}

/**
 * One node for a value that may be either (a union) or both (an intersection). Throws ERR_SCHEMA_UNSUPPORTED where the two
 * disagree about a path: which treatment a value has must not hang on which branch it happens to be.
 */
export function mergeNodes(a: SchemaNode, b: SchemaNode, pattern: string): SchemaNode {
  if (!sameTreatment(a.treatment, b.treatment) && !(isVoid(a) || isVoid(b))) {
    throw disagreement(pattern);
  }
  if ((a.open === true && hasTreatedBelow(b)) || (b.open === true && hasTreatedBelow(a))) throw disagreement(pattern);
  const treatment = a.treatment ?? b.treatment;
  const rest = mergeOptional(a.rest, b.rest, `${pattern}/*`);
  const element = mergeOptional(a.element, b.element, `${pattern}/[]`);
  const members = mergeMembers(a, b, pattern);
  const format = mergeFormats(a, b);
  return {
    types: new Set([...a.types, ...b.types]),
    ...(format === undefined ? {} : { format }),
    ...(treatment === undefined ? {} : { treatment }),
    ...(a.open === true || b.open === true ? { open: true } : {}),
    ...(members === undefined ? {} : { members }),
    ...(a.required && b.required ? { required: new Set([...a.required].filter((name) => b.required!.has(name))) } : {}),
    ...(rest === undefined ? {} : { rest }),
    ...(element === undefined ? {} : { element }),
  };
}

/** Of both, or of the one that has numbers or texts. */
function mergeFormats(a: SchemaNode, b: SchemaNode): ValueFormat | undefined {
  if (a.format === b.format) return a.format;
  const [formatted, other] = a.format === undefined ? [b, a] : [a, b];
  const isOther = ["number", "string", "unknown"].some((type) => other.types.has(type as ValueType));
  return isOther ? undefined : formatted.format;
}

function mergeMembers(a: SchemaNode, b: SchemaNode, pattern: string): ReadonlyMap<string, SchemaNode> | undefined {
  if (a.members === undefined && b.members === undefined) return undefined;
  const members = new Map<string, SchemaNode>();
  for (const name of new Set([...(a.members?.keys() ?? []), ...(b.members?.keys() ?? [])])) {
    const merged = mergeOptional(a.members?.get(name) ?? a.rest, b.members?.get(name) ?? b.rest, `${pattern}/${name}`);
    members.set(name, merged!);
  }
  return members;
}

function mergeOptional(a: SchemaNode | undefined, b: SchemaNode | undefined, pattern: string): SchemaNode | undefined {
  return a !== undefined && b !== undefined ? mergeNodes(a, b, pattern) : (a ?? b);
}

/** null and undefined carry nothing that a treatment could protect. */
function isVoid(node: SchemaNode): boolean {
  return node.treatment === undefined && [...node.types].every((type) => type === "null") && node.open !== true;
}

function sameTreatment(a: Treatment | undefined, b: Treatment | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function disagreement(pattern: string): CosmosealError {
  return new CosmosealError(
    "ERR_SCHEMA_UNSUPPORTED",
    "The branches of a union or intersection treat a path differently.",
    {
      path: pattern,
      remedy: "Give the path the same treatment in every branch, or seal the whole union.",
    },
  );
}
