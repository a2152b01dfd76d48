/** Whether places named by one list lie inside those of another, and how a single place stands to them. */
import { parsePattern, type Segment } from "../schema/pattern.js";
import { memberPlace, type PlaceEntry, type PlaceTree } from "./places.js";

/** True where every place that the entry names is one of the tree, or lies inside one; false where that isn't certain. */
export function coversPlace(tree: PlaceTree, entry: PlaceEntry): boolean {
  const [pattern, except] = typeof entry === "string" ? [entry, undefined] : entry;
  let place: PlaceTree | undefined = tree;
  for (const segment of parsePattern(pattern)) {
    if (place.here) return true;
    place = below(place, segment);
    if (place === undefined) return false;
  }
  if (place.here) return true;
  return except !== undefined && coversMembers(place, new Set(except));
}

/** True where the place of the segments is one of the tree, lies inside one, or has one inside itself. */
export function touchesPlace(tree: PlaceTree, segments: readonly Segment[]): boolean {
  let place: PlaceTree | undefined = tree;
  for (const segment of segments) {
    if (place.here) return true;
    place = segment === "[]" ? place.element : segment === "*" ? place.rest : memberPlace(place, segment.name);
    if (place === undefined) return false;
  }
  // A tree has no branch without a place at its end.
  return true;
}

function below(place: PlaceTree, segment: Segment): PlaceTree | undefined {
  if (segment === "[]") return place.element;
  if (segment !== "*") return memberPlace(place, segment.name);
  // Every member is meant, and some have a branch of their own or none.
  return place.members.size === 0 && place.except.size === 0 ? place.rest : undefined;
}

function coversMembers({ rest, members, except }: PlaceTree, but: ReadonlySet<string>): boolean {
  if (rest?.here !== true) return false;
  const own = [...except, ...[...members].flatMap(([name, member]) => (member.here ? [] : [name]))];
  return own.every((name) => but.has(name));
}
