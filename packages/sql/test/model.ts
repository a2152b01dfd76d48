/**
 * A second, slow and obvious interpreter of conditions, written from the public reference alone.
 *
 * It has expressions of its own rather than the parser's tree: `textOf` writes them as SQL, `evaluate` says what they are worth in
 * a document. Undefined is JavaScript's `undefined`; a condition holds only where its value is `true`.
 */
import type { Json } from "../src/tree.js";

type Value = Json | undefined;

export type Model =
  | { readonly is: "constant"; readonly value: Value }
  | { readonly is: "parameter"; readonly name: string; readonly value: Json }
  /** A path from an alias: `c` for the document, `x` for the element that an `exists` around it iterates over. */
  | { readonly is: "path"; readonly from: "c" | "x"; readonly steps: readonly (string | number)[] }
  | { readonly is: "not" | "minus"; readonly of: Model }
  | { readonly is: "and" | "or"; readonly left: Model; readonly right: Model }
  | {
      readonly is: "compare";
      readonly by: "=" | "!=" | "<" | "<=" | ">" | ">=";
      readonly left: Model;
      readonly right: Model;
    }
  | { readonly is: "arithmetic"; readonly by: "+" | "-" | "*"; readonly left: Model; readonly right: Model }
  | { readonly is: "concat" | "coalesce"; readonly left: Model; readonly right: Model }
  | { readonly is: "in"; readonly not: boolean; readonly of: Model; readonly list: readonly Model[] }
  | { readonly is: "between"; readonly not: boolean; readonly of: Model; readonly low: Model; readonly high: Model }
  | { readonly is: "like"; readonly not: boolean; readonly of: Model; readonly pattern: Model }
  | { readonly is: "choice"; readonly of: Model; readonly yes: Model; readonly no: Model }
  | { readonly is: "call"; readonly name: keyof typeof functions; readonly arguments: readonly Model[] }
  | { readonly is: "exists"; readonly over: readonly string[]; readonly where: Model }
  | { readonly is: "array"; readonly items: readonly Model[] };

/** What `=` and `!=` are across types: false and true, or undefined. */
export type Equality = "observed" | "documented";

/** What the aliases stand for. */
interface Scope {
  readonly c: Json;
  readonly x?: Json;
}

/** The value of an expression in a document. */
export function evaluate(model: Model, scope: Scope, equality: Equality = "observed"): Value {
  const worth = (part: Model): Value => evaluate(part, scope, equality);
  switch (model.is) {
    case "constant":
    case "parameter":
      return model.value;
    case "path":
      return model.steps.reduce<Value>(step, scope[model.from]);
    case "not": {
      const of = worth(model.of);
      return typeof of === "boolean" ? !of : undefined;
    }
    case "minus": {
      const of = worth(model.of);
      return typeof of === "number" ? -of : undefined;
    }
    case "and":
      return both(worth(model.left), worth(model.right));
    case "or":
      return either(worth(model.left), worth(model.right));
    case "compare":
      return compare(model.by, worth(model.left), worth(model.right), equality);
    case "arithmetic": {
      const [left, right] = [worth(model.left), worth(model.right)];
      if (typeof left !== "number" || typeof right !== "number") return undefined;
      return model.by === "+" ? left + right : model.by === "-" ? left - right : left * right;
    }
    case "concat": {
      const [left, right] = [worth(model.left), worth(model.right)];
      return typeof left === "string" && typeof right === "string" ? left + right : undefined;
    }
    case "coalesce": {
      const left = worth(model.left);
      return left === undefined ? worth(model.right) : left;
    }
    case "in": {
      const of = worth(model.of);
      const found = model.list.map((item) => equal(of, worth(item), equality)).reduce<Value>(either, false);
      return model.not ? negated(found) : found;
    }
    case "between": {
      const of = worth(model.of);
      const found = both(compare(">=", of, worth(model.low), equality), compare("<=", of, worth(model.high), equality));
      return model.not ? negated(found) : found;
    }
    case "like": {
      const [of, pattern] = [worth(model.of), worth(model.pattern)];
      if (typeof of !== "string" || typeof pattern !== "string") return undefined;
      return matches(of, pattern) !== model.not;
    }
    case "choice":
      return worth(model.of) === true ? worth(model.yes) : worth(model.no);
    case "call":
      return (functions[model.name] as (...values: Value[]) => Value)(...model.arguments.map(worth));
    case "exists": {
      const array = model.over.reduce<Value>(step, scope.c);
      return Array.isArray(array) && array.some((x: Json) => evaluate(model.where, { ...scope, x }, equality) === true);
    }
    case "array":
      return model.items.map(worth).filter((item) => item !== undefined);
  }
}

