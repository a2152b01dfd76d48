/** What is kept of an index beyond its version: its definition, and since which version documents have it. */
import { canonicalJson } from "../codec/jcs.js";
import type { IndexFacts, IndexPlan, Plan, VersionFacts } from "./plan.js";

/**
 * The facts of the plan's own version, for the lock file that a later version gives as `history`. Plain JSON: the same after
 * JSON.stringify and JSON.parse.
 */
export function versionFacts(plan: Plan): VersionFacts {
  const {
    groupNames: _,
    sealedPlaces: _1,
    unsignedPlaces: _2,
    unsignedText: _3,
    ...facts
  } = plan.versions.get(plan.version)!;
  return facts;
}

/** In order of name. */
export function indexFactsOf(indexes: readonly IndexPlan[]): readonly IndexFacts[] {
  const facts = indexes.map((index) => Object.freeze({ name: index.name, definition: definitionOf(index) }));
  return Object.freeze(facts.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/**
 * The lowest version from which on each version of the history, and `own`, has the index as it is defined now. Documents of
 * versions that the history doesn't know are refused on reading, whatever their index.
 */
export function indexedSince(index: IndexPlan, own: number, history: readonly VersionFacts[]): number {
  const definition = definitionOf(index);
  const newestFirst = history.filter(({ version }) => version < own).sort((a, b) => b.version - a.version);
  let since = own;
  for (const { version, indexes = [] } of newestFirst) {
    if (!indexes.some((past) => past.name === index.name && past.definition === definition)) break;
    since = version;
  }
  return since;
}

/** Two indexes with this text make the same tokens of the same values. */
function definitionOf({ kind, pattern, bits, options }: IndexPlan): string {
  const { normalize, max, maxLength, range } = options;
  const normalizers = Array.isArray(normalize) ? normalize : normalize === undefined ? [] : [normalize];
  return canonicalJson({
    kind,
    pattern,
    bits,
    ...(normalizers.length === 0
      ? {}
      : { normalize: normalizers.map((one) => (typeof one === "string" ? one : [one.name])) }),
    ...(max === undefined ? {} : { max }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(range === undefined
      ? {}
      : {
          range: {
            type: range.type,
            min: textOf(range.min),
            max: textOf(range.max),
            precision: textOf(range.precision),
            sparsity: range.sparsity,
          },
        }),
  });
}

function textOf(value: number | bigint | string): number | string {
  return typeof value === "bigint" ? value.toString() : value;
}
