/**
 * Marks a clone of a zod schema with its treatment, and the schemas inside it with the same.
 *
 * The mark is a symbol in the schema's definition, which zod copies into everything that it derives (`.extend`, `.pick`,
 * `.partial`, `.exclude`, `.min`, `.meta`, …), where a registry entry would be lost in silence. Marking the inner schemas too
 * means that what is taken out again (`.unwrap()`, `.element`, `{ ...address.shape }`) stays sealed: it fails closed.
 */
import type { $ZodType } from "zod/v4/core";
import { CosmosealError } from "../errors.js";
import type { Treatment } from "./treatment.js";

const MARK: unique symbol = Symbol.for("cosmoseal.treatment");

type Definition = Record<PropertyKey, unknown> & { readonly type: string; readonly [MARK]?: Treatment };

/** The schema's own treatment, if it has one. */
export function markOf(schema: $ZodType): Treatment | undefined {
  return definitionOf(schema)[MARK];
}

/** A marked clone. Throws ERR_SCHEMA_TREATED_TWICE where the schema has another treatment already. */
export function markSchema<S extends $ZodType>(schema: S, treatment: Treatment): S {
  const own = markOf(schema);
  if (own !== undefined && own !== treatment) {
    throw new CosmosealError(
      "ERR_SCHEMA_TREATED_TWICE",
      `A schema that is ${own.treatment} already was treated again.`,
      {
        remedy: "Give each path one treatment.",
      },
    );
  }
  return clone(schema, treatment);
}

/** Inner schemas that already have a treatment keep it: the plan then finds the contradiction and names its path. */
function inherit(schema: $ZodType, treatment: Treatment): $ZodType {
  return markOf(schema) === undefined ? clone(schema, treatment) : schema;
}

function clone<S extends $ZodType>(schema: S, treatment: Treatment): S {
  const old = definitionOf(schema);
  const definition: Record<PropertyKey, unknown> = Object.defineProperties({}, Object.getOwnPropertyDescriptors(old));
  for (const key of INNER) {
    const inner = old[key];
    if (isSchema(inner)) replace(definition, key, () => inherit(inner, treatment));
    else if (Array.isArray(inner) && inner.some(isSchema)) {
      replace(definition, key, () => inner.map((item) => (isSchema(item) ? inherit(item, treatment) : item)));
    }
  }
  if (old.type === "object") replace(definition, "shape", () => inheritShape(old["shape"] as Shape, treatment));
  if (old.type === "lazy") {
    const getter = old["getter"] as () => $ZodType;
    replace(definition, "getter", () => () => inherit(getter(), treatment));
  }
  definition[MARK] = treatment;
  const { clone: make } = schema as unknown as { clone(definition: unknown, parameters: { parent: boolean }): S };
  return make.call(schema, definition, { parent: true });
}

const INNER = ["innerType", "element", "valueType", "items", "rest", "options", "left", "right", "catchall"] as const;

type Shape = Readonly<Record<string, $ZodType>>;

/** Lazily, member by member: recursive schemas are getters that can't be called before the schema is complete. */
function inheritShape(shape: Shape, treatment: Treatment): Shape {
  const marked = {};
  for (const name of Object.keys(shape)) {
    let member: $ZodType | undefined;
    Object.defineProperty(marked, name, {
      enumerable: true,
      configurable: true,
      get: () => {
        member ??= inherit(shape[name]!, treatment);
        return member;
      },
    });
  }
  return marked;
}

function replace(definition: object, key: string, make: () => unknown): void {
  let value: { readonly made: unknown } | undefined;
  Object.defineProperty(definition, key, {
    enumerable: true,
    configurable: true,
    get: () => {
      value ??= { made: make() };
      return value.made;
    },
  });
}

function definitionOf(schema: $ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}

function isSchema(value: unknown): value is $ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}
