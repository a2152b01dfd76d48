/** From values to terms, for every kind of index: what a document has, and what a search asks for. */
import type { IndexPlan } from "../plan/plan.js";
import type { Clauses, IndexCondition, IndexTerm, TermPlace } from "./condition.js";
import { equalityDocumentTerms, equalityTermsFor, uniqueDocumentTerms } from "./equality.js";
import { prefixDocumentTerms, prefixTermsFor } from "./prefix.js";
import { rangeDocumentTerms, rangeTermsFor } from "./range.js";
import { substringDocumentTerms, substringTermsFor } from "./substring.js";

/**
 * What stands in the index for the values that a document has at the index's pattern, without duplicates; empty for null (but
 * under equality) and absent values.
 *
 * @throws ERR_VALUE_UNSUPPORTED for a value that the index can't hold, naming the path and never the value
 */
export function documentTerms(index: IndexPlan, values: readonly unknown[]): readonly IndexTerm[] {
  const { document } = KINDS[index.kind];
  const terms = new Map<string, IndexTerm>();
  for (const value of index.kind === "unique" ? values.slice(0, 1) : values) {
    const found =
      Array.isArray(value) && index.kind !== "unique"
        ? value.flatMap((element) => document(index, element, "element"))
        : document(index, value, "value");
    for (const term of found) terms.set(`${term.type}/${term.text}`, term);
  }
  return [...terms.values()];
}

/**
 * What a search for the condition asks the index: AND of ORs. A document with a value that satisfies the condition, stored under
 * this index, has of each clause at least one term; many without such a value have them too. Undefined where the index can't
 * narrow the condition, with these values. No clause is ever empty.
 *
 * @example
 * const clauses = termsFor(index, { op: "contains", text: "mann", folded: false });
 * // has(man) AND has(ann), each OR has(long)
 */
export function termsFor(index: IndexPlan, condition: IndexCondition): Clauses | undefined {
  return KINDS[index.kind].search(index, condition);
}

/** True where the tokens are stored as an array, to be searched by ARRAY_CONTAINS; else one is stored as text. */
export function isList(index: IndexPlan, place: TermPlace): boolean {
  const whole = index.kind === "equality" || index.kind === "unique";
  return !whole || index.many || place === "element";
}

/** True where two different values can have one token, so that the token is no proof and can't be negated. */
export function isBlurred(index: IndexPlan): boolean {
  const whole = index.kind === "equality" || index.kind === "unique";
  return !whole || index.bits < 128 || index.options.normalize !== undefined || index.bigints;
}

interface KindOfIndex {
  document(index: IndexPlan, value: unknown, place: TermPlace): readonly IndexTerm[];
  search(index: IndexPlan, condition: IndexCondition): Clauses | undefined;
}

const KINDS: Readonly<Record<IndexPlan["kind"], KindOfIndex>> = {
  equality: { document: equalityDocumentTerms, search: equalityTermsFor },
  unique: { document: uniqueDocumentTerms, search: equalityTermsFor },
  range: { document: rangeDocumentTerms, search: rangeTermsFor },
  prefix: { document: prefixDocumentTerms, search: prefixTermsFor },
  substring: { document: substringDocumentTerms, search: substringTermsFor },
};
