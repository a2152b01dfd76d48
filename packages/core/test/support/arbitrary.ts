/** Arbitrary schemas, each with documents that satisfy it: the input of the laws. */
import { type ContainerDefinition, defineContainer, sealed, unsigned } from "@cosmoseal/core";
import fc from "fast-check";
import * as z from "zod";

/** A place of an arbitrary schema. Treatments never stand inside one another. */
export type Spec =
  | { readonly kind: "leaf"; readonly type: LeafType; readonly mark?: Mark }
  | { readonly kind: "any"; readonly mark?: Mark }
  | { readonly kind: "object"; readonly members: Readonly<Record<string, Spec>>; readonly mark?: Mark }
  | { readonly kind: "array"; readonly element: Spec; readonly mark?: Mark }
  | { readonly kind: "record"; readonly value: Spec; readonly mark?: Mark };

type LeafType = "string" | "number" | "boolean" | "date" | "bigint" | "bytes";
type Mark =
  | { readonly sealed: true; readonly group?: string; readonly equality?: boolean }
  | { readonly sealed: false };

export interface Case {
  readonly definition: ContainerDefinition;
  readonly spec: Spec & { readonly kind: "object" };
  readonly document: Record<string, unknown>;
}

/** A definition and a document for it. */
export function anyCase(): fc.Arbitrary<Case> {
  return rootSpec().chain((spec) =>
    documentOf(spec, false).map((value) => ({
      definition: define(spec),
      spec,
      document: value as Record<string, unknown>,
    })),
  );
}

function define(spec: Spec & { readonly kind: "object" }): ContainerDefinition {
  return defineContainer({
    name: "arbitrary",
    partitionKey: "/pk",
    schema: zodOf(spec) as z.ZodObject<{ pk: z.ZodString }>,
  }) as ContainerDefinition;
}

function rootSpec(): fc.Arbitrary<Spec & { readonly kind: "object" }> {
  return fc.dictionary(memberName, specOf(3, "none"), { maxKeys: 5 }).map((members) => ({
    kind: "object" as const,
    members: { ...members, id: { kind: "leaf", type: "string" }, pk: { kind: "leaf", type: "string" } },
  }));
}

/** Names that have broken such code before, and ordinary ones. `__proto__` is in the cases by hand: zod's shapes can't have it. */
const memberName = fc
  .oneof(
    fc.constantFrom(
      "a",
      "b",
      "c~d",
      "e/f",
      "~",
      "~~",
      "[]",
      "*",
      "0",
      "constructor",
      "toString",
      "ü",
      "名前",
      "a.b",
      "",
    ),
    fc.string({ minLength: 1, maxLength: 6, unit: "grapheme" }),
  )
  .filter((name) => !["id", "pk", "ttl", "_seal", "__proto__"].includes(name) && !name.startsWith("_"));

function specOf(depth: number, above: "none" | "sealed" | "unsigned"): fc.Arbitrary<Spec> {
  const mark = above === "none" ? anyMark : fc.constant(undefined);
  return mark.chain((chosen) => {
    const inside = chosen === undefined ? above : chosen.sealed ? "sealed" : "unsigned";
    const leaf = leafType(inside === "sealed").map((type): Spec => ({ kind: "leaf", type }));
    const any = fc.constant<Spec>({ kind: "any" });
    const shape: fc.Arbitrary<Spec> =
      depth === 0
        ? fc.oneof(leaf, any)
        : fc.oneof(
            { arbitrary: leaf, weight: 3 },
            { arbitrary: any, weight: 1 },
            {
              arbitrary: fc
                .dictionary(memberName, specOf(depth - 1, inside), { maxKeys: 4 })
                .map((members): Spec => ({ kind: "object", members })),
              weight: 2,
            },
            { arbitrary: specOf(depth - 1, inside).map(asElement), weight: 2 },
            { arbitrary: specOf(depth - 1, inside).map((value): Spec => ({ kind: "record", value })), weight: 1 },
          );
    return shape.map((spec) => (chosen === undefined ? spec : { ...spec, mark: chosen }));
  });
}

/** Elements can't be unsigned: the array is declared then. */
function asElement(element: Spec): Spec {
  return element.mark?.sealed === false
    ? { kind: "array", element: { ...element, mark: undefined } as never }
    : { kind: "array", element };
}

const anyMark: fc.Arbitrary<Mark | undefined> = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 3 },
  { arbitrary: fc.constant<Mark>({ sealed: true }), weight: 2 },
  { arbitrary: fc.constantFrom<Mark>({ sealed: true, group: "medical" }, { sealed: true, group: "x" }), weight: 1 },
  { arbitrary: fc.constant<Mark>({ sealed: false }), weight: 1 },
);

