/**
 * The three treatments of a path and how a schema says them: `sealed(schema)`, `unsigned(schema)` on zod schemas,
 * `sealed()`, `signed()`, `unsigned()` in the path form. Both make the same frozen description.
 */
import type { $ZodType, input as Input } from "zod/v4/core";
import { CosmosealError } from "../errors.js";
import { unknownOption } from "../nearest.js";
import { markSchema } from "./mark.js";

/**
 * How strings are folded before they become tokens, applied in order. `lowercase` is the case fold of SPEC §5.8, so that a text,
 * its upper case and its lower case have one token. A function needs a name that never changes meaning.
 */
export type Normalizer =
  | "lowercase"
  | "nfkc"
  | "digits"
  | { readonly name: string; readonly apply: (text: string) => string };

/** Leaks which documents share a value, and with `bits` fewer than 128 only roughly so; see SPEC §5.2. */
export interface EqualityOptions {
  readonly normalize?: Normalizer | readonly Normalizer[];
  /** Length of the token, 1 to 128; fewer bits blur, and the client removes the false hits. Default 128. */
  readonly bits?: number;
}

/** Of a unique index; its token is always whole, since two values with one token would be taken for one. */
export type UniqueOptions = Pick<EqualityOptions, "normalize">;

/**
 * Of a range index. A document gets one token of 64 bits (14 bytes of JSON) for each `sparsity` binary digits of the number of
 * steps, and two more: 11 for a day within two hundred years, 18 for an int32. The server learns which values are close to each
 * other, and, from the queries, how their intervals lie; with enough queries it learns the order.
 */
export interface RangeOptions<T = number | bigint | string | Date, P = number | bigint | DatePrecision> {
  /** The least value that can be stored. Of dates a text (`2020`, `2020-01`, `2020-01-01`, `2020-01-01T00:00:00Z`) or a Date. */
  readonly min: T;
  /** The greatest value that can be stored, `2100` until its last day; what lies outside is refused on writing. */
  readonly max: T;
  /**
   * Width of a step: values of one step are told apart by the client alone. A number, of dates a unit. Default: 1 for integers
   * and bigints, `day` for dates, `second` for date-times; other numbers must say it.
   */
  readonly precision?: P;
  /** Binary digits from one token to the next, 1 to 4: more make documents smaller and queries longer. Default 2. */
  readonly sparsity?: number;
}

/** Units of time that a range index can step by. */
export type DatePrecision = "year" | "month" | "day" | "hour" | "minute" | "second" | "millisecond";

/**
 * Of a prefix index. A document gets one token of 64 bits (14 bytes of JSON) for each of its first `max` characters. The server
 * learns which texts begin alike and for how long, and the length of those that are shorter than `max`.
 */
export interface PrefixOptions {
  /** The longest prefix that has a token, in code points, 1 to 256: a longer one is searched by it. Default 16. */
  readonly max?: number;
  /** Searches that ignore case need it; those that don't are served all the same. */
  readonly normalize?: "lowercase";
}

/**
 * Of a substring index. A document gets one token of 64 bits (14 bytes of JSON) for each distinct run of three characters. The
 * server learns which texts share such runs, and how many they have: for short fields, and never for those of few words.
 */
export interface SubstringOptions {
  /** A text of more code points is not indexed, and every search reads it: 3 to 1024. Default 128. */
  readonly maxLength?: number;
  /** Searches that ignore case need it; those that don't are served all the same. */
  readonly normalize?: "lowercase";
}

/** Types that a sealed path of the path form keeps beyond JSON. */
export type KeptType = "date" | "bigint" | "bytes";

