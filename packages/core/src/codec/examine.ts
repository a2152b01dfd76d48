/**
 * What of one stored document holds, part by part: for an operator in front of a document that doesn't open. Nothing that is found so may
 * be taken for true: a part that opens by itself may be replayed, and the public part beside it may be anybody's.
 */
import { cryptoReady } from "../crypto/sodium.js";
import { CosmosealError, type ErrorCode, isCosmosealError, isIntegrityError } from "../errors.js";
import type { DocumentKeys } from "../keys/document-keys.js";
import type { Keys } from "../keys/keys.js";
import type { ContainerDefinition } from "../schema/define.js";
import { open } from "./codec.js";
import { type GroupEntry, openGroup } from "./group.js";
import { manifestHolds, readStored, type StoredDocument } from "./open.js";
import type { DocumentPlace } from "./place.js";

/** The parts of a stored document, and what is wrong with them. Holds what was sealed: never print it unasked. */
export interface Examination {
  /** What opening the document answers: undefined where it opens. */
  readonly error: CosmosealError | undefined;
  /** The document as the application sees it, where it opens. */
  readonly document: Record<string, unknown> | undefined;
  /** Where it is stored; undefined where that can't be read. */
  readonly place: DocumentPlace | undefined;
  /** What is read off `_seal`; undefined where there is none, or it is not of the form. */
  readonly seal: ExaminedSeal | undefined;
}

export interface ExaminedSeal {
  readonly schemaVersion: number;
  readonly indexGeneration: number;
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly stamp: number;
  readonly integrityKey: ExaminedKey;
  /** Undefined where the integrity key can't be had. */
  readonly manifestHolds: boolean | undefined;
  readonly groups: readonly ExaminedGroup[];
}

export interface ExaminedKey {
  readonly id: string;
  /** Why it can't be used for this document; undefined where it can. */
  readonly code: ErrorCode | undefined;
}

export interface ExaminedGroup {
  readonly name: string;
  readonly key: ExaminedKey;
  /** The group's own, or the document's. */
  readonly stamp: number;
  /** Of the ciphertext. */
  readonly bytes: number;
  /** JSON pointers and values; undefined where the group doesn't open. */
  readonly entries: readonly GroupEntry[] | undefined;
}

/** The stored document stays as it is. Throws what keyring and key store throw, and nothing that is the document's fault. */
export async function examine(
  definition: ContainerDefinition<unknown>,
  keys: Keys,
  stored: unknown,
  options: { readonly now: number; readonly signal?: AbortSignal | undefined },
): Promise<Examination> {
  await cryptoReady();
  const { document, error } = await open(definition, keys, structuredClone(stored), options).then(
    (opened) => ({ document: opened, error: undefined }),
    (failure: unknown) => ({ document: undefined, error: asFinding(failure) }),
  );
  const read = tryRead(definition, stored);
  if (read === undefined) return { error, document, place: undefined, seal: undefined };
  return { error, document, place: read.place, seal: await examineSeal(definition, keys, read, options.signal) };
}

async function examineSeal(
  { plan }: ContainerDefinition<unknown>,
  keys: Keys,
  stored: StoredDocument,
  signal: AbortSignal | undefined,
): Promise<ExaminedSeal> {
  const { seal, place } = stored;
  const lease = await keys.lease(plan, [place.scope], signal, "read");
  try {
    const documentKeys = attempt(() => lease.keysOf(place.scope));
    const reading = (kind: "integrity" | "group", group: string, id: string) =>
      attempt(() => unwrap(documentKeys).reading(kind, group, id));
    const integrity = reading("integrity", "", seal.member.k);
    return {
      schemaVersion: seal.member.s,
      indexGeneration: seal.member.t,
      epoch: seal.member.e,
      stamp: seal.member.n,
      integrityKey: { id: seal.member.k, code: integrity.code },
      manifestHolds: integrity.value === undefined ? undefined : manifestHolds(stored, integrity.value),
      groups: seal.groups.map((group) => {
        const key = reading("group", group.name, group.keyId);
        return {
          name: group.name,
          key: { id: group.keyId, code: key.code },
          stamp: group.stamp,
          bytes: group.blob.length,
          entries: key.value === undefined ? undefined : openGroup(key.value, place, group),
        };
      }),
    };
  } finally {
    lease.release();
  }
}

function tryRead({ plan }: ContainerDefinition<unknown>, stored: unknown): StoredDocument | undefined {
  try {
    return readStored(plan, stored);
  } catch (error) {
    if (isCosmosealError(error)) return undefined;
    throw error;
  }
}

interface Attempt<T> {
  readonly value: T | undefined;
  readonly code: ErrorCode | undefined;
}

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read(), code: undefined };
  } catch (error) {
    return { value: undefined, code: asFinding(error).code };
  }
}

function unwrap({ value, code }: Attempt<DocumentKeys>): DocumentKeys {
  if (value !== undefined) return value;
  throw new CosmosealError(code ?? "ERR_KEY_UNAVAILABLE", "The keys of the document's scope can't be had.");
}

/** What is the document's fault; everything else goes on to the caller. */
function asFinding(error: unknown): CosmosealError {
  if (
    isIntegrityError(error) ||
    isCosmosealError(error, "ERR_SCOPE_UNKNOWN", "ERR_KEY_MISSING", "ERR_GROUP_KEY_MISSING")
  )
    return error;
  throw error;
}
