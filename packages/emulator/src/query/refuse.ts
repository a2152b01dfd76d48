// What the gateway won't answer across partitions: it refuses with the plan, and the client takes it from there.

import type { Query } from "@cosmoseal/sql";
import { badRequest, ServiceError } from "../http/errors.js";
import { flag, type ServiceRequest } from "../http/message.js";
import type { QueryRange } from "./narrow.js";
import { planQuery } from "./plan.js";
import type { QueryShape } from "./shape.js";

/** Throws where a query without a partition key or range is one that the client must merge itself. */
export function refuseUnmergeable(
  request: ServiceRequest,
  query: Query,
  shape: QueryShape,
  ranges: readonly QueryRange[],
): void {
  if (!flag(request, "x-ms-documentdb-query-enablecrosspartition")) {
    throw badRequest(
      "Cross partition query is required but disabled. Please set x-ms-documentdb-query-enablecrosspartition to true, specify x-ms-documentdb-partitionkey, or revise your query to avoid this exception.",
    );
  }
  if (shape.grouped || (shape.aggregates.length > 0 && shape.valueAggregate === undefined)) {
    throw badRequest("Cross partition query only supports 'VALUE <AggregateFunc>' for aggregates.");
  }
  if (
    shape.valueAggregate !== undefined ||
    shape.top !== undefined ||
    shape.ordered ||
    shape.offset !== undefined ||
    shape.distinct
  ) {
    throw new ServiceError(
      400,
      "The provided cross partition query can not be directly served by the gateway. This is a first chance (internal) exception that all newer clients will know how to handle gracefully. This exception is traced, but unless you see it bubble up as an exception (which only happens on older SDK clients), then you can safely ignore this message.",
      {
        substatus: 1004,
        bare: true,
        body: { additionalErrorInfo: JSON.stringify(planQuery(query, shape, ranges)) },
      },
    );
  }
}

/** Throws where the client says, or doesn't say, that it can merge what the plan would ask of it. */
export function refuseUnsupported(request: ServiceRequest, shape: QueryShape): void {
  const supported = (request.headers.get("x-ms-cosmos-supported-query-features") ?? "")
    .split(",")
    .map((one) => one.trim());
  const needed = [
    ...(shape.aggregates.length > 0 ? ["Aggregate"] : []),
    ...(shape.aggregates.length > 0 && shape.valueAggregate === undefined ? ["NonValueAggregate"] : []),
    ...(shape.grouped ? ["GroupBy"] : []),
  ];
  const missing = needed.filter((feature) => !supported.includes(feature));
  if (missing.length > 0) {
    throw badRequest(
      `Query contains 1 or more unsupported features. Upgrade your SDK to a version that does support the requested features:\n${missing
        .map((feature) => `Query contained ${feature}, which the calling client does not support.`)
        .join("\n")}`,
    );
  }
}
