/** A query from the application's call to its pages: read → plan → bind → push down → open → rows. */
import type { FeedOptions, QueryIterator, SqlQuerySpec } from "@azure/cosmos";
import { type ContainerDefinition, isCosmosealError } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { withLateQueryPlan } from "../sdk/internals.js";
import { type AskedPartition, askedPartition } from "../sealing/partition.js";
import { abortable, abortableRun } from "./abort.js";
import { refuseAhead } from "./ahead.js";
import { type BindOptions, bindQuery } from "./bind.js";
import { bufferedRun, type DocumentSource } from "./buffer.js";
import { continuationsOf, givenToken, refuseContinuation } from "./continuation.js";
import { fetchDocuments } from "./documents.js";
import { DOCUMENTS_A_PAGE, pagesOf, pushedOptions, ROWS_A_PAGE, sizedFor, withServerToken } from "./feed-options.js";
import { closedGroupsOfQuery, refuseMissing } from "./groups.js";
import { type QueryOptions, type QuerySettings, settingsFor } from "./options.js";
import type { PageCheck } from "./page.js";
import { planQuery } from "./plan.js";
import type { QueryPlan, TopOrder } from "./query-plan.js";
import { type QueryRequest, readRequest } from "./request.js";
import { compileResidual, compileTest, type Residual } from "./residual.js";
import { resortedRun } from "./resort.js";
import { inTurn, type QueryRun, serverRun } from "./run.js";
import type { Sorter } from "./split.js";
import { streamRun } from "./stream.js";
import { topDocuments } from "./top.js";
import { type Counts, countsOf, openWindow } from "./window.js";

/** Makes an iterator of the SDK. Nothing is sent until it is asked for a page. */
export type Push<T> = (query: SqlQuerySpec, options: FeedOptions) => QueryIterator<T>;

/**
 * Starts runs of a query. The query and its options are read here, since callers may change them before the first page; what is
 * wrong with them is told there, as the SDK does.
 */
export function startQuery<T>(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  query: string | SqlQuerySpec,
  options: FeedOptions & QueryOptions,
  push: Push<T>,
): () => Promise<QueryRun<T>> {
  const given = { ...options };
  const { abortSignal: signal } = given;
  const request = attempt(() => readRequest(query));
  return async () => abortableRun(signal, await abortable(signal, start));

  async function start(): Promise<QueryRun<T>> {
    const settings = settingsFor(context, definition, given);
    const { text, parameters } = request();
    // Before anything is asked for: what is wrong with the query itself.
    const { plan, residual } = planned("server");
    refuseAhead(context, definition, text);
    const missing = closedGroupsOfQuery(context, definition, text);
    if (plan.paths.length > 0) await refuseMissing(context, definition, text, signal);
    const { partitionKey } = given;
    const partition =
      partitionKey === undefined ? undefined : await askedPartition(context, definition, partitionKey, signal);
    const feed = pushedOptions(context, given, partition);
    const parts = partsOf(plan, residual);
    if (plan.rows === "server") return serverRun(push(await bound(parts, partition), feed));
    if (plan.rows === "buffer") return inTurn(await buffered(parts, partition));
    const run = await streamed(parts, partition);
    const isSorted = plan.ordered && plan.pushed.text === undefined && givenToken(feed) === undefined;
    return inTurn(isSorted ? resortedRun(run, resort, countsIn(parts) ?? EVERY_ROW) : run);

    function planned(sorter: Sorter): Pick<Parts<T>, "plan" | "residual"> {
      const made = planQuery(definition, text, settings.integrity, sorter);
      return { plan: made, residual: compileResidual(context, definition, made, parameters) };
    }

    function partsOf(made: QueryPlan, rest: Residual): Parts<T> {
      const check = { plan: made, isExpected: rest.isExpected, partition: partition?.prefix, signal, missing };
      const asked = { text, parameters };
      const pushed: Push<T> = made.merged ? push : (sent, options) => withLateQueryPlan(push(sent, options));
      return { context, definition, plan: made, request: asked, settings, residual: rest, check, feed, push: pushed };
    }

    function resort(): Promise<QueryRun<T>> {
      const made = planned("client");
      return buffered(partsOf(made.plan, made.residual), partition);
    }
  }
}

/** What is made of a call before its first page. */
interface Parts<T> {
  readonly context: SealContext;
  readonly definition: ContainerDefinition<unknown>;
  readonly plan: QueryPlan;
  readonly request: QueryRequest;
  readonly settings: QuerySettings;
  readonly residual: Residual;
  readonly check: PageCheck;
  readonly feed: FeedOptions;
  readonly push: Push<T>;
}

