// Triggers: scripts that a request names, run before and after its write and within its transaction.

import { badRequest } from "../http/errors.js";
import type { ServiceRequest } from "../http/message.js";
import { operationOf } from "../http/operation.js";
import type { KeyComponent } from "../partition/key.js";
import type { Service } from "../service.js";
import type { Container } from "../store/container.js";
import type { JsonObject } from "../store/item.js";
import type { Transaction } from "../store/transaction.js";
import { linksOf } from "./execute.js";
import { engineOf } from "./functions.js";
import { operationsOf } from "./operations.js";
import { programOf } from "./program.js";
import { runScript } from "./run.js";

export interface Triggers {
  readonly before: readonly JsonObject[];
  readonly after: readonly JsonObject[];
}

/** The triggers that the request names; undefined where it names none. Throws 400 for one that isn't there, or isn't for such a write. */
export function triggersOf(service: Service, container: Container, request: ServiceRequest): Triggers | undefined {
  const named = (header: string, type: string): readonly JsonObject[] =>
    (request.headers.get(header) ?? "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "")
      .map((name) => find(service, container, request, name, type));
  const before = named("x-ms-documentdb-pre-trigger-include", "pre");
  const after = named("x-ms-documentdb-post-trigger-include", "post");
  return before.length + after.length === 0 ? undefined : { before, after };
}

/** Runs them in their order. Each gets the body that the one before it left; the last one's is the result. */
export async function runTriggers(
  service: Service,
  triggers: readonly JsonObject[],
  transaction: Transaction,
  key: readonly KeyComponent[],
  bodies: { readonly request: unknown; readonly response?: unknown },
): Promise<{ readonly request: unknown; readonly response: unknown }> {
  const { container } = transaction;
  const operations = operationsOf(engineOf(service, container), transaction, key);
  let { request, response } = bodies;
  for (const trigger of triggers) {
    const program = programOf(trigger["body"] as string);
    const job = { program, args: [], links: linksOf(container), request, response };
    ({ request, response } = await runScript(job, service.scriptTimeoutMs, operations.answer));
  }
  return { request, response };
}

const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  create: ["create"],
  upsert: ["create", "replace", "update", "upsert"],
  replace: ["replace", "update"],
  patch: ["replace", "update"],
  delete: ["delete"],
};

function find(service: Service, container: Container, request: ServiceRequest, name: string, type: string): JsonObject {
  const trigger = service.account.resources.get("triggers", container.rid, name);
  if (trigger === undefined) throw badRequest(`The trigger '${name}' doesn't exist in the container.`);
  if (String(trigger["triggerType"]).toLowerCase() !== type)
    throw badRequest(`The trigger '${name}' is not a ${type}-trigger.`);
  const operation = String(trigger["triggerOperation"]).toLowerCase();
  if (operation !== "all" && !OPERATIONS[operationOf(request)]?.includes(operation)) {
    throw badRequest(`The trigger '${name}' is for the operation '${operation}', not for that of the request.`);
  }
  return trigger;
}
