/** Plaintext documents of a container that is moving in: which are believed, and what sealing would say of them. SPEC §4.9. */
import { SEAL } from "../plan/plan.js";
import type { ContainerDefinition } from "../schema/define.js";
import { isObject } from "./json.js";
import { type DocumentPlace, placeOf } from "./place.js";
import { prepareDocument } from "./seal.js";

/**
 * True for a plaintext document that the definition's phase believes. In `sealing` the service's own time decides: a thief who
 * holds the account key can set any other.
 */
export function isStillPlain(definition: ContainerDefinition<unknown>, stored: unknown): boolean {
  const { movingIn } = definition;
  if (movingIn === undefined || !isObject(stored) || Object.hasOwn(stored, SEAL)) return false;
  if (placeOfPlain(definition, stored) === undefined) return false;
  const { _ts: seconds } = stored;
  return movingIn.phase === "prepare" || (typeof seconds === "number" && seconds < movingIn.since);
}

/** Where a plaintext document is stored. Undefined for an id or a partition key of no allowed type. */
export function placeOfPlain(
  { plan }: ContainerDefinition<unknown>,
  stored: Readonly<Record<string, unknown>>,
): DocumentPlace | undefined {
  // It needs no keys, so that it may lack what tells whose they are.
  const { scope: _, ...unscoped } = plan;
  try {
    return placeOf(plan, stored) ?? placeOf(unscoped, stored);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // no canonical form: a lone surrogate
    throw error;
  }
}

/**
 * Throws what sealing the document would throw before it needs a key: ERR_PATH_UNDECLARED, ERR_PATH_SHAPE, ERR_VALUE_UNSUPPORTED,
 * ERR_DOCUMENT_INVALID, ERR_PATH_RESERVED, ERR_PARTITION_KEY_MISSING, ERR_SCOPE_MISSING. Of definitions that move in alone: they
 * seal neither id nor partition key.
 */
export function checkSealable({ plan }: ContainerDefinition<unknown>, document: unknown): void {
  prepareDocument(plan, document, true, () => {
    throw new Error("a definition that moves in has no sealed identity");
  });
}
