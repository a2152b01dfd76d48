/** A server that doesn't answer honestly: what comes back is changed on its way to the application. */
import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";

/** The headers and the text of an answer; undefined leaves it as it is. */
export interface Answer {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
}

/** `change` is asked for answers about items alone, that were good. */
export function liar(
  change: (
    body: string,
    about: { readonly url: string; readonly method: string; readonly request: string },
  ) => Answer | undefined,
): HttpClient {
  const inner = createDefaultHttpClient();
  return {
    sendRequest: async (request) => {
      const response = await inner.sendRequest(request);
      if (!/\/docs/.test(request.url) || response.status >= 300) return response;
      const about = { url: request.url, method: request.method, request: String(request.body ?? "") };
      const lie = change(response.bodyAsText ?? "", about);
      if (lie === undefined) return response;
      for (const [name, value] of Object.entries(lie.headers ?? {})) response.headers.set(name, value);
      return {
        ...response,
        ...(lie.status !== undefined && { status: lie.status }),
        ...(lie.body !== undefined && { bodyAsText: lie.body }),
      };
    },
  };
}

/** The answer to a query or a feed, with other documents in it. */
export function withDocuments(
  body: string,
  change: (documents: readonly object[]) => readonly object[],
): Answer | undefined {
  const answer = JSON.parse(body) as { readonly Documents?: readonly object[] };
  if (answer.Documents === undefined) return undefined;
  const documents = change(answer.Documents);
  return { body: JSON.stringify({ ...answer, Documents: documents, _count: documents.length }) };
}
