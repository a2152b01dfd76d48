/** Headers of many pages as the SDK's `fetchAll` merges them: charges and metrics summed, the last of the others. */
import { Constants, type CosmosHeaders, type QueryMetrics } from "@azure/cosmos";

/** Adds a page's headers to those of the pages before it. */
export function mergeHeaders(headers: CosmosHeaders, more: CosmosHeaders): void {
  const { RequestCharge, QueryMetrics, IsRUPerMinuteUsed, IndexUtilization, CorrelatedActivityId } =
    Constants.HttpHeaders;
  headers[RequestCharge] = (Number(headers[RequestCharge]) || 0) + (Number(more[RequestCharge]) || 0);
  headers[QueryMetrics] ??= {};
  for (const name of [IsRUPerMinuteUsed, IndexUtilization, CorrelatedActivityId]) {
    if (more[name]) headers[name] = more[name];
  }
  const metrics = headers[QueryMetrics] as Record<string, QueryMetrics>;
  const added = more[QueryMetrics] as Readonly<Record<string, QueryMetrics>> | undefined;
  if (typeof added !== "object" || added === null) return;
  for (const [range, one] of Object.entries(added)) metrics[range] = metrics[range]?.add([one]) ?? one;
}
