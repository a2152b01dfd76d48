/**
 * Where a query goes on, where the client has a part in its rows: the service's token and what is left of the client's own
 * counting, sealed and bound to the query. SPEC §7.
 */
import type { FeedOptions } from "@azure/cosmos";
import {
  type ContainerDefinition,
  CosmosealError,
  containerScope,
  type KeyLease,
  openContinuation,
  sealContinuation,
} from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { withContainerKeys } from "../sealing/keys-of-item.js";
import type { QueryRequest } from "./request.js";

/** The end of a page. */
export interface Position {
  /** The service's token; undefined for the beginning. */
  readonly server: string | undefined;
  /** Rows still to leave out and still to hand out; undefined where the client counts none. */
  readonly left: { readonly skip: number; readonly take: number } | undefined;
  /** The document in which the page ended, and how many of its rows came before. */
  readonly within: { readonly rid: string; readonly rows: number } | undefined;
}

export interface Continuations {
  /** Where to begin: at the token that the options give, if any. Throws ERR_QUERY_CONTINUATION, and what keys throw. */
  begin(): Promise<Position | undefined>;
  /** Throws what keys throw. */
  tokenOf(position: Position): Promise<string>;
}

/** What tokens of one call are good for: its text, parameters, container, partition, and the way the SDK runs it. */
export function continuationsOf(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  { text, parameters }: QueryRequest,
  partition: readonly unknown[] | undefined,
  options: FeedOptions,
): Continuations {
  const bound = [
    definition.name,
    partition === undefined ? "" : JSON.stringify(partition),
    options.enableQueryControl === true ? "control" : "",
    JSON.stringify(text),
    JSON.stringify(Object.entries(parameters).sort(byName).map(withoutUndefined)),
  ];
  return {
    begin: async () => {
      const token = givenToken(options);
      if (token === undefined) return undefined;
      const state = await withIdentityKey((key) => openContinuation(key, bound, token));
      if (state === undefined)
        throw unusable(definition, "The continuation token is not one of this query, or was changed.");
      return positionOf(JSON.parse(state) as State);
    },
    tokenOf: (position) => withIdentityKey((key) => sealContinuation(key, bound, JSON.stringify(stateOf(position)))),
  };

  function withIdentityKey<T>(use: (key: ReturnType<ReturnType<KeyLease["keysOf"]>["identity"]>) => T): Promise<T> {
    const run = (lease: KeyLease): T => use(lease.keysOf(containerScope(definition.plan)).identity());
    // Identity keys are never rotated: an older view of the store has the same.
    return withContainerKeys(context, definition, options.abortSignal, run, "read");
  }
}

/** The token that the options give: by its name, or the deprecated one. */
export function givenToken({ continuationToken, continuation }: FeedOptions): string | undefined {
  return continuationToken || continuation || undefined;
}

/** Throws ERR_QUERY_CONTINUATION where the options give a token for a query that has none. */
export function refuseContinuation(definition: ContainerDefinition<unknown>, options: FeedOptions): void {
  if (givenToken(options) === undefined) return;
  throw unusable(
    definition,
    "The client sorts, groups or counts the rows of this query, which has no continuation tokens.",
  );
}

/** For a token whose place in the answer is gone. */
export function lostPosition(definition: ContainerDefinition<unknown>): CosmosealError {
  return unusable(definition, "The document in which the page ended is no longer in the answer.");
}

function unusable(definition: ContainerDefinition<unknown>, message: string): CosmosealError {
  return new CosmosealError("ERR_QUERY_CONTINUATION", message, {
    container: definition.name,
    remedy: "Ask again from the beginning; tokens go on with the same text, parameters and partition key alone.",
  });
}

/** Members as SPEC §7 names them. */
interface State {
  readonly s?: string;
  readonly k?: number;
  readonly t?: number;
  readonly r?: string;
  readonly o?: number;
}

function stateOf({ server, left, within }: Position): State {
  return {
    ...(server !== undefined && { s: server }),
    ...(left !== undefined && left.skip > 0 && { k: left.skip }),
    ...(left !== undefined && Number.isFinite(left.take) && { t: left.take }),
    ...(within !== undefined && { r: within.rid, o: within.rows }),
  };
}

function positionOf({ s, k, t, r, o }: State): Position {
  return {
    server: s,
    left: { skip: k ?? 0, take: t ?? Number.POSITIVE_INFINITY },
    within: r === undefined ? undefined : { rid: r, rows: o ?? 0 },
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** JSON makes undefined in a list null, which is another value. */
function withoutUndefined([name, value]: readonly [string, unknown]): readonly unknown[] {
  return value === undefined ? [name] : [name, value];
}
