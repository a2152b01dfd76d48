/** Opens a stored document: finds the keys that must be its own, checks the manifest, opens and merges the groups. SPEC §4, §6. */
import { equalBytes } from "../crypto/bytes.js";
import type { Key } from "../crypto/key.js";
import { CosmosealError, type ErrorCode, isCosmosealError } from "../errors.js";
import { identityToken } from "../index/identity.js";
import type { DocumentKeys } from "../keys/document-keys.js";
import { compilePlaces, firstPresent, memberPlace, type PlaceTree, setOwn } from "../plan/places.js";
import { type Plan, SEAL, SYSTEM_PROPERTIES, type VersionPlan } from "../plan/plan.js";
import { parsePattern, parsePointer } from "../schema/pattern.js";
import { type ClosedDocument, type MissingGroupPolicy, noteClosed } from "./closed.js";
import { type GroupEntry, openGroup } from "./group.js";
import { canonicalJson } from "./jcs.js";
import { isObject } from "./json.js";
import { manifestOf, publicPart } from "./manifest.js";
import { type NewerDocument, newerVersion, placesAhead } from "./newer.js";
import { type DocumentPlace, placeOf, readPath } from "./place.js";
import { putPlaceholders } from "./placeholder.js";
import { type ParsedGroup, type ParsedSeal, parseSeal } from "./seal-member.js";

/** A stamp further ahead of the reader's clock is refused. SPEC §4. */
export const MAX_STAMP_AHEAD: number = 15 * 60 * 1000;

/** What was read off a stored document before any key is at hand; nothing of it is trusted yet. */
export interface StoredDocument {
  readonly document: Record<string, unknown>;
  readonly seal: ParsedSeal;
  readonly place: DocumentPlace;
  /** One that the plan knows, or what the document says of a later one. */
  readonly version: VersionPlan;
}

/**
 * Reads the form alone, so that the scope whose keys are needed is known. Throws ERR_NOT_SEALED, ERR_INTEGRITY,
 * ERR_SCHEMA_VERSION.
 */
export function readStored(plan: Plan, stored: unknown): StoredDocument {
  const fail = (code: ErrorCode, message: string, remedy?: string) =>
    integrityError(code, message, plan, stored, remedy);
  if (!isObject(stored)) throw fail("ERR_INTEGRITY", "The stored document is not an object.");
  if (!Object.hasOwn(stored, SEAL)) {
    throw fail(
      "ERR_NOT_SEALED",
      "The stored document is plaintext.",
      "It was not written by this application: find out by whom.",
    );
  }
  const seal = parseSeal(stored[SEAL]);
  const place = seal === undefined ? undefined : tryPlace(plan, stored);
  if (seal === undefined || place === undefined) throw fail("ERR_INTEGRITY", OPAQUE);
  const version = plan.versions.get(seal.member.s) ?? newerVersion(plan, seal);
  if (version === undefined) throw unknownVersion(plan, stored, seal.member.s);
  return { document: stored, seal, place, version };
}

export interface OpenDocumentOptions {
  /** Told of a document of a later version than the plan's own. */
  readonly onNewer?: ((newer: NewerDocument) => void) | undefined;
  /** What becomes of a group whose root this process lacks. Default `error`. */
  readonly missing?: ((group: string) => MissingGroupPolicy) | undefined;
  /** Told of a document of which groups stayed closed, before placeholders are put. */
  readonly onClosed?: ((closed: ClosedDocument) => void) | undefined;
}

/**
 * Checks and opens; merges into `stored.document` in place and takes `_seal` out. Throws ERR_INTEGRITY, ERR_KEY_SCOPE,
 * ERR_KEY_RETIRED, ERR_KEY_DESTROYED, ERR_STAMP_AHEAD, ERR_SCHEMA_VERSION, ERR_GROUP_KEY_MISSING; the document must be thrown away
 * then.
 */
