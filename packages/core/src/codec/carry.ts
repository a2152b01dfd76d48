/** What a writer who lacks a group's key takes over from the stored document, and what it must leave as it is. SPEC §4.10. */
import { CosmosealError, type ErrorCode } from "../errors.js";
import type { StoredTokens } from "../index/tokens.js";
import type { DocumentKeys, IndexKey } from "../keys/document-keys.js";
import { coversPlace } from "../plan/covers.js";
import { memberPlace, type PlaceTree, setOwn } from "../plan/places.js";
import type { IndexPlan, Plan, VersionPlan } from "../plan/plan.js";
import { joinPattern, parsePointer } from "../schema/pattern.js";
import type { ClosedDocument } from "./closed.js";
import { canonicalJson } from "./jcs.js";
import { placeOf } from "./place.js";
import type { ParsedGroup } from "./seal-member.js";
import type { SplitDocument } from "./split.js";

/** Goes into the next version of the document as it is. */
export interface Carried {
  readonly groups: ReadonlyMap<string, ParsedGroup>;
  readonly tokens: Readonly<Record<string, StoredTokens>>;
  /** Schema version to write. */
  readonly version: number;
  /** What other tokens are made with, and the generation to write, where tokens are carried. */
  readonly index?: IndexKey;
}

/** Throws ERR_GROUP_KEY_MISSING, and ERR_SCHEMA_OUTDATED for a document of a later version than the plan knows. */
export function carriedInto(plan: Plan, split: SplitDocument, keys: DocumentKeys, closed: ClosedDocument): Carried {
  const place = placeOf(plan, split.open);
  const isMoved = place === undefined || canonicalJson(place) !== canonicalJson(closed.place);
  const own = plan.versions.get(plan.version)!;
  const after = closed.before === undefined ? undefined : wholeOf(split);
  for (const { name, stamp } of closed.groups) {
    const refuse: Refuse = (message, path, code) => refusal(plan, closed, name, message, path, code);
    // Stored, it would stand for the stamp of the new document.
    if (stamp === 0) throw refuse("has the stamp 0, which can't be carried.");
    if (isMoved) throw refuse("can't be taken to another id, partition key or scope.");
    const pattern = split.sealedAt.get(name);
    if (pattern !== undefined) throw refuse("would get a value.", pattern);
    const places = own.sealedPlaces.get(name);
    if (places !== undefined && after !== undefined) checkWay(places, closed.before, after, "", refuse);
  }
  const tokens = tokensIn(plan, own, closed);
  const hasTokens = Object.keys(tokens).length > 0;
  return {
    groups: new Map(closed.groups.map((group) => [group.name, group])),
    tokens,
    version: versionFor(plan, own, closed),
    ...(hasTokens && { index: indexKeyFor(keys, closed.seal.t) }),
  };
}

type Refuse = (message: string, path?: string, code?: ErrorCode) => CosmosealError;

/** The application's document as a plain tree, as the stored one was opened: what is sealed in its place. */
function wholeOf({ open, groups }: SplitDocument): Record<string, unknown> {
  const whole = structuredClone(open) as Record<string, unknown>;
  for (const entries of groups.values()) {
    for (const [pointer, value] of entries) {
      const names = parsePointer(pointer)!;
      let parent: unknown = whole;
      for (const name of names.slice(0, -1)) parent = (parent as Record<string, unknown>)[name];
      setOwn(parent as object, names.at(-1)!, value);
    }
  }
  return whole;
}

/** Everything on the way to a place of the group stays what it is, and elements of arrays stay in their order. */
function checkWay(place: PlaceTree, before: unknown, after: unknown, pattern: string, refuse: Refuse): void {
  if (place.here || !isHolder(before)) return;
  if (Array.isArray(before)) {
    const { element } = place;
    if (element === undefined) return;
    if (!Array.isArray(after) || after.length !== before.length) {
      throw refuse("may have values in elements of an array whose length would change.", pattern);
    }
    // Of two, the one may stand where the other stood: each group's values would go to the wrong element.
    if (before.filter((item, i) => !isSame(item, after[i])).length > 1) {
      throw refuse(
        "may have values in elements of an array of which several would change, perhaps in their order.",
        pattern,
      );
    }
    for (const [i, item] of before.entries()) checkWay(element, item, after[i], `${pattern}/[]`, refuse);
    return;
  }
  if (!isHolder(after) || Array.isArray(after)) throw refuse("may have values in an object that would go.", pattern);
  for (const name of Object.keys(before)) {
    const below = memberPlace(place, name);
    if (below === undefined) continue;
    // A name that the schema leaves open is the application's data.
    const path = place.members.has(name) ? joinPattern(pattern, name) : `${pattern}/*`;
    checkWay(below, before[name], Object.hasOwn(after, name) ? after[name] : undefined, path, refuse);
  }
}

