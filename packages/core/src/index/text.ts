/** Texts as indexes see them: the case fold of SPEC §5.8, and needles cut to whole code points. */
import { hasLoneSurrogate } from "../codec/json.js";
import { CosmosealError } from "../errors.js";
import type { IndexPlan } from "../plan/plan.js";

/**
 * Code point by code point, so that the fold of a part is a part of the fold of the whole; and the same for a text, its upper
 * case and its lower case, so that it serves every comparison that ignores case. Twice, since ẞ has a lower case that has an
 * upper case of its own.
 */
export function foldCase(text: string): string {
  return isLowerAscii(text) ? text : foldOnce(foldOnce(text));
}

/** Nothing to fold, which is nearly always so. */
function isLowerAscii(text: string): boolean {
  return !/[A-Z\u0080-\uffff]/.test(text);
}

/** Lower case by itself: within a word Σ would become σ or ς by what follows. */
function foldOnce(text: string): string {
  let folded = "";
  for (const point of text.toUpperCase()) folded += point.toLowerCase();
  return folded;
}

/**
 * The part of a needle that is whole code points: indexed texts are well formed, so that they hold the needle only if they hold
 * this. Undefined where a lone surrogate is left inside, or where the needle begins with half a pair and must not.
 */
export function wholePoints(needle: string, anchored: boolean): string | undefined {
  const start = isLowHalf(needle.charCodeAt(0)) ? 1 : 0;
  const end = isHighHalf(needle.charCodeAt(needle.length - 1)) ? -1 : undefined;
  if (anchored && start === 1) return undefined;
  const whole = needle.slice(start, end);
  return hasLoneSurrogate(whole) ? undefined : whole;
}

function isHighHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLowHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** The text as a prefix or substring index has it. */
export function indexedText(index: IndexPlan, text: string): string {
  return index.options.normalize === undefined ? text : foldCase(text);
}

/** Text that is written under an index of texts. Throws ERR_VALUE_UNSUPPORTED for values of other types and lone surrogates. */
export function writtenText(index: IndexPlan, value: unknown): string {
  if (typeof value !== "string") {
    throw new CosmosealError("ERR_VALUE_UNSUPPORTED", `A ${index.kind} index holds text.`, {
      path: index.pattern,
      remedy: `Store a string there, or leave \`${index.kind}\` out of the schema.`,
    });
  }
  if (hasLoneSurrogate(value)) throw loneSurrogate(index);
  return indexedText(index, value);
}

export function loneSurrogate(index: IndexPlan): CosmosealError {
  return new CosmosealError("ERR_VALUE_UNSUPPORTED", "An indexed text has a lone surrogate.", {
    path: index.pattern,
    remedy: "Store well-formed Unicode at indexed paths.",
  });
}
