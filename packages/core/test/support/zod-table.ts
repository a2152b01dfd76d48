/** What becomes of a treatment, zod method by zod method and type by type. Source of docs/zod.md. */
import { sealed } from "@cosmoseal/core";
import * as z from "zod";

export type Outcome =
  /** The result is sealed as before. */
  | "kept"
  /** The result wraps the sealed schema, and the place is sealed. */
  | "looked through"
  /** defineContainer throws ERR_SCHEMA_UNSUPPORTED or ERR_SCHEMA_TREATED_TWICE. */
  | "refused";

export interface Row {
  readonly name: string;
  readonly outcome: Outcome;
  /** Made of a sealed schema. */
  readonly make: () => z.ZodType;
}

const text = () => sealed(z.string());
const amount = () => sealed(z.number());
const moment = () => sealed(z.date());
const object = () => sealed(z.object({ a: z.string(), b: z.string().optional() }));
const list = () => sealed(z.array(z.string()));
const choice = () => sealed(z.enum(["a", "b"]));

function kept(name: string, make: () => z.ZodType): Row {
  return { name, outcome: "kept", make };
}
function through(name: string, make: () => z.ZodType): Row {
  return { name, outcome: "looked through", make };
}
function refused(name: string, make: () => z.ZodType): Row {
  return { name, outcome: "refused", make };
}

/** Methods of a sealed schema that return a schema. Every such method of the installed zod must be here: a test looks. */
export const METHODS: readonly Row[] = [
  kept("check", () => text().check(z.minLength(1))),
  kept("with", () => text().with(z.minLength(1))),
  kept("clone", () => text().clone()),
  kept("brand", () => text().brand("Name")),
  kept("register", () => text().register(z.registry(), {})),
  kept("refine", () => text().refine(() => true)),
  kept("superRefine", () => text().superRefine(() => undefined)),
  kept("overwrite", () => text().overwrite((value) => value)),
  kept("describe", () => text().describe("d")),
  kept("meta", () => text().meta({ title: "t" })),
  kept("apply", () => text().apply((schema) => schema.min(1))),
  through("optional", () => text().optional()),
  through("exactOptional", () => text().exactOptional()),
  through("nullable", () => text().nullable()),
  through("nullish", () => text().nullish()),
  through("nonoptional", () => text().optional().nonoptional()),
  through("array", () => text().array()),
  through("default", () => text().default("x")),
  through("prefault", () => text().prefault("x")),
  through("catch", () => text().catch("x")),
  through("readonly", () => text().readonly()),
  refused("or", () => text().or(z.string())),
  refused("and", () => text().and(z.string())),
  refused("transform", () => text().transform((value) => value.length)),
  refused("pipe", () => text().pipe(z.string())),
  ...["regex", "includes", "startsWith", "endsWith"].map((name) =>
    kept(name, () => call(text(), name, name === "regex" ? /x/ : "x")),
  ),
  ...["min", "max", "length"].map((name) => kept(name, () => call(text(), name, 1))),
  ...["nonempty", "lowercase", "uppercase", "trim", "normalize", "toLowerCase", "toUpperCase", "slugify"].map((name) =>
    kept(name, () => call(text(), name)),
  ),
  ...[
    "email",
    "url",
    "jwt",
    "emoji",
    "guid",
    "uuid",
    "uuidv4",
    "uuidv6",
    "uuidv7",
    "nanoid",
    "cuid",
    "cuid2",
    "ulid",
    "base64",
    "base64url",
    "xid",
    "ksuid",
    "ipv4",
    "ipv6",
    "cidrv4",
    "cidrv6",
    "e164",
    "datetime",
    "date",
    "time",
    "duration",
  ].map((name) => kept(name, () => call(text(), name))),
  ...["gt", "gte", "lt", "lte", "multipleOf", "step"].map((name) => kept(name, () => call(amount(), name, 1))),
  ...["int", "safe", "positive", "nonnegative", "negative", "nonpositive", "finite"].map((name) =>
    kept(name, () => call(amount(), name)),
  ),
  kept("min (date)", () => moment().min(new Date(0))),
  kept("min (array)", () => list().min(1)),
  kept("catchall", () => object().catchall(z.string())),
  kept("passthrough", () => call(object(), "passthrough")),
  kept("loose", () => object().loose()),
  kept("strict", () => object().strict()),
  kept("strip", () => object().strip()),
  kept("extend", () => object().extend({ c: z.string() })),
  kept("safeExtend", () => object().safeExtend({ c: z.string() })),
  kept("merge", () => call(object(), "merge", z.object({ c: z.string() }))),
  kept("pick", () => object().pick({ a: true })),
  kept("omit", () => object().omit({ a: true })),
  kept("partial", () => object().partial()),
  kept("exactPartial", () => call(object(), "exactPartial")),
  kept("required", () => object().required()),
  kept("extract", () => choice().extract(["a"])),
  kept("exclude", () => choice().exclude(["a"])),
  kept("unwrap", () => sealed(z.string().optional()).unwrap()),
  kept("unwrap (array)", () => list().unwrap()),
  kept("removeDefault", () => sealed(z.string().default("x")).removeDefault()),
  kept("removeCatch", () => call(sealed(z.string().catch("x")), "removeCatch")),
  kept("rest", () => sealed(z.tuple([z.string()])).rest(z.string())),
  kept("properties", () => call(sealed(z.instanceof(Uint8Array)), "properties", {})),
  kept("{ ...shape }", () => z.object({ ...object().shape })),
  kept("element", () => list().element as z.ZodType),
];

