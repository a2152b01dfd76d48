/** A server that answers the second page of a query with the documents of the first once more. */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";

export function repeating(): HttpClient {
  const inner = createDefaultHttpClient();
  let first: string | undefined;
  return {
    sendRequest: async (request) => {
      const response = await inner.sendRequest(request);
      const isPage = request.headers.get("x-ms-documentdb-isquery") !== undefined && response.status === 200;
      if (!isPage || request.headers.get("x-ms-cosmos-is-query-plan-request") !== undefined) return response;
      if (request.headers.get("x-ms-continuation") === undefined) {
        first = response.bodyAsText ?? undefined;
        return response;
      }
      return { ...response, bodyAsText: first! };
    },
  };
}
