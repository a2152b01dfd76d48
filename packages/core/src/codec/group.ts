/** One group: its plaintext, sealed and opened under its place. SPEC §3.2, §3.3, §4.2. */
import { fromUtf8, type Part, utf8 } from "../crypto/bytes.js";
import type { Key } from "../crypto/key.js";
import { deriveKey, openBlob, sealBlob } from "../crypto/sodium.js";
import { decodeValue, encodeValue, type Value } from "./extended.js";
import { paddedLength } from "./padding.js";
import type { DocumentPlace } from "./place.js";
import type { ParsedGroup } from "./seal-member.js";

export type GroupEntry = readonly [pointer: string, value: Value];

/** A sealed blob. */
export function sealGroup(
  key: Key,
  place: DocumentPlace,
  group: Omit<ParsedGroup, "blob">,
  entries: readonly GroupEntry[],
  nonce?: Uint8Array,
): Uint8Array {
  const sorted = entries.map(([pointer, value]) => [pointer, encodeValue(value)] as const).sort(byPointer);
  const plaintext = pad(evenOut(JSON.stringify(sorted), entries));
  const blob = sealBlob(deriveKey(key, "seal"), plaintext, associatedData(place, group), nonce);
  plaintext.fill(0);
  return blob;
}

/** The entries, or undefined where the blob doesn't open or its plaintext is not of the form. */
export function openGroup(key: Key, place: DocumentPlace, group: ParsedGroup): readonly GroupEntry[] | undefined {
  const plaintext = openBlob(deriveKey(key, "seal"), group.blob, associatedData(place, group));
  if (plaintext === undefined) return undefined;
  try {
    return parseEntries(fromUtf8(plaintext), plaintext.length);
  } catch {
    // Not JSON, not UTF-8 or not a value of ours, though it opened: written by a holder of the key who is not a writer of this format.
    return undefined;
  } finally {
    plaintext.fill(0);
  }
}

function associatedData(place: DocumentPlace, group: Omit<ParsedGroup, "blob">): readonly Part[] {
  return [
    "cosmoseal/1/group",
    place.container,
    place.partitionKey,
    place.id,
    place.scopeText,
    group.name,
    group.stamp,
    group.keyId,
  ];
}

/** One space for each `true`: at the edge of a padding step its length would tell it from `false`. SPEC §3.3. */
function evenOut(text: string, entries: readonly GroupEntry[]): string {
  let count = 0;
  for (const [, value] of entries) count += truths(value);
  return count === 0 ? text : `${text.slice(0, -1)}${" ".repeat(count)}]`;
}

function truths(value: Value): number {
  if (value === true) return 1;
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return 0;
  let count = 0;
  for (const member of Array.isArray(value) ? value : Object.values(value)) count += truths(member);
  return count;
}

function pad(text: string): Uint8Array {
  const bytes = utf8(text);
  const padded = new Uint8Array(paddedLength(bytes.length)).fill(0x20);
  padded.set(bytes);
  bytes.fill(0);
  return padded;
}

function parseEntries(text: string, length: number): readonly GroupEntry[] | undefined {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end--;
  if (text[end - 1] !== "]" || paddedLength(length - (text.length - end)) !== length) return undefined;
  const entries: unknown = JSON.parse(text.slice(0, end));
  if (!Array.isArray(entries)) return undefined;
  const seen = new Set<string>();
  let previous = "";
  for (const entry of entries as unknown[]) {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== "string") return undefined;
    const pointer: string = entry[0];
    if (pointer <= previous || isInside(pointer, seen)) return undefined;
    seen.add(pointer);
    previous = pointer;
    entry[1] = decodeValue(entry[1], depthOf(pointer));
  }
  return entries as GroupEntry[];
}

function depthOf(pointer: string): number {
  let depth = 0;
  for (let slash = pointer.indexOf("/"); slash !== -1; slash = pointer.indexOf("/", slash + 1)) depth++;
  return depth;
}

/** Order alone doesn't bring a pointer next to those inside it: `/a-b` sorts between `/a` and `/a/b`. */
function isInside(pointer: string, seen: ReadonlySet<string>): boolean {
  for (let slash = pointer.indexOf("/", 1); slash !== -1; slash = pointer.indexOf("/", slash + 1)) {
    if (seen.has(pointer.slice(0, slash))) return true;
  }
  return false;
}

function byPointer([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
