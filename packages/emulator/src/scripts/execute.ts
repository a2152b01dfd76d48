// Executing a stored procedure: one script, one partition key, one transaction.

import { badRequest, notFound } from "../http/errors.js";
import { charge, containerHeaders, rangeHeaders } from "../http/headers.js";
import { flag, parseBody, type ServiceRequest, type ServiceResponse } from "../http/message.js";
import { requireKey } from "../items/key.js";
import { findItemContainer } from "../items/requests.js";
import type { Service } from "../service.js";
import type { Container } from "../store/container.js";
import { Transaction } from "../store/transaction.js";
import { engineOf } from "./functions.js";
import { operationsOf } from "./operations.js";
import { programOf } from "./program.js";
import { runScript } from "./run.js";

export function execute(service: Service, request: ServiceRequest): Promise<ServiceResponse> {
  const container = findItemContainer(service, request);
  const procedure = service.account.resources.get("sprocs", container.rid, request.segments[5]!);
  if (procedure === undefined) throw notFound();
  const key = requireKey(container, request);
  const args = request.body.length === 0 ? [] : parseBody(request);
  if (!Array.isArray(args)) throw badRequest("The arguments of a stored procedure are not an array.");
  return container.exclusively(async () => {
    const transaction = new Transaction(container, service.clock);
    const operations = operationsOf(engineOf(service, container), transaction, key);
    const program = programOf(procedure["body"] as string);
    const job = { program, args, links: linksOf(container), request: args, response: "" };
    const result = await runScript(job, service.scriptTimeoutMs, operations.answer);
    commit(service, container, transaction);
    const headers = {
      ...containerHeaders(container),
      ...rangeHeaders(container.rangeOf(key)),
      ...charge(1 + operations.charge),
      ...logHeader(request, result.logs),
    };
    await service.account.settled(container);
    return { status: 200, headers, body: JSON.stringify(result.response ?? "") };
  });
}

export function linksOf(container: Container): { self: string; alt: string } {
  return {
    self: `dbs/${container.databaseRid}/colls/${container.rid}/`,
    alt: `dbs/${container.databaseId}/colls/${container.id}`,
  };
}

/** Takes over what a script did, unless its container has been dropped meanwhile. */
export function commit(service: Service, container: Container, transaction: Transaction): void {
  if (service.account.databases.get(container.databaseId)?.containers.get(container.id) !== container) throw notFound();
  transaction.commit();
}

function logHeader(request: ServiceRequest, logs: readonly string[]): Record<string, string> {
  if (!flag(request, "x-ms-documentdb-script-enable-logging")) return {};
  return { "x-ms-documentdb-script-log-results": encodeURIComponent(logs.join("\n")).slice(0, 8192) };
}
