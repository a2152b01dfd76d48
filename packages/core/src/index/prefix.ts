/** Prefix terms: every beginning of a text, up to a length. SPEC §5.6. */
import type { IndexPlan } from "../plan/plan.js";
import type { Clauses, IndexCondition, IndexTerm, TermPlace } from "./condition.js";
import { likeParts } from "./like.js";
import { indexedText, wholePoints, writtenText } from "./text.js";

/** Throws ERR_VALUE_UNSUPPORTED. */
export function prefixDocumentTerms(index: IndexPlan, value: unknown, place: TermPlace): readonly IndexTerm[] {
  if (value === null || value === undefined) return [];
  const terms: IndexTerm[] = [];
  let prefix = "";
  for (const point of writtenText(index, value)) {
    if (terms.length === index.options.max!) break;
    prefix += point;
    terms.push(prefixTerm(prefix, place));
  }
  return terms;
}

export function prefixTermsFor(index: IndexPlan, condition: IndexCondition): Clauses | undefined {
  const place = condition.place ?? "value";
  const prefixes = startsOf(condition).map((start) => longestPrefix(index, start));
  if (prefixes.length === 0 || !prefixes.every((prefix) => prefix !== undefined)) return undefined;
  if (ignoresCase(condition) && index.options.normalize === undefined) return undefined;
  return [[...new Set(prefixes)].map((prefix) => prefixTerm(prefix, place))];
}

/** What the value begins with, one of them; undefined for what isn't text. None where the condition says nothing of the beginning. */
function startsOf(condition: IndexCondition): readonly unknown[] {
  switch (condition.op) {
    case "equal":
      return condition.values;
    case "startsWith":
      return [condition.text];
    case "like":
      return (likeParts(condition.pattern, condition.escape) ?? [])
        .filter(({ first }) => first)
        .map(({ text }) => text);
    default:
      return [];
  }
}

function longestPrefix(index: IndexPlan, start: unknown): string | undefined {
  const whole = typeof start === "string" ? wholePoints(start, true) : undefined;
  if (whole === undefined || whole === "") return undefined;
  return [...indexedText(index, whole)].slice(0, index.options.max).join("");
}

export function ignoresCase(condition: IndexCondition): boolean {
  return condition.op === "equal" ? condition.lowered : condition.op !== "between" && condition.folded;
}

function prefixTerm(text: string, place: TermPlace): IndexTerm {
  return { type: `${place}/prefix`, text };
}
