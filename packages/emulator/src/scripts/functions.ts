// User-defined functions: a query engine per container that has some, each call within a limit of time.

import { createContext, Script } from "node:vm";
import type { UserFunction } from "@cosmoseal/sql";
import { badRequest, ServiceError } from "../http/errors.js";
import { createQueryEngine, type QueryEngine } from "../query/engine.js";
import type { Service } from "../service.js";
import type { Container } from "../store/container.js";
import { programOf } from "./program.js";

const CALL_LIMIT_MS = 1000;

const engines = new WeakMap<Container, { readonly etags: string; readonly engine: QueryEngine }>();

/** The engine for queries over this container: it knows the container's functions. */
export function engineOf(service: Service, container: Container): QueryEngine {
  const functions = service.account.resources.list("udfs", container.rid);
  if (functions.length === 0) return service.engine;
  const etags = functions.map((one) => one["_etag"]).join();
  const known = engines.get(container);
  if (known?.etags === etags) return known.engine;
  const udfs = Object.fromEntries(
    functions.map((one) => [one["id"] as string, functionOf(one["id"] as string, one["body"] as string)]),
  );
  const engine = createQueryEngine(service.clock, udfs);
  engines.set(container, { etags, engine });
  return engine;
}

// Only texts go in and out, so that a function can't hold on to a document, or change it.
function functionOf(name: string, body: string): UserFunction {
  const context = createContext({ input: "" });
  const call = new Script(
    `JSON.stringify(${programOf(body)}.apply(null, JSON.parse(input).map((arg) => arg.length === 0 ? undefined : arg[0])))`,
  );
  return (...args) => {
    context["input"] = JSON.stringify(args.map((arg) => (arg === undefined ? [] : [arg])));
    let output: unknown;
    try {
      output = call.runInContext(context, { timeout: CALL_LIMIT_MS });
    } catch (error) {
      const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
      if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
        throw new ServiceError(408, `The function udf.${name} took longer than ${CALL_LIMIT_MS} milliseconds.`);
      }
      throw badRequest(`The function udf.${name} threw: ${String(message)}`);
    }
    return typeof output === "string" ? JSON.parse(output) : undefined;
  };
}
