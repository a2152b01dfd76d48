/** A shape as a container: its definition in either form, and documents of it. */
import { defineContainer, type SealedOptions, sealed, signed, unsigned } from "cosmoseal";
import { z } from "zod";
import type { Draw } from "../draw.js";
import type { EquivalenceDocument, EquivalenceSchema } from "../schemas/schema.js";
import type { LeafType, Members, Place, PlaceTreatment, Shape } from "./shape.js";
import { poolOf } from "./values.js";

export function containerOf(shape: Shape, draw: Draw, count: number): EquivalenceSchema {
  const common = { name: "random", partitionKey: "/pk" } as const;
  const documents = Array.from({ length: count }, (_, n) => documentOf(shape, draw, n));
  return {
    name: common.name,
    partitionKey: [common.partitionKey],
    define: () =>
      shape.form === "zod"
        ? defineContainer({ ...common, schema: schemaOf(shape) })
        : defineContainer({ ...common, paths: pathsOf(shape) }),
    sealed: [...shape.identity, ...sealedIn(shape.members, "")],
    documents: () => documents,
  };
}

function schemaOf({ identity, members }: Shape): z.ZodObject {
  const key = (path: string): z.ZodType => (identity.includes(path) ? sealed(z.string()) : z.string());
  return z.object({ id: key("/id"), pk: key("/pk"), ...zodMembers(members) });
}

function zodMembers(members: Members): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(members).map(([name, place]) => [name, treated(zodOf(place), place.treatment).optional()]),
  );
}

function zodOf(place: Place): z.ZodType {
  switch (place.kind) {
    case "leaf":
      return LEAVES[place.type]();
    case "list":
      return z.array(place.type === "text" ? z.string() : z.int());
    case "object":
      return z.object(zodMembers(place.members));
    case "objects":
      return z.array(z.object(zodMembers(place.members)));
  }
}

/** The types of `sealed` tell what an index can't serve; here the type is not known until it is drawn. */
const seal = sealed as unknown as (schema: z.ZodType, options: SealedOptions) => z.ZodType;

function treated(schema: z.ZodType, treatment: PlaceTreatment): z.ZodType {
  if (treatment.is === "sealed") return seal(schema, treatment.options);
  return treatment.is === "unsigned" ? unsigned(schema) : schema;
}

const LEAVES: Readonly<Record<LeafType, () => z.ZodType>> = {
  text: () => z.string().nullable(),
  integer: () => z.int().nullable(),
  number: () => z.number().nullable(),
  day: () => z.iso.date().nullable(),
  instant: () => z.iso.datetime().nullable(),
  boolean: () => z.boolean().nullable(),
  bigint: () => z.bigint().nullable(),
  date: () => z.date().nullable(),
  mixed: () => z.union([z.string(), z.number(), z.boolean(), z.null()]),
};

function pathsOf({ identity, members }: Shape): Record<string, ReturnType<typeof signed>> {
  const table: Record<string, ReturnType<typeof signed>> = {};
  for (const path of ["/id", "/pk"]) table[path] = identity.includes(path) ? sealed() : signed();
  addPaths(table, members, "");
  return table;
}

function addPaths(table: Record<string, ReturnType<typeof signed>>, members: Members, above: string): void {
  for (const [name, place] of Object.entries(members)) {
    const path = `${above}/${name}`;
    const { treatment } = place;
    if (treatment.is === "sealed") table[path] = sealed(treatment.options);
    else if (place.kind === "object") addPaths(table, place.members, path);
    else if (place.kind === "objects") addPaths(table, place.members, `${path}/[]`);
    else table[path] = treatment.is === "unsigned" ? unsigned() : signed();
  }
}

function sealedIn(members: Members, above: string): readonly string[] {
  return Object.entries(members).flatMap(([name, place]) => {
    const path = `${above}/${name}`;
    if (place.treatment.is === "sealed") return [path];
    if (place.kind === "object") return sealedIn(place.members, path);
    return place.kind === "objects" ? sealedIn(place.members, `${path}/[]`) : [];
  });
}

function documentOf({ members }: Shape, draw: Draw, n: number): EquivalenceDocument {
  return { id: `d${n}`, pk: `partition-${draw.integer(1, 6)}`, ...valuesOf(members, draw) };
}

function valuesOf(members: Members, draw: Draw): Record<string, unknown> {
  const present = Object.entries(members).filter(() => draw.chance(0.85));
  return Object.fromEntries(present.map(([name, place]) => [name, valueAt(place, draw)]));
}

function valueAt(place: Place, draw: Draw): unknown {
  switch (place.kind) {
    case "leaf":
      return draw.chance(0.06) ? null : draw.one(poolOf(place.type));
    case "list":
      return draw.some(poolOf(place.type), 4);
    case "object":
      return valuesOf(place.members, draw);
    case "objects":
      return Array.from({ length: draw.integer(0, 3) }, () => valuesOf(place.members, draw));
  }
}