export function openDocument(
  plan: Plan,
  stored: StoredDocument,
  keys: DocumentKeys,
  now: number,
  { onNewer, missing = () => "error", onClosed }: OpenDocumentOptions = {},
): Record<string, unknown> {
  const { document, seal, place, version } = stored;
  // By the id as stored: what has been merged already holds the sealed one.
  const fail = (code: ErrorCode = "ERR_INTEGRITY", message = OPAQUE) =>
    integrityError(code, message, plan, { id: place.id });
  if (keys.scopeText !== place.scopeText) throw fail();
  checkForm(stored, fail);
  const integrity = locate(() => keys.reading("integrity", "", seal.member.k), plan, place);
  const groupKeys = seal.groups.map((group) => groupKey(plan, place, keys, group));
  if (!manifestHolds(stored, integrity)) throw fail();
  // After the manifest: only a writer of ours can have set a stamp that is worth an error of its own.
  if (seal.member.n > now + MAX_STAMP_AHEAD)
    throw fail("ERR_STAMP_AHEAD", "The document's stamp lies in the future: a clock is wrong.");
  const own = plan.versions.get(plan.version)!;
  const isKnown = plan.versions.has(version.version);
  if (isPublicWhereSealed(plan, document, version)) throw fail();
  if (!isKnown && isPublicWhereSealed(plan, document, own)) throw unknownVersion(plan, document, version.version);
  if (hasEnded(version, document) && isPublicWhereSealed(plan, document, own)) {
    throw fail("ERR_SCHEMA_VERSION", "The document is of a schema version that had ended when it was stored.");
  }
  const isWhole = !groupKeys.includes(undefined);
  const held = isWhole ? seal.groups : seal.groups.filter((_, i) => groupKeys[i] !== undefined);
  const closed = isWhole ? NO_GROUPS : seal.groups.filter((_, i) => groupKeys[i] === undefined);
  for (const { name } of closed) {
    if (missing(name) === "error") throw notHeld(plan, place, name);
  }
  const opened = held.map((group) => openGroup(groupKeys[seal.groups.indexOf(group)]!, place, group));
  delete document[SEAL];
  const isLater = version.version > plan.version;
  const ahead = isLater ? placesAhead(plan, document, held, opened, isKnown) : [];
  if (ahead === undefined) throw fail();
  const tokens = new Map(plan.identity.map((pattern) => [pattern, readPath(document, pattern)]));
  held.forEach((group, i) => {
    const entries = opened[i];
    if (entries === undefined) throw fail();
    for (const entry of entries)
      if (!merge(document, entry, version.sealedPlaces.get(group.name), plan.identity)) throw fail();
  });
  for (const [pattern, token] of tokens) {
    // With the default group closed nobody can hold the token against its value: it stays in its place.
    if (closed.some(({ name }) => name === "")) break;
    if (!identityHolds(plan, keys, pattern, token, readPath(document, pattern))) throw fail();
  }
  if (isLater) onNewer?.({ version: version.version, known: isKnown, place, sealed: ahead });
  if (closed.length > 0) {
    noteClosed(
      document,
      closed.map(({ name }) => name),
    );
    onClosed?.({ place, seal: seal.member, version, groups: closed, before: document });
    const { groups, removed } = isKnown ? version : own;
    const gone = removed && compilePlaces(removed);
    for (const { name } of closed) {
      if (missing(name) === "placeholder") putPlaceholders(document, name, groups[name] ?? [], gone);
    }
  }
  return document;
}

const NO_GROUPS: readonly ParsedGroup[] = Object.freeze([]);

/** Undefined for a group whose root this process lacks: the manifest is checked all the same. */
function groupKey(plan: Plan, place: DocumentPlace, keys: DocumentKeys, { name, keyId }: ParsedGroup): Key | undefined {
  const read = (): Key | undefined => {
    try {
      return keys.reading("group", name, keyId);
    } catch (error) {
      if (isCosmosealError(error, "ERR_GROUP_KEY_MISSING")) return undefined;
      throw error;
    }
  };
  return locate(read, plan, place);
}

function notHeld(plan: Plan, { id }: DocumentPlace, group: string): CosmosealError {
  return new CosmosealError(
    "ERR_GROUP_KEY_MISSING",
    `The document has the group ${JSON.stringify(group)}, whose key this client doesn't hold.`,
    {
      container: plan.name,
      id,
      remedy:
        'Read what else is in it with `missingGroups: "omit"` or "placeholder", or give `groups` the keyring and the pin.',
    },
  );
}

/** One sentence for every way in which authentication fails. */
const OPAQUE = "The stored document doesn't verify.";

