/**
 * Place lists (SPEC §1) and what is done with them on stored documents: leave out the unsigned, find public data where
 * something is sealed, tell whether a pointer is at a place of the list.
 */
import { joinPattern, parsePattern, type Segment } from "../schema/pattern.js";

/** A pattern, or an object's pattern with the members that are excepted. */
export type PlaceEntry = string | readonly [pattern: string, except: readonly string[]];
export type PlaceList = readonly PlaceEntry[];

/** A place list made ready: one step per segment. */
export interface PlaceTree {
  /** This place itself is in the list. */
  readonly here: boolean;
  readonly members: ReadonlyMap<string, PlaceTree>;
  readonly element?: PlaceTree;
  readonly rest?: PlaceTree;
  /** Members that `rest` is not for. */
  readonly except: ReadonlySet<string>;
}

export function compilePlaces(places: PlaceList): PlaceTree {
  const root = draft();
  for (const entry of places) {
    if (typeof entry === "string") {
      descend(root, parsePattern(entry)).here = true;
    } else {
      const place = descend(root, parsePattern(entry[0]));
      for (const name of entry[1]) place.except.add(name);
      descend(place, ["*"]).here = true;
    }
  }
  return root;
}

/** Sorted and without duplicates, as SPEC §1 wants a place list. */
export function sortPlaces(places: PlaceList): PlaceList {
  const sorted = [...places]
    .map((entry) => [JSON.stringify(entry), entry] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.freeze(sorted.filter(([text], i) => i === 0 || text !== sorted[i - 1]![0]).map(([, entry]) => entry));
}

/** What is below `place` through a member of an object. */
export function memberPlace(place: PlaceTree | undefined, name: string): PlaceTree | undefined {
  if (place === undefined) return undefined;
  const member = place.members.get(name);
  if (member !== undefined) return member;
  return place.rest === undefined || place.except.has(name) ? undefined : place.rest;
}

/** True where no place of an object can be in the list. */
export function isEmpty({ here, members, rest }: PlaceTree): boolean {
  return !here && members.size === 0 && rest === undefined;
}

/** The value without what is at the places. Copies only what it changes. */
export function withoutPlaces(value: unknown, place: PlaceTree): unknown {
  if (Array.isArray(value)) {
    const { element } = place;
    return element === undefined ? value : value.map((item) => withoutPlaces(item, element));
  }
  if (typeof value !== "object" || value === null) return value;
  if (isEmpty(place)) return value;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const below = memberPlace(place, name);
    if (below?.here === true) continue;
    const member = (value as Record<string, unknown>)[name];
    setOwn(copy, name, below === undefined ? member : withoutPlaces(member, below));
  }
  return copy;
}

/** The pattern of the first place of the list at which the value has something, or undefined. */
export function firstPresent(value: unknown, place: PlaceTree): string | undefined {
  if (place.here) return "";
  if (Array.isArray(value)) {
    for (const item of place.element === undefined ? [] : value) {
      const found = firstPresent(item, place.element!);
      if (found !== undefined) return `/[]${found}`;
    }
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (place.members.size === 0 && place.rest === undefined) return undefined;
  for (const name of Object.keys(value)) {
    const below = memberPlace(place, name);
    if (below === undefined) continue;
    const found = firstPresent((value as Record<string, unknown>)[name], below);
    if (found !== undefined) return `${joinPattern("", name)}${found}`;
  }
  return undefined;
}

/** An own property whatever its name: `__proto__` is a name like any other. */
export function setOwn(target: object, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (target as Record<string, unknown>)[name] = value;
  }
}

interface Draft extends PlaceTree {
  here: boolean;
  members: Map<string, Draft>;
  element?: Draft;
  rest?: Draft;
  except: Set<string>;
}

function draft(): Draft {
  return { here: false, members: new Map(), except: new Set() };
}

function descend(root: Draft, segments: readonly Segment[]): Draft {
  let place = root;
  for (const segment of segments) {
    if (segment === "[]") {
      place.element ??= draft();
      place = place.element;
    } else if (segment === "*") {
      place.rest ??= draft();
      place = place.rest;
    } else {
      let member = place.members.get(segment.name);
      if (member === undefined) {
        member = draft();
        place.members.set(segment.name, member);
      }
      place = member;
    }
  }
  return place;
}
