/**
 * Documents of a later schema version that the reader doesn't know, as they come while services roll out one by one. They are
 * read by what the reader knows itself; where something would have to be believed instead, they are refused. SPEC §4.7.
 */
import { coversPlace, touchesPlace } from "../plan/covers.js";
import { isPlace } from "../plan/history.js";
import { compilePlaces, firstPresent, type PlaceList, sortPlaces } from "../plan/places.js";
import type { Plan, VersionPlan } from "../plan/plan.js";
import { formatPattern, parsePointer, type Segment } from "../schema/pattern.js";
import type { GroupEntry } from "./group.js";
import { canonicalJson } from "./jcs.js";
import { isObject } from "./json.js";
import { publicPart } from "./manifest.js";
import type { DocumentPlace } from "./place.js";
import type { ParsedGroup, ParsedSeal } from "./seal-member.js";

/** A document of a later version than the plan's own, after it was verified and opened. */
export interface NewerDocument {
  readonly version: number;
  /** The plan's history has the version. */
  readonly known: boolean;
  readonly place: DocumentPlace;
  /** Patterns of what it seals and the plan's own version does not, each for one place of the document. */
  readonly sealed: readonly string[];
}

/** The pattern of the first of the places at which a stored document has something in public, or undefined. */
export function publicAt(stored: Readonly<Record<string, unknown>>, places: readonly string[]): string | undefined {
  return firstPresent(publicPart(stored), compilePlaces(places));
}

/** What the document says of its version, where the plan may go by it; undefined where it may not. Nothing is verified yet. */
export function newerVersion(plan: Plan, { member, groups }: ParsedSeal): VersionPlan | undefined {
  const names = groups.map((group) => group.name);
  const unsigned = readUnsigned(plan, member.o);
  if (member.s <= plan.version || unsigned === undefined) return undefined;
  // Else a holder of other groups' keys could leave one out.
  if (!plan.groups.every((group) => names.includes(group))) return undefined;
  return {
    version: member.s,
    groups: {},
    unsigned,
    groupNames: names,
    sealedPlaces: new Map(),
    unsignedPlaces: compilePlaces(unsigned),
    unsignedText: canonicalJson(unsigned),
  };
}

/**
 * The places of all groups' entries in the public document that the plan's own version doesn't seal. Undefined where a group
 * didn't open, and where an entry is at, inside or around a place that the own version seals in another group: who holds one
 * group's key can't write what is another's; of a known version its own lists say so.
 */
export function placesAhead(
  plan: Plan,
  document: Readonly<Record<string, unknown>>,
  groups: readonly ParsedGroup[],
  opened: readonly (readonly GroupEntry[] | undefined)[],
  isKnown: boolean,
): readonly string[] | undefined {
  const { sealedPlaces } = plan.versions.get(plan.version)!;
  const ahead: string[] = [];
  for (const [i, { name }] of groups.entries()) {
    const entries = opened[i];
    if (entries === undefined) return undefined;
    for (const [pointer] of entries) {
      const names = parsePointer(pointer);
      const segments = names && segmentsTo(document, names);
      if (segments === undefined) return undefined;
      for (const [other, places] of sealedPlaces)
        if (!isKnown && other !== name && touchesPlace(places, segments)) return undefined;
      const pattern = formatPattern(segments);
      const own = sealedPlaces.get(name);
      if (own === undefined || !coversPlace(own, pattern)) ahead.push(pattern);
    }
  }
  return ahead;
}

/** Names and elements on the way to a place of the document; undefined where a step leads nowhere. The last need not be there. */
function segmentsTo(document: unknown, names: readonly string[]): readonly Segment[] | undefined {
  const segments: Segment[] = [];
  let parent: unknown = document;
  for (const [i, name] of names.entries()) {
    if (Array.isArray(parent)) segments.push("[]");
    else if (isObject(parent)) segments.push({ name });
    else return undefined;
    if (i < names.length - 1 && !Object.hasOwn(parent as object, name)) return undefined;
    parent = (parent as Record<string, unknown>)[name];
  }
  return segments;
}

/** A place list whose every entry lies in what one known version leaves unsigned. */
function readUnsigned({ versions }: Plan, listed: readonly unknown[] = []): PlaceList | undefined {
  if (!listed.every(isPlace)) return undefined;
  const known = [...versions.values()];
  const isKnown = listed.every((entry) => known.some(({ unsignedPlaces }) => coversPlace(unsignedPlaces, entry)));
  if (!isKnown) return undefined;
  const sorted = sortPlaces(listed);
  return sorted.length === listed.length && sorted.every((entry, i) => entry === listed[i]) ? sorted : undefined;
}
