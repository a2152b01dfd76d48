/** What went over the wire, as text. */
import type { RecordedExchange } from "@cosmoseal/emulator";

/** Addresses, headers and bodies of the requests. */
export function textOf(exchanges: readonly RecordedExchange[]): string {
  return exchanges
    .flatMap(({ method, path, requestHeaders, requestBody }) => [
      method,
      path,
      ...requestHeaders,
      bodyText({ requestBody }),
    ])
    .join("\n");
}

export function bodyText({ requestBody }: Pick<RecordedExchange, "requestBody">): string {
  return Buffer.from(requestBody).toString("utf8");
}
