/** One page of stored documents → rows of the answer: opened, held against the question, filtered. */
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { mismatch } from "../sealing/answers.js";
import type { BadDocument } from "../sealing/bad-documents.js";
import { checkPartition } from "../sealing/partition.js";
import { type OpenedDocument, openEach } from "../sealing/read.js";
import { jsonView } from "./json-view.js";
import type { Residual } from "./residual.js";
import type { QueryPlan } from "./split.js";

export interface PageCheck {
  readonly plan: QueryPlan;
  readonly residual: Residual;
  /** What the partition key of each document begins with, as `askedPartition` gives it. */
  readonly partition: string | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface OpenedPage {
  readonly rows: readonly Record<string, unknown>[];
  /** Documents that don't open: whether the query asks for them can't be told. */
  readonly bad: readonly BadDocument[];
}

/** Throws ERR_ANSWER_MISMATCH for a document that wasn't asked for or comes twice, and what keys throw. */
export async function openPage(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: readonly unknown[],
  { plan, residual, partition, signal }: PageCheck,
): Promise<OpenedPage> {
  const openings = await openEach(context, definition, stored, signal);
  const opened = openings.flatMap((one) => one.opened ?? []);
  if (plan.single) checkOnce(definition, plan, opened);
  const rows = opened
    .filter((row) => {
      checkPartition(definition, partition, row);
      if (!residual.reads) return true;
      const view = jsonView(row.document);
      if (!residual.isExpected(view)) {
        throw mismatch(definition, row, "The server answered a query with a document that it doesn't ask for.");
      }
      return residual.matches(view);
    })
    .map(({ document }) => document);
  return { rows, bad: openings.flatMap((one) => one.bad ?? []) };
}

/** With an order, a document that changed meanwhile may rightly come again, as another version. */
function checkOnce(definition: ContainerDefinition<unknown>, plan: QueryPlan, opened: readonly OpenedDocument[]): void {
  const seen = new Set<string>();
  for (const row of opened) {
    const { partitionKey, id } = row.place;
    const key = JSON.stringify(plan.ordered ? [partitionKey, id, row.manifest] : [partitionKey, id]);
    if (seen.has(key))
      throw mismatch(definition, row, "The server answered a query with one document twice in a page.");
    seen.add(key);
  }
}
