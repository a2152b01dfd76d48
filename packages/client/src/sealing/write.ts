/** From the application's document to the one that is stored. */
import { type ContainerDefinition, type JsonObject, seal } from "@cosmoseal/core";
import { traced } from "../observe/tracing.js";
import type { SealContext } from "../options/seal-options.js";

/** Seals once per call, above the SDK's retries: they send the same bytes. Throws what core's `seal` throws. */
export async function sealForWriting(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  body: unknown,
  signal?: AbortSignal,
): Promise<JsonObject> {
  const { name } = definition;
  const sealed = await traced("seal", { container: name, documents: 1 }, () =>
    seal(definition, context.keys, body, {
      stamp: (place) => context.stamps.next(place),
      createScopes: context.createScopes,
      signal,
    }),
  );
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
