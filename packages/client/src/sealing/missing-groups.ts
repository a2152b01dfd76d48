/** Groups whose keys this client doesn't hold: what becomes of documents that have them, and whether a write must carry them. */
import { type ContainerDefinition, CosmosealError, type MissingGroupPolicy } from "@cosmoseal/core";
import type { SealContext } from "../options/seal-options.js";
import { writesPlaintext } from "./plaintext.js";

/** One policy for all, or a function that is asked by the definition's name and the group's; the default group's name is "". */
export type MissingGroups = MissingGroupPolicy | ((container: string, group: string) => MissingGroupPolicy);

/** What a reader does about a closed group. */
export type ClosedGroups = (group: string) => MissingGroupPolicy;

/** As the client's `seal.missingGroups` says. Throws ERR_OPTIONS_INVALID. */
export function closedGroupsFor(
  { missingGroups }: Pick<SealContext, "missingGroups">,
  { name }: ContainerDefinition<unknown>,
): ClosedGroups {
  return (group) => {
    const policy = typeof missingGroups === "function" ? missingGroups(name, group) : missingGroups;
    if (POLICIES.has(policy)) return policy;
    throw new CosmosealError("ERR_OPTIONS_INVALID", '`missingGroups` is "error", "omit" or "placeholder".', {
      container: name,
    });
  };
}

/**
 * For what a write answers with: it is done, and its document is told as far as this client can open it. `error` is about reading.
 */
export function closedGroupsOfReply(context: SealContext, definition: ContainerDefinition<unknown>): ClosedGroups {
  const policyOf = closedGroupsFor(context, definition);
  return (group) => (policyOf(group) === "error" ? "omit" : policyOf(group));
}

/** For documents that are only read to be written again: nothing may stand in them that the application didn't write. */
export const OMITTED: ClosedGroups = () => "omit";

/**
 * True where a document can't be replaced without what is stored now, since a group of it would be lost. Throws what keys throw.
 */
export async function mustCarry(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  signal?: AbortSignal,
): Promise<boolean> {
  const { keys, sightings } = context;
  if (writesPlaintext(context, definition)) return false;
  if ((await keys.missingGroups(definition.plan, signal)).length > 0) return true;
  // Documents of a version that the definition doesn't know may have groups that it doesn't know, either.
  return sightings.of(definition.name).unknown && (await keys.groups(signal)).some(({ held }) => !held);
}

const POLICIES: ReadonlySet<unknown> = new Set<MissingGroupPolicy>(["error", "omit", "placeholder"]);