/** Constructors around or instead of a sealed schema. */
export const TYPES: readonly Row[] = [
  ...simple({
    string: z.string(),
    email: z.email(),
    isoDate: z.iso.date(),
    number: z.number(),
    int: z.int(),
    boolean: z.boolean(),
    bigint: z.bigint(),
    date: z.date(),
    null: z.null(),
    any: z.any(),
    unknown: z.unknown(),
    enum: z.enum(["a"]),
    literal: z.literal("a"),
    templateLiteral: z.templateLiteral(["a", z.string()]),
    object: z.object({ a: z.string() }),
    strictObject: z.strictObject({ a: z.string() }),
    looseObject: z.looseObject({ a: z.string() }),
    array: z.array(z.string()),
    tuple: z.tuple([z.string()]),
    record: z.record(z.string(), z.string()),
    partialRecord: z.partialRecord(z.enum(["a"]), z.string()),
    instanceof: z.instanceof(Uint8Array),
    custom: z.custom<string>(),
    json: z.json(),
    nan: z.nan(),
    coerce: z.coerce.string(),
    stringFormat: z.stringFormat("x", /x/),
    discriminatedUnion: z.discriminatedUnion("k", [z.object({ k: z.literal(1) }), z.object({ k: z.literal(2) })]),
    union: z.union([z.string(), z.number()]),
    xor: z.xor([z.string(), z.number()]),
    intersection: z.intersection(z.object({}), z.object({})),
    lazy: z.lazy(() => z.string()),
    never: z.never(),
    undefined: z.undefined(),
    void: z.void(),
  }),
  through("object inside", () => z.object({ a: text() })),
  through("looseObject inside", () => z.looseObject({ a: text() })),
  through("record inside", () => z.record(z.string(), text())),
  through("array inside", () => z.array(text())),
  through("tuple, all sealed alike", () => z.tuple([text()])),
  through("lazy", () => z.lazy(() => text())),
  through("union with null", () => z.union([text(), z.null()])),
  through("union of objects that agree", () => {
    const shared = text();
    return z.union([z.object({ a: shared }), z.object({ a: shared, b: z.string() })]);
  }),
  through("intersection of other paths", () => z.intersection(z.object({ a: text() }), z.object({ b: z.string() }))),
  through("catchall inside", () => z.object({}).catchall(text())),
  refused("union of objects that disagree", () => z.union([z.object({ a: text() }), z.object({ a: z.string() })])),
  refused("discriminatedUnion that disagrees", () =>
    z.discriminatedUnion("k", [z.object({ k: z.literal(1), a: text() }), z.object({ k: z.literal(2), a: z.string() })]),
  ),
  refused("xor that disagrees", () => z.xor([text(), z.string()])),
  refused("intersection that disagrees", () => z.intersection(z.object({ a: text() }), z.object({ a: z.string() }))),
  refused("union with any", () => z.union([z.object({ a: text() }), z.any()])),
  refused("tuple that disagrees", () => z.tuple([text(), z.string()])),
  refused("sealed inside sealed", () => sealed(z.object({ a: text() }), { group: "other" })),
  refused("recursive with a sealed path inside", () => {
    const node = z.object({
      secret: text(),
      get children() {
        return z.array(node);
      },
    });
    return node as z.ZodType;
  }),
  through("recursive, sealed as a whole", () => {
    const node = z.object({
      secret: z.string(),
      get children() {
        return z.array(node);
      },
    });
    return sealed(node as z.ZodType);
  }),
  refused("preprocess", () => z.preprocess((value) => value, text())),
  refused("codec", () => z.codec(text(), z.string(), { decode: (value) => value, encode: (value) => value })),
  refused("invertCodec", () =>
    z.invertCodec(z.codec(text(), z.string(), { decode: (value) => value, encode: (value) => value })),
  ),
  refused("stringbool", () => sealed(z.stringbool() as unknown as z.ZodString)),
  refused("transform", () => sealed(z.transform((value) => value) as unknown as z.ZodString)),
  ...Object.entries({
    map: z.map(z.string(), z.string()),
    set: z.set(z.string()),
    symbol: z.symbol(),
    file: z.file(),
    promise: z.promise(z.string()),
  }).map(([name, schema]) => refused(name, () => sealed(schema as unknown as z.ZodString))),
  refused("function", () => sealed(z.function() as unknown as z.ZodString)),
];

/** Methods that don't return a schema, or return none for the place of this one. */
export const OTHER_METHODS: ReadonlySet<string> = new Set([
  "constructor",
  "isOptional",
  "isNullable",
  "parse",
  "parseAsync",
  "safeParse",
  "safeParseAsync",
  "spa",
  "validate",
  "validateAsync",
  "encode",
  "decode",
  "encodeAsync",
  "decodeAsync",
  "safeEncode",
  "safeDecode",
  "safeEncodeAsync",
  "safeDecodeAsync",
  "toJSONSchema",
  "keyof",
]);

function simple(schemas: Readonly<Record<string, z.ZodType>>): Row[] {
  return Object.entries(schemas).map(([name, schema]) => kept(name, () => sealed(schema as z.ZodString)));
}

/** Deprecated and typed-away methods are still there at run time. */
function call(schema: z.ZodType, method: string, ...parameters: unknown[]): z.ZodType {
  return (schema as unknown as Record<string, (...parameters: unknown[]) => z.ZodType>)[method]!(...parameters);
}
