/** Documents that come again in one change feed: in a page only a server that lies repeats one, in a later page a change may be told twice. */
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { mismatch } from "../sealing/answers.js";
import type { OpenedDocument } from "../sealing/read.js";

/**
 * Takes the pages of one feed of latest versions. Throws ERR_ANSWER_MISMATCH for a document that is twice in a page: the service has
 * one entry for each. The same version in a later page is told once, by a warning; a version is one by its manifest and its etag, since
 * the server itself changes unsigned places. Looks back over the last 10,000 documents.
 */
export function feedRepeatsOf(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
): (page: readonly OpenedDocument[]) => void {
  const seen = new Map<string, string>();
  let isTold = false;
  return (page) => {
    const inPage = new Set<string>();
    for (const row of page) {
      const { document, manifest, place } = row;
      // The key is the JSON of a list, and ends where its bracket does.
      const key = `${place.partitionKey}${place.id}`;
      if (inPage.has(key)) {
        throw mismatch(definition, row, "The server answered a change feed with one document twice in a page.");
      }
      inPage.add(key);
      const version = `${manifest} ${String(document["_etag"])}`;
      if (seen.get(key) === version) warn();
      seen.delete(key);
      seen.set(key, version);
      if (seen.size > LOOKED_BACK) seen.delete(seen.keys().next().value!);
    }
  };

  function warn(): void {
    if (isTold) return;
    isTold = true;
    const message = "A change feed told of one version of a document twice: it was read again, or the server lies.";
    context.emit({ type: "warning", container: definition.name, message });
  }
}

const LOOKED_BACK = 10_000;
