/** Seals a document: splits it, seals its groups, makes its tokens, signs the whole. SPEC §3, §4. */
import { toBase64, utf8 } from "../crypto/bytes.js";
import type { Key } from "../crypto/key.js";
import { CosmosealError } from "../errors.js";
import { identityToken } from "../index/identity.js";
import { indexTokens, type StoredTokens } from "../index/tokens.js";
import type { DocumentKeys } from "../keys/document-keys.js";
import { setOwn } from "../plan/places.js";
import { FORMAT_VERSION, MAX_DOCUMENT_BYTES, type Plan, SEAL } from "../plan/plan.js";
import { parsePattern } from "../schema/pattern.js";
import type { Carried } from "./carry.js";
import { sealGroup } from "./group.js";
import { isObject, type Json, type JsonObject } from "./json.js";
import { manifestOf } from "./manifest.js";
import { type DocumentPlace, placeOf, readPath, type ScopeId, scopeOf } from "./place.js";
import type { ParsedGroup, SealMember, StoredGroup } from "./seal-member.js";
import { type SplitDocument, splitDocument } from "./split.js";

/** A document on its way to be sealed: split, its identities already replaced by tokens, so that its scope is known. */
export interface PreparedDocument {
  readonly split: SplitDocument;
  readonly scope: ScopeId;
}

/**
 * First half: everything that needs no key but the container's identity key. `replaces` as in {@link SealCallOptions}. Throws what {@link splitDocument} throws,
 * ERR_PARTITION_KEY_MISSING and ERR_SCOPE_MISSING.
 */
export function prepareDocument(
  plan: Plan,
  document: unknown,
  replaces: boolean,
  identity: () => Key,
): PreparedDocument {
  const split = splitDocument(plan, document, replaces);
  for (const path of plan.requiredPartitionKey) {
    if (readPath(split.open, path) === undefined) {
      throw new CosmosealError("ERR_PARTITION_KEY_MISSING", "The document lacks its partition key.", {
        container: plan.name,
        path,
        remedy: "Give it, or make it optional in the schema to store it under no partition key.",
      });
    }
  }
  for (const [pattern, value] of split.identities) {
    replaceAt(split.open, pattern, identityToken(identity(), plan.name, pattern, value));
  }
  const scope = scopeOf(plan, split.open);
  if (scope === undefined) {
    throw new CosmosealError("ERR_SCOPE_MISSING", "The document lacks the value that its keys hang on.", {
      container: plan.name,
      path: plan.scope!.path,
      remedy: "Give it a string, number or boolean there.",
    });
  }
  return { split, scope };
}

export interface SealOptions {
  /** Version stamp, in milliseconds. SPEC §4. */
  readonly stamp: number;
  /** Of groups that stay closed to this process. */
  readonly carried?: Carried | undefined;
  /** For vectors alone: fixed nonces, by group. */
  readonly nonces?: Readonly<Record<string, Uint8Array>>;
}

/** Second half. Throws ERR_OPTIONS_INVALID for a stamp that isn't one, ERR_DOCUMENT_TOO_LARGE, ERR_DOCUMENT_INVALID, ERR_KEY_MISSING, ERR_GROUP_KEY_MISSING, ERR_VALUE_UNSUPPORTED for a placeholder. */
export function sealDocument(
  plan: Plan,
  prepared: PreparedDocument,
  keys: DocumentKeys,
  options: SealOptions,
): JsonObject {
  const { split } = prepared;
  if (!Number.isSafeInteger(options.stamp) || options.stamp < 0) {
    // It would be sealed, and no reader would ever open it.
    throw new CosmosealError("ERR_OPTIONS_INVALID", "A stamp is a whole number of milliseconds from 0 to 2^53 - 1.", {
      container: plan.name,
    });
  }
  const place = placeOf(plan, split.open);
  if (place === undefined) throw noPlace(plan, split.open);
  const { carried, stamp } = options;
  const version = plan.versions.get(carried?.version ?? plan.version)!;
  const groups = version.groupNames.map((name): ParsedGroup => {
    const closed = carried?.groups.get(name);
    if (closed !== undefined) return closed;
    refusePlaceholder(plan, split, name);
    const { id, key } = keys.writing("group", name);
    const group = { name, keyId: id, stamp };
    return { ...group, blob: sealGroup(key, place, group, split.groups.get(name) ?? [], options.nonces?.[name]) };
  });
  const integrity = keys.writing("integrity", "");
  const index = carried?.index ?? keys.index();
  const tokens = tokensOf(split, index.key, carried?.tokens);
  const unsigned: SealMember = {
    v: FORMAT_VERSION,
    k: integrity.id,
    e: keys.epoch,
    n: stamp,
    g: Object.fromEntries(groups.map((group) => [group.name, storedGroup(group, stamp)])),
    ...(tokens === undefined ? {} : { x: tokens }),
    s: version.version,
    t: index.generation,
    ...(version.unsigned.length === 0 ? {} : { o: version.unsigned }),
    m: "",
  };
  const manifest = manifestOf(
    integrity.key,
    place,
    groups,
    unsigned as unknown as Record<string, unknown>,
    split.open,
    version.unsignedPlaces,
  );
  setOwn(split.open, SEAL, { ...unsigned, m: toBase64(manifest) });
  checkSize(plan, place, split.open);
  return split.open;
}

