/** Conflicts: the service keeps the losing version as JSON text, which is sealed as every version is. */
import type { FeedOptions, FeedResponse, QueryIterator, SqlQuerySpec } from "@azure/cosmos";
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import { pathsOf, pathText } from "@cosmoseal/sql";
import type { SealContext } from "../options/seal-options.js";
import { jsonView } from "../query/json-view.js";
import { parseQuery } from "../query/parse.js";
import type { QueryRun } from "../query/run.js";
import { amend } from "../sdk/internals.js";
import {
  type BadDocument,
  type BadDocumentOptions,
  policyFor,
  sealErrorsIn,
  settleBad,
} from "../sealing/bad-documents.js";
import { type Opening, openEach } from "../sealing/read.js";
import { APPROVAL_HEADER } from "../tripwire/approval.js";

/** Starts a read of the feed, or a query of it. Throws ERR_QUERY_NOT_SUPPORTED at the first page. */
export function startConflicts<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  query: string | SqlQuerySpec | undefined,
  options: FeedOptions & BadDocumentOptions,
  push: (query: string | SqlQuerySpec, options: FeedOptions) => QueryIterator<T>,
): () => Promise<QueryRun<T>> {
  const given = { ...options };
  return async () => {
    const policy = policyFor(context, definition, given);
    if (query !== undefined) checkQuery(definition, typeof query === "string" ? query : query.query);
    const initialHeaders = { ...given.initialHeaders, [APPROVAL_HEADER]: context.approval };
    const inner = push(query as string, { ...given, initialHeaders });
    return {
      hasMoreResults: () => inner.hasMoreResults(),
      next: async (fetch): Promise<FeedResponse<T>> => {
        const page = await fetch(inner);
        if (page.resources === undefined) return page;
        const { rows, bad } = await openConflicts(context, definition, page.resources, given.abortSignal);
        settleBad(context, policy, bad, rows, page.continuationToken);
        return amend(page, { resources: rows, ...sealErrorsIn(bad) });
      },
    };
  };
}

/** One conflict, its content opened. Throws what opening throws. */
export async function openConflict<C>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  conflict: C,
  signal?: AbortSignal,
): Promise<C> {
  const { rows, bad } = await openConflicts(context, definition, [conflict], signal);
  if (bad[0] !== undefined) throw bad[0].error;
  return rows[0] as C;
}

async function openConflicts(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  conflicts: readonly unknown[],
  signal: AbortSignal | undefined,
): Promise<{ readonly rows: readonly unknown[]; readonly bad: readonly BadDocument[] }> {
  const contents = conflicts.flatMap((conflict) => (hasContent(conflict) ? [parsed(conflict.content)] : []));
  const openings = (await openEach(context, definition, contents, signal)).values();
  const bad: BadDocument[] = [];
  const rows = conflicts.flatMap((conflict): unknown[] => {
    if (!hasContent(conflict)) return [conflict];
    const { opened, bad: failure } = openings.next().value as Opening;
    if (failure !== undefined) bad.push(failure);
    return opened === undefined ? [] : [{ ...conflict, content: JSON.stringify(jsonView(opened.document)) }];
  });
  return { rows, bad };
}

/** A conflict over a delete has no content. */
function hasContent(conflict: unknown): conflict is { readonly content: unknown } {
  const content = (conflict as { readonly content?: unknown } | null | undefined)?.content;
  return content !== undefined && content !== null && content !== "";
}

/** What is no document is told by opening it. */
function parsed(content: unknown): unknown {
  if (typeof content !== "string") return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** Whole conflicts, found by anything but their content: no value of a document can then be in the text. */
function checkQuery(definition: ContainerDefinition<unknown>, text: string): void {
  const { resolution } = parseQuery(definition, text);
  const { rows, references } = resolution;
  if (rows.kind !== "Document" || rows.path.length > 0) throw notSupported(definition, "part of a conflict");
  for (const { value, use } of references) {
    for (const path of pathsOf(value)) {
      const [first] = path;
      if (first === undefined && (use === "source" || use === "item")) continue;
      if (typeof first !== "string" || !METADATA.has(first)) throw notSupported(definition, pathText(path));
    }
  }
}

function notSupported({ name }: ContainerDefinition<unknown>, what: string): CosmosealError {
  return new CosmosealError("ERR_QUERY_NOT_SUPPORTED", `The query of conflicts reads ${what}.`, {
    container: name,
    remedy: "Select whole conflicts (SELECT * FROM c) and search them by what the service keeps about them.",
  });
}

const METADATA: ReadonlySet<string> = new Set([
  "id",
  "resourceId",
  "resourceType",
  "operationType",
  "_rid",
  "_self",
  "_etag",
  "_ts",
]);
