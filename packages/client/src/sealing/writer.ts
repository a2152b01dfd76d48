/** Whether this process may write at all, and what it must not write: later schema versions are in use. SPEC §4.7, §4.8. */
import {
  type ContainerDefinition,
  CosmosealError,
  checkFloor,
  containerScope,
  type JsonObject,
  placeOf,
  publicAt,
} from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { withContainerKeys } from "./keys-of-item.js";

/** For writes that aren't sealed here: patches by the server, plaintext. Throws ERR_SCHEMA_OUTDATED, and what keys throw. */
export async function checkWriter(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  await readFloorAgain(context, definition, signal);
  const { plan } = definition;
  await withContainerKeys(context, definition, signal, (lease) =>
    checkFloor(plan, lease.keysOf(containerScope(plan)).schema()),
  );
}

/** Once a document of a later version was met, the floor in the key store is worth more than an older view of it. Throws what keys throw. */
export async function readFloorAgain(
  { keys, sightings }: SealContext,
  { name }: ContainerDefinition<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  const met = sightings.unread(name);
  if (met === undefined) return;
  await keys.refresh(signal);
  sightings.noteRead(name, met);
}

/**
 * Holds a document that is about to be sent against what was read: what a later version sealed in it must not go out in public.
 * Throws ERR_SCHEMA_OUTDATED.
 */
export function checkNothingOpened(
  { sightings }: SealContext,
  { name, plan }: ContainerDefinition<unknown>,
  written: JsonObject,
): void {
  const { ahead, newest } = sightings.of(name);
  if (ahead.length === 0) return;
  const place = placeOf(plan, written);
  if (place !== undefined && !sightings.isSealedAhead(name, place)) return;
  const path = publicAt(written, ahead);
  if (path !== undefined) throw outdated(name, newest, path);
}

/** An undeclared property that a later version seals is no misspelt one. */
export function asOutdated(
  { sightings }: SealContext,
  { name }: ContainerDefinition<unknown>,
  error: unknown,
): unknown {
  if (!(error instanceof CosmosealError) || error.code !== "ERR_PATH_UNDECLARED") return error;
  const { ahead, newest } = sightings.of(name);
  const { path } = error;
  const isAhead = path !== undefined && ahead.some((pattern) => pattern === path || pattern.startsWith(`${path}/`));
  return isAhead ? outdated(name, newest, path) : error;
}

function outdated(container: string, version: number, path: string): CosmosealError {
  return new CosmosealError(
    "ERR_SCHEMA_OUTDATED",
    `Version ${version} of the schema seals the path in this document, and this version would send it in the clear.`,
    { container, path, remedy: "Deploy the application of that version; until then leave such documents to it." },
  );
}
