/** Equality and unique tokens: keyed hashes that stand for values in the server's index. SPEC §5.2, §5.4. */
import { canonicalJson } from "../codec/jcs.js";
import { hasLoneSurrogate } from "../codec/json.js";
import { toBase64url } from "../crypto/bytes.js";
import type { Key } from "../crypto/key.js";
import { deriveKey, keyedHash } from "../crypto/sodium.js";
import { CosmosealError } from "../errors.js";
import type { IndexPlan } from "../plan/plan.js";
import type { Normalizer } from "../schema/treatment.js";

/** What `_seal.x` holds for one index. */
export type StoredTokens = string | string[];

/** The tokens of the values that a document has at the index's pattern, or undefined when there are none. */
export function equalityTokens(key: Key, index: IndexPlan, values: readonly unknown[]): StoredTokens | undefined {
  const [first] = values;
  if (index.kind === "unique") return uniqueToken(key, index, first);
  if (!index.many && !Array.isArray(first)) return equalityToken(key, index, first, "value");
  const tokens = new Set<string>();
  for (const value of values) {
    const found = Array.isArray(value)
      ? value.map((element) => equalityToken(key, index, element, "element"))
      : [equalityToken(key, index, value, "value")];
    for (const token of found) if (token !== undefined) tokens.add(token);
  }
  return tokens.size === 0 ? undefined : [...tokens].sort();
}

/** null has none: a unique key policy would take two documents without a value for the same. */
function uniqueToken(key: Key, index: IndexPlan, value: unknown): string | undefined {
  if (value === null) return undefined;
  const token = equalityToken(key, index, value, "value");
  if (token !== undefined) return token;
  throw new CosmosealError("ERR_VALUE_UNSUPPORTED", "A unique path holds one string, number, boolean or date.", {
    path: index.pattern,
    remedy: "Store a scalar there, or leave `unique` out of the schema.",
  });
}

/**
 * The token that a document with this value has, or undefined for values that have none (objects, arrays, bytes, undefined).
 * `place` tells a value at the path from an element of an array there.
 */
export function equalityToken(
  key: Key,
  index: IndexPlan,
  value: unknown,
  place: "value" | "element",
): string | undefined {
  const typed = typedText(value, index);
  if (typed === undefined) return undefined;
  const [type, text] = typed;
  const hash = keyedHash(deriveKey(key, "index", index.name), "token", `${place}/${type}`, text);
  return toBase64url(leadingBits(hash, index.bits));
}

/** True where two different values can have one token, so that the token is no proof and can't be negated. */
export function isBlurred(index: IndexPlan): boolean {
  return index.bits < 128 || index.options.normalize !== undefined;
}

function typedText(value: unknown, index: IndexPlan): readonly [type: string, text: string] | undefined {
  switch (typeof value) {
    case "string":
      if (hasLoneSurrogate(value)) throw loneSurrogate(index);
      return ["string", normalize(value, index.options.normalize)];
    case "number":
      return ["number", Number.isInteger(value) ? BigInt(value).toString() : canonicalJson(value)];
    case "bigint":
      return ["number", value.toString()];
    case "boolean":
      return ["boolean", String(value)];
    default:
      if (value === null) return ["null", ""];
      return value instanceof Date ? ["string", normalize(value.toISOString(), index.options.normalize)] : undefined;
  }
}

function normalize(text: string, normalizers: Normalizer | readonly Normalizer[] | undefined): string {
  if (normalizers === undefined) return text;
  const list = Array.isArray(normalizers) ? (normalizers as readonly Normalizer[]) : [normalizers as Normalizer];
  return list.reduce((folded, normalizer) => applyNormalizer(folded, normalizer), text);
}

function applyNormalizer(text: string, normalizer: Normalizer): string {
  switch (normalizer) {
    case "lowercase":
      return text.toLowerCase();
    case "nfkc":
      return text.normalize("NFKC");
    case "digits":
      return text.replace(/[^0-9]/g, "");
    default:
      return normalizer.apply(text);
  }
}

function leadingBits(hash: Uint8Array, bits: number): Uint8Array {
  const token = hash.slice(0, Math.ceil(bits / 8));
  const spare = token.length * 8 - bits;
  token[token.length - 1]! &= 0xff << spare;
  return token;
}

function loneSurrogate(index: IndexPlan): CosmosealError {
  return new CosmosealError("ERR_VALUE_UNSUPPORTED", "An indexed text has a lone surrogate.", {
    path: index.pattern,
    remedy: "Store well-formed Unicode at indexed paths.",
  });
}
