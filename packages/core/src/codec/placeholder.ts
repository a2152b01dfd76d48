/** What stands in an opened document where a group that stayed closed may have a value. SPEC §4.10 has the writer's side. */
import { memberPlace, type PlaceList, type PlaceTree, setOwn } from "../plan/places.js";
import { parsePattern } from "../schema/pattern.js";
import { isObject } from "./json.js";

/**
 * A frozen marker: the document may have a value here, in a group that this client can't open. It survives JSON. On writing it counts as
 * no value where the client lacks the group, and is refused where it has it: it would overwrite what it stands for.
 */
export interface Placeholder {
  /** Name of the group. */
  readonly "cosmoseal:closed": string;
}

/** The same object for the same group. */
export function placeholderOf(group: string): Placeholder {
  let known = placeholders.get(group);
  if (known === undefined) {
    known = Object.freeze({ [MEMBER]: group });
    placeholders.set(group, known);
  }
  return known;
}

/**
 * True for a placeholder, a copy of one by JSON too.
 *
 * @example const shown = isPlaceholder(patient.diagnosis) ? "not for you" : patient.diagnosis;
 */
export function isPlaceholder(value: unknown): value is Placeholder {
  if (!isObject(value) || typeof value[MEMBER] !== "string") return false;
  return Object.keys(value).length === 1;
}

/**
 * Puts the group's placeholder at each of the places whose parent is there and that are vacant; not at places in arrays, or under names
 * that the schema leaves open, since nobody can tell which there are. `removed`: places that the schema doesn't declare any more.
 */
export function putPlaceholders(
  document: Record<string, unknown>,
  group: string,
  places: PlaceList,
  removed: PlaceTree | undefined,
): void {
  for (const place of places) {
    if (typeof place === "string") put(document, group, place, removed);
  }
}

const MEMBER = "cosmoseal:closed";
const placeholders = new Map<string, Placeholder>();

function put(document: Record<string, unknown>, group: string, pattern: string, removed: PlaceTree | undefined): void {
  let parent: unknown = document;
  let gone = removed;
  const segments = parsePattern(pattern);
  for (const [i, segment] of segments.entries()) {
    if (typeof segment === "string" || !isObject(parent)) return;
    gone = memberPlace(gone, segment.name);
    if (gone?.here === true) return;
    const isThere = Object.hasOwn(parent, segment.name);
    if (i === segments.length - 1) {
      if (!isThere) setOwn(parent, segment.name, placeholderOf(group));
    } else {
      if (!isThere) return;
      parent = parent[segment.name];
    }
  }
}
