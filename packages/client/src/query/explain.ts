/** What would be done with a query, without doing it: what is sent, what the client does then, what it costs and gives away. */
import type { FeedOptions, SqlQuerySpec } from "@azure/cosmos";
import {
  type ContainerDefinition,
  type CosmosealError,
  describeIndex,
  type ErrorCode,
  isCosmosealError,
} from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { componentsOf } from "../sealing/keys-of-item.js";
import type { TokenMaker } from "./answers.js";
import { checkParameters, refuseScan } from "./bind.js";
import { groupsReadBy } from "./groups.js";
import { lacksOfSchema } from "./lacks.js";
import { type QueryOptions, settingsFor } from "./options.js";
import { planQuery } from "./plan.js";
import { type PushedQuery, pushedQuery } from "./predicate.js";
import type { QueryPlan } from "./query-plan.js";
import { type QueryRequest, readRequest } from "./request.js";
import { compileResidual } from "./residual.js";

/** What `items.explain` answers. Plain data, fit to be printed as JSON; it holds paths and never a value that is sealed. */
export interface QueryExplanation {
  /** What the server runs; undefined where the query is refused before a text is made. Tokens stand in it as parameters. */
  readonly pushed: string | undefined;
  /** Names of the application's parameters that travel, with their values, in the clear. */
  readonly travels: readonly string[];
  /**
   * `server`: rows are handed on as the server makes them. `stream`: the client makes them of verified documents, page by page.
   * `buffer`: of all documents that the pushed text finds, held in memory.
   */
  readonly rows: QueryPlan["rows"] | undefined;
  /** What the client does, step by step. */
  readonly client: readonly string[];
  /** Sealed paths that are searched by tokens, and the number of tokens sent. */
  readonly searched: readonly ExplainedSearch[];
  /**
   * `exact`: as many documents are fetched as the plain query would find, but for tokens that collide. `superset`: more.
   * `everything`: all documents of the container or of the partition that is asked.
   */
  readonly fetches: "exact" | "superset" | "everything" | undefined;
  /** Groups that the query reads, sorted by name: whose keys a client needs for it. The default group's name is "". */
  readonly groups: readonly ExplainedGroup[];
  /** Pages carry continuation tokens. */
  readonly continues: boolean;
  /** The error that the query would end with before anything is sent. */
  readonly refusal: ExplainedRefusal | undefined;
}

export interface ExplainedSearch {
  readonly path: string;
  /** Kind of the index; `identity` for a sealed id or partition key. */
  readonly kind: string;
  readonly tokens: number;
  /** What the index adds to a typical document. */
  readonly bytes: number;
  /** What the server learns from the index, whatever is asked. */
  readonly learns: string;
}

export interface ExplainedGroup {
  readonly group: string;
  /**
   * `judged`: the answer hangs on its values, so that only a client that holds its key gets one. `shown`: rows hold its values, or what the
   * client's `missingGroups` says of them.
   */
  readonly use: "judged" | "shown";
}

export interface ExplainedRefusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: string | undefined;
  readonly remedy: string | undefined;
}

/** Throws nothing that the query itself would be refused with, only what options are refused with: ERR_OPTIONS_INVALID. */
export function explainQuery(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  query: string | SqlQuerySpec,
  options: FeedOptions & QueryOptions = {},
): QueryExplanation {
  const settings = settingsFor(context, definition, options);
  let plan: QueryPlan | undefined;
  let pushed: PushedQuery | undefined;
  try {
    const request = readRequest(query);
    plan = planQuery(definition, request.text, settings.integrity);
    checkParameters(definition, plan, request.parameters);
    compileResidual(context, definition, plan, request.parameters);
    pushed = pushedQuery(plan, request.parameters, placeholders(definition));
    const { partitionKey } = options;
    const isBound =
      partitionKey !== undefined &&
      componentsOf(definition, partitionKey).length === definition.plan.partitionKey.length;
    if (!settings.scan && !isBound && !pushed.narrow) refuseScan(definition, plan, pushed.gap);
    return explained(definition, plan, request, pushed, undefined);
  } catch (error) {
    if (!isCosmosealError(error)) throw error;
    return explained(definition, plan, undefined, pushed, error);
  }
}

function explained(
  definition: ContainerDefinition<unknown>,
  plan: QueryPlan | undefined,
  request: QueryRequest | undefined,
  pushed: PushedQuery | undefined,
  refused: CosmosealError | undefined,
): QueryExplanation {
  const given = new Set(Object.keys(request?.parameters ?? {}));
  return {
    pushed: pushed?.text,
    travels: (pushed?.parameters ?? []).map(({ name }) => name).filter((name) => given.has(name)),
    rows: plan?.rows,
    client: plan === undefined ? [] : stepsOf(plan),
    searched: (pushed?.searched ?? []).map(({ index, path, tokens }) => ({
      path,
      kind: index?.kind ?? "identity",
      tokens,
      bytes: index === undefined ? 0 : describeIndex(index).bytes.typical,
      learns: index === undefined ? IDENTITY_LEARNS : describeIndex(index).learns,
    })),
    fetches: plan === undefined || pushed === undefined ? undefined : fetchesOf(plan, pushed),
    groups: request === undefined ? [] : groupsReadBy(definition, request.text),
    continues: plan !== undefined && plan.rows !== "buffer" && !plan.ordered,
    refusal: refused && {
      code: refused.code,
      message: refused.message,
      path: refused.path,
      remedy: refused.remedy,
    },
  };
}

function stepsOf({ multiplies, pushed, residual, rows, top, whole, window }: QueryPlan): readonly string[] {
  if (rows === "server") return ["hands the server's rows on as they are"];
  const conditions = residual?.where !== undefined;
  return [
    ...(top === undefined ? [] : ["reads the index from its far end until the rows are found"]),
    "verifies and opens each document",
    ...(pushed.text === undefined && conditions ? ["drops documents that tokens brought along"] : []),
    ...(multiplies ? ["takes the elements that FROM and JOIN name"] : []),
    ...(residual?.groupBy === undefined ? [] : ["groups"]),
    ...(rows === "buffer" && residual?.orderBy !== undefined ? ["sorts"] : []),
    ...(whole ? [] : ["makes the rows"]),
    ...(residual?.select.distinct === true ? ["drops rows that came before"] : []),
    ...(window === undefined ? [] : ["counts rows for TOP or OFFSET LIMIT, and stops early"]),
  ];
}

function fetchesOf({ needs, paths, top }: QueryPlan, { gap, narrow }: PushedQuery): QueryExplanation["fetches"] {
  if (top !== undefined) return "superset";
  if (gap !== undefined) return narrow ? "superset" : "everything";
  return needs !== undefined && !narrow && paths.length > 0 ? "everything" : "exact";
}

/** An explanation needs no keys: a token looks like any other. */
function placeholders(definition: ContainerDefinition<unknown>): TokenMaker {
  let count = 0;
  return {
    tokens: () => [`token${count++}`],
    identity: () => `token${count++}`,
    lacks: (index) => lacksOfSchema(definition, index),
  };
}

const IDENTITY_LEARNS = "Which documents share the value, as the id or the partition key itself would tell.";
