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
      { remedy: "Give each path one treatment." },
    );
  }
  return new Marking(treatment).clone(schema);
}

/** One call's clones, so that recursive schemas stay recursive instead of being unrolled. */
class Marking {
  readonly #treatment: Treatment;
  readonly #clones = new Map<$ZodType, $ZodType>();
  readonly #open = new Set<$ZodType>();

  constructor(treatment: Treatment) {
    this.#treatment = treatment;
  }

  clone<S extends $ZodType>(schema: S): S {
    const old = definitionOf(schema);
    const definition: Record<PropertyKey, unknown> = Object.defineProperties({}, Object.getOwnPropertyDescriptors(old));
    for (const key of INNER) {
      const inner = old[key];
      if (isSchema(inner)) defineLazily(definition, key, () => this.#inherit(inner));
      else if (Array.isArray(inner) && inner.some(isSchema)) {
        defineLazily(definition, key, () => inner.map((item) => (isSchema(item) ? this.#inherit(item) : item)));
      }
    }
    if (old.type === "object") defineLazily(definition, "shape", () => this.#inheritShape(old["shape"] as Shape));
    if (old.type === "lazy") {
      const getter = old["getter"] as () => $ZodType;
      definition["getter"] = () => this.#inherit(getter());
    }
    definition[MARK] = this.#treatment;
    const { clone: make } = schema as unknown as { clone(definition: unknown, parameters: { parent: boolean }): S };
    this.#open.add(schema);
    const clone = make.call(schema, definition, { parent: true });
    this.#open.delete(schema);
    this.#clones.set(schema, clone);
    return clone;
  }

  /**
   * Inner schemas that already have a treatment keep it: the plan then finds the contradiction and names its path. One that
   * is met again while it is being cloned stays unmarked, below what is marked.
   */
  #inherit(schema: $ZodType): $ZodType {
    if (markOf(schema) !== undefined || this.#open.has(schema)) return schema;
    return this.#clones.get(schema) ?? this.clone(schema);
  }

  /** Member by member: those of a recursive schema are getters that can't be called before the schema is complete. */
  #inheritShape(shape: Shape): Shape {
    const marked = {};
    for (const name of Object.keys(shape)) defineLazily(marked, name, () => this.#inherit(shape[name]!));
    return marked;
  }
}

const INNER = ["innerType", "element", "valueType", "items", "rest", "options", "left", "right", "catchall"] as const;

type Shape = Readonly<Record<string, $ZodType>>;

function defineLazily(object: object, key: string, make: () => unknown): void {
  let value: { readonly made: unknown } | undefined;
  Object.defineProperty(object, key, {
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