/** What can be said of a sealed path. Everything is off unless said. */
export interface SealedOptions {
  /** Name of the group that it is sealed in, `[a-z0-9_-]{1,32}`; its own data key. Default: the default group. */
  readonly group?: string;
  /** Search by `=`, IN and ARRAY_CONTAINS. The server learns which documents share a value. */
  readonly equality?: boolean | EqualityOptions;
  /**
   * A token for the container's unique-key policy: one scalar value to a document, refused a second time within a partition key.
   * null and what is absent have none, so that several documents may lack a value. The server learns which documents share a
   * value, across partition keys.
   */
  readonly unique?: boolean | UniqueOptions;
  /** Search by `<`, `<=`, `>`, `>=`, BETWEEN and `=`, and ORDER BY with a limit, over numbers, bigints and dates. */
  readonly range?: RangeOptions;
  /** Search by STARTSWITH, `LIKE 'a%'` and `=` over texts. The server learns which of them begin alike. */
  readonly prefix?: boolean | PrefixOptions;
  /** Search by CONTAINS, ENDSWITH, STARTSWITH and LIKE over texts, for three characters and more. The server learns which share runs of three. */
  readonly substring?: boolean | SubstringOptions;
  /** Path form alone: a type that JSON doesn't have, kept through sealing. With zod the schema says it. */
  readonly keeps?: KeptType;
}

/** The description that a schema carries; plain data, frozen, compared by content. */
export type Treatment =
  | { readonly treatment: "sealed"; readonly options: SealedOptions }
  | { readonly treatment: "signed" }
  | { readonly treatment: "unsigned" };

/** Options of `sealed` for a schema with input type T: what its values can't serve doesn't compile, with the reason. */
export type SealedOptionsFor<T> = Pick<SealedOptions, "group"> & {
  readonly equality?: CanEqual<NonNullable<T>> extends true
    ? boolean | EqualityOptionsFor<NonNullable<T>>
    : "Equality needs a string, number, bigint, boolean or date, or an array of them.";
  readonly unique?: [Exclude<T, Scalar | null | undefined>] extends [never]
    ? boolean | Pick<EqualityOptionsFor<NonNullable<T>>, "normalize">
    : "Only a string, number, bigint, boolean or date is unique.";
  readonly range?: RangeOptionsFor<Searched<T>>;
  readonly prefix?: IsText<Searched<T>> extends true ? boolean | PrefixOptions : "Only text has a prefix.";
  readonly substring?: IsText<Searched<T>> extends true ? boolean | SubstringOptions : "Only text has substrings.";
};

type Scalar = string | number | bigint | boolean | Date;
type ElementOf<T> = T extends readonly (infer E)[] ? E : T;
/** What is indexed: the value, or the elements of an array, without null. */
type Searched<T> = NonNullable<ElementOf<NonNullable<T>>>;
type CanEqual<T> = [Extract<ElementOf<T>, Scalar | null>] extends [never] ? false : true;
type EqualityOptionsFor<T> = [Extract<ElementOf<T>, string>] extends [never]
  ? Omit<EqualityOptions, "normalize"> & { readonly normalize?: "Only strings are normalized." }
  : EqualityOptions;
type IsAny<T> = 0 extends 1 & T ? true : false;
type IsText<T> = IsAny<T> extends true ? true : unknown extends T ? true : [T] extends [string] ? true : false;
type RangeOptionsFor<T> =
  IsAny<T> extends true
    ? RangeOptions
    : [T] extends [boolean]
      ? "A boolean has no range: declare equality."
      : [T] extends [number]
        ? RangeOptions<number, number>
        : [T] extends [bigint]
          ? RangeOptions<bigint | number, bigint | number>
          : [T] extends [Date | string]
            ? RangeOptions<string | Date, DatePrecision>
            : unknown extends T
              ? RangeOptions
              : "A range needs numbers, bigints or dates, of one type.";

/**
 * Seals every value at the schema's place: encrypted, gone from the public document. Marks a clone, so that a schema shared
 * with others isn't sealed everywhere. In the path form it is called without a schema.
 *
 * @throws ERR_SCHEMA_TREATED_TWICE when the schema, or a part of it, already has another treatment; ERR_SCHEMA_INVALID for options
 *   that there aren't
 * @example const schema = z.object({ email: sealed(z.email(), { equality: { normalize: "lowercase" } }) });
 * @example const paths = { "/email": sealed({ equality: true }), "/cards/[]/pan": sealed() };
 */
