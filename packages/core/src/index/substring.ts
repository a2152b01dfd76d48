/** Substring terms: every run of three code points of a text. SPEC §5.7. */
import type { IndexPlan } from "../plan/plan.js";
import type { Clauses, IndexCondition, IndexTerm, TermPlace } from "./condition.js";
import { likeParts } from "./like.js";
import { ignoresCase } from "./prefix.js";
import { indexedText, wholePoints, writtenText } from "./text.js";

/** Throws ERR_VALUE_UNSUPPORTED. */
export function substringDocumentTerms(index: IndexPlan, value: unknown, place: TermPlace): readonly IndexTerm[] {
  if (value === null || value === undefined) return [];
  const text = writtenText(index, value);
  if (isLong(text, index.options.maxLength!)) return [longTerm(place)];
  return gramsOf(text).map((gram) => gramTerm(gram, place));
}

export function substringTermsFor(index: IndexPlan, condition: IndexCondition): Clauses | undefined {
  if (ignoresCase(condition) && index.options.normalize === undefined) return undefined;
  const place = condition.place ?? "value";
  const needles = needlesOf(condition)?.map(({ text, anchored }) => gramsOfNeedle(index, text, anchored));
  if (needles === undefined) return undefined;
  const grams = condition.op === "like" ? [needles.flatMap((found) => found ?? [])] : needles;
  if (!grams.every((found) => found !== undefined && found.length > 0)) return undefined;
  // One of several values: the n-th gram of any of them, for as many as the shortest has.
  const chosen = grams.map((found) => spread([...new Set(found)]));
  const count = Math.min(...chosen.map((found) => found.length));
  return Array.from({ length: count }, (_, i) => [...new Set(chosen.map((found) => found[i]!))]).map((clause) => [
    ...clause.map((gram) => gramTerm(gram, place)),
    longTerm(place),
  ]);
}

/** Grams that a search asks for, at the most: more narrow no further, and each costs the server. */
const MAX_ASKED = 16;

/** Of `like` the value holds each part, of any other condition one of the needles. */
function needlesOf(condition: IndexCondition): readonly { text: unknown; anchored: boolean }[] | undefined {
  switch (condition.op) {
    case "equal":
      return condition.values.length === 0 ? undefined : condition.values.map((text) => ({ text, anchored: true }));
    case "startsWith":
    case "contains":
    case "endsWith":
      return [{ text: condition.text, anchored: condition.op === "startsWith" }];
    case "like":
      return likeParts(condition.pattern, condition.escape)?.map(({ text, first }) => ({ text, anchored: first }));
    default:
      return undefined;
  }
}

function gramsOfNeedle(index: IndexPlan, needle: unknown, anchored: boolean): readonly string[] | undefined {
  const whole = typeof needle === "string" ? wholePoints(needle, anchored) : undefined;
  return whole === undefined ? undefined : gramsOf(indexedText(index, whole));
}

/** Distinct, in order of appearance. */
function gramsOf(text: string): string[] {
  const points = [...text];
  return [...new Set(points.slice(2).map((_, i) => points.slice(i, i + 3).join("")))];
}

function isLong(text: string, maxLength: number): boolean {
  return text.length > maxLength && [...text].length > maxLength;
}

/** Evenly chosen, first and last among them. */
function spread(grams: readonly string[]): readonly string[] {
  if (grams.length <= MAX_ASKED) return grams;
  return Array.from({ length: MAX_ASKED }, (_, i) => grams[Math.round((i * (grams.length - 1)) / (MAX_ASKED - 1))]!);
}

function gramTerm(text: string, place: TermPlace): IndexTerm {
  return { type: `${place}/gram`, text };
}

function longTerm(place: TermPlace): IndexTerm {
  return { type: `${place}/long`, text: "" };
}