function isHolder(value: unknown): value is unknown[] | Record<string, unknown> {
  return typeof value === "object" && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array);
}

function isSame(a: unknown, b: unknown): boolean {
  if (!isHolder(a) || !isHolder(b)) return isSameScalar(a, b);
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  }
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}

function isSameScalar(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  return a === b;
}

/** Those of the plan's indexes in closed groups that the stored document has. */
function tokensIn(plan: Plan, own: VersionPlan, { groups, seal }: ClosedDocument): Record<string, StoredTokens> {
  const tokens: Record<string, StoredTokens> = {};
  const stored = seal.x ?? {};
  for (const { name } of indexesIn(plan, own, groups)) {
    if (Object.hasOwn(stored, name)) tokens[name] = stored[name] as StoredTokens;
  }
  return tokens;
}

function indexesIn(plan: Plan, own: VersionPlan, groups: readonly ParsedGroup[]): readonly IndexPlan[] {
  const trees = groups.flatMap(({ name }) => own.sealedPlaces.get(name) ?? []);
  return plan.indexes.filter(({ pattern }) => trees.some((places) => coversPlace(places, pattern)));
}

/** A reader goes by what the version says of places and indexes: it must be true of what is carried, and of all that is not. */
function versionFor(plan: Plan, own: VersionPlan, closed: ClosedDocument): number {
  const { version: stored, groups } = closed;
  if (stored.version === own.version) return own.version;
  const isKnown = plan.versions.has(stored.version);
  for (const { name } of groups) {
    const places = new Set((own.groups[name] ?? []).map((entry) => canonicalJson(entry)));
    const fits =
      isKnown &&
      own.groupNames.includes(name) &&
      (stored.groups[name] ?? []).every((entry) => places.has(canonicalJson(entry)));
    if (fits) continue;
    const isLater = stored.version > own.version;
    const message = `is of schema version ${stored.version}, and can't be carried into version ${own.version}.`;
    throw refusal(plan, closed, name, message, undefined, isLater ? "ERR_SCHEMA_OUTDATED" : undefined);
  }
  const carried = new Set(indexesIn(plan, own, groups).map(({ name }) => name));
  const definitions = new Map(stored.indexes?.map(({ name, definition }) => [name, definition]));
  const facts = own.indexes ?? [];
  if (facts.every(({ name, definition }) => !carried.has(name) || definitions.get(name) === definition)) {
    return own.version;
  }
  const isSameForm =
    stored.indexes !== undefined &&
    stored.unsignedText === own.unsignedText &&
    canonicalJson(stored.groups) === canonicalJson(own.groups);
  // A reader of that version searches by its own definitions of the same names.
  const contradicts = facts.some(
    ({ name, definition }) => !carried.has(name) && definitions.has(name) && definitions.get(name) !== definition,
  );
  if (isSameForm && !contradicts) return stored.version;
  const message = `has index tokens of schema version ${stored.version}, which can't be made again for version ${own.version}.`;
  throw refusal(plan, closed, groups[0]!.name, message);
}

/** Of the generation that the carried tokens are of, while it is one that is searched for: the document says one of them all. */
function indexKeyFor(keys: DocumentKeys, generation: number): IndexKey {
  const { key } = keys.searching().find((one) => one.generation === generation) ?? keys.index();
  return { key, generation };
}

function refusal(
  plan: Plan,
  { place }: ClosedDocument,
  group: string,
  message: string,
  path?: string,
  code: ErrorCode = "ERR_GROUP_KEY_MISSING",
): CosmosealError {
  const named = group === "" ? "The default group" : `Group ${JSON.stringify(group)}`;
  return new CosmosealError(code, `${named}, whose key this client doesn't hold, ${message}`, {
    container: plan.name,
    id: place.id,
    ...(path !== undefined && { path }),
    remedy:
      code === "ERR_SCHEMA_OUTDATED"
        ? "Deploy the application of that version, or leave such documents to it."
        : "Leave the change to a client that holds the key.",
  });
}