function leafType(sealedPlace: boolean): fc.Arbitrary<LeafType> {
  return sealedPlace
    ? fc.constantFrom("string", "number", "boolean", "date", "bigint", "bytes")
    : fc.constantFrom("string", "number", "boolean");
}

function zodOf(spec: Spec): z.ZodType {
  const schema = bareZod(spec);
  if (spec.mark === undefined) return schema;
  if (!spec.mark.sealed) return unsigned(schema);
  return sealed(schema, spec.mark.group === undefined ? {} : { group: spec.mark.group });
}

function bareZod(spec: Spec): z.ZodType {
  switch (spec.kind) {
    case "any":
      return z.any();
    case "array":
      return z.array(zodOf(spec.element));
    case "record":
      return z.record(z.string(), zodOf(spec.value));
    case "object":
      return z.object(
        Object.fromEntries(Object.entries(spec.members).map(([name, member]) => [name, zodOf(member).optional()])),
      );
    case "leaf":
      return {
        string: z.string(),
        number: z.number(),
        boolean: z.boolean(),
        date: z.date(),
        bigint: z.bigint(),
        bytes: z.instanceof(Uint8Array),
      }[spec.type];
  }
}

function documentOf(spec: Spec, inSealed: boolean): fc.Arbitrary<unknown> {
  const sealedHere = inSealed || spec.mark?.sealed === true;
  switch (spec.kind) {
    case "leaf":
      return leafValue(spec.type, sealedHere);
    case "any":
      return jsonValue(sealedHere);
    case "array":
      return fc.array(documentOf(spec.element, sealedHere), { maxLength: 4 });
    case "record":
      return fc.dictionary(textName(sealedHere), documentOf(spec.value, sealedHere), { maxKeys: 3 }).map(ordinary);
    case "object": {
      const isRoot = "pk" in spec.members;
      const members = Object.entries(spec.members).map(([name, member]) => {
        return [name, isRoot && name === "id" ? fc.uuid() : documentOf(member, sealedHere)] as const;
      });
      const required = isRoot ? ["id", "pk"] : [];
      return fc.record(Object.fromEntries(members), { requiredKeys: required }).map(ordinary);
    }
  }
}

function leafValue(type: LeafType, inSealed: boolean): fc.Arbitrary<unknown> {
  const value: fc.Arbitrary<unknown> = {
    string: text(inSealed),
    number: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.constantFrom(0, -0, 2 ** 53 + 2, 5e-324),
    ),
    boolean: fc.boolean(),
    date: fc.date({ noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") }),
    bigint: fc.bigInt(),
    bytes: fc.uint8Array({ maxLength: 40 }),
  }[type];
  return fc.oneof({ arbitrary: value, weight: 8 }, { arbitrary: fc.constant(null), weight: 1 });
}

/** In public a lone surrogate is refused; sealed it must survive. */
function text(inSealed: boolean): fc.Arbitrary<string> {
  const ordinaryText = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.lorem());
  return inSealed ? fc.oneof(ordinaryText, fc.constantFrom("\ud800", "x\udfffy", "\ud83d", "\u0000")) : ordinaryText;
}

function textName(inSealed: boolean): fc.Arbitrary<string> {
  return inSealed ? fc.oneof(fc.constantFrom("~", "~~", "__proto__", "\ud800"), memberName) : memberName;
}

function jsonValue(inSealed: boolean): fc.Arbitrary<unknown> {
  const scalar = fc.oneof(
    text(inSealed),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      scalar,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(textName(inSealed), tie("value"), { maxKeys: 3 }).map(ordinary),
    ),
  })).value;
}

/** fast-check may make objects without a prototype; JSON's have one. */
function ordinary(object: object): object {
  const copy = {};
  for (const name of Object.keys(object)) {
    Object.defineProperty(copy, name, {
      value: (object as Record<string, unknown>)[name],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

/** What reading gives back for what was written: -0 in public is 0, nothing else changes. */
export function expected(value: unknown, spec: Spec | undefined, inSealed = false): unknown {
  const sealedHere =
    inSealed || spec?.mark?.sealed === true || (spec?.kind === "array" && spec.element.mark?.sealed === true);
  if (typeof value === "number") return !sealedHere && Object.is(value, -0) ? 0 : value;
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) {
    return value.map((item) => expected(item, spec?.kind === "array" ? spec.element : undefined, sealedHere));
  }
  const copy = {};
  for (const name of Object.keys(value)) {
    const below = spec?.kind === "object" ? spec.members[name] : spec?.kind === "record" ? spec.value : undefined;
    Object.defineProperty(copy, name, {
      value: expected((value as Record<string, unknown>)[name], below, sealedHere),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}
