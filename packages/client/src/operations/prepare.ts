/** Operations told apart: those that are sent, sealed, and patches that the client must do itself. */
import type { OperationInput } from "@azure/cosmos";
import { type ContainerDefinition, canonicalJson } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { componentsOf, type KeyComponents, storedComponents } from "../sealing/keys-of-item.js";
import { keyOfOperation, type SealedOperation, sealOperation } from "./seal-operation.js";

export type PreparedOperation =
  | { readonly kind: "send"; readonly sealed: SealedOperation; readonly place: string }
  /**
   * What hangs on the document as it is stored: a patch of what is sealed or signed, or a whole document of which groups are to be
   * carried. `sealed` says which item it is of.
   */
  | {
      readonly kind: "rewrite";
      readonly sealed: SealedOperation;
      readonly place: string;
      readonly operation: RewriteInput;
    };

export type RewriteInput = Extract<OperationInput, { operationType: "Patch" | "Replace" | "Upsert" }>;

/** `place` is the same text for operations on the same item. Throws what sealing and keys throw. */
export async function prepareOperation(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  operation: OperationInput,
  batchKey: KeyComponents | undefined,
  signal?: AbortSignal,
): Promise<PreparedOperation> {
  const sealed = await sealOperation(context, definition, operation, batchKey, signal);
  const { written, asked } = sealed;
  const id = written === undefined ? asked!.id : (written["id"] as string);
  const components =
    batchKey ??
    (await storedComponents(
      context,
      definition,
      componentsOf(definition, keyOfOperation(definition, operation)),
      signal,
    ));
  const place = canonicalJson([components, id]);
  return isRewrite(operation) && !("resourceBody" in sealed.stored)
    ? { kind: "rewrite", sealed, place, operation }
    : { kind: "send", sealed, place };
}

function isRewrite(operation: OperationInput): operation is RewriteInput {
  const { operationType } = operation;
  return operationType === "Patch" || operationType === "Replace" || operationType === "Upsert";
}
