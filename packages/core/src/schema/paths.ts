/** Reads the path form, `{ "/email": sealed(), "/cards/[]/pan": sealed() }`, into schema nodes. */
import { CosmosealError } from "../errors.js";
import { ANYTHING, type SchemaNode, type ValueType } from "./node.js";
import { parsePattern, type Segment } from "./pattern.js";
import { isTreatment, type Treatment } from "./treatment.js";

/** Patterns and their treatments; Cosmos's `/?` and `/*` at the end stand for the place with all below it. */
export type PathTable = Readonly<Record<string, Treatment>>;

/** Throws ERR_SCHEMA_INVALID and ERR_SCHEMA_TREATED_TWICE. */
export function readPathTable(paths: PathTable): SchemaNode {
  const root = draft();
  for (const [written, treatment] of Object.entries(paths)) {
    const place = find(root, parsePattern(withoutCosmosEnding(written)), written);
    if (place.treatment !== undefined) {
      throw treatedTwice("A path is named twice.", written);
    }
    // A word in the place of a call must not leave the path public.
    if (!isTreatment(treatment)) {
      throw new CosmosealError("ERR_SCHEMA_INVALID", "A path has a treatment.", {
        path: written,
        remedy: "Write sealed(), signed() or unsigned().",
      });
    }
    place.treatment = treatment;
    place.written = written;
  }
  // A table that names nothing declares nothing: the document itself is never open.
  const { open: _, ...node } = freeze(root);
  return { ...node, members: node.members ?? new Map() };
}

interface Draft {
  treatment?: Treatment;
  written?: string;
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
function freeze(place: Draft, inSigned = false, inTreated = false): SchemaNode {
  if (inTreated && place.treatment?.treatment === "signed") {
    throw treatedTwice("A path inside a sealed or unsigned one can't be signed.", place.written!);
  }
  const isInner = childrenOf(place).length > 0;
  const openRest = inSigned || place.treatment?.treatment === "signed";
  for (const member of place.rest === undefined ? [] : place.members.values()) {
    const lost = publicBeside(member, place.rest!, openRest);
    if (lost !== undefined) throw treatedTwice("A name beside `*` is public where `*` seals.", lost);
  }
  const treatment = place.treatment?.treatment === "signed" ? undefined : place.treatment;
  const whole = inTreated || treatment !== undefined;
  const rest = place.rest === undefined ? undefined : freeze(place.rest, openRest, whole);
  const isObject = place.members.size > 0 || rest !== undefined;
  return {
    types: new Set<ValueType>(typesOf(place, isInner)),
    ...(treatment === undefined ? {} : { treatment }),
    ...(isInner ? {} : { open: true }),
    ...(place.members.size === 0
      ? {}
      : { members: new Map([...place.members].map(([name, member]) => [name, freeze(member, openRest, whole)])) }),
    ...(rest !== undefined ? { rest } : isObject && openRest ? { rest: ANYTHING } : {}),
    ...(place.element === undefined ? {} : { element: freeze(place.element, openRest, whole) }),
  };
}

/** The sealed path below `*` that is public below a name beside it: a mistake, not a wish. */
function publicBeside(named: Draft, rest: Draft, above: boolean): string | undefined {
  const { treatment } = named;
  if (treatment?.treatment === "sealed") return undefined;
  const isPublic = above || treatment !== undefined;
  if (rest.treatment?.treatment === "sealed") return isPublic || hasPublic(named) ? rest.written : undefined;
  const pairs = [
    ...[...rest.members].map(([name, other]) => [named.members.get(name) ?? named.rest, other] as const),
    [named.element, rest.element] as const,
    [named.rest, rest.rest] as const,
    ...[...named.members].filter(([name]) => !rest.members.has(name)).map(([, own]) => [own, rest.rest] as const),
  ];
  for (const [own, other] of pairs) {
    if (other === undefined) continue;
    const found = own !== undefined ? publicBeside(own, other, isPublic) : isPublic ? sealedIn(other) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function sealedIn(place: Draft): string | undefined {
  if (place.treatment?.treatment === "sealed") return place.written;
  return childrenOf(place).reduce<string | undefined>((found, child) => found ?? sealedIn(child), undefined);
}

function hasPublic({ treatment, ...place }: Draft): boolean {
  return treatment === undefined ? childrenOf(place).some(hasPublic) : treatment.treatment !== "sealed";
}

function childrenOf({ members, rest, element }: Draft): readonly Draft[] {
  return [...members.values(), rest, element].filter((child) => child !== undefined);
}

function treatedTwice(message: string, path: string): CosmosealError {
  return new CosmosealError("ERR_SCHEMA_TREATED_TWICE", message, {
    path,
    remedy: "Give each path one treatment.",
  });
}

function typesOf(place: Draft, isInner: boolean): readonly ValueType[] {
  if (isInner) return place.element === undefined ? ["object"] : ["array"];
  const keeps = place.treatment?.treatment === "sealed" ? place.treatment.options.keeps : undefined;
  return keeps === undefined ? ["unknown"] : [keeps];
}
