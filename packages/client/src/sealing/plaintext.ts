/** Documents of a container that is moving in, as plaintext: written so in phase `prepare`, told apart and compared on reading. */
import {
  type ContainerDefinition,
  CosmosealError,
  canonicalJson,
  checkSealable,
  isCosmosealError,
  isSealed,
  type JsonObject,
  SEAL,
  SYSTEM_PROPERTIES,
} from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { checkWriter } from "./writer.js";

/** True where the definition's phase writes plaintext and no sealed document has been met: others have begun to seal then. */
export function writesPlaintext({ sightings }: SealContext, { movingIn, name }: ContainerDefinition<unknown>): boolean {
  return movingIn?.phase === "prepare" && !sightings.of(name).sealed;
}

/**
 * The document as the plain client would send it. What sealing would refuse is told by a warning, once for each path. Throws
 * ERR_PATH_RESERVED, ERR_DOCUMENT_INVALID, ERR_SCHEMA_OUTDATED, and what keys throw.
 */
export async function plaintextForWriting(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  body: unknown,
  signal?: AbortSignal,
): Promise<JsonObject> {
  const { name } = definition;
  definition.validate?.(body);
  const text: string | undefined = typeof body === "object" && body !== null ? JSON.stringify(body) : undefined;
  const document = text === undefined ? undefined : (JSON.parse(text) as JsonObject);
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new CosmosealError("ERR_DOCUMENT_INVALID", "A document is an object.", { container: name });
  }
  if (isSealed(document)) {
    throw new CosmosealError("ERR_PATH_RESERVED", `The document has a property ${SEAL}.`, {
      container: name,
      path: `/${SEAL}`,
    });
  }
  await checkWriter(context, definition, signal);
  warn(context, definition, body);
  return document;
}

/** The same for the same version of a stored document: its manifest, or the content of what is plaintext. */
export function versionOf(stored: unknown): string | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  if (isSealed(stored)) {
    const { m } = ((stored as Record<string, unknown>)[SEAL] ?? {}) as { readonly m?: unknown };
    return typeof m === "string" ? m : undefined;
  }
  const own = Object.entries(stored).filter(([member]) => !SYSTEM_PROPERTIES.has(member));
  try {
    return `plaintext ${canonicalJson(Object.fromEntries(own))}`;
  } catch (error) {
    // A lone surrogate: the service may store another text for it.
    if (error instanceof RangeError) return "plaintext";
    throw error;
  }
}

function warn(context: SealContext, definition: ContainerDefinition<unknown>, body: unknown): void {
  const { name: container } = definition;
  try {
    checkSealable(definition, body);
  } catch (error) {
    if (!isCosmosealError(error)) throw error;
    const { code, path } = error;
    if (!context.warned.first(`${container} ${code} ${path ?? ""}`)) return;
    const message = `Sealing would refuse the document with ${code}: correct it, or the schema, before the phase changes.`;
    context.emit({ type: "warning", container, message, code, ...(path !== undefined && { path }) });
  }
}
