/** Equality and unique terms: the whole value. SPEC §5.2, §5.4. */
import { canonicalJson } from "../codec/jcs.js";
import { hasLoneSurrogate } from "../codec/json.js";
import { CosmosealError } from "../errors.js";
import type { IndexPlan } from "../plan/plan.js";
import type { Normalizer } from "../schema/treatment.js";
import type { Clauses, IndexCondition, IndexTerm, TermPlace } from "./condition.js";
import { likeParts } from "./like.js";
import { bigintsOf } from "./range-steps.js";
import { foldCase, loneSurrogate } from "./text.js";

/** Throws ERR_VALUE_UNSUPPORTED. Of objects, nested arrays and bytes there are none. */
export function equalityDocumentTerms(index: IndexPlan, value: unknown, place: TermPlace): readonly IndexTerm[] {
  if (typeof value === "string" && hasLoneSurrogate(value)) throw loneSurrogate(index);
  const term = equalityTerm(index, value, place);
  return term === undefined ? [] : [term];
}

/** null has none: a unique key policy would take two documents without a value for the same. Throws ERR_VALUE_UNSUPPORTED. */
export function uniqueDocumentTerms(index: IndexPlan, value: unknown): readonly IndexTerm[] {
  if (value === null || value === undefined) return [];
  const terms = equalityDocumentTerms(index, value, "value");
  if (terms.length > 0) return terms;
  throw new CosmosealError("ERR_VALUE_UNSUPPORTED", "A unique path holds one string, number, boolean or date.", {
    path: index.pattern,
    remedy: "Store a scalar there, or leave `unique` out of the schema.",
  });
}

export function equalityTermsFor(index: IndexPlan, condition: IndexCondition): Clauses | undefined {
  const sought = soughtValues(index, condition);
  if (sought === undefined || sought.values.length === 0) return undefined;
  if (index.kind === "unique" && sought.place === "element") return undefined;
  const terms: IndexTerm[] = [];
  for (const value of sought.values) {
    if (typeof value === "string" ? hasLoneSurrogate(value) : sought.lowered) return undefined;
    if (value === null && index.kind === "unique") return undefined;
    const found = termsOfSought(index, value, sought.place);
    if (found === undefined) return undefined;
    terms.push(...found);
  }
  return [terms];
}

/** Integers that one double may stand for at the most, where the path holds bigints: those of 64 bits. */
const MAX_BIGINTS = 1025n;

function termsOfSought(index: IndexPlan, value: unknown, place: TermPlace): readonly IndexTerm[] | undefined {
  const double = index.bigints && typeof value === "bigint" ? Number(value) : value;
  if (index.bigints && typeof double === "number" && Number.isInteger(double)) {
    const [low, high] = bigintsOf(double);
    if (high - low >= MAX_BIGINTS) return undefined;
    return Array.from({ length: Number(high - low) + 1 }, (_, i) => equalityTerm(index, low + BigInt(i), place)!);
  }
  const term = equalityTerm(index, double, place);
  return term === undefined ? undefined : [term];
}

interface Sought {
  readonly values: readonly unknown[];
  readonly place: TermPlace;
  readonly lowered: boolean;
}

/** A pattern without wildcards is a value. */
function soughtValues(index: IndexPlan, condition: IndexCondition): Sought | undefined {
  if (condition.op === "equal") return condition.lowered && !foldsFirst(index) ? undefined : condition;
  if (condition.op !== "like" || (condition.folded && !foldsFirst(index))) return undefined;
  const [part] = likeParts(condition.pattern, condition.escape) ?? [];
  if (part === undefined || !part.first || !part.last) return undefined;
  return { values: [part.text], place: condition.place ?? "value", lowered: condition.folded };
}

/** The case fold first, then the rest: so is the token of a value also that of its lower case. After another normalizer it need not be. */
function foldsFirst({ options: { normalize } }: IndexPlan): boolean {
  return normalize === "lowercase" || (Array.isArray(normalize) && normalize[0] === "lowercase");
}

function equalityTerm(index: IndexPlan, value: unknown, place: TermPlace): IndexTerm | undefined {
  const { normalize } = index.options;
  switch (typeof value) {
    case "string":
      return { type: `${place}/string`, text: normalized(value, normalize) };
    case "number":
      if (!Number.isFinite(value)) return undefined;
      return {
        type: `${place}/number`,
        text: Number.isInteger(value) ? BigInt(value).toString() : canonicalJson(value),
      };
    case "bigint":
      return { type: `${place}/number`, text: value.toString() };
    case "boolean":
      return { type: `${place}/boolean`, text: String(value) };
    default:
      if (value === null) return { type: `${place}/null`, text: "" };
      return value instanceof Date
        ? { type: `${place}/string`, text: normalized(value.toISOString(), normalize) }
        : undefined;
  }
}

function normalized(text: string, normalizers: Normalizer | readonly Normalizer[] | undefined): string {
  if (normalizers === undefined) return text;
  const list = Array.isArray(normalizers) ? (normalizers as readonly Normalizer[]) : [normalizers as Normalizer];
  return list.reduce((folded, normalizer) => applyNormalizer(folded, normalizer), text);
}

function applyNormalizer(text: string, normalizer: Normalizer): string {
  switch (normalizer) {
    case "lowercase":
      return foldCase(text);
    case "nfkc":
      return text.normalize("NFKC");
    case "digits":
      return text.replace(/[^0-9]/g, "");
    default:
      return normalizer.apply(text);
  }
}
