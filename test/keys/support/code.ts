/** The code of an error that must come. */
import assert from "node:assert/strict";
import { type CosmosealError, isCosmosealError } from "@cosmoseal/core";

export async function failureOf(work: Promise<unknown>): Promise<CosmosealError> {
  const error = await work.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert(isCosmosealError(error), String(error));
  return error;
}

export async function codeOf(work: Promise<unknown>): Promise<string> {
  return (await failureOf(work)).code;
}
