/**
 * Spans for OpenTelemetry, where the application has it: counts and names, never an id, a value or a message. The API package
 * is looked for once, at the first span; without it, or without an SDK behind it, spans cost nothing.
 */

import { isCosmosealError } from "@cosmoseal/core";
import type { TraceAPI } from "@opentelemetry/api";

/** Names and numbers: the only kinds of attributes that there are. */
export interface SpanFacts {
  readonly container?: string;
  readonly documents?: number;
  readonly keyring?: string;
}

export interface RunningSpan {
  count(name: "bad", value: number): void;
}

/** Runs the work in a span `cosmoseal.<name>`, the parent of what the work starts; its failure is told by code alone. */
export async function traced<T>(
  name: "seal" | "open" | "unwrap",
  facts: SpanFacts,
  work: (span: RunningSpan) => Promise<T>,
): Promise<T> {
  loading ??= loadTracing();
  const tracing = await loading;
  if (tracing === undefined) return work(SILENT);
  // Asked anew for each span: an application may put another provider in the place of the first.
  const tracer = tracing.getTracer("cosmoseal");
  const attributes = Object.fromEntries(Object.entries(facts).map(([fact, value]) => [`cosmoseal.${fact}`, value]));
  return tracer.startActiveSpan(`cosmoseal.${name}`, { attributes }, async (span) => {
    try {
      return await work({ count: (fact, value) => span.setAttribute(`cosmoseal.${fact}`, value) });
    } catch (error) {
      span.setAttribute("error.type", isCosmosealError(error) ? error.code : "other");
      span.setStatus({ code: ERROR_STATUS });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function loadTracing(): Promise<TraceAPI | undefined> {
  try {
    const { trace } = await import(/* webpackIgnore: true */ /* @vite-ignore */ "@opentelemetry/api");
    return trace;
  } catch (error) {
    if (ABSENT.has((error as { readonly code?: unknown }).code)) return undefined;
    throw error;
  }
}

let loading: Promise<TraceAPI | undefined> | undefined;

const SILENT: RunningSpan = { count: () => undefined };
/** `SpanStatusCode.ERROR`; read from the package it would have to be there. */
const ERROR_STATUS = 2;
const ABSENT: ReadonlySet<unknown> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);
