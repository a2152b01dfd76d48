/** From stored documents to the application's: verified, opened, their stamps noted. */
import { type ContainerDefinition, type DocumentPlace, openAll, placeOf } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";

/** A document that verified. */
export interface OpenedDocument {
  readonly document: Record<string, unknown>;
  /** Where it is stored: tokens where its id or partition key is sealed. */
  readonly place: DocumentPlace;
  /** Its manifest: the same for the same version, and for no other. */
  readonly manifest: string;
}

/** In order; each stored document is used up. Throws what core's `openAll` throws, on the first that doesn't open. */
export async function openStored(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: readonly unknown[],
  signal?: AbortSignal,
): Promise<readonly OpenedDocument[]> {
  const { plan } = definition;
  // Taken before opening, which uses the stored documents up; believed only of those that then verify.
  const claims = stored.map((document) => claimsOf(document));
  const documents = await openAll(definition, context.keys, stored, { now: context.now(), signal });
  return documents.map((document, i) => {
    const { place, manifest, stamp } = claims[i]!;
    context.stamps.note(place!, stamp!);
    return { document: document!, place: place!, manifest: manifest! };
  });

  function claimsOf(document: unknown): { place?: DocumentPlace; manifest?: string; stamp?: number } {
    const seal = (document as { readonly _seal?: { readonly m?: string; readonly n?: number } } | null)?._seal;
    if (typeof document !== "object" || document === null || Array.isArray(document)) return {};
    if (typeof seal?.m !== "string" || typeof seal.n !== "number") return {};
    const place = tryPlace(document as Record<string, unknown>);
    return place === undefined ? {} : { place, manifest: seal.m, stamp: seal.n };
  }

  function tryPlace(document: Record<string, unknown>): DocumentPlace | undefined {
    try {
      return placeOf(plan, document);
    } catch (error) {
      // No canonical form: opening refuses it.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}
