/** Documents that come again in a later page of one answer: of a document that was made anew meanwhile, or of a server that lies. */
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { mismatch } from "../sealing/answers.js";
import type { OpenedDocument } from "../sealing/read.js";

/**
 * Takes the pages of one run. A document that comes again is told once, by an event; where rows are counted or added up
 * (`isCounted`), the same version of it is refused with ERR_ANSWER_MISMATCH, since it would count twice. Looks back over the
 * first 100,000 documents.
 */
export function repeatsOf(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  isCounted: boolean,
): (documents: readonly OpenedDocument[]) => void {
  const seen = new Map<string, string>();
  let isTold = false;
  return (documents) => {
    for (const document of documents) {
      const { manifest, place } = document;
      // The key is the JSON of a list, and ends where its bracket does.
      const key = `${place.partitionKey}${place.id}`;
      const before = seen.get(key);
      if (before !== undefined) repeated(document, before === manifest);
      else if (seen.size < LOOKED_BACK) seen.set(key, manifest);
    }
  };

  function repeated(document: OpenedDocument, isSame: boolean): void {
    if (isCounted && isSame) {
      throw mismatch(definition, document, "The server answered a query with one document in two pages.");
    }
    if (isTold) return;
    isTold = true;
    const message =
      "A query was answered with one document in two pages: it was made anew meanwhile, or the server lies.";
    context.emit({ type: "warning", container: definition.name, message });
  }
}

const LOOKED_BACK = 100_000;
