/** The declared indexes of one sealed path: checked against its types, defaults filled in. */
import { CosmosealError } from "../errors.js";
import type { SchemaNode, ValueType } from "../schema/node.js";
import { isMany } from "../schema/pattern.js";
import type {
  EqualityOptions,
  PrefixOptions,
  SealedOptions,
  SubstringOptions,
  UniqueOptions,
} from "../schema/treatment.js";
import { compileRange } from "./compile-range.js";
import { indexName } from "./index-names.js";
import type { IndexKind, IndexOptions, IndexPlan } from "./plan.js";

/** Throws ERR_INDEX_UNSUPPORTED for what the path's values can't serve. `since` is what the history says. */
export function compileIndexes(
  node: SchemaNode,
  options: SealedOptions,
  pattern: string,
  since: (index: IndexPlan) => number,
): readonly IndexPlan[] {
  const types = scalarTypes(node);
  const { equality = false, unique = false, range, prefix = false, substring = false } = options;
  const compiled: (readonly [kind: IndexKind, bits: number, options: IndexOptions])[] = [];
  if (equality !== false) compiled.push(compileEquality(types, equality === true ? {} : equality, pattern));
  if (unique !== false) compiled.push(compileUnique(node, unique === true ? {} : unique, pattern));
  if (range !== undefined) compiled.push(["range", SHORT, { range: compileRange(node, types, range, pattern) }]);
  if (prefix !== false) compiled.push(compilePrefix(types, prefix === true ? {} : prefix, pattern));
  if (substring !== false) compiled.push(compileSubstring(types, substring === true ? {} : substring, pattern));
  return compiled.map(([kind, bits, own]) => {
    const index = {
      kind,
      name: indexName(kind, pattern),
      pattern,
      many: isMany(pattern),
      bits,
      bigints: types.has("bigint"),
      options: Object.freeze(own),
      since: 0,
    };
    return Object.freeze({ ...index, since: since(index) });
  });
}

/** Bits of a token that isn't blurred, and of the tokens of which a value has many. */
const WHOLE = 128;
const SHORT = 64;

/** Types of the values that are indexed: those at the path, and those in an array there. */
function scalarTypes(node: SchemaNode): ReadonlySet<ValueType> {
  const types = [...node.types].flatMap((type) => (type === "array" ? [...(node.element?.types ?? [])] : [type]));
  return new Set(types.filter((type) => type !== "null"));
}

function compileEquality(
  types: ReadonlySet<ValueType>,
  options: EqualityOptions,
  pattern: string,
): readonly [IndexKind, number, IndexOptions] {
  if (![...types].some((type) => type !== "object" && type !== "bytes" && type !== "array")) {
    throw unsupported(
      pattern,
      "An equality index serves strings, numbers, booleans and dates.",
      "Index a scalar path inside, or leave the index out.",
    );
  }
  // In a query bytes are their base64 text, for which they have no token.
  if (types.has("bytes")) {
    throw unsupported(pattern, "Bytes can't be searched.", "Store their base64 as a string, or leave the index out.");
  }
  const bits = options.bits ?? WHOLE;
  if (!isWithin(bits, 1, WHOLE)) throw unsupported(pattern, "A token has 1 to 128 bits.");
  return ["equality", bits, { ...options }];
}

/** One scalar to a document, since the service compares the values of one path. */
function compileUnique(
  node: SchemaNode,
  options: UniqueOptions,
  pattern: string,
): readonly [IndexKind, number, IndexOptions] {
  const types = [...node.types].filter((type) => type !== "null");
  const isScalar = types.length > 0 && types.every((type) => !["object", "array", "bytes"].includes(type));
  if (!isScalar || isMany(pattern)) {
    throw unsupported(
      pattern,
      "A unique path has one string, number, boolean or date.",
      "Declare a scalar path outside arrays and records unique, or leave it out.",
    );
  }
  if ("bits" in options) {
    throw unsupported(
      pattern,
      "A unique token is always whole.",
      "Leave `bits` out: two values with one token would be taken for one.",
    );
  }
  return ["unique", WHOLE, { ...options }];
}

function compilePrefix(
  types: ReadonlySet<ValueType>,
  { max = 16, ...options }: PrefixOptions,
  pattern: string,
): readonly [IndexKind, number, IndexOptions] {
  if (!isText(types)) throw unsupported(pattern, "Only text has a prefix.", TEXT_ONLY);
  if (!isWithin(max, 1, 256)) throw unsupported(pattern, "The longest prefix of an index is 1 to 256 characters.");
  checkFold(options.normalize, pattern);
  return ["prefix", SHORT, { max, ...options }];
}

function compileSubstring(
  types: ReadonlySet<ValueType>,
  { maxLength = 128, ...options }: SubstringOptions,
  pattern: string,
): readonly [IndexKind, number, IndexOptions] {
  if (!isText(types)) throw unsupported(pattern, "Only text has substrings.", TEXT_ONLY);
  if (!isWithin(maxLength, 3, 1024)) {
    throw unsupported(pattern, "The longest text of a substring index is 3 to 1024 characters.");
  }
  checkFold(options.normalize, pattern);
  return ["substring", SHORT, { maxLength, ...options }];
}

const TEXT_ONLY = "Declare it on a path of strings, and equality or range here.";

function isText(types: ReadonlySet<ValueType>): boolean {
  return types.size > 0 && [...types].every((type) => type === "string" || type === "unknown");
}

/** A fold of the whole text would not be the fold of its parts. */
function checkFold(normalize: unknown, pattern: string): void {
  if (normalize === undefined || normalize === "lowercase") return;
  throw unsupported(
    pattern,
    "Prefixes and substrings are normalized by lowercase alone.",
    'Say `normalize: "lowercase"`, or leave it out; the other normalizers are for equality.',
  );
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

function unsupported(path: string, message: string, remedy?: string): CosmosealError {
  return new CosmosealError("ERR_INDEX_UNSUPPORTED", message, { path, ...(remedy === undefined ? {} : { remedy }) });
}