/** A whole partition may be read: how much that is lies in the application's own hands. */
function bound<T>(
  { context, definition, plan, request, settings, feed }: Parts<T>,
  partition: AskedPartition | undefined,
  also?: Pick<BindOptions, "also" | "count">,
): Promise<SqlQuerySpec> {
  const scan = settings.scan || partition?.stored.length === definition.plan.partitionKey.length;
  return bindQuery(context, definition, plan, request.parameters, { scan, signal: feed.abortSignal, ...also });
}

function countsIn<T>({ definition, plan, request }: Parts<T>): Counts | undefined {
  return plan.window && countsOf(definition, plan.window, request.parameters);
}

/** Undefined where the server doesn't count, and for what is no count: the service has its own error for that. */
function mostOf<T>({ definition, plan, request }: Parts<T>): number | undefined {
  if (plan.bound === undefined) return undefined;
  try {
    return countsOf(definition, plan.bound, request.parameters).take;
  } catch (error) {
    if (isCosmosealError(error, "ERR_QUERY_SYNTAX")) return undefined;
    throw error;
  }
}

const EVERY_ROW: Counts = { skip: 0, take: Number.POSITIVE_INFINITY };

async function streamed<T>(parts: Parts<T>, partition: AskedPartition | undefined): Promise<QueryRun<T>> {
  const { context, definition, plan, request, settings, residual, check, feed, push } = parts;
  const { policy } = settings;
  const counts = countsIn(parts);
  const most = mostOf(parts);
  const pushed = await bound(parts, partition);
  if (plan.pushed.text !== undefined) {
    const window = counts && openWindow(counts);
    const more = { limit: undefined, continuations: undefined, from: undefined, most };
    return streamRun(context, definition, push(pushed, feed), { check, residual, policy, window, ...more });
  }
  const continuations = continuationsOf(context, definition, request, partition?.stored, feed);
  const from = await continuations.begin();
  const window = counts && openWindow(counts, from?.left);
  const { maxItemCount = 0 } = feed;
  const limit = plan.multiplies ? (maxItemCount > 0 ? maxItemCount : DOCUMENTS_A_PAGE) : undefined;
  const inner = push(pushed, withServerToken(sizedFor(feed, window?.left()), from?.server));
  return streamRun(context, definition, inner, { check, residual, policy, window, limit, continuations, from, most });
}

async function buffered<T>(parts: Parts<T>, partition: AskedPartition | undefined): Promise<QueryRun<T>> {
  const { context, definition, plan, residual, check, feed } = parts;
  refuseContinuation(definition, feed);
  // Also where the documents are asked for otherwise: it tells whether the query may be run at all.
  const pushed = await bound(parts, partition);
  const { maxItemCount = 0 } = feed;
  return bufferedRun(context, definition, {
    source: plan.top === undefined ? allDocuments(parts, pushed) : firstDocuments(parts, plan.top, partition),
    rowsOf: (documents) => residual.run(documents, check.signal),
    limit: maxItemCount > 0 ? maxItemCount : ROWS_A_PAGE,
  });
}

/** All that the pushed query answers with. */
function allDocuments<T>(
  { context, definition, settings, check, feed, push }: Parts<T>,
  pushed: SqlQuerySpec,
): DocumentSource<T> {
  const { policy } = settings;
  return (fetch) =>
    fetchDocuments(context, definition, push(pushed, pagesOf(feed, DOCUMENTS_A_PAGE)), fetch, { check, policy });
}

/** Those that can be among the first rows. */
function firstDocuments<T>(parts: Parts<T>, top: TopOrder, partition: AskedPartition | undefined): DocumentSource<T> {
  const { definition, plan, request, feed, push } = parts;
  const { skip, take } = countsOf(definition, top, request.parameters);
  return topDocuments<T>(top, {
    wanted: skip + take,
    makesRow: compileTest(definition, plan, request.parameters),
    documents: async function* (also, size, fetch) {
      const { context, settings, check } = parts;
      const inner = push(await bound(parts, partition, { also }), pagesOf(feed, size));
      yield* fetchDocuments(context, definition, inner, fetch, { check, policy: settings.policy });
    },
    marks: async (also, size) => push(await bound(parts, partition, { also, count: true }), pagesOf(feed, size)),
  });
}

function attempt(read: () => QueryRequest): () => QueryRequest {
  try {
    const request = read();
    return () => request;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
