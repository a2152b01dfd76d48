/** Arbitrary shapes of documents: a tree of places with types, treatments and indexes, drawn by chance. */
import type { SealedOptions } from "cosmoseal";
import type { Draw } from "../draw.js";

export type LeafType = "text" | "integer" | "number" | "day" | "instant" | "boolean" | "bigint" | "date" | "mixed";
export type ListType = "text" | "integer";

export type Place =
  | { readonly kind: "leaf"; readonly type: LeafType; readonly treatment: PlaceTreatment }
  /** An array of scalars. */
  | { readonly kind: "list"; readonly type: ListType; readonly treatment: PlaceTreatment }
  | { readonly kind: "object" | "objects"; readonly members: Members; readonly treatment: PlaceTreatment };

export type Members = Readonly<Record<string, Place>>;

export type PlaceTreatment =
  | { readonly is: "signed" | "unsigned" }
  | { readonly is: "sealed"; readonly options: SealedOptions };

export interface Shape {
  readonly members: Members;
  /** Out of /id and /pk. */
  readonly identity: readonly string[];
  readonly form: "zod" | "paths";
}

export function shapeFrom(draw: Draw): Shape {
  const form = draw.chance(0.5) ? "zod" : "paths";
  const names = NAMES.filter(() => draw.chance(0.55)).slice(0, 9);
  const members = Object.fromEntries(names.map((name) => [name, place(draw, form, 0)]));
  // At least one sealed place that an index serves, or the whole query language would go to the server.
  const sure = leaf(draw, form, "text", true);
  return { members: { sure, ...members }, identity: ["/id", "/pk"].filter(() => draw.chance(0.25)), form };
}

/** Nearly everything sealed under every index that its type can have: for what concerns the indexes alone. */
export function denseShapeFrom(draw: Draw): Shape {
  const of = (type: LeafType): Place => leaf(draw, "zod", type, true);
  const listOf = (type: ListType): Place => ({
    kind: "list",
    type,
    treatment: { is: "sealed", options: indexesOf(draw, type, true) },
  });
  const open = { kind: "leaf", type: "text", treatment: { is: "signed" } } as const;
  const parts = { kind: of("text"), cost: of("integer"), code: open };
  return {
    members: {
      open,
      first: of("text"),
      second: of("text"),
      count: of("integer"),
      ratio: of("number"),
      day: of("day"),
      moment: of("instant"),
      big: of("bigint"),
      flag: of("boolean"),
      any: of("mixed"),
      tags: listOf("text"),
      marks: listOf("integer"),
      parts: { kind: "objects", members: parts, treatment: { is: "signed" } },
    },
    identity: ["/id", "/pk"].filter(() => draw.chance(0.25)),
    form: "zod",
  };
}

/** All places of one container hold at most one mention of a name: `_` alone stands for a name that needs brackets. */
const NAMES = [
  "name",
  "age",
  "wéird näme",
  "since",
  "flag",
  "tags",
  "where",
  "parts",
  "score",
  "big",
  "note",
  "any",
  "marks",
];

const TYPES: readonly LeafType[] = ["text", "text", "integer", "number", "day", "instant", "boolean", "mixed"];

function place(draw: Draw, form: Shape["form"], depth: number): Place {
  const roll = draw.next();
  if (depth === 0 && roll < 0.2) return objects(draw, form);
  if (roll < 0.35) {
    const type: ListType = draw.chance(0.6) ? "text" : "integer";
    return { kind: "list", type, treatment: treatment(draw, () => indexesOf(draw, type, true)) };
  }
  const kept: readonly LeafType[] = depth === 0 ? ["bigint", "date"] : [];
  return leaf(draw, form, draw.one([...TYPES, ...kept]), false);
}

function leaf(draw: Draw, form: Shape["form"], type: LeafType, sure: boolean): Place {
  const keeps = type === "bigint" || type === "date" ? type : undefined;
  const options = (): SealedOptions => ({
    ...indexesOf(draw, type, sure),
    ...(form === "paths" && keeps && { keeps }),
  });
  if (sure || keeps) return { kind: "leaf", type, treatment: { is: "sealed", options: options() } };
  return { kind: "leaf", type, treatment: treatment(draw, options) };
}

/** Sealed as a whole, or member by member. */
function objects(draw: Draw, form: Shape["form"]): Place {
  const kind = draw.chance(0.5) ? "object" : "objects";
  const whole = draw.chance(0.3);
  const names = ["kind", "code", "cost"].filter((_, i) => i === 0 || draw.chance(0.7));
  const members = Object.fromEntries(
    names.map((name): [string, Place] => {
      if (!whole) return [name, place(draw, form, 1)];
      return [name, { kind: "leaf", type: draw.one(["text", "integer"] as const), treatment: { is: "signed" } }];
    }),
  );
  return { kind, members, treatment: whole ? { is: "sealed", options: {} } : { is: "signed" } };
}

function treatment(draw: Draw, options: () => SealedOptions): PlaceTreatment {
  const roll = draw.next();
  if (roll < 0.3) return { is: "signed" };
  return roll < 0.36 ? { is: "unsigned" } : { is: "sealed", options: options() };
}

/** Any set of the indexes that the type can have. */
function indexesOf(draw: Draw, type: LeafType | ListType, sure: boolean): SealedOptions {
  const maybe = (probability: number): boolean => draw.chance(probability);
  const likely = sure ? 0.85 : 0.5;
  const folded = maybe(0.4);
  const equality: SealedOptions =
    (sure && type === "text") || maybe(0.6)
      ? {
          equality: {
            ...(maybe(0.2) && { bits: draw.integer(2, 9) }),
            ...(type === "text" &&
              maybe(0.4) && { normalize: draw.one(["lowercase", "nfkc", "digits", ["nfkc", "lowercase"]] as const) }),
          },
        }
      : {};
  const group: SealedOptions = maybe(0.15) ? { group: "special" } : {};
  switch (type) {
    case "text":
      return {
        ...group,
        ...equality,
        ...(maybe(likely) && {
          prefix: { max: draw.integer(1, 8), ...(folded && { normalize: "lowercase" as const }) },
        }),
        ...(maybe(likely) && {
          substring: { maxLength: draw.one([5, 8, 40]), ...(folded && { normalize: "lowercase" as const }) },
        }),
      };
    case "integer":
      return {
        ...group,
        ...equality,
        ...(maybe(likely) && {
          range: { min: -1000, max: 1000, precision: draw.one([1, 7, 100]), sparsity: draw.integer(1, 4) },
        }),
      };
    case "number":
      return {
        ...group,
        ...equality,
        ...(maybe(likely) && { range: { min: -50, max: 50, precision: draw.one([0.1, 0.25, 3]) } }),
      };
    case "bigint":
      return {
        ...group,
        ...equality,
        ...(maybe(likely) && { range: { min: -10n, max: 2n ** 63n, precision: draw.one([1n, 1000n]) } }),
      };
    case "day":
      return {
        ...group,
        ...equality,
        ...(maybe(likely) && {
          range: { min: "1990-01-01", max: "2030-12-31", precision: draw.one(["day", "month", "year"] as const) },
        }),
      };
    case "instant":
    case "date":
      return {
        ...group,
        ...equality,
        ...(maybe(likely) && {
          range: {
            min: "2019-12-31T00:00:00Z",
            max: "2027-01-01T00:00:00Z",
            precision: draw.one(["second", "minute", "hour", "day"] as const),
          },
        }),
      };
    default:
      return { ...group, ...equality };
  }
}
