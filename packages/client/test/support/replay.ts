/** A network that loses one reply: the server has done the write, the same bytes are sent again, and the second answer comes back. */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";

export interface Replaying {
  readonly httpClient: HttpClient;
  /** How often a reply was lost. */
  replays(): number;
}

/** Loses the reply to the first request of the method. */
export function replaying(method: string): Replaying {
  const inner = createDefaultHttpClient();
  let lost = 0;
  return {
    httpClient: {
      sendRequest: async (request) => {
        const response = await inner.sendRequest(request);
        if (request.method !== method || lost > 0) return response;
        lost++;
        return inner.sendRequest(request);
      },
    },
    replays: () => lost,
  };
}
