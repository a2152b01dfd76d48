/** An HTTP client of the application's that answers some requests itself and sends on the others: what the emulator doesn't have, and what goes wrong. */
import {
  createDefaultHttpClient,
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  RestError,
} from "@azure/core-rest-pipeline";

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What becomes of a request: an answer in the server's place, a connection that breaks before or after the server had it, or nothing. */
export type Detour = Answer | "drop-before" | "drop-after" | undefined;

export interface DetourClient extends HttpClient {
  /** Requests as they were about to be sent, in order. */
  readonly requests: readonly { readonly method: string; readonly url: string; readonly body: string }[];
}

export function detour(choose: (request: PipelineRequest) => Detour): DetourClient {
  const inner = createDefaultHttpClient();
  const requests: { method: string; url: string; body: string }[] = [];
  return {
    requests,
    sendRequest: async (request) => {
      requests.push({ method: request.method, url: request.url, body: String(request.body ?? "") });
      const chosen = choose(request);
      if (chosen === undefined) return inner.sendRequest(request);
      if (chosen === "drop-after") await inner.sendRequest(request);
      if (typeof chosen === "string") {
        throw new RestError("socket hang up", { code: "ECONNRESET", request });
      }
      const { status, body, headers } = chosen;
      const bodyAsText = body === undefined ? "" : JSON.stringify(body);
      return { request, status, bodyAsText, headers: createHttpHeaders({ ...headers }) };
    },
  };
}
