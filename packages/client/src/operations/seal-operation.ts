/** One operation of a batch or of a bulk request, from the application's words to what is sent: keys translated, its document sealed. */
import type { OperationInput, PartitionKey } from "@azure/cosmos";
import { type ContainerDefinition, type JsonObject, partitionKeyOf } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { serverPatch } from "../patch/direct.js";
import type { AskedItem } from "../sealing/answers.js";
import { componentsOf, type KeyComponents, storedComponents, storedId } from "../sealing/keys-of-item.js";
import { mustCarry } from "../sealing/missing-groups.js";
import { sealForWriting } from "../sealing/write.js";
import { checkWriter } from "../sealing/writer.js";
import { placeOfBody } from "./replace.js";

/** What travels, and what its result is held against. */
export interface SealedOperation {
  readonly stored: OperationInput;
  /** The document that was sealed; undefined for what carries none. */
  readonly written?: JsonObject;
  /** The item that a read, a patch or a document with groups to carry is of; undefined for what carries a whole document. */
  readonly asked?: AskedItem;
}

/**
 * Takes over what the service knows of an operation and nothing else, since what isn't known can't be sealed. `batchKey` is the
 * key of the batch around it, as stored. Throws what sealing and keys throw.
 */
export async function sealOperation(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operation: OperationInput,
  batchKey: KeyComponents | undefined,
  signal?: AbortSignal,
): Promise<SealedOperation> {
  const own = await storedKey(context, definition, operation, signal);
  const { operationType } = operation;
  const { ifMatch, ifNoneMatch } = operation as { readonly ifMatch?: string; readonly ifNoneMatch?: string };
  const frame = {
    operationType,
    ...("id" in operation && { id: await idOf(context, definition, operation.id, signal) }),
    ...own,
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
  };
  if (operationType === "Upsert" || operationType === "Replace") {
    const asked = await askedOf(context, definition, operation, own.partitionKey ?? batchKey, signal);
    // What is stored now is to be read first: nothing is sealed yet.
    if (asked !== undefined) return { stored: frame as unknown as OperationInput, asked };
  }
  if (operationType === "Create" || operationType === "Upsert" || operationType === "Replace") {
    const purpose = operationType === "Create" ? "create" : "replace";
    const written = await sealForWriting(context, definition, operation.resourceBody, purpose, signal);
    return { stored: { ...frame, resourceBody: written } as unknown as OperationInput, written };
  }
  const components = own.partitionKey ?? batchKey ?? componentsOf(definition, undefined);
  const asked = { id: String((frame as { readonly id?: unknown }).id), partitionKey: components };
  // A patch that the server may not do has no body that may be sent.
  const patch = operationType === "Patch" ? serverPatch(context, definition, operation.resourceBody) : undefined;
  if (patch !== undefined) await checkWriter(context, definition, signal);
  return { stored: { ...frame, ...(patch && { resourceBody: patch }) } as unknown as OperationInput, asked };
}

/** The item of an upsert or a replace that has to carry groups of the stored document; undefined where it hasn't. */
async function askedOf(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operation: Extract<OperationInput, { operationType: "Upsert" | "Replace" }>,
  key: KeyComponents | undefined,
  signal: AbortSignal | undefined,
): Promise<AskedItem | undefined> {
  if (!(await mustCarry(context, definition, signal))) return undefined;
  const asked = await placeOfBody(context, definition, operation.resourceBody, signal);
  if (asked === undefined) return undefined; // sealing says what is wrong with it
  const id =
    operation.operationType === "Replace" ? await storedId(context, definition, operation.id, signal) : asked.id;
  return { id, partitionKey: key ?? asked.partitionKey };
}

/** The key that an operation means, as the application would write it: its own, its document's, or none. */
export function keyOfOperation(
  definition: ContainerDefinition<unknown>,
  operation: OperationInput,
): PartitionKey | undefined {
  if (Object.hasOwn(operation, "partitionKey")) return operation.partitionKey;
  if (!("resourceBody" in operation) || operation.operationType === "Patch") return undefined;
  return partitionKeyOf(definition.plan, operation.resourceBody) as string[] | undefined;
}

/** An absent key stays absent, and undefined stays undefined: the SDK tells the two apart. */
async function storedKey(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operation: OperationInput,
  signal: AbortSignal | undefined,
): Promise<{ readonly partitionKey?: KeyComponents | undefined }> {
  if (!Object.hasOwn(operation, "partitionKey")) return {};
  if (operation.partitionKey === undefined) return { partitionKey: undefined };
  const components = componentsOf(definition, operation.partitionKey);
  return { partitionKey: [...(await storedComponents(context, definition, components, signal))] };
}

/** What is no text is left to the service to refuse, unless it might be a sealed one. */
async function idOf(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  id: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return typeof id === "string" ? storedId(context, definition, id, signal) : undefined;
}
