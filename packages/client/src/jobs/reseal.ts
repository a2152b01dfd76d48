/** Reseals a container: every document under the newest keys of its scope, and of this schema version. */
import type { Container as SdkContainer } from "@azure/cosmos";
import { type ContainerDefinition, canonicalJson, type KeyDescription, type ScopeValue } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { isResealed } from "./current.js";
import { estimateDocuments } from "./estimate.js";
import type { JobOptions, JobResult } from "./job.js";
import { checkGroups, resealWork } from "./reseal-work.js";
import { runJob } from "./run-job.js";

export interface ResealOptions extends JobOptions {
  /** Documents of this scope alone: the value at the scope's path as stored. Default: of all scopes. */
  readonly scope?: ScopeValue;
}

/** Throws what runJob throws; ERR_SCOPE_UNKNOWN, ERR_OPTIONS_INVALID. */
export async function reseal(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  container: SdkContainer,
  options: ResealOptions,
): Promise<JobResult> {
  const { plan } = definition;
  const { keys } = context;
  const { scope: value } = options;
  await checkGroups(context, definition, options.signal);
  const scope = value !== undefined && plan.scope !== undefined ? ([plan.scope.family, value] as const) : undefined;
  // All writers have learnt of a rotation when their views of the key store are younger, and their clocks may differ as much.
  const wait = 2 * keys.maxStoreAge;
  const job = {
    kind: scope === undefined ? "reseal" : `reseal ${canonicalJson(scope)} of`,
    definition,
    container,
    goal: async (signal: AbortSignal | undefined) => {
      const entries =
        value === undefined
          ? (await keys.describeAll(plan, signal)).flatMap((described) => described.keys)
          : await keys.describe(plan, value, signal);
      const rotated = entries.filter(isRotated);
      const ids = rotated.map(({ id }) => id).sort();
      const settled = Math.max(0, ...rotated.map(({ created }) => created + wait));
      return { text: await digest(canonicalJson([plan.version, ids])), settledAt: () => settled };
    },
    work: resealWork(context, definition, { scope, isDone: isResealed }),
    estimate: (signal: AbortSignal | undefined) => estimateDocuments(context, container, signal),
  };
  return runJob(context, job, options);
}

/** Keys of the first generation came with the scope: a tenant more is no reason to begin anew. */
function isRotated({ kind, state, generation }: KeyDescription): boolean {
  return (kind === "group" || kind === "integrity") && state === "active" && generation > 1;
}

/** Ids of keys are public; of ten thousand tenants they would be a long text. */
async function digest(text: string): Promise<string> {
  const bytes = await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(bytes).toString("base64url");
}
