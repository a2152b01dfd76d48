/** What a stored procedure answers with: anything, with stored documents somewhere in it. */
import { type ContainerDefinition, CosmosealError, isSealed } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { checkPartition } from "../sealing/partition.js";
import { openStored } from "../sealing/read.js";

/**
 * The result, with every object that carries a seal verified and opened in its place. Throws integrity errors, and
 * ERR_ANSWER_MISMATCH for a document of another partition or too deep a result, with `committed: true`.
 */
export async function openResult(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  result: unknown,
  prefix: string | undefined,
  signal?: AbortSignal,
): Promise<unknown> {
  try {
    const found = new Set<object>();
    collect(definition, result, found);
    if (found.size === 0) return result;
    const stored = [...found];
    const opened = await openStored(context, definition, stored, signal);
    for (const row of opened) checkPartition(definition, prefix, row);
    const documents = new Map(stored.map((document, i) => [document, opened[i]!.document]));
    return replaced(result, documents);
  } catch (error) {
    if (error instanceof Error) (error as { committed?: boolean }).committed = true;
    throw error;
  }
}

/** What is in a sealed document is its own. */
function collect(definition: ContainerDefinition<unknown>, value: unknown, found: Set<object>, depth = 0): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > MAX_DEPTH) {
    throw new CosmosealError("ERR_ANSWER_MISMATCH", `The result is nested deeper than ${MAX_DEPTH} levels.`, {
      container: definition.name,
      remedy: "Return less deep a result.",
    });
  }
  if (isSealed(value)) found.add(value);
  else for (const member of Object.values(value)) collect(definition, member, found, depth + 1);
}

/** Arrays and objects inside each other: an answer that goes on beyond is looked through no further. */
const MAX_DEPTH = 256;

function replaced(value: unknown, documents: ReadonlyMap<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (documents.has(value)) return documents.get(value);
  if (Array.isArray(value)) return value.map((member) => replaced(member, documents));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member, documents)]));
}
