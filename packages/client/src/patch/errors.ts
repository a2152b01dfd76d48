/** The SDK's error for what the client refuses in the service's place: a patch that it does itself. */
import { Constants, type CosmosHeaders, ErrorResponse, type ItemResponse } from "@azure/cosmos";
import { PatchRefusal } from "./refusal.js";

/** As the SDK makes it of an answer of the service; `read` is the answer that the refusal rests on, if there was one. */
export function serviceError(
  refusal: PatchRefusal,
  read?: Pick<ItemResponse<never>, "headers" | "diagnostics">,
): ErrorResponse {
  const error = new ErrorResponse(refusal.message);
  const headers: CosmosHeaders = { ...read?.headers };
  error.code = refusal.status;
  error.body = { code: NAMES[refusal.status], message: refusal.message };
  error.headers = headers;
  const activityId = headers[Constants.HttpHeaders.ActivityId];
  if (typeof activityId === "string") error.activityId = activityId;
  if (read !== undefined) error.diagnostics = read.diagnostics;
  return error;
}

/** Runs what may refuse. Throws ErrorResponse in the place of PatchRefusal. */
export function asService<T>(work: () => T, read?: Pick<ItemResponse<never>, "headers" | "diagnostics">): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof PatchRefusal ? serviceError(error, read) : error;
  }
}

const NAMES: Readonly<Record<PatchRefusal["status"], string>> = {
  400: "BadRequest",
  404: "NotFound",
  412: "PreconditionFailed",
  449: "RetryWith",
};
