// The feed of documents: reading it, querying it, planning a query, and the changes in it.

import type { Parameters, Query } from "@cosmoseal/sql";
import { runBatch } from "../batch/batch.js";
import { readChanges } from "../changefeed/changes.js";
import { charge, containerHeaders, type Headers, queryCharge, rangeHeaders, sessionToken } from "../http/headers.js";
import { flag, type ServiceRequest, type ServiceResponse } from "../http/message.js";
import type { Condition } from "../query/candidates.js";
import { writeToken } from "../query/continuation.js";
import { runQuery } from "../query/execute.js";
import { rangesOf } from "../query/narrow.js";
import { pageBody, pageSize } from "../query/page.js";
import { planQuery } from "../query/plan.js";
import { refuseUnmergeable, refuseUnsupported } from "../query/refuse.js";
import { isQuery, readQuery } from "../query/request.js";
import { type QueryShape, shapeOf } from "../query/shape.js";
import type { Page, PageRequest } from "../query/source.js";
import { readAll } from "../query/stream.js";
import { type Target, targetOf } from "../query/target.js";
import { engineOf } from "../scripts/functions.js";
import type { Service } from "../service.js";
import type { Container } from "../store/container.js";
import { create, findItemContainer, upsert } from "./requests.js";
import { checkSession } from "./session.js";

/** One path for four things; headers say which. */
export function post(service: Service, request: ServiceRequest): ServiceResponse | Promise<ServiceResponse> {
  if (flag(request, "x-ms-cosmos-is-batch-request")) return runBatch(service, request);
  if (flag(request, "x-ms-cosmos-is-query-plan-request")) return answerPlan(service, request);
  if (isQuery(request)) return answerQuery(service, request);
  return flag(request, "x-ms-documentdb-is-upsert") ? upsert(service, request) : create(service, request);
}

export function readFeed(service: Service, request: ServiceRequest): ServiceResponse {
  if (request.headers.has("a-im")) return readChanges(service, request);
  const target = targetOf(findItemContainer(service, request), request);
  checkSession(request, target.ranges);
  return answerPage(target, readAll(pageRequest(service, request, target)), request);
}

function answerPlan(service: Service, request: ServiceRequest): ServiceResponse {
  const container = findItemContainer(service, request);
  const engine = engineOf(service, container);
  const { query, parameters } = readQuery(engine, request);
  engine.compile(query); // What can't be run isn't planned.
  const shape = shapeOf(query, parameters);
  refuseUnsupported(request, shape);
  const body = JSON.stringify(
    planQuery(query, shape, rangesOf(container.partitionKey, query, shape.rootAlias, parameters)),
  );
  return { status: 200, headers: { ...containerHeaders(container), ...charge(1) }, body };
}

function answerQuery(service: Service, request: ServiceRequest): ServiceResponse {
  const container = findItemContainer(service, request);
  const engine = engineOf(service, container);
  const { query, parameters } = readQuery(engine, request);
  const shape = shapeOf(query, parameters);
  const target = targetOf(container, request);
  checkSession(request, target.ranges);
  engine.compile(query);
  if (target.isWholeContainer) {
    refuseUnmergeable(request, query, shape, rangesOf(container.partitionKey, query, shape.rootAlias, parameters));
  }
  const condition = conditionOf(container, query, shape, parameters);
  const page = runQuery(query, shape, parameters, { ...pageRequest(service, request, target), condition });
  return answerPage(target, page, request);
}

function conditionOf(
  { definition }: Container,
  { where }: Query,
  { rootAlias }: QueryShape,
  parameters: Parameters,
): Condition | undefined {
  if (where === undefined || rootAlias === undefined) return undefined;
  return { where, alias: rootAlias, parameters, computed: new Set(definition.computed.map(({ name }) => name)) };
}

function pageRequest(service: Service, request: ServiceRequest, target: Target): PageRequest {
  const token = request.headers.get("x-ms-continuation");
  return { engine: engineOf(service, target.container), target, token, size: pageSize(request), now: service.clock() };
}

function answerPage(target: Target, page: Page, request: ServiceRequest): ServiceResponse {
  const body = pageBody(target.container.rid, page.rows);
  return {
    status: 200,
    headers: {
      ...containerHeaders(target.container),
      ...(target.ranges.length === 1
        ? rangeHeaders(target.ranges[0]!)
        : { "x-ms-session-token": sessionToken(target.ranges) }),
      ...charge(queryCharge(page.examined, body.length)),
      "x-ms-item-count": String(page.rows.length),
      // Ties of a descending order come latest first.
      "x-ms-cosmos-query-execution-info": JSON.stringify({ reverseRidEnabled: true, reverseIndexScan: false }),
      ...(page.next === undefined ? {} : { "x-ms-continuation": writeToken(target.container.rid, page.next) }),
      ...metrics(request, page, body),
    },
    body,
  };
}

function metrics(request: ServiceRequest, page: Page, body: string): Headers {
  if (!flag(request, "x-ms-documentdb-populatequerymetrics")) return {};
  const counts = {
    totalExecutionTimeInMs: "0.10",
    queryCompileTimeInMs: "0.01",
    queryLogicalPlanBuildTimeInMs: "0.01",
    queryPhysicalPlanBuildTimeInMs: "0.01",
    queryOptimizationTimeInMs: "0.01",
    VMExecutionTimeInMs: "0.05",
    indexLookupTimeInMs: "0.00",
    documentLoadTimeInMs: "0.01",
    systemFunctionExecuteTimeInMs: "0.00",
    userFunctionExecuteTimeInMs: "0.00",
    retrievedDocumentCount: String(page.examined),
    retrievedDocumentSize: String(body.length),
    outputDocumentCount: String(page.rows.length),
    outputDocumentSize: String(body.length),
    writeOutputTimeInMs: "0.01",
    indexUtilizationRatio: page.examined === 0 ? "1.00" : (page.rows.length / page.examined).toFixed(2),
  };
  const text = Object.entries(counts).map(([name, value]) => `${name}=${value}`);
  return { "x-ms-documentdb-query-metrics": text.join(";") };
}
