/** Rebuilds the indexes of a container: every document carries the tokens that this schema version and the newest index key make. */
import type { Container as SdkContainer } from "@azure/cosmos";
import { type ContainerDefinition, CosmosealError, canonicalJson, type KeyDescription } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { withContainerKeys } from "../sealing/keys-of-item.js";
import { isRebuilt } from "./current.js";
import { estimateDocuments } from "./estimate.js";
import type { JobOptions, JobResult } from "./job.js";
import { checkGroups, resealWork } from "./reseal-work.js";
import { rest } from "./rest.js";
import { runJob } from "./run-job.js";

export interface RebuildOptions extends JobOptions {
  /**
   * Raises the container's floor to the definition's version first: instances of earlier versions can't write from then on. Default: the
   * floor must be there already where an index is of a later version than the first.
   */
  readonly raiseFloor?: boolean;
}

export interface RebuildResult extends JobResult {
  /**
   * That every document carries the indexes is recorded in the key store: queries ask for tokens alone. False where a document failed:
   * queries go on asking for documents that may lack the index, and lose no row.
   */
  readonly complete: boolean;
}

/** Throws what runJob throws; ERR_SCHEMA_OUTDATED for a floor that is too low, ERR_SCOPE_UNKNOWN, ERR_KEY_MISSING. */
export async function rebuild(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  container: SdkContainer,
  options: RebuildOptions,
): Promise<RebuildResult> {
  const { plan } = definition;
  const { keys } = context;
  const { signal } = options;
  await checkGroups(context, definition, options.signal);
  if (options.raiseFloor === true) await keys.raiseFloor(plan, plan.version, signal);
  await checkWriters(context, definition, signal);
  await untilUsed(context, definition, signal);
  const wait = 2 * keys.maxStoreAge;
  const job = {
    kind: "rebuild",
    definition,
    container,
    goal: async (stop: AbortSignal | undefined) => {
      const key = newestIndexKey(definition, await keys.describe(plan, undefined, stop));
      const names = plan.indexes.map(({ name }) => name).sort();
      return {
        text: canonicalJson([plan.version, key.id, ...names]),
        settledAt: (begun: number) =>
          Math.max(
            // The announcement, and then what every change of the key store takes.
            key.generation > 1 ? key.created + 2 * wait : 0,
            // Nobody knows when the floor was raised; it was before this.
            plan.version > 1 ? begun + wait : 0,
          ),
      };
    },
    work: resealWork(context, definition, { isDone: isRebuilt }),
    estimate: (stop: AbortSignal | undefined) => estimateDocuments(context, container, stop),
  };
  const result = await runJob(context, job, options);
  const complete = result.failed === 0;
  if (complete) {
    const since = plan.indexes.filter((index) => index.since > 1).map(({ name }) => name);
    await keys.recordComplete(plan, since, plan.version, signal);
  }
  return Object.freeze({ ...result, complete });
}

/** A writer of an earlier version would go on adding documents without the index. */
async function checkWriters(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { plan, name } = definition;
  await context.keys.refresh(signal);
  const schema = await withContainerKeys(context, definition, signal, (lease) =>
    lease.keysOf(["container", plan.name]).schema(),
  );
  const latest = Math.max(1, ...plan.indexes.map(({ since }) => since));
  if ((schema.floor ?? 1) >= latest) return;
  throw new CosmosealError(
    "ERR_SCHEMA_OUTDATED",
    `Instances of earlier schema versions than ${latest} may still write documents without the index.`,
    {
      container: name,
      remedy: "When the last of them is gone, say raiseFloor: true, or call client.keys.raiseFloor.",
    },
  );
}

/** An index key that was only just announced is made tokens with by nobody: not by the job, either. */
async function untilUsed(
  { keys, now }: SealContext,
  definition: ContainerDefinition<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { from = 0 } = newestIndexKey(definition, await keys.describe(definition.plan, undefined, signal));
  while (now() < from) {
    signal?.throwIfAborted();
    await rest(Math.min(from - now(), LONGEST), signal ?? NEVER);
  }
}

function newestIndexKey({ name }: ContainerDefinition<unknown>, entries: readonly KeyDescription[]): KeyDescription {
  const newest = entries.findLast(({ kind, state }) => kind === "index" && USED.has(state));
  if (newest !== undefined) return newest;
  throw new CosmosealError("ERR_KEY_MISSING", "The container has no index key.", {
    container: name,
    remedy: "Call keys.createScope with the definition.",
  });
}

const USED: ReadonlySet<KeyDescription["state"]> = new Set(["announced", "active"]);
const LONGEST = 1000;
const NEVER: AbortSignal = new AbortController().signal;
