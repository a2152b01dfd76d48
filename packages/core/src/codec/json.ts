/** JSON as data: what a stored document is made of, and what its text must not hold. */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** A lone surrogate can't be written as UTF-8, so that two readers could hash different bytes. */
export function hasLoneSurrogate(text: string): boolean {
  // Of platforms before ES2024 the regular expression alone is known.
  return isWellFormed === undefined ? /\p{Surrogate}/u.test(text) : !isWellFormed.call(text);
}

const { isWellFormed } = String.prototype as { readonly isWellFormed?: () => boolean };

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
