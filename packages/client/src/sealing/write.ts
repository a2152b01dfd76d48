/** From the application's document to the one that is stored. */
import { type ClosedDocument, type ContainerDefinition, type JsonObject, seal } from "@cosmoseal/core";
import { traced } from "../observe/tracing.js";
import type { SealContext } from "../options/seal-options.js";
import { plaintextForWriting, writesPlaintext } from "./plaintext.js";
import { asOutdated, checkNothingOpened, readFloorAgain } from "./writer.js";

/** What a document is written for: a new one has no properties that only earlier schema versions declare. */
export type Purpose = "create" | "replace";

/**
 * What is sent: the sealed document, or plaintext in a phase that writes it. Once per call, above the SDK's retries: they send the
 * same bytes. `closed` is the stored document that is replaced, where groups of it are to be carried. Throws what core's `seal` throws, and
 * ERR_SCHEMA_OUTDATED for what a later schema version sealed.
 */
export async function sealForWriting(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  body: unknown,
  purpose: Purpose,
  signal?: AbortSignal,
  closed?: ClosedDocument,
): Promise<JsonObject> {
  if (writesPlaintext(context, definition)) return plaintextForWriting(context, definition, body, signal);
  return sealOnly(context, definition, body, purpose, signal, closed);
}

/** The sealed document, whatever the phase. Throws as {@link sealForWriting}. */
export async function sealOnly(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  body: unknown,
  purpose: Purpose,
  signal?: AbortSignal,
  closed?: ClosedDocument,
): Promise<JsonObject> {
  const { name } = definition;
  await readFloorAgain(context, definition, signal);
  const sealed = await traced("seal", { container: name, documents: 1 }, () =>
    seal(definition, context.keys, body, {
      stamp: (place) => context.stamps.next(place),
      createScopes: context.createScopes,
      replaces: purpose === "replace",
      carried: closed,
      signal,
    }),
  ).catch((error: unknown) => {
    throw asOutdated(context, definition, error);
  });
  checkNothingOpened(context, definition, sealed);
  context.emit({ type: "sealed", container: name });
  return sealed;
}

/**
 * The SDK's habit: a missing id is generated and written back into the caller's body. Before sealing, since the id is bound
 * into everything that is sealed.
 */
export function generateId(body: unknown, disabled: boolean | undefined): void {
  if (disabled === true || typeof body !== "object" || body === null) return;
  const document = body as { id?: unknown };
  if (document.id === undefined || document.id === "") document.id = globalThis.crypto.randomUUID();
}
