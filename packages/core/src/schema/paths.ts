/** Reads the path form, `{ "/email": sealed(), "/cards/[]/pan": sealed() }`, into schema nodes. */
import { CosmosealError } from "../errors.js";
import { ANYTHING, type SchemaNode, type ValueType } from "./node.js";
import { parsePattern, type Segment } from "./pattern.js";
import type { Treatment } from "./treatment.js";

/** Patterns and their treatments; Cosmos's `/?` and `/*` at the end stand for the place with all below it. */
export type PathTable = Readonly<Record<string, Treatment>>;

/** Throws ERR_SCHEMA_INVALID and ERR_SCHEMA_TREATED_TWICE. */
export function readPathTable(paths: PathTable): SchemaNode {
  const root = draft();
  for (const [written, treatment] of Object.entries(paths)) {
    const place = find(root, parsePattern(withoutCosmosEnding(written)), written);
    if (place.treatment !== undefined) {
      throw new CosmosealError("ERR_SCHEMA_TREATED_TWICE", "A path is named twice.", { path: written });
    }
    place.treatment = treatment;
  }
  return freeze(root);
}

interface Draft {
  treatment?: Treatment;
  members: Map<string, Draft>;
  rest?: Draft;
  element?: Draft;
}

function draft(): Draft {
  return { members: new Map() };
}

function find(root: Draft, segments: readonly Segment[], written: string): Draft {
  if (segments.length === 0) {
    throw new CosmosealError("ERR_SCHEMA_INVALID", "The whole document can't have one treatment.", { path: written });
  }
  let place = root;
  for (const segment of segments) place = step(place, segment);
  return place;
}

function step(place: Draft, segment: Segment): Draft {
  if (segment === "[]") {
    place.element ??= draft();
    return place.element;
  }
  if (segment === "*") {
    place.rest ??= draft();
    return place.rest;
  }
  let member = place.members.get(segment.name);
  if (member === undefined) {
    member = draft();
    place.members.set(segment.name, member);
  }
  return member;
}

/** `/a/?` is the scalar at /a and `/a/*` all below it in Cosmos's indexing paths; here both name the place /a. */
function withoutCosmosEnding(path: string): string {
  return path.replace(/\/[?*]$/, "");
}

/** Below a signed path everything is declared but what deeper paths say. */
function freeze(place: Draft, inSigned = false): SchemaNode {
  const below = place.members.size > 0 || place.rest !== undefined || place.element !== undefined;
  const openRest = inSigned || place.treatment?.treatment === "signed";
  const treatment = place.treatment?.treatment === "signed" ? undefined : place.treatment;
  const rest = place.rest === undefined ? undefined : freeze(place.rest, openRest);
  const isObject = place.members.size > 0 || rest !== undefined;
  return {
    types: new Set<ValueType>(typesOf(place, below)),
    ...(treatment === undefined ? {} : { treatment }),
    ...(below ? {} : { open: true }),
    ...(place.members.size === 0
      ? {}
      : { members: new Map([...place.members].map(([name, member]) => [name, freeze(member, openRest)])) }),
    ...(rest !== undefined ? { rest } : isObject && openRest ? { rest: ANYTHING } : {}),
    ...(place.element === undefined ? {} : { element: freeze(place.element, openRest) }),
  };
}

function typesOf(place: Draft, below: boolean): readonly ValueType[] {
  if (below) return place.element === undefined ? ["object"] : ["array"];
  const keeps = place.treatment?.treatment === "sealed" ? place.treatment.options.keeps : undefined;
  return keeps === undefined ? ["unknown"] : [keeps];
}
