/** Which sealed places a path of a query touches: the place itself, one above it, or one below. */
import { memberPlace, type PlaceTree, type Plan, SEAL, SYSTEM_PROPERTIES, type VersionPlan } from "@cosmoseal/core";
import { type DocumentPath, type PathSegment, pathText } from "@cosmoseal/sql";

/** The path as the application would name it in an error, or undefined where nothing sealed is touched. */
export function touchedPath(plan: Plan, path: DocumentPath): string | undefined {
  const [first] = path;
  if (first === SEAL || isDynamic(first)) return pathText(path);
  if (typeof first === "string" && SYSTEM_PROPERTIES.has(first)) return undefined;
  return [...plan.versions.values()].some((version) => isSealedIn(version, path)) ? pathText(path) : undefined;
}

/** True where the version seals the place, one above it, or one below. */
export function isSealedIn({ sealedPlaces }: VersionPlan, path: DocumentPath): boolean {
  return [...sealedPlaces.values()].some((places) => touches(places, path));
}

/** True for what is not the application's, and for what only evaluation can name. */
export function isNeverPublic([first]: DocumentPath): boolean {
  return first === SEAL || isDynamic(first);
}

/** Versions that seal the path, something above it or something below it. */
export function versionsTouching(plan: Plan, path: DocumentPath): readonly number[] {
  return [...plan.versions.values()].filter((version) => isSealedIn(version, path)).map(({ version }) => version);
}

/** True for a place that is sealed in some version, or lies inside one; also where that can't be told. */
export function isInsideSealed(plan: Plan, path: DocumentPath): boolean {
  if (path[0] === SEAL || path.some(isDynamic)) return true;
  for (const version of plan.versions.values()) {
    for (const places of version.sealedPlaces.values()) if (meets(places, path)) return true;
  }
  return false;
}

/**
 * True where documents hold the path themselves: the definition names its first member or leaves names open, an earlier version
 * sealed it, or the service sets it. Any other may be a computed property, which only the service can tell.
 */
export function isDeclared(plan: Plan, path: DocumentPath): boolean {
  const [first] = path;
  if (typeof first !== "string") return true;
  const { members, open, rest } = plan.root;
  if (SYSTEM_PROPERTIES.has(first) || first === SEAL || open || rest !== undefined) return true;
  return members?.has(first) === true || touchedPath(plan, [first]) !== undefined;
}

/** True for what nobody vouches for: properties that the service sets, and places that the definition leaves unsigned. */
export function isUnauthenticated(plan: Plan, path: DocumentPath): boolean {
  const [first] = path;
  if (typeof first === "string" && SYSTEM_PROPERTIES.has(first)) return true;
  return isInside(plan.versions.get(plan.version)!.unsignedPlaces, path);
}

/** True where the path is one of the places, lies inside one, or has one inside itself. */
export function touches(place: PlaceTree, path: DocumentPath): boolean {
  if (place.here) return true;
  const [segment, ...rest] = path;
  if (segment === undefined) return hasPlaces(place);
  return below(place, segment).some((next) => touches(next, rest));
}

/** The place itself or one above it is sealed, at any of the places that the path can stand for. */
export function meets(place: PlaceTree, path: DocumentPath): boolean {
  if (place.here) return true;
  const [segment, ...rest] = path;
  return segment !== undefined && below(place, segment).some((next) => meets(next, rest));
}

function isInside(place: PlaceTree, path: DocumentPath): boolean {
  if (place.here) return true;
  const [segment, ...rest] = path;
  if (segment === undefined || isDynamic(segment)) return false;
  const places = below(place, segment);
  return places.length > 0 && places.every((next) => isInside(next, rest));
}

function below(place: PlaceTree, segment: PathSegment): readonly PlaceTree[] {
  if (typeof segment === "string") return present([memberPlace(place, segment)]);
  if (segment.kind === "Dynamic") return present([...place.members.values(), place.rest, place.element]);
  // An index into what the schema calls an object is read as its name: nothing is there, but to be sure.
  const name = segment.index === undefined ? undefined : memberPlace(place, String(segment.index));
  return present([place.element, name]);
}

function present(places: readonly (PlaceTree | undefined)[]): readonly PlaceTree[] {
  return places.filter((place) => place !== undefined);
}

function hasPlaces(place: PlaceTree): boolean {
  return place.here || place.members.size > 0 || place.rest !== undefined || place.element !== undefined;
}

function isDynamic(segment: PathSegment | undefined): boolean {
  return typeof segment === "object" && segment.kind === "Dynamic";
}
