/** An HTTP client between ours and the server that changes the results of batches on their way back. */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import type { OperationResponse } from "@azure/cosmos";

export interface Swapping {
  readonly httpClient: HttpClient;
  /** Of every batch from now on. */
  exchange(change: (result: readonly OperationResponse[]) => readonly OperationResponse[]): void;
}

export function swapping(): Swapping {
  const inner = createDefaultHttpClient();
  let change: ((result: readonly OperationResponse[]) => readonly OperationResponse[]) | undefined;
  return {
    httpClient: {
      sendRequest: async (request) => {
        const response = await inner.sendRequest(request);
        if (change === undefined || request.headers.get("x-ms-cosmos-is-batch-request") === undefined) return response;
        const result = JSON.parse(response.bodyAsText!) as readonly OperationResponse[];
        return { ...response, bodyAsText: JSON.stringify(change(result)) };
      },
    },
    exchange: (next) => {
      change = next;
    },
  };
}
