/** Tokens: keyed hashes of terms, which stand for values in the server's index. SPEC §5. */
import { toBase64url } from "../crypto/bytes.js";
import type { Key } from "../crypto/key.js";
import { deriveKey, keyedHash } from "../crypto/sodium.js";
import type { IndexPlan } from "../plan/plan.js";
import type { IndexTerm } from "./condition.js";
import { documentTerms, isList } from "./terms.js";

/** What `_seal.x` holds for one index. */
export type StoredTokens = string | string[];

/** The token of a term, in base64url. */
export function indexToken(key: Key, index: IndexPlan, term: IndexTerm): string {
  return tokenUnder(subKey(key, index), index, term);
}

/**
 * The tokens of the values that a document has at the index's pattern, as they are stored, or undefined when there are none.
 * Throws ERR_VALUE_UNSUPPORTED.
 */
export function indexTokens(key: Key, index: IndexPlan, values: readonly unknown[]): StoredTokens | undefined {
  const own = subKey(key, index);
  const tokens = new Set(documentTerms(index, values).map((term) => tokenUnder(own, index, term)));
  if (tokens.size === 0) return undefined;
  const [first] = tokens;
  return isList(index, Array.isArray(values[0]) ? "element" : "value") ? [...tokens].sort() : first;
}

function subKey(key: Key, { name }: IndexPlan): Key {
  return deriveKey(key, "index", name);
}

function tokenUnder(key: Key, { bits }: IndexPlan, { text, type }: IndexTerm): string {
  return toBase64url(leadingBits(keyedHash(key, "token", type, text), bits));
}

function leadingBits(hash: Uint8Array, bits: number): Uint8Array {
  const token = hash.slice(0, Math.ceil(bits / 8));
  const spare = token.length * 8 - bits;
  token[token.length - 1]! &= 0xff << spare;
  return token;
}
