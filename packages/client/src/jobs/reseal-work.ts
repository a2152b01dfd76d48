/** Opens a document and seals it anew, unless it is as it should be already: the work of resealing and of rebuilding. */
import {
  type ContainerDefinition,
  CosmosealError,
  canonicalJson,
  type DocumentKeys,
  type ScopeId,
} from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { openEach } from "../sealing/read.js";
import { sealOnly } from "../sealing/write.js";
import { type DocumentState, stateOf } from "./current.js";
import type { JobWork } from "./job.js";

export interface ResealRule {
  /** Documents of this scope alone. */
  readonly scope?: ScopeId | undefined;
  isDone(definition: ContainerDefinition<unknown>, state: DocumentState, keys: DocumentKeys): boolean;
}

/** A document that is sealed anew without one of its groups would carry it on, under the key that is to go. Throws ERR_GROUP_KEY_MISSING. */
export async function checkGroups(
  { keys }: SealContext,
  { name, plan }: ContainerDefinition<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [group] = await keys.missingGroups(plan, signal);
  if (group === undefined) return;
  throw new CosmosealError(
    "ERR_GROUP_KEY_MISSING",
    `The job needs the key of every group, and lacks that of ${JSON.stringify(group)}.`,
    {
      container: name,
      remedy: "Run it in a client whose `seal.groups` has them all.",
    },
  );
}

/**
 * Every document is opened, also one that says that it is done: so that what it says is known to be true. What it holds stays as it
 * is: it is not validated again.
 */
export function resealWork(
  context: SealContext,
  { validate: _, ...definition }: ContainerDefinition<unknown>,
  { scope, isDone }: ResealRule,
): JobWork {
  const wanted = scope && canonicalJson(scope);
  return async ({ body }, { signal, replace }) => {
    const state = stateOf(body);
    const [opening] = await openEach(context, definition, [body], signal, { missing: () => "error" });
    const { opened, bad } = opening!;
    if (bad?.code === "ERR_KEY_DESTROYED") return "destroyed";
    if (bad !== undefined) throw bad.error;
    // Plaintext that is still believed: sealing it is another job's.
    if (state === undefined) return "skipped";
    const { document, place } = opened!;
    if (wanted !== undefined && place.scopeText !== wanted) return "skipped";
    const lease = await context.keys.lease(definition.plan, [place.scope], signal);
    try {
      if (isDone(definition, state, lease.keysOf(place.scope))) return "unchanged";
    } finally {
      lease.release();
    }
    if (state.version > definition.plan.version) throw newer(definition, state.version, place.id);
    return replace(await sealOnly(context, definition, document, "replace", signal));
  };
}

function newer({ name, plan }: ContainerDefinition<unknown>, version: number, id: string): CosmosealError {
  return new CosmosealError(
    "ERR_SCHEMA_OUTDATED",
    `The document is of schema version ${version}, and this is ${plan.version}.`,
    { container: name, id, remedy: "Run the job with the application of that version." },
  );
}
