/** Patches of documents some of whose groups are closed to this client: what touches none of them is done, what may touch one is refused. */
import {
  type ClosedDocument,
  type ContainerDefinition,
  CosmosealError,
  memberPlace,
  type PlaceTree,
} from "@cosmoseal/core";
import { pathText } from "@cosmoseal/sql";
import { touches } from "../query/touch.js";
import { conditionPaths } from "./condition.js";
import { isIndex } from "./pointer.js";
import type { Patch } from "./read-patch.js";

/**
 * Throws ERR_GROUP_KEY_MISSING for an operation at, inside or above a place of a closed group, since nobody here knows what is there, and
 * for a condition that reads one; PatchRefusal 400 for what is no condition.
 */
export function refuseClosed(
  { name: container, plan }: ContainerDefinition<unknown>,
  { groups, place, version }: ClosedDocument,
  { condition, steps }: Patch,
): void {
  const paths = condition === undefined ? [] : conditionPaths(condition);
  const versions = [version, plan.versions.get(plan.version)!];
  for (const { name: group } of groups) {
    const trees = versions.flatMap(({ sealedPlaces }) => sealedPlaces.get(group) ?? []);
    const step = steps.findIndex((one) =>
      (one.op === "move" ? [one.path, one.from] : [one.path]).some((path) => trees.some((tree) => meets(tree, path))),
    );
    const read = paths.find((path) => trees.some((tree) => touches(tree, path)));
    if (step === -1 && read === undefined) continue;
    const what = step === -1 ? "The patch's condition reads" : `Patch operation ${step + 1} may change`;
    throw new CosmosealError(
      "ERR_GROUP_KEY_MISSING",
      `${what} what is in the group ${JSON.stringify(group)}, whose key this client doesn't hold.`,
      {
        container,
        id: place.id,
        ...(read !== undefined && step === -1 && { path: pathText(read) }),
        remedy: "Leave it to a client that holds the key, or name only paths beside those of the group.",
      },
    );
  }
}

/** Whether a number is an index or a name is told by the document: either may be meant. */
function meets(place: PlaceTree, [name, ...rest]: readonly string[]): boolean {
  if (place.here || name === undefined) return true;
  const below = [memberPlace(place, name), isIndex(name) || name === "-" ? place.element : undefined];
  return below.some((next) => next !== undefined && meets(next, rest));
}