/** Only a carried group has a stamp of its own. SPEC §4.2. */
function storedGroup({ keyId, stamp, blob }: ParsedGroup, documentStamp: number): StoredGroup {
  return [keyId, stamp === documentStamp ? 0 : stamp, toBase64(blob)];
}

function tokensOf(
  split: SplitDocument,
  key: Key,
  carried: Carried["tokens"] = {},
): Record<string, StoredTokens> | undefined {
  const tokens: Record<string, StoredTokens> = { ...carried };
  for (const [index, values] of split.indexed) {
    const found = indexTokens(key, index, values);
    if (found !== undefined) tokens[index.name] = found;
  }
  return Object.keys(tokens).length === 0 ? undefined : tokens;
}

/** Whoever holds the key would overwrite with it what it stands for. */
function refusePlaceholder(plan: Plan, { placeholders }: SplitDocument, group: string): void {
  const path = placeholders.get(group);
  if (path === undefined) return;
  throw new CosmosealError(
    "ERR_VALUE_UNSUPPORTED",
    "The document has a placeholder for what its reader couldn't open.",
    {
      container: plan.name,
      path,
      remedy: "Read it again with this client, which holds the group's key, and write that.",
    },
  );
}

function replaceAt(document: JsonObject, pattern: string, token: string): void {
  const names = parsePattern(pattern).map((segment) => (segment as { name: string }).name);
  let parent: Record<string, unknown> = document;
  for (const name of names.slice(0, -1)) parent = parent[name] as Record<string, unknown>;
  setOwn(parent, names.at(-1)!, token);
}

function checkSize(plan: Plan, place: DocumentPlace, stored: JsonObject): void {
  // Few documents need be written as text only to tell how long that is.
  if (mostBytes(stored) <= MAX_DOCUMENT_BYTES) return;
  const size = utf8(JSON.stringify(stored)).length;
  if (size <= MAX_DOCUMENT_BYTES) return;
  throw new CosmosealError(
    "ERR_DOCUMENT_TOO_LARGE",
    `Sealed it has ${size} bytes; the service takes ${MAX_DOCUMENT_BYTES}.`,
    {
      container: plan.name,
      id: place.id,
      remedy: "Split the document. Sealing adds about a third to sealed text, and a fixed header.",
    },
  );
}

/** No fewer bytes than the value takes as JSON. */
function mostBytes(value: Json | undefined): number {
  // A UTF-16 unit is three bytes of UTF-8 or six of an escape, a number no longer than 25.
  if (typeof value === "string") return 6 * value.length + 2;
  if (typeof value !== "object" || value === null) return 25;
  let most = 2;
  if (Array.isArray(value)) for (const item of value) most += mostBytes(item) + 1;
  else for (const name of Object.keys(value)) most += 6 * name.length + 4 + mostBytes(value[name]);
  return most;
}

function noPlace(plan: Plan, open: JsonObject): CosmosealError {
  const isIdText = isObject(open) && typeof open["id"] === "string";
  return new CosmosealError(
    "ERR_DOCUMENT_INVALID",
    isIdText ? "A partition key is a scalar." : "A document's id is a string.",
    {
      container: plan.name,
      path: isIdText ? plan.partitionKey.join(", ") : "/id",
    },
  );
}
