// The record of what crossed HTTP: so that a test can search every byte for what must never have been sent.

/** One request and its answer, byte for byte. */
export interface RecordedExchange {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, as they came. */
  readonly requestHeaders: readonly string[];
  readonly requestBody: Buffer;
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: Buffer;
}

export interface ExchangeLog {
  readonly exchanges: readonly RecordedExchange[];
  add(exchange: RecordedExchange): void;
}

/** Keeps the last exchanges, at most `limit` of them. */
export function createExchangeLog(limit: number): ExchangeLog {
  const exchanges: RecordedExchange[] = [];
  return {
    exchanges,
    add(exchange) {
      if (exchanges.length === limit) exchanges.shift();
      exchanges.push(exchange);
    },
  };
}
