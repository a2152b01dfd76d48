/** One page of stored documents, opened and held against the question. */
import type { ContainerDefinition } from "@cosmoseal/core";
import type { Json } from "@cosmoseal/sql";
import type { SealContext } from "../options/seal-options.js";
import { mismatch } from "../sealing/answers.js";
import type { BadDocument } from "../sealing/bad-documents.js";
import type { ClosedGroups } from "../sealing/missing-groups.js";
import { checkPartition } from "../sealing/partition.js";
import { type OpenedDocument, openEach } from "../sealing/read.js";
import { jsonView } from "./json-view.js";
import type { QueryPlan } from "./query-plan.js";

export interface PageCheck {
  readonly plan: Pick<QueryPlan, "single" | "ordered">;
  /** False for a document that the server was not asked for; undefined where nothing can be told. */
  readonly isExpected: ((view: Json) => boolean) | undefined;
  /** What the partition key of each document begins with, as `askedPartition` gives it. */
  readonly partition: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** What becomes of groups whose keys this client lacks; default: as the client's options say. */
  readonly missing?: ClosedGroups;
}

/** A document of a page, as the application gets it and as SQL sees it. */
export interface PageDocument extends OpenedDocument {
  readonly view: Json;
}

export interface OpenedPage {
  readonly documents: readonly PageDocument[];
  /** Documents that don't open: whether the query asks for them can't be told. */
  readonly bad: readonly BadDocument[];
}

/** Throws ERR_ANSWER_MISMATCH for a document that wasn't asked for or comes twice, and what keys throw. */
export async function openPage(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: readonly unknown[],
  { plan, isExpected, missing, partition, signal }: PageCheck,
): Promise<OpenedPage> {
  const openings = await openEach(context, definition, stored, signal, missing && { missing });
  const opened = openings.flatMap((one) => one.opened ?? []);
  if (plan.single && opened.length > 1) checkOnce(definition, plan.ordered, opened);
  const documents = opened.flatMap((row): PageDocument | readonly [] => {
    checkPartition(definition, partition, row);
    const document = new ViewedDocument(row);
    if (isExpected !== undefined && !isExpected(document.view)) {
      // The server judges by what is public, and a later version may seal more than this one knows.
      if (row.isNewer) return [];
      throw mismatch(definition, row, "The server answered a query with a document that it doesn't ask for.");
    }
    return document;
  });
  return { documents, bad: openings.flatMap((one) => one.bad ?? []) };
}

/** Many queries never look at the view. */
class ViewedDocument implements PageDocument {
  readonly document: OpenedDocument["document"];
  readonly place: OpenedDocument["place"];
  readonly manifest: string;
  readonly isNewer: boolean;
  #view: Json | undefined;

  constructor({ document, place, manifest, isNewer }: OpenedDocument) {
    this.document = document;
    this.place = place;
    this.manifest = manifest;
    this.isNewer = isNewer;
  }

  get view(): Json {
    this.#view ??= jsonView(this.document);
    return this.#view;
  }
}

/** With an order, a document that changed meanwhile may rightly come again, as another version. */
function checkOnce(
  definition: ContainerDefinition<unknown>,
  ordered: boolean,
  opened: readonly OpenedDocument[],
): void {
  const seen = new Set<string>();
  for (const row of opened) {
    const { partitionKey, id } = row.place;
    const key = ordered ? JSON.stringify([partitionKey, id, row.manifest]) : `${partitionKey}${id}`;
    if (seen.has(key))
      throw mismatch(definition, row, "The server answered a query with one document twice in a page.");
    seen.add(key);
  }
}
