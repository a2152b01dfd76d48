/** The manifest: one keyed hash that binds every part of a stored document to its place. SPEC §4.3. */
import type { Part } from "../crypto/bytes.js";
import type { Key } from "../crypto/key.js";
import { deriveKey, keyedHash } from "../crypto/sodium.js";
import { isEmpty, type PlaceTree, setOwn, withoutPlaces } from "../plan/places.js";
import { SEAL, SYSTEM_PROPERTIES } from "../plan/plan.js";
import { canonicalJson, canonicalObject } from "./jcs.js";
import type { DocumentPlace } from "./place.js";
import type { ParsedGroup } from "./seal-member.js";

/** 32 bytes. Throws RangeError where a part has no canonical form. */
export function manifestOf(
  integrity: Key,
  place: DocumentPlace,
  groups: readonly ParsedGroup[],
  seal: Readonly<Record<string, unknown>>,
  stored: Readonly<Record<string, unknown>>,
  unsigned: PlaceTree,
): Uint8Array {
  const parts: Part[] = [place.container, place.partitionKey, place.id, place.scopeText, groups.length];
  for (const { name, keyId, stamp, blob } of groups) parts.push(name, keyId, stamp, blob);
  parts.push(canonicalObject(seal, NOT_HASHED_AS_TEXT), publicText(stored, unsigned));
  return keyedHash(deriveKey(integrity, "manifest"), "manifest", ...parts);
}

/** The groups, which are hashed as bytes, and the manifest itself. */
const NOT_HASHED_AS_TEXT: ReadonlySet<string> = new Set(["g", "m"]);

function publicText(stored: Readonly<Record<string, unknown>>, unsigned: PlaceTree): string {
  // Nothing is left out below the top, as in most containers: then nothing need be copied.
  if (isEmpty(unsigned)) return canonicalObject(stored, NOT_PUBLIC);
  return canonicalJson(withoutPlaces(publicPart(stored), unsigned));
}

/** The stored document less `_seal` and less what the service sets. */
export function publicPart(stored: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const name of Object.keys(stored)) {
    if (!NOT_PUBLIC.has(name)) setOwn(part, name, stored[name]);
  }
  return part;
}

const NOT_PUBLIC: ReadonlySet<string> = new Set([SEAL, ...SYSTEM_PROPERTIES]);
