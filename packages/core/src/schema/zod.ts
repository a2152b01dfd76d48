/**
 * Reads a zod 4 schema (classic or mini) into schema nodes. Only structure and treatment are taken: nothing is parsed.
 * What is kept, looked through and refused stands in docs/zod.md, and a test holds this file to it.
 */
import type { $ZodType } from "zod/v4/core";
import { CosmosealError } from "../errors.js";
import { markOf } from "./mark.js";
import {
  ANYTHING,
  hasTreatedBelow,
  leaf,
  mergeNodes,
  type SchemaNode,
  type ValueFormat,
  type ValueType,
} from "./node.js";
import { joinPattern } from "./pattern.js";
import { isZodSchema, type Treatment } from "./treatment.js";

/** Throws ERR_SCHEMA_UNSUPPORTED for what hides what is stored. */
export function readZodSchema(schema: $ZodType): SchemaNode {
  return read(schema, "", { open: new Map(), within: undefined });
}

interface Definition {
  readonly type: string;
  readonly innerType: $ZodType;
  readonly element: $ZodType;
  readonly keyType: $ZodType;
  readonly valueType: $ZodType;
  readonly parts: readonly unknown[];
  readonly options: readonly $ZodType[];
  readonly left: $ZodType;
  readonly right: $ZodType;
  readonly items: readonly $ZodType[];
  readonly rest: $ZodType | null | undefined;
  readonly shape: Readonly<Record<string, $ZodType>>;
  readonly catchall?: $ZodType;
  readonly getter: () => $ZodType;
  readonly values: readonly unknown[];
  readonly entries: Readonly<Record<string, string | number>>;
  readonly format?: string;
  readonly checks?: readonly { readonly _zod: { readonly def: { readonly format?: string } } }[];
}

interface Path {
  /** Definitions that are being read, with whether they were met again inside themselves. */
  readonly open: Map<object, { recursive: boolean }>;
  /** The treatment of the place as a whole: the same mark below says nothing new. */
  readonly within: Treatment | undefined;
}

function read(schema: $ZodType, pattern: string, path: Path): SchemaNode {
  const definition = schema._zod.def as unknown as Definition;
  const above = path.open.get(definition);
  if (above !== undefined) {
    above.recursive = true;
    return ANYTHING;
  }
  const mark = markOf(schema);
  const treatment = mark === path.within ? undefined : mark;
  const here = { recursive: false };
  path.open.set(definition, here);
  const node = readDefinition(schema, definition, pattern, { open: path.open, within: treatment ?? path.within });
  path.open.delete(definition);
  if (here.recursive && treatment === undefined && hasTreatedBelow(node)) {
    throw unsupported(
      "A recursive schema has a treated path inside it.",
      pattern,
      "Seal the recursive part as a whole.",
    );
  }
  if (treatment === undefined) return here.recursive ? ANYTHING : node;
  if (node.treatment !== undefined) {
    throw new CosmosealError("ERR_SCHEMA_TREATED_TWICE", "A path has two treatments.", { path: pattern });
  }
  return { ...(here.recursive ? ANYTHING : node), treatment };
}

function readDefinition(schema: $ZodType, definition: Definition, pattern: string, path: Path): SchemaNode {
  switch (definition.type) {
    case "string":
      return formatted(leaf("string"), definition);
    case "template_literal":
      if (definition.parts.some(isMarked)) throw hidden(pattern);
      return leaf("string");
    case "number":
    case "int":
    case "nan":
      return formatted(leaf("number"), definition);
    case "boolean":
      return leaf("boolean");
    case "bigint":
      return leaf("bigint");
    case "date":
      return leaf("date");
    case "null":
      return leaf("null");
    case "undefined":
    case "void":
    case "never":
      return leaf();
    case "enum":
      return leaf(...Object.values(definition.entries).map(typeOfLiteral));
    case "literal":
      return leaf(...definition.values.map(typeOfLiteral));
    case "any":
    case "unknown":
      return ANYTHING;
    case "custom":
      return isBytes(schema) ? leaf("bytes") : ANYTHING;
    case "object":
      return readObject(definition, pattern, path);
    case "record":
      if (isMarked(definition.keyType)) throw hidden(pattern);
      return { types: new Set<ValueType>(["object"]), rest: read(definition.valueType, `${pattern}/*`, path) };
    case "array":
      return { types: new Set<ValueType>(["array"]), element: read(definition.element, `${pattern}/[]`, path) };
    case "tuple":
      return readTuple(definition, pattern, path);
    case "union":
      return definition.options
        .map((option) => read(option, pattern, path))
        .reduce((a, b) => mergeNodes(a, b, pattern));
    case "intersection":
      return mergeNodes(read(definition.left, pattern, path), read(definition.right, pattern, path), pattern);
    case "nullable":
      return withType(read(definition.innerType, pattern, path), "null");
    case "optional":
    case "nonoptional":
    case "default":
    case "prefault":
    case "catch":
    case "readonly":
      return read(definition.innerType, pattern, path);
    case "lazy":
      return read(definition.getter(), pattern, path);
    case "pipe":
    case "transform":
      throw unsupported(
        "A transform, pipe, codec or preprocess changes what is stored.",
        pattern,
        "Give the schema of the stored value; transform outside.",
      );
    default:
      throw unsupported(
        `A ${definition.type} can't be stored as JSON.`,
        pattern,
        "Give the schema of the stored value.",
      );
  }
}