export function sealed<S extends $ZodType>(schema: S, options?: SealedOptionsFor<Input<S>>): S;
export function sealed(options?: SealedOptions): Treatment;
export function sealed(first?: $ZodType | SealedOptions, options?: unknown): unknown {
  if (isZodSchema(first)) return markSchema(first, sealedTreatment((options ?? {}) as SealedOptions));
  return sealedTreatment(first ?? {});
}

/**
 * Leaves the schema's place public and not authenticated: whoever can write to the account can change it unnoticed.
 * For what others change on the server: counters that patch increments, fields of another system.
 *
 * @example visits: unsigned(z.number())
 */
export function unsigned<S extends $ZodType>(schema: S): S;
export function unsigned(): Treatment;
export function unsigned(schema?: $ZodType): unknown {
  return schema === undefined ? UNSIGNED : markSchema(schema, UNSIGNED);
}

/** Path form: declares a public, authenticated path, with all below it. With zod every declared path is signed by default. */
export function signed(): Treatment {
  return SIGNED;
}

/** True for what `sealed()`, `signed()` and `unsigned()` make. */
export function isTreatment(value: unknown): value is Treatment {
  const { treatment } = Object(value) as Partial<Treatment>;
  return treatment === "sealed" || treatment === "signed" || treatment === "unsigned";
}

/** True for a schema of zod 4, classic or mini, of any copy. */
export function isZodSchema(value: unknown): value is $ZodType {
  return typeof value === "object" && value !== null && "_zod" in value;
}

const UNSIGNED: Treatment = Object.freeze({ treatment: "unsigned" });
const SIGNED: Treatment = Object.freeze({ treatment: "signed" });

function sealedTreatment(options: SealedOptions): Treatment {
  checkOptions(options, "", OPTIONS);
  const { equality, unique, range, prefix, substring } = options;
  return Object.freeze({
    treatment: "sealed",
    options: Object.freeze({
      ...options,
      ...(equality !== undefined && { equality: frozen(equality) }),
      ...(unique !== undefined && { unique: frozen(unique) }),
      ...(range !== undefined && { range: frozen(range) }),
      ...(prefix !== undefined && { prefix: frozen(prefix) }),
      ...(substring !== undefined && { substring: frozen(substring) }),
    }),
  });
}

/** What is misspelt must not pass for what was left out: a value would be sealed with another key, or not be found. */
function checkOptions(options: unknown, where: string, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw where === ""
      ? invalid("sealed() is given a schema of zod 4, or an object of options.")
      : invalid(`The option \`${where.slice(0, -1)}\` of sealed() is an object.`);
  }
  const unknown = unknownOption(options, known);
  if (unknown !== undefined) throw invalid(`sealed() has no option \`${where}${unknown.name}\`.`, unknown.remedy);
  if (where !== "") return;
  for (const [index, members] of Object.entries(INDEX_OPTIONS)) {
    const given: unknown = options[index as keyof typeof options];
    if (given === undefined || (typeof given === "boolean" && index !== "range")) continue;
    checkOptions(given, `${index}.`, members);
  }
}

const INDEX_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  equality: ["normalize", "bits"],
  unique: ["normalize"],
  range: ["min", "max", "precision", "sparsity"],
  prefix: ["max", "normalize"],
  substring: ["maxLength", "normalize"],
};
const OPTIONS: readonly string[] = ["group", "keeps", ...Object.keys(INDEX_OPTIONS)];

function invalid(message: string, remedy?: string): CosmosealError {
  return new CosmosealError("ERR_SCHEMA_INVALID", message, remedy === undefined ? {} : { remedy });
}

function frozen<T>(option: T): T {
  return typeof option === "object" ? Object.freeze({ ...option }) : option;
}
