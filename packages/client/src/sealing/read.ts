/** From stored documents to the application's: verified, opened, their stamps and versions noted. */
import {
  type ClosedDocument,
  type ContainerDefinition,
  type DocumentPlace,
  isSealed,
  type NewerDocument,
  openAll,
  partitionKeyOf,
  placeOf,
  placeOfPlain,
} from "@cosmoseal/core";
import { traced } from "../observe/tracing.js";
import type { SealContext } from "../options/seal-options.js";
import { type BadDocument, isOfDocument } from "./bad-documents.js";
import { type ClosedGroups, closedGroupsFor } from "./missing-groups.js";
import { versionOf } from "./plaintext.js";

/** A document that verified. */
export interface OpenedDocument {
  readonly document: Record<string, unknown>;
  /** Where it is stored: tokens where its id or partition key is sealed. */
  readonly place: DocumentPlace;
  /** Its manifest, or its content where it is plaintext that is still believed: the same for the same version, and for no other. */
  readonly manifest: string;
  /** It is of a later schema version, which the definition doesn't know. */
  readonly isNewer: boolean;
}

/** One stored document, opened or not. */
export type Opening =
  | { readonly opened: OpenedDocument; readonly bad?: undefined }
  | { readonly opened?: undefined; readonly bad: BadDocument };

/** How documents are opened whose groups this client can't all open. */
export interface OpeningOptions {
  /** Default: as the client's `seal.missingGroups` says. */
  readonly missing?: ClosedGroups;
  /** Told of each document of which groups stayed closed, and its place in the list. */
  readonly onClosed?: (closed: ClosedDocument, index: number) => void;
}

/** In order; each stored document is used up. Throws what core's `openAll` throws, on the first that doesn't open. */
export async function openStored(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: readonly unknown[],
  signal?: AbortSignal,
  options?: OpeningOptions,
): Promise<readonly OpenedDocument[]> {
  const openings = await openEach(context, definition, stored, signal, options);
  return openings.map(({ opened, bad }) => {
    if (bad !== undefined) throw bad.error;
    return opened;
  });
}

/**
 * In order, each on its own; each stored document is used up. Throws only what isn't a document's fault: keys or store that
 * can't be had, ERR_GROUP_KEY_MISSING, an abort.
 */
export async function openEach(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: readonly unknown[],
  signal?: AbortSignal,
  { missing = closedGroupsFor(context, definition), onClosed }: OpeningOptions = {},
): Promise<readonly Opening[]> {
  const { plan, name } = definition;
  // Taken before opening, which uses the stored documents up; believed only of those that then verify.
  const claims = stored.map((document) => claimsOf(document));
  const bad = new Map<number, BadDocument>();
  const newer = new Set<string>();
  let partial = 0;
  const documents = await traced("open", { container: name, documents: stored.length }, async (span) => {
    const opened = await openAll(definition, context.keys, stored, {
      now: context.now(),
      onNewer: (document) => {
        noteNewer(context, definition, document);
        if (!document.known) newer.add(textOf(document.place));
      },
      missing,
      onClosed: (closed, i) => {
        partial++;
        onClosed?.(closed, i);
      },
      signal,
      onBad: (error, i) => {
        if (!isOfDocument(error)) throw error;
        const { id, etag, partitionKey: key } = claims[i]!;
        const partitionKey = key && Object.freeze(key);
        bad.set(i, Object.freeze({ code: error.code, container: name, id, partitionKey, etag, error }));
      },
    });
    if (bad.size > 0) span.count("bad", bad.size);
    return opened;
  });
  const opened = documents.flatMap((document, i) => (document === undefined ? [] : [claims[i]!]));
  const plain = opened.filter(({ stamp }) => stamp === undefined).length;
  if (plain < opened.length) context.sightings.noteSealed(name);
  const counts = { documents: stored.length - bad.size, bad: bad.size };
  context.emit({
    type: "opened",
    container: name,
    ...counts,
    ...(plain > 0 && { plaintext: plain }),
    ...(partial > 0 && { partial }),
  });
  return documents.map((document, i): Opening => {
    const failure = bad.get(i);
    if (failure !== undefined) return { bad: failure };
    const { place, manifest, stamp } = claims[i]!;
    if (stamp !== undefined) context.stamps.note(place!, stamp);
    const isNewer = newer.size > 0 && newer.has(textOf(place!));
    return { opened: { document: document!, place: place!, manifest: manifest!, isNewer } };
  });

  function claimsOf(document: unknown): Claims {
    if (typeof document !== "object" || document === null || Array.isArray(document)) return NO_CLAIMS;
    const stored = document as Record<string, unknown>;
    const { id, _etag: etag, _seal: seal } = stored;
    const { n: stamp } = (typeof seal === "object" && seal !== null ? seal : {}) as { readonly n?: unknown };
    const isPlain = definition.movingIn !== undefined && !isSealed(document);
    const manifest = isSealed(document) || isPlain ? versionOf(document) : undefined;
    const place = isPlain ? placeOfPlain(definition, stored) : attempt(() => placeOf(plan, stored));
    return {
      id: typeof id === "string" ? id : undefined,
      etag: typeof etag === "string" ? etag : undefined,
      partitionKey: partitionKeyOf(plan, stored),
      place: manifest === undefined ? undefined : place,
      manifest,
      stamp: typeof stamp === "number" ? stamp : undefined,
    };
  }
}

interface Claims {
  readonly id: string | undefined;
  readonly etag: string | undefined;
  readonly partitionKey: readonly unknown[] | undefined;
  readonly place: DocumentPlace | undefined;
  readonly manifest: string | undefined;
  readonly stamp: number | undefined;
}

const NO_CLAIMS: Claims = Object.freeze({
  id: undefined,
  etag: undefined,
  partitionKey: undefined,
  place: undefined,
  manifest: undefined,
  stamp: undefined,
});

function textOf({ partitionKey, id }: DocumentPlace): string {
  return JSON.stringify([partitionKey, id]);
}

/** Told once, since it is worth a look: this process answers for documents by a schema that isn't theirs. */
function noteNewer(context: SealContext, { name, plan }: ContainerDefinition<unknown>, newer: NewerDocument): void {
  if (!context.sightings.note(name, newer) || newer.known) return;
  const message = `Documents of schema version ${newer.version} are in the container; this application knows none above ${Math.max(...plan.versions.keys())}.`;
  context.emit({ type: "warning", container: name, message, code: "ERR_SCHEMA_OUTDATED" });
}

function attempt(place: () => DocumentPlace | undefined): DocumentPlace | undefined {
  try {
    return place();
  } catch (error) {
    // No canonical form: opening refuses it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
