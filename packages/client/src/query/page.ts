/** One page of stored documents → rows of the answer: opened, held against the question, filtered. */
import type { ContainerDefinition } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { mismatch } from "../sealing/answers.js";
import { type OpenedDocument, openStored } from "../sealing/read.js";
import { jsonView } from "./json-view.js";
import type { Residual } from "./residual.js";
import type { QueryPlan } from "./split.js";

export interface PageCheck {
  readonly plan: QueryPlan;
  readonly residual: Residual;
  /** JCS of the partition key that was asked for, as stored, without its closing bracket: what documents of it begin with. */
  readonly partition: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Throws ERR_ANSWER_MISMATCH for a document that wasn't asked for or comes twice, and what opening throws. */
export async function openPage(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: readonly unknown[],
  { plan, residual, partition, signal }: PageCheck,
): Promise<Record<string, unknown>[]> {
  const opened = await openStored(context, definition, stored, signal);
  if (plan.single) checkOnce(definition, plan, opened);
  return opened
    .filter((row) => {
      if (partition !== undefined && !isIn(partition, row)) {
        throw mismatch(definition, row, "The server answered a query with a document of another partition.");
      }
      if (!residual.reads) return true;
      const view = jsonView(row.document);
      if (!residual.isExpected(view)) {
        throw mismatch(definition, row, "The server answered a query with a document that it doesn't ask for.");
      }
      return residual.matches(view);
    })
    .map(({ document }) => document);
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

/** The whole key, or a prefix of it. */
function isIn(partition: string, { place }: OpenedDocument): boolean {
  const key = place.partitionKey;
  return key.startsWith(partition) && (key[partition.length] === "," || key[partition.length] === "]");
}
