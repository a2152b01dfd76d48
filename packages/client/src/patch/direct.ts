/**
 * Which patches the server may do itself: those that touch nothing but paths which no version of the schema authenticates.
 * Everything else would break the manifest, or send in clear what is sealed.
 */
import {
  type ContainerDefinition,
  memberPlace,
  type PlaceTree,
  type Plan,
  SEAL,
  SYSTEM_PROPERTIES,
} from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { isUnauthenticated } from "../query/touch.js";
import { conditionPaths } from "./condition.js";
import { isIndex, parsePatchPath } from "./pointer.js";
import { patchParts } from "./read-patch.js";
import { PatchRefusal } from "./refusal.js";

/** The body as it may be sent, with what is known of patches and nothing else; undefined where the client must do the patch. */
export interface DirectPatch {
  readonly operations: readonly Readonly<Record<string, unknown>>[];
  readonly condition?: string;
}

/** As {@link directPatch}; undefined also where documents of a version are about that the definition doesn't know. */
export function serverPatch(
  { sightings }: SealContext,
  definition: ContainerDefinition<unknown>,
  body: unknown,
): DirectPatch | undefined {
  return sightings.of(definition.name).unknown ? undefined : directPatch(definition, body);
}

export function directPatch({ plan, movingIn }: ContainerDefinition<unknown>, body: unknown): DirectPatch | undefined {
  // What the server changes it stores anew: plaintext, or a version that has ended, isn't believed after that.
  const goesByTime =
    movingIn?.phase === "sealing" || [...plan.versions.values()].some(({ endedAt }) => endedAt !== undefined);
  if (goesByTime) return undefined;
  const { operations, condition } = patchParts(body);
  if (!Array.isArray(operations) || operations.length === 0) return undefined;
  const taken = (operations as readonly unknown[]).map((operation) => directOperation(plan, operation));
  if (!taken.every((operation) => operation !== undefined)) return undefined;
  if (condition === undefined) return { operations: taken };
  return typeof condition === "string" && readsUnauthenticated(plan, condition)
    ? { operations: taken, condition }
    : undefined;
}

function directOperation(plan: Plan, operation: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof operation !== "object" || operation === null) return undefined;
  const { op, path, from, value } = operation as Readonly<Record<string, unknown>>;
  if (!isUnsigned(plan, path) || (from !== undefined && !isUnsigned(plan, from))) return undefined;
  if (typeof op !== "string" || !OPERATIONS.has(op)) return undefined;
  return { op, path, ...(from !== undefined && { from }), ...(value !== undefined && { value }) };
}

/** In every version: which one the stored document is of isn't known, and its manifest leaves out what that one left unsigned. */
function isUnsigned(plan: Plan, path: unknown): boolean {
  const names = parsePatchPath(path);
  const [first] = names ?? [];
  if (names === undefined || first === undefined || first === SEAL || SYSTEM_PROPERTIES.has(first)) return false;
  return [...plan.versions.values()].every(({ unsignedPlaces }) => isInside(unsignedPlaces, names));
}

function isInside(place: PlaceTree, names: readonly string[]): boolean {
  if (place.here) return true;
  const [name, ...rest] = names;
  if (name === undefined) return false;
  // Whether a number is an index or a name is told by the document, which isn't here.
  const candidates = [memberPlace(place, name), isIndex(name) ? place.element : undefined];
  const places = candidates.filter((candidate) => candidate !== undefined);
  return places.length > 0 && places.every((candidate) => isInside(candidate, rest));
}

function readsUnauthenticated(plan: Plan, condition: string): boolean {
  try {
    return conditionPaths(condition).every((path) => isUnauthenticated(plan, path));
  } catch (error) {
    if (error instanceof PatchRefusal) return false;
    throw error;
  }
}

const OPERATIONS: ReadonlySet<string> = new Set(["add", "set", "replace", "remove", "incr", "move"]);
