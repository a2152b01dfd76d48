/** Answers held against questions: a valid document is not yet the one that was asked for. */
import { type ContainerDefinition, CosmosealError, canonicalJson, type JsonObject } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import type { KeyComponents } from "./keys-of-item.js";
import { closedGroupsOfReply } from "./missing-groups.js";
import { versionOf } from "./plaintext.js";
import { type OpenedDocument, type OpeningOptions, openStored } from "./read.js";

/** What a point read asked for, as stored. */
export interface AskedItem {
  readonly id: string;
  readonly partitionKey: KeyComponents;
}

/** The document that a read answered with. Throws ERR_ANSWER_MISMATCH, and what opening throws. */
export async function openAnswer(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: unknown,
  asked: AskedItem,
  signal?: AbortSignal,
  options?: OpeningOptions,
): Promise<Record<string, unknown>> {
  const [opened] = await openStored(context, definition, [stored], signal, options);
  const { document, place } = opened!;
  if (place.id !== asked.id || place.partitionKey !== canonicalJson(asked.partitionKey)) {
    throw mismatch(definition, opened!, "The server answered with another document than the one that was asked for.");
  }
  return document;
}

/**
 * The document that a write answered with: it must be the one that was written. Whatever is wrong with it, the write was
 * committed, and the error says so. A reply without a document (`Prefer: return=minimal`) stays without. Throws ERR_ANSWER_MISMATCH, and what opening throws.
 */
export async function openWritten(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: unknown,
  written: JsonObject,
  signal?: AbortSignal,
): Promise<Record<string, unknown> | null | undefined> {
  if (stored === null || stored === undefined) return stored;
  const version = versionOf(written);
  try {
    const missing = closedGroupsOfReply(context, definition);
    const [opened] = await openStored(context, definition, [stored], signal, { missing });
    if (opened!.manifest !== version) {
      throw mismatch(definition, opened!, "The server answered with another document than the one that was written.");
    }
    return opened!.document;
  } catch (error) {
    if (error instanceof Error) (error as { committed?: boolean }).committed = true;
    throw error;
  }
}

/**
 * The document that the server changed itself, at paths that nobody signs. Whatever is wrong with it, the change was committed,
 * and the error says so. A reply without a document stays without. Throws ERR_ANSWER_MISMATCH, and what opening throws.
 */
export async function openChanged(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  stored: unknown,
  asked: AskedItem,
  signal?: AbortSignal,
): Promise<Record<string, unknown> | null | undefined> {
  if (stored === null || stored === undefined) return stored;
  try {
    const missing = closedGroupsOfReply(context, definition);
    return await openAnswer(context, definition, stored, asked, signal, { missing });
  } catch (error) {
    if (error instanceof Error) (error as { committed?: boolean }).committed = true;
    throw error;
  }
}

export function mismatch(
  definition: ContainerDefinition<unknown>,
  { place }: OpenedDocument,
  message: string,
): CosmosealError {
  return new CosmosealError("ERR_ANSWER_MISMATCH", message, {
    container: definition.name,
    id: place.id,
    remedy: "Don't use it: the account, or what stands between, doesn't answer honestly.",
  });
}
