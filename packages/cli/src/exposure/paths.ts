/** Every path of a container's public parts: how often it is readable, under which treatment, and what it looks like. */
import { createFieldTally, type FieldTally } from "../personal/detect.js";
import { mask } from "./mask.js";
import type { PathExposure, People } from "./report.js";
import { createSketch, type Sketch } from "./sketch.js";
import { createNameBook, leavesOf } from "./walk.js";

/** How the public part of one document is protected. */
export type Protection = "clear" | { readonly unsigned: readonly string[] };

export interface PathTallies {
  /** `personal`: something in it looks so. `unsigned`: something in it is neither sealed nor signed although the document is sealed. */
  add(
    document: Readonly<Record<string, unknown>>,
    protection: Protection,
  ): { readonly personal: boolean; readonly unsigned: boolean };
  exposures(sealed: SealedKnowledge): readonly PathExposure[];
  people(): People | undefined;
  readonly leftOut: number;
}

/** What is known of sealed paths. */
export interface SealedKnowledge {
  readonly documents: number;
  /** By path: documents whose schema version seals it. Undefined without a definition. */
  readonly byDefinition: ReadonlyMap<string, number> | undefined;
}

/** `person` is a path whose values are one for each person. */
export function createPathTallies(person: string | undefined, mostPaths = 3000, mostNames = 200): PathTallies {
  const names = createNameBook(mostNames);
  const tallies = new Map<string, PathTally>();
  const leftOut = new Set<string>();
  return {
    add: (document, protection) => {
      let personal = false;
      let unsigned = false;
      const seen = new Set<PathTally>();
      for (const { pattern, name, value } of leavesOf(document, names)) {
        const known = tallies.get(pattern) ?? (tallies.size < mostPaths ? newTally(name) : undefined);
        if (known === undefined) {
          if (leftOut.size < 100_000) leftOut.add(pattern);
          continue;
        }
        tallies.set(pattern, known);
        if (note(known, value, pattern === person)) personal = true;
        if (seen.has(known)) continue;
        seen.add(known);
        if (protection === "clear") known.clear++;
        else if (isBelow(pattern, protection.unsigned)) {
          known.unsigned++;
          unsigned = true;
        } else known.signed++;
      }
      return { personal, unsigned };
    },
    exposures: (sealed) => exposuresOf(tallies, sealed),
    people: () => peopleOf(tallies, person),
    get leftOut() {
      return leftOut.size;
    },
  };
}

interface PathTally {
  clear: number;
  signed: number;
  unsigned: number;
  readonly types: Set<string>;
  readonly samples: Set<string>;
  readonly field: FieldTally;
  readonly values: Sketch;
}

function newTally(name: string): PathTally {
  return {
    clear: 0,
    signed: 0,
    unsigned: 0,
    types: new Set(),
    samples: new Set(),
    field: createFieldTally(name),
    values: createSketch(16_384, 16),
  };
}

function note(tally: PathTally, value: unknown, isPerson: boolean): boolean {
  tally.types.add(value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
  const kinds = tally.field.add(value);
  const isScalar = value !== null && typeof value !== "object";
  if (isScalar && tally.samples.size < 3) tally.samples.add(mask(value));
  // What identifies nobody is not counted: most paths, and most of the time.
  if (isScalar && (isPerson || kinds.some((kind) => IDENTIFYING.has(kind))))
    tally.values.add(String(value).toLowerCase());
  return kinds.length > 0;
}

const IDENTIFYING: ReadonlySet<string> = new Set(["email", "phone", "iban", "national number", "card"]);

/** Patterns of place lists; those that except names are taken as wholes. */
function isBelow(pattern: string, places: readonly string[]): boolean {
  return places.some((place) => {
    const base = place.endsWith("/*") ? place.slice(0, -2) : place;
    return pattern === base || pattern.startsWith(`${base}/`);
  });
}

function exposuresOf(
  tallies: ReadonlyMap<string, PathTally>,
  { documents, byDefinition }: SealedKnowledge,
): readonly PathExposure[] {
  const exposures = [...tallies].map(([path, tally]): PathExposure => {
    const { clear, signed, unsigned, types, samples, field } = tally;
    const declared = declaredFor(path, byDefinition);
    const absent = byDefinition === undefined && clear > 0 && signed + unsigned === 0 ? documents : 0;
    const sealed = declared ?? absent;
    return {
      path,
      clear,
      signed,
      unsigned,
      sealed,
      sealedBy: sealed === 0 ? undefined : declared === undefined ? "absence" : "definition",
      types: [...types].sort(),
      samples: [...samples],
      personal: field.findings(),
    };
  });
  const unseen = [...(byDefinition ?? [])].filter(
    ([path]) => ![...tallies.keys()].some((seen) => isBelow(seen, [path])),
  );
  const hidden = unseen.map(([path, sealed]): PathExposure => {
    const nothing = { clear: 0, signed: 0, unsigned: 0, types: [], samples: [], personal: [] };
    return { path, ...nothing, sealed, sealedBy: "definition" };
  });
  return [...exposures, ...hidden].sort(
    (a, b) => b.personal.length - a.personal.length || b.clear - a.clear || (a.path < b.path ? -1 : 1),
  );
}

/** Of a subtree that is sealed as a whole each leaf is. */
function declaredFor(path: string, byDefinition: ReadonlyMap<string, number> | undefined): number | undefined {
  for (const [place, documents] of byDefinition ?? []) if (isBelow(path, [place])) return documents;
  return undefined;
}

/** The path with the most different values of those that tell people apart. */
function peopleOf(tallies: ReadonlyMap<string, PathTally>, person: string | undefined): People | undefined {
  let best: People | undefined;
  for (const [path, { values, field }] of tallies) {
    if (person === undefined ? !field.findings().some(({ kind }) => IDENTIFYING.has(kind)) : path !== person) continue;
    const { distinct, exact } = values.spread();
    if (distinct > (best?.count ?? 0)) best = { path, count: distinct, exact };
  }
  return best;
}