/** As `z.iso.date()` and `z.int()` say it, and `.date()` and `.int()` on a string or number. */
function formatted(node: SchemaNode, definition: Definition): SchemaNode {
  const said = [definition.format, ...(definition.checks ?? []).map(({ _zod }) => _zod.def.format)];
  const format = said.map((name) => FORMATS[name ?? ""]).find((known) => known !== undefined);
  return format === undefined ? node : { ...node, format };
}

const FORMATS: Readonly<Record<string, ValueFormat>> = {
  safeint: "integer",
  int32: "integer",
  uint32: "integer",
  date: "date",
  datetime: "datetime",
};

function readObject(definition: Definition, pattern: string, path: Path): SchemaNode {
  const members = new Map<string, SchemaNode>();
  const required = new Set<string>();
  for (const [name, member] of Object.entries(definition.shape)) {
    members.set(name, read(member, joinPattern(pattern, name), path));
    if (!mayBeAbsent(member)) required.add(name);
  }
  const rest = definition.catchall === undefined ? undefined : read(definition.catchall, `${pattern}/*`, path);
  // A strict object's catch-all is `never`: as undeclared as in an object that says nothing.
  const open = rest !== undefined && !(rest.types.size === 0 && rest.open !== true && rest.members === undefined);
  return { types: new Set<ValueType>(["object"]), members, required, ...(open ? { rest } : {}) };
}

function readTuple(definition: Definition, pattern: string, path: Path): SchemaNode {
  const items = [...definition.items, ...(definition.rest ? [definition.rest] : [])];
  const nodes = items.map((item) => read(item, `${pattern}/[]`, path));
  const element = nodes.length === 0 ? undefined : nodes.reduce((a, b) => mergeNodes(a, b, `${pattern}/[]`));
  return { types: new Set<ValueType>(["array"]), ...(element === undefined ? {} : { element }) };
}

/** zod says `optional` or `defaulted` of what may be left out, and nothing of what must be there. */
function mayBeAbsent(schema: $ZodType): boolean {
  return schema._zod.optin !== undefined || ["any", "unknown", "undefined", "void"].includes(schema._zod.def.type);
}

function withType(node: SchemaNode, type: ValueType): SchemaNode {
  return { ...node, types: new Set([...node.types, type]) };
}

function typeOfLiteral(value: unknown): ValueType {
  if (value === null) return "null";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" || type === "bigint" ? type : "unknown";
}

/** `z.instanceof(Uint8Array)`, the way to say bytes in zod. The class stands on the schema itself, not on its clones. */
function isBytes(schema: $ZodType): boolean {
  for (let origin: $ZodType | undefined = schema; origin !== undefined; origin = origin._zod.parent) {
    const { Class } = origin._zod.bag as { Class?: unknown };
    if (typeof Class === "function") return Class === Uint8Array || Class.prototype instanceof Uint8Array;
  }
  return false;
}

/** Treated itself or in what it wraps. Where a schema stands for a piece of a text or a name, a treatment can't be kept. */
function isMarked(schema: unknown): boolean {
  if (!isZodSchema(schema)) return false;
  const { innerType, options, left, right, parts } = schema._zod.def as unknown as Partial<Definition>;
  const inner: readonly unknown[] = [innerType, left, right, ...(options ?? []), ...(parts ?? [])];
  return markOf(schema) !== undefined || inner.some(isMarked);
}

function hidden(pattern: string): CosmosealError {
  return unsupported(
    "A part of a text, or the names of a record, can't have a treatment of their own.",
    pattern,
    "Treat the whole.",
  );
}

function unsupported(message: string, path: string, remedy: string): CosmosealError {
  return new CosmosealError("ERR_SCHEMA_UNSUPPORTED", message, { path, remedy });
}
