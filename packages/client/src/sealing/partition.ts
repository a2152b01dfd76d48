/** The partition that a list is asked of, as stored, and whether what comes back lies in it. */
import type { PartitionKey } from "@azure/cosmos";
import { type ContainerDefinition, canonicalJson } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { mismatch } from "./answers.js";
import { componentsOf, type KeyComponents, storedComponents } from "./keys-of-item.js";
import type { OpenedDocument } from "./read.js";

export interface AskedPartition {
  /** What is sent. */
  readonly stored: KeyComponents;
  /** JCS of the key without its closing bracket: what documents of the partition begin with. Undefined where any document may come. */
  readonly prefix: string | undefined;
}

/** A whole key, or the beginning of a hierarchical one. Throws what keys throw. */
export async function askedPartition(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  partitionKey: PartitionKey,
  signal?: AbortSignal,
): Promise<AskedPartition> {
  const components = componentsOf(definition, partitionKey);
  const stored = await storedComponents(context, definition, components, signal);
  return { stored, prefix: prefixOf(stored) };
}

/** Undefined for no components at all. */
export function prefixOf(stored: readonly unknown[]): string | undefined {
  return stored.length === 0 ? undefined : canonicalJson(stored).slice(0, -1);
}

/** Throws ERR_ANSWER_MISMATCH. */
export function checkPartition(
  definition: ContainerDefinition<unknown>,
  prefix: string | undefined,
  row: OpenedDocument,
): void {
  if (prefix === undefined || isIn(prefix, row)) return;
  throw mismatch(definition, row, "The server answered with a document of another partition than the one asked for.");
}

function isIn(prefix: string, { place }: OpenedDocument): boolean {
  const key = place.partitionKey;
  return key.startsWith(prefix) && (key[prefix.length] === "," || key[prefix.length] === "]");
}