function tryPlace(plan: Plan, stored: Record<string, unknown>): DocumentPlace | undefined {
  try {
    return placeOf(plan, stored);
  } catch (error) {
    // No canonical form (a lone surrogate): as good as a value of the wrong type.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Groups and unsigned places are those of the version. Throws what `fail` gives. */
export function checkForm({ seal, version }: StoredDocument, fail: () => CosmosealError): void {
  const names = seal.groups.map((group) => group.name);
  if (names.length !== version.groupNames.length || names.some((name, i) => name !== version.groupNames[i]))
    throw fail();
  let unsigned: string;
  try {
    unsigned = canonicalJson(seal.member.o ?? []);
  } catch (error) {
    if (error instanceof RangeError) throw fail();
    throw error;
  }
  if (unsigned !== version.unsignedText) throw fail();
}

/** By the service's own time: whoever holds the keys of a document could set any other. */
function hasEnded({ endedAt }: VersionPlan, document: Readonly<Record<string, unknown>>): boolean {
  if (endedAt === undefined) return false;
  const { _ts: seconds } = document as { readonly _ts?: unknown };
  return !(typeof seconds === "number" && seconds * 1000 < endedAt);
}

/** True where the stored document, as it was read, is what the manifest was made of. Must be asked before anything is merged. */
export function manifestHolds({ document, seal, place, version }: StoredDocument, integrity: Key): boolean {
  try {
    const member = seal.member as unknown as Record<string, unknown>;
    const expected = manifestOf(integrity, place, seal.groups, member, document, version.unsignedPlaces);
    return equalBytes(expected, seal.manifest);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** True where a stored document has something in public at a place that the version seals, but for tokens of identities. */
export function isPublicWhereSealed(plan: Plan, document: Record<string, unknown>, version: VersionPlan): boolean {
  const part = publicPart(document);
  for (const places of version.sealedPlaces.values()) {
    const found = firstPresent(part, places);
    if (found !== undefined && !onlyIdentities(plan, part, places)) return true;
  }
  return false;
}

/** Sealed identities have a token, or null, in public; everything else at a sealed place is a forgery. */
function onlyIdentities(plan: Plan, part: Record<string, unknown>, places: PlaceTree): boolean {
  if (plan.identity.length === 0) return false;
  const bare = withoutIdentities(part, plan.identity);
  return firstPresent(bare, places) === undefined;
}

function withoutIdentities(part: Record<string, unknown>, patterns: readonly string[]): unknown {
  let bare: unknown = part;
  for (const pattern of patterns) bare = withoutPath(bare, namesOf(pattern));
  return bare;
}

function withoutPath(value: unknown, [name, ...below]: readonly string[]): unknown {
  if (!isObject(value) || name === undefined || !Object.hasOwn(value, name)) return value;
  const copy: Record<string, unknown> = {};
  for (const other of Object.keys(value)) {
    if (other !== name) setOwn(copy, other, value[other]);
    else if (below.length > 0) setOwn(copy, other, withoutPath(value[other], below));
  }
  return copy;
}

/** False where the pointer is none of the places, if they are known, its parent is missing, or the target is occupied. */
function merge(
  document: Record<string, unknown>,
  [pointer, value]: GroupEntry,
  places: PlaceTree | undefined,
  identity: readonly string[],
): boolean {
  const segments = parsePointer(pointer);
  if (segments === undefined || segments[0] === SEAL || SYSTEM_PROPERTIES.has(segments[0]!)) return false;
  let parent: unknown = document;
  let place: PlaceTree | undefined = places;
  const last = segments.length - 1;
  for (let i = 0; i < last; i++) {
    const segment = segments[i]!;
    if (Array.isArray(parent)) {
      if (!/^(0|[1-9][0-9]*)$/.test(segment) || Number(segment) >= parent.length) return false;
      parent = parent[Number(segment)];
      place = place?.element;
    } else if (isObject(parent) && Object.hasOwn(parent, segment)) {
      parent = parent[segment];
      place = memberPlace(place, segment);
    } else return false;
  }
  const name = segments[last]!;
  if (!isObject(parent) || (places !== undefined && memberPlace(place, name)?.here !== true)) return false;
  if (Object.hasOwn(parent, name) && !identity.some((pattern) => sameNames(namesOf(pattern), segments))) return false;
  setOwn(parent, name, value);
  return true;
}

/** Patterns of identities name properties only. */
function namesOf(pattern: string): readonly string[] {
  return parsePattern(pattern).map((segment) => (segment as { name: string }).name);
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

function identityHolds(plan: Plan, keys: DocumentKeys, pattern: string, token: unknown, value: unknown): boolean {
  // null and absent values have no token and no entry: what stands there then is the public value itself.
  if (token === undefined || token === null) return token === value;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return false;
  return token === identityToken(keys.identity(), plan.name, pattern, value);
}

/** Adds the place to an error of the keys. */
function locate<T>(read: () => T, plan: Plan, place: DocumentPlace): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CosmosealError)) throw error;
    throw new CosmosealError(error.code, "The document is under a key that can't be used for it.", {
      container: plan.name,
      id: place.id,
      cause: error,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    });
  }
}

function unknownVersion(plan: Plan, stored: unknown, version: number): CosmosealError {
  const is = version > plan.version ? "a later schema version, by which this one can't go" : "a schema version";
  return integrityError(
    "ERR_SCHEMA_VERSION",
    `The document was written under ${is} (${version}), and the history doesn't have it.`,
    plan,
    stored,
    "Give the definition the history that has that version, or deploy the application that knows it.",
  );
}

function integrityError(
  code: ErrorCode,
  message: string,
  plan: Plan,
  stored: unknown,
  remedy?: string,
): CosmosealError {
  const id = isObject(stored) && typeof stored["id"] === "string" ? { id: stored["id"] } : {};
  return new CosmosealError(code, message, {
    container: plan.name,
    ...id,
    remedy: remedy ?? "Don't use it: restore it from a backup, and find out who changed it.",
  });
}
