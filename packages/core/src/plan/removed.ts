/**
 * Properties that an earlier version declared and the schema doesn't any more. Documents still have them, and whoever reads one,
 * changes something else and replaces it must neither lose them nor send in the clear what was sealed: they keep their last
 * treatment.
 */
import type { SchemaNode, ValueType } from "../schema/node.js";
import { joinPattern, parsePattern, type Segment } from "../schema/pattern.js";
import { type Treatment, unsigned } from "../schema/treatment.js";
import { coversPlace } from "./covers.js";
import { compilePlaces, type PlaceEntry, type PlaceList, sortPlaces } from "./places.js";
import type { PlanNode, VersionFacts } from "./plan.js";

/**
 * What a version has to keep: all of earlier versions, and of its own facts, as they are locked, what it kept when they were
 * known. So it stays the same when an earlier version, of which no document is left, is taken out of the history.
 */
export function removedBefore(history: readonly VersionFacts[], version: number): readonly VersionFacts[] {
  return history.flatMap((facts) => {
    if (facts.version < version) return [facts];
    if (facts.version > version || facts.removed === undefined) return [];
    const kept = compilePlaces(facts.removed);
    const keptOf = (places: PlaceList = []): PlaceList => places.filter((place) => coversPlace(kept, place));
    const groups = Object.fromEntries(
      Object.entries(facts.groups).map(([group, places]) => [group, keptOf(places)] as const),
    );
    return [{ ...facts, groups, unsigned: keptOf(facts.unsigned), signed: keptOf(facts.signed) }];
  });
}

/** The uppermost places that a plan keeps, for its facts. */
export function removedIn(root: PlanNode): { readonly removed?: PlaceList } {
  const places = removedPlaces(root);
  return places.length === 0 ? {} : { removed: sortPlaces(places) };
}

function removedPlaces(node: PlanNode): readonly string[] {
  if (node.removed === true) return [node.pattern];
  const below = [...(node.members?.values() ?? []), node.rest, node.element];
  return below.flatMap((child) => (child === undefined ? [] : removedPlaces(child)));
}

/** The schema with what `past` declares beyond it, marked as removed. What the schema says itself stays as it is. */
export function withRemoved(
  schema: SchemaNode,
  past: readonly VersionFacts[],
  declassify: readonly string[],
): SchemaNode {
  const newestFirst = [...past].sort((a, b) => b.version - a.version);
  return newestFirst.reduce(
    (node, { groups, unsigned: open, signed = [] }) =>
      [
        ...Object.entries(groups).map(
          ([group, places]) => [sealedIn(group), places.filter((place) => !isListed(place, declassify))] as const,
        ),
        [unsigned(), open] as const,
        [undefined, signed] as const,
        [undefined, [...Object.values(groups), open].flatMap(exceptedPlaces)] as const,
      ].reduce((kept, [treatment, places]) => keepAll(kept, places, treatment), node),
    schema,
  );
}

/** What is declassified is as the schema says, also where it says so of all that it doesn't name. */
function isListed(place: PlaceEntry, declassify: readonly string[]): boolean {
  const path = typeof place === "string" ? place : `${place[0]}/*`;
  return declassify.some((pattern) => path === pattern || path.startsWith(`${pattern}/`));
}

function sealedIn(group: string): Treatment {
  return { treatment: "sealed", options: group === "" ? {} : { group } };
}

function keepAll(schema: SchemaNode, places: PlaceList, treatment: Treatment | undefined): SchemaNode {
  const leaf: SchemaNode = { types: ANY, open: true, removed: true, ...(treatment && { treatment }) };
  return places.reduce((node, entry) => keep(node, segmentsOf(entry), leaf), schema);
}

/** What is excepted from others' treatment and has none of its own is signed, like all that is declared. */
function exceptedPlaces(places: PlaceList): PlaceList {
  return places.flatMap((place) =>
    typeof place === "string" ? [] : place[1].map((name) => joinPattern(place[0], name)),
  );
}

function segmentsOf(entry: PlaceEntry): readonly Segment[] {
  return typeof entry === "string" ? parsePattern(entry) : [...parsePattern(entry[0]), "*"];
}

function keep(node: SchemaNode, [segment, ...below]: readonly Segment[], leaf: SchemaNode): SchemaNode {
  if (segment === undefined || node.treatment !== undefined || node.open === true) return node;
  if (segment === "[]") {
    if (node.element !== undefined) return { ...node, element: keep(node.element, below, leaf) };
    return node.removed === true ? { ...node, element: grow(below, leaf) } : node;
  }
  const isObject = node.removed === true || node.members !== undefined || node.rest !== undefined;
  if (!isObject) return node;
  if (segment === "*") {
    const rest = node.rest === undefined ? grow(below, leaf) : keep(node.rest, below, leaf);
    return { ...node, rest };
  }
  const { name } = segment;
  const member = node.members?.get(name);
  // A member that the schema leaves open is declared, if only by that.
  if (member === undefined && node.rest !== undefined && node.rest.removed !== true) return node;
  const kept = member === undefined ? grow(below, leaf) : keep(member, below, leaf);
  return { ...node, members: new Map([...(node.members ?? []), [name, kept]]) };
}

function grow([segment, ...below]: readonly Segment[], leaf: SchemaNode): SchemaNode {
  if (segment === undefined) return leaf;
  const inside = grow(below, leaf);
  if (segment === "[]") return { types: new Set<ValueType>(["array"]), element: inside, removed: true };
  if (segment === "*") return { types: new Set<ValueType>(["object"]), rest: inside, removed: true };
  return { types: new Set<ValueType>(["object"]), members: new Map([[segment.name, inside]]), removed: true };
}

/** Whatever was kept of a value's type stays kept. */
const ANY: ReadonlySet<ValueType> = new Set(["unknown", "date", "bigint", "bytes"]);
