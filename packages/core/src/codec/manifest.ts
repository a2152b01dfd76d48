/** The manifest: one keyed hash that binds every part of a stored document to its place. SPEC §4.3. */
import type { Key } from "../crypto/key.js";
import { deriveKey, keyedHash } from "../crypto/sodium.js";
import { type PlaceTree, setOwn, withoutPlaces } from "../plan/places.js";
import { SEAL, SYSTEM_PROPERTIES } from "../plan/plan.js";
import { canonicalJson } from "./jcs.js";
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
  const { g: _g, m: _m, ...rest } = seal;
  return keyedHash(
    deriveKey(integrity, "manifest"),
    "manifest",
    place.container,
    place.partitionKey,
    place.id,
    place.scopeText,
    groups.length,
    ...groups.flatMap((group) => [group.name, group.keyId, group.stamp, group.blob]),
    canonicalJson(rest),
    canonicalJson(withoutPlaces(publicPart(stored), unsigned)),
  );
}

/** The stored document less `_seal` and less what the service sets. */
export function publicPart(stored: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const name of Object.keys(stored)) {
    if (name !== SEAL && !SYSTEM_PROPERTIES.has(name)) setOwn(part, name, stored[name]);
  }
  return part;
}