/** The same expression as SQL, every part of it in parentheses. */
export function textOf(model: Model): string {
  switch (model.is) {
    case "constant":
      return literal(model.value);
    case "parameter":
      return model.name;
    case "path":
      return model.steps.reduce<string>((text, name) => `${text}[${JSON.stringify(name)}]`, model.from);
    case "not":
      return `(NOT ${textOf(model.of)})`;
    case "minus":
      return `(- ${textOf(model.of)})`; // a blank, since two signs begin a comment
    case "and":
    case "or":
      return `(${textOf(model.left)} ${model.is.toUpperCase()} ${textOf(model.right)})`;
    case "compare":
    case "arithmetic":
      return `(${textOf(model.left)} ${model.by} ${textOf(model.right)})`;
    case "concat":
      return `(${textOf(model.left)} || ${textOf(model.right)})`;
    case "coalesce":
      return `(${textOf(model.left)} ?? ${textOf(model.right)})`;
    case "in":
      return `(${textOf(model.of)} ${model.not ? "NOT " : ""}IN (${model.list.map(textOf).join(", ")}))`;
    case "between":
      return `(${textOf(model.of)} ${model.not ? "NOT " : ""}BETWEEN ${textOf(model.low)} AND ${textOf(model.high)})`;
    case "like":
      return `(${textOf(model.of)} ${model.not ? "NOT " : ""}LIKE ${textOf(model.pattern)})`;
    case "choice":
      return `(${textOf(model.of)} ? ${textOf(model.yes)} : ${textOf(model.no)})`;
    case "call":
      return `${model.name}(${model.arguments.map(textOf).join(", ")})`;
    case "exists":
      return `EXISTS (SELECT VALUE x FROM x IN c.${model.over.join(".")} WHERE ${textOf(model.where)})`;
    case "array":
      return `[${model.items.map(textOf).join(", ")}]`;
  }
}

/** The parameters that occur in an expression. */
export function parametersOf(model: Model): Record<string, Json> {
  const found: Record<string, Json> = {};
  const seek = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(seek);
    else if (typeof part === "object" && part !== null) {
      if ((part as Model).is === "parameter") {
        const { name, value } = part as Extract<Model, { is: "parameter" }>;
        found[name] = value;
      }
      Object.values(part).forEach(seek);
    }
  };
  seek(model);
  return found;
}

/** The rank of a type in ORDER BY, and in MIN and MAX. */
export function rank(value: Value): number {
  return ["undefined", "null", "boolean", "number", "string", "array", "object"].indexOf(typeName(value));
}

const functions = {
  IS_DEFINED: (of: Value) => of !== undefined,
  IS_NULL: (of: Value) => of === null,
  IS_BOOL: (of: Value) => typeof of === "boolean",
  IS_NUMBER: (of: Value) => typeof of === "number",
  IS_STRING: (of: Value) => typeof of === "string",
  IS_ARRAY: (of: Value) => Array.isArray(of),
  IS_OBJECT: (of: Value) => typeName(of) === "object",
  IS_PRIMITIVE: (of: Value) => ["null", "boolean", "number", "string"].includes(typeName(of)),
  LENGTH: (of: Value) => (typeof of === "string" ? of.length : undefined),
  UPPER: (of: Value) => (typeof of === "string" ? of.toUpperCase() : undefined),
  ABS: (of: Value) => (typeof of === "number" ? Math.abs(of) : undefined),
  ARRAY_LENGTH: (of: Value) => (Array.isArray(of) ? of.length : undefined),
  STARTSWITH: (of: Value, part: Value) =>
    typeof of === "string" && typeof part === "string" ? of.startsWith(part) : undefined,
  CONTAINS: (of: Value, part: Value) =>
    typeof of === "string" && typeof part === "string" ? of.includes(part) : undefined,
} satisfies Record<string, (...values: Value[]) => Value>;

export const functionNames = Object.keys(functions) as (keyof typeof functions)[];

/** One step of a path: a property of an object, an element of an array, otherwise nothing. */
function step(value: Value, name: string | number): Value {
  if (typeof name === "number") return Array.isArray(value) ? (value as readonly Json[])[name] : undefined;
  if (typeName(value) !== "object") return undefined;
  return Object.entries(value as { readonly [name: string]: Json }).find(([own]) => own === name)?.[1];
}

function negated(value: Value): Value {
  return typeof value === "boolean" ? !value : undefined;
}

/** AND: false where either is false, true where both are true, undefined otherwise. */
function both(left: Value, right: Value): Value {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : undefined;
}

/** OR: true where either is true, false where both are false, undefined otherwise. */
function either(left: Value, right: Value): Value {
  if (left === true || right === true) return true;
  return left === false && right === false ? false : undefined;
}

function compare(by: string, left: Value, right: Value, equality: Equality): Value {
  if (by === "=") return equal(left, right, equality);
  if (by === "!=") return negated(equal(left, right, equality));
  if (typeName(left) !== typeName(right) || !["null", "boolean", "number", "string"].includes(typeName(left)))
    return undefined;
  const [a, b] = [left as number, right as number];
  if (by === "<") return a < b;
  if (by === "<=") return a <= b;
  return by === ">" ? a > b : a >= b;
}

/** Values of different types are unequal, or do not compare; arrays and objects are equal by structure. */
function equal(left: Value, right: Value, equality: Equality): Value {
  if (left === undefined || right === undefined) return undefined;
  if (typeName(left) !== typeName(right)) return equality === "observed" ? false : undefined;
  return same(left, right);
}

function same(left: Json, right: Json): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item: Json, index) => same(item, right[index] as Json));
  }
  if (typeName(left) === "object" && typeName(right) === "object") {
    const [a, b] = [Object.entries(left as object), Object.entries(right as object)] as [string, Json][][];
    return (
      a!.length === b!.length &&
      a!.every(([name, item]) => b!.some(([other, value]) => other === name && same(item, value)))
    );
  }
  return left === right;
}

/** LIKE with % and _ only. */
function matches(text: string, pattern: string): boolean {
  if (pattern === "") return text === "";
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === "%") return matches(text, rest) || (text !== "" && matches(text.slice(1), pattern));
  return text !== "" && (first === "_" || first === text[0]) && matches(text.slice(1), rest);
}

function typeName(value: Value): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function literal(value: Value): string {
  return value === undefined ? "undefined" : JSON.stringify(value);
}
