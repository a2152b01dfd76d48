/**
 * The tripwire: the last stage before the wire. It knows nothing of how a request came about, and stops what isn't sealed:
 * writes made behind the client's back, and methods that a later SDK may add.
 */
import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import type { SealContext } from "../options/seal-options.js";
import { APPROVAL_HEADER } from "./approval.js";
import { checkRequest } from "./check.js";

/** Wraps the application's HTTP client, or the SDK's default. */
export function tripwire(context: SealContext, client: HttpClient | undefined): HttpClient {
  let inner = client;
  return {
    sendRequest: async (request: PipelineRequest): Promise<PipelineResponse> => {
      const approved = request.headers.get(APPROVAL_HEADER) === context.approval;
      request.headers.delete(APPROVAL_HEADER);
      checkRequest(context.containers, request, approved);
      inner ??= createDefaultHttpClient();
      return inner.sendRequest(request);
    },
  };
}
