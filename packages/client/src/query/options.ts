/** What an application says of one query, beside the SDK's own options: which documents, which reads, whose word. */
import { type ContainerDefinition, CosmosealError } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { type BadDocumentOptions, type BadDocumentPolicy, policyFor } from "../sealing/bad-documents.js";

/**
 * What becomes of a query that would have to read every document, since no index narrows it or since it sorts or counts what is
 * sealed: `refuse` (default) throws ERR_QUERY_NEEDS_SCAN before anything is sent, `scan` reads them.
 */
export type UnindexedPolicy = "refuse" | "scan";

/**
 * Whose word the rows are. `rows` (default): every row that comes of one document is made in the client, of the verified
 * document; what is counted, grouped or made distinct over public paths alone is the server's word. `strict`: that, too, is
 * made in the client, which reads the documents for it. `fast`: the server picks public parts of documents, which nobody verifies.
 */
export type Integrity = "rows" | "strict" | "fast";

/** Options of `items.query` and `items.readAll` beside the SDK's own. */
export interface QueryOptions extends BadDocumentOptions {
  /** For this query; default: what the client's `seal.unindexed` says. */
  readonly unindexed?: UnindexedPolicy;
  /** For this query; default: what the client's `seal.integrity` says. */
  readonly integrity?: Integrity;
}

/** A value for all containers, or a function that is asked by the definition's name. */
export type PerContainer<T> = T | ((container: string) => T);

/** What holds for one run of a query. */
export interface QuerySettings {
  readonly policy: BadDocumentPolicy;
  readonly scan: boolean;
  readonly integrity: Integrity;
}

/** The query's word, the container's, or the client's. Throws ERR_OPTIONS_INVALID. */
export function settingsFor(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  options: QueryOptions | undefined,
): QuerySettings {
  const { name } = definition;
  return {
    policy: policyFor(context, definition, options),
    scan: oneOf(name, "unindexed", UNINDEXED, options?.unindexed ?? askOf(context.unindexed, name)) === "scan",
    integrity: oneOf(name, "integrity", INTEGRITY, options?.integrity ?? askOf(context.integrity, name)),
  };
}

function askOf<T extends string>(given: PerContainer<T>, container: string): T {
  return typeof given === "function" ? given(container) : given;
}

function oneOf<T extends string>(container: string, option: string, values: readonly T[], value: T): T {
  if (values.includes(value)) return value;
  const list = values.map((one) => JSON.stringify(one)).join(", ");
  throw new CosmosealError("ERR_OPTIONS_INVALID", `\`${option}\` is one of ${list}.`, { container });
}

const UNINDEXED: readonly UnindexedPolicy[] = ["refuse", "scan"];
const INTEGRITY: readonly Integrity[] = ["rows", "strict", "fast"];

/** Ours are known where the SDK's own type of a container is used, too; a plaintext container takes no notice of them. */
declare module "@azure/cosmos" {
  interface FeedOptions {
    /** See QueryOptions of Cosmoseal; for containers that have a definition. */
    readonly onBadDocument?: BadDocumentPolicy;
    /** See QueryOptions of Cosmoseal; for containers that have a definition. */
    readonly unindexed?: UnindexedPolicy;
    /** See QueryOptions of Cosmoseal; for containers that have a definition. */
    readonly integrity?: Integrity;
  }
}
