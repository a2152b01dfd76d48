/** Tokens that stand in the place of a sealed id or partition key. SPEC §5.3. */
import { canonicalJson } from "../codec/jcs.js";
import { toBase64url } from "../crypto/bytes.js";
import type { Key } from "../crypto/key.js";
import { keyedHash } from "../crypto/sodium.js";

/** 22 characters; the same value at the same path of the same container always has the same. */
export function identityToken(key: Key, container: string, pattern: string, value: string | number | boolean): string {
  const hash = keyedHash(key, "identity", container, pattern, typeof value, canonicalJson(value));
  return toBase64url(hash.subarray(0, 16));
}
