/** Arbitrary schemas, each with documents that satisfy it: the input of the laws. */
import { type ContainerDefinition, defineContainer, sealed, unsigned } from "@cosmoseal/core";
import fc from "fast-check";
import * as z from "zod";

/** A place of an arbitrary schema. Treatments never stand inside one another. */
export type Spec =
  | { readonly kind: "leaf"; readonly type: LeafType; readonly mark?: Mark }
  | { readonly kind: "any"; readonly mark?: Mark }
  | {
      readonly kind: "object";
      readonly members: Readonly<Record<string, Spec>>;
      readonly mark?: Mark;
      /** Of the root alone: undeclared members are in the documents, too. */
      readonly unlisted?: "signed" | "sealed" | "unsigned";
    }
  | { readonly kind: "array"; readonly element: Spec; readonly mark?: Mark }
  | { readonly kind: "record"; readonly value: Spec; readonly mark?: Mark };

type LeafType = "string" | "number" | "boolean" | "date" | "bigint" | "bytes";
type Mark =
  | { readonly sealed: true; readonly group?: string; readonly equality?: boolean }
  | { readonly sealed: false };

type ObjectSpec = Spec & { readonly kind: "object" };

export interface Case {
  readonly definition: ContainerDefinition;
  readonly spec: Spec & { readonly kind: "object" };
  readonly document: Record<string, unknown>;
}

/** What a definition says beside its schema. */
interface Surroundings {
  readonly sealedId: boolean;
  readonly sealedKey: boolean;
  readonly scoped: boolean;
  readonly unlisted: "refused" | "signed" | "sealed" | "unsigned";
}

/** A definition and a document for it. */
export function anyCase(): fc.Arbitrary<Case> {
  return fc.tuple(rootSpec(), anySurroundings).chain(([spec, around]) => {
    const whole = withSurroundings(spec, around);
    return documentOf(whole, false).map((value) => ({
      definition: define(whole, around),
      spec: whole,
      document: value as Record<string, unknown>,
    }));
  });
}

const anySurroundings: fc.Arbitrary<Surroundings> = fc.record({
  sealedId: fc.boolean(),
  sealedKey: fc.boolean(),
  scoped: fc.boolean(),
  unlisted: fc.constantFrom("refused", "signed", "sealed", "unsigned"),
});

function withSurroundings(spec: ObjectSpec, around: Surroundings): ObjectSpec {
  const sealedMark: Mark = { sealed: true };
  const whole = withUnlisted(spec, around.unlisted) as ObjectSpec;
  const { id, pk } = whole.members;
  return {
    ...whole,
    members: {
      ...whole.members,
      id: around.sealedId ? { ...id!, mark: sealedMark } : id!,
      pk: around.sealedKey ? { ...pk!, mark: sealedMark } : pk!,
    },
  };
}

/** `unlisted` holds in every object that declares its members, but inside a treated place everything is as the place is. */
function withUnlisted(spec: Spec, unlisted: Surroundings["unlisted"]): Spec {
  if (unlisted === "refused" || spec.mark !== undefined) return spec;
  switch (spec.kind) {
    case "array":
      return { ...spec, element: withUnlisted(spec.element, unlisted) };
    case "record":
      return { ...spec, value: withUnlisted(spec.value, unlisted) };
    case "object": {
      const members = Object.entries(spec.members).map(
        ([name, member]) => [name, withUnlisted(member, unlisted)] as const,
      );
      return { ...spec, unlisted, members: Object.fromEntries(members) };
    }
    default:
      return spec;
  }
}

function define(spec: Spec & { readonly kind: "object" }, around: Surroundings): ContainerDefinition {
  return defineContainer({
    name: "arbitrary",
    partitionKey: "/pk",
    schema: zodOf(spec) as z.ZodObject<{ pk: z.ZodString }>,
    ...(around.unlisted === "refused" ? {} : { unlisted: around.unlisted }),
    ...(around.scoped ? { scope: { path: "/pk" as const, family: "tenant" } } : {}),
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

/** Elements can't be unsigned, and elements of elements have no tokens. */
function asElement(element: Spec): Spec {
  const { mark, ...bare } = element;
  if (mark?.sealed === false) return { kind: "array", element: bare as Spec };
  return { kind: "array", element: element.kind === "array" ? withoutEquality(element) : element };
}

function withoutEquality(spec: Spec): Spec {
  if (spec.kind === "array") return { ...spec, element: withoutEquality(spec.element) };
  return spec.mark?.sealed === true ? { ...spec, mark: { sealed: true } } : spec;
}

const anyMark: fc.Arbitrary<Mark | undefined> = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 3 },
  { arbitrary: fc.constant<Mark>({ sealed: true }), weight: 2 },
  {
    arbitrary: fc.constantFrom<Mark>({ sealed: true, group: "medical" }, { sealed: true, group: "x", equality: true }),
    weight: 1,
  },
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
  const options = {
    ...(spec.mark.group === undefined ? {} : { group: spec.mark.group }),
    ...(spec.mark.equality === true && spec.kind === "leaf" && spec.type !== "bytes" ? { equality: true } : {}),
  };
  return sealed(schema as z.ZodString, options);
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
      return leafValue(spec.type, sealedHere && !(spec.mark?.sealed === true && spec.mark.equality === true));
    case "any":
      return jsonValue(sealedHere);
    case "array":
      return fc.array(documentOf(spec.element, sealedHere), { maxLength: 4 });
    case "record":
      return fc.dictionary(textName(sealedHere), documentOf(spec.value, sealedHere), { maxKeys: 3 }).map(ordinary);
    case "object": {
      const isRoot = "pk" in spec.members;
      const members = Object.entries(spec.members).map(([name, member]) => {
        return [name, isRoot && (name === "id" || name === "pk") ? keyText : documentOf(member, sealedHere)] as const;
      });
      const declared = fc.record(Object.fromEntries(members), { requiredKeys: isRoot ? ["id", "pk"] : [] });
      if (spec.unlisted === undefined) return declared.map(ordinary);
      const extra = fc.dictionary(memberName, jsonValue(spec.unlisted === "sealed"), { maxKeys: 2 });
      return fc.tuple(extra, declared).map(([more, known]) => {
        const undeclared = Object.entries(more).filter(([name]) => !Object.hasOwn(spec.members, name));
        return ordinary({ ...Object.fromEntries(undeclared), ...known });
      });
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

/** Few, so that the scopes of a run are few. */
const keyText = fc.oneof(
  fc.constantFrom("t-1", "t-2", "ключ", "a/b"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
);

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
    Object.defineProperty(copy, name, {
      value: expected((value as Record<string, unknown>)[name], specBelow(spec, name), sealedHere),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

/** What the schema says of a member; undeclared ones are as `unlisted` says, in every object that declares members. */
export function specBelow(spec: Spec | undefined, name: string): Spec | undefined {
  if (spec?.kind === "record") return spec.value;
  if (spec?.kind !== "object") return undefined;
  if (Object.hasOwn(spec.members, name)) return spec.members[name];
  const unlisted = spec.unlisted;
  if (unlisted === "sealed") return { kind: "any", mark: { sealed: true } };
  return unlisted === "unsigned" ? { kind: "any", mark: { sealed: false } } : undefined;
}
