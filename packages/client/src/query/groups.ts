/**
 * Queries by a client that lacks the key of a group: what reads nothing of the group is answered, rows that hold something of it follow
 * the client's policy, and what would be compared, sorted or counted by it is refused, since tokens alone prove nothing.
 */
import { type ContainerDefinition, CosmosealError, isCosmosealError, type PlaceTree } from "@cosmoseal/core";
import { type DocumentPath, pathsOf, pathText, type Reference } from "@cosmoseal/sql";
import type { SealContext } from "../options/seal-options.js";
import { type ClosedGroups, closedGroupsFor } from "../sealing/missing-groups.js";
import { parseQuery } from "./parse.js";
import { meets, touches } from "./touch.js";

/** What becomes of a closed group in documents that the query fetches. The text is looked at when there is one. */
export function closedGroupsOfQuery(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  text: string,
): ClosedGroups {
  let uses: GroupUses | undefined;
  return (group) => {
    uses ??= usesOf(definition, text);
    if (uses.judged.has(group)) return "error";
    return uses.isWhole || uses.shown.has(group) ? closedGroupsFor(context, definition)(group) : "omit";
  };
}

/** Throws ERR_GROUP_KEY_MISSING before anything is sent. */
export async function refuseMissing(
  context: SealContext,
  definition: ContainerDefinition<unknown>,
  text: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const missing = await context.keys.missingGroups(definition.plan, signal);
  if (missing.length === 0) return;
  const { judged, shown } = usesOf(definition, text);
  const policyOf = closedGroupsOfQuery(context, definition, text);
  for (const group of missing) {
    if (policyOf(group) !== "error") continue;
    const path = judged.get(group) ?? shown.get(group);
    throw new CosmosealError(
      "ERR_GROUP_KEY_MISSING",
      `The query reads what is in the group ${JSON.stringify(group)}, whose key this client doesn't hold.`,
      {
        container: definition.name,
        ...(path !== undefined && { path: pathText(path) }),
        remedy: judged.has(group)
          ? "Leave it to a client that holds the key, or ask without that path."
          : 'Leave the path out, or say `missingGroups: "omit"` or "placeholder".',
      },
    );
  }
}

/** The groups that the query reads something of, by name; for rows of whole documents all that seal anything. */
export function groupsReadBy(
  definition: ContainerDefinition<unknown>,
  text: string,
): readonly { readonly group: string; readonly use: "judged" | "shown" }[] {
  const { isWhole, judged, shown } = usesOf(definition, text);
  const { sealedPlaces } = definition.plan.versions.get(definition.plan.version)!;
  const sealing = [...sealedPlaces].flatMap(([group, places]) => (touches(places, []) ? [group] : []));
  const all = new Set([...judged.keys(), ...shown.keys(), ...(isWhole ? sealing : [])]);
  return [...all].sort().map((group) => ({ group, use: judged.has(group) ? "judged" : "shown" }));
}

interface GroupUses {
  /** Groups that the answer hangs on, by the first path. */
  readonly judged: ReadonlyMap<string, DocumentPath>;
  /** Groups whose values would stand in the rows as they are. */
  readonly shown: ReadonlyMap<string, DocumentPath>;
  /** Rows hold whole documents. */
  readonly isWhole: boolean;
}

function usesOf(definition: ContainerDefinition<unknown>, text: string): GroupUses {
  const judged = new Map<string, DocumentPath>();
  const shown = new Map<string, DocumentPath>();
  const parsed = attempt(() => parseQuery(definition, text));
  // Nothing in it can be sealed, or it had been refused: its rows are documents.
  if (parsed === undefined) return { judged, shown, isWhole: true };
  const { query, resolution } = parsed;
  const places = placesOf(definition);
  const isOpened = !query.select.distinct && query.groupBy === undefined;
  let isWhole = pathsOf(resolution.rows).some((path) => path.length === 0);
  for (const reference of resolution.references) {
    const isShown = reference.use === "item" && reference.query === query && isOpened;
    for (const path of pathsOf(reference.value)) {
      if (isShown && path.length === 0) isWhole = true;
      for (const [group, tree] of places) {
        const into = isShown ? shown : judged;
        if (!into.has(group) && reads(reference, tree, path)) into.set(group, path);
      }
    }
  }
  return { judged, shown, isWhole };
}

/** FROM and JOIN read what they bind where it lies at or inside a sealed place; of what lies above one, only what is named of it later. */
function reads({ use }: Reference, tree: PlaceTree, path: DocumentPath): boolean {
  return use === "source" ? meets(tree, path) : touches(tree, path);
}

function placesOf({ plan }: ContainerDefinition<unknown>): readonly (readonly [group: string, places: PlaceTree])[] {
  return [...plan.versions.values()].flatMap(({ sealedPlaces }) => [...sealedPlaces]);
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isCosmosealError(error, "ERR_QUERY_SYNTAX")) return undefined;
    throw error;
  }
}
