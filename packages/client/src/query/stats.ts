/** What a page of a query cost in documents: how many the service answered with, and how many rows came of them. */

export interface SealStats {
  /** Documents that the service answered with and that were opened for this response. */
  readonly fetched: number;
  /** Rows that the response holds. */
  readonly returned: number;
}

/**
 * What a response of a query over a sealed container cost. Many fetched for few returned asks for an index. Undefined for
 * responses whose rows are the server's word, and for those of other calls. It stands in a property `sealStats` that no listing
 * of the response's keys shows, so that responses have the SDK's own keys.
 *
 * @example const { fetched, returned } = sealStatsOf(await iterator.fetchNext()) ?? { fetched: 0, returned: 0 };
 */
export function sealStatsOf(response: object): SealStats | undefined {
  return (response as { readonly sealStats?: SealStats }).sealStats;
}

/** The response, with its stats. */
export function withStats<R extends object>(response: R, stats: SealStats): R {
  return Object.defineProperty(response, "sealStats", { value: Object.freeze(stats), configurable: true });
}

/** Of several responses together; undefined where none has any. */
export function sumOfStats(responses: readonly (SealStats | undefined)[]): SealStats | undefined {
  const known = responses.filter((stats) => stats !== undefined);
  if (known.length === 0) return undefined;
  return {
    fetched: known.reduce((sum, { fetched }) => sum + fetched, 0),
    returned: known.reduce((sum, { returned }) => sum + returned, 0),
  };
}
