/** Row 5: a group moved to another document, partition, container or group name. */
import type { Container } from "@azure/cosmos";
import type { Bed, Side } from "../bed/bed.js";
import { type Forgery, lootOf, type Stored, tryForgeries } from "../bed/forge.js";
import { changeSeal, groupOf, sealOf, withGroup } from "../bed/sealed.js";
import { POINT_READ, SELECT_ALL } from "../bed/ways.js";
import { accepted, type Outcome, outcomeOf } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 5,
  attacker: "moves a group to another document, partition, container or group name",
  must: "detected",
  run: async (bed) => {
    const attempts = await tryForgeries(bed, FORGERIES, [POINT_READ, SELECT_ALL]);
    attempts.push(await move(bed, "to another partition", toPartition));
    attempts.push(await move(bed, "to another container", toContainer));
    return attempts;
  },
};

const FORGERIES: readonly Forgery[] = [
  {
    name: "to another document",
    control: ({ other, victim }) => ({ ...victim, diagnosis: other["diagnosis"] }),
    ours: ({ other, victim }) => withGroup(victim, "medical", groupOf(other, "medical")),
    builtIn: ({ other, victim }) => ({ ...victim, diagnosis: other["diagnosis"] }),
  },
  {
    name: "to another document, the default group",
    control: ({ other, victim }) => ({ ...victim, email: other["email"], age: other["age"] }),
    ours: ({ other, victim }) => withGroup(victim, "", groupOf(other, "")),
    builtIn: ({ other, victim }) => ({ ...victim, email: other["email"], age: other["age"] }),
  },
  {
    name: "to another group's name",
    control: ({ victim }) => ({ ...victim, email: victim["name"], name: victim["email"] }),
    ours: ({ victim }) => changeSeal(victim, { g: { "": groupOf(victim, "medical"), medical: groupOf(victim, "") } }),
    builtIn: ({ victim }) => ({ ...victim, email: victim["name"], name: victim["email"] }),
  },
];

/** What is read elsewhere must not be what was moved there. */
async function move(bed: Bed, name: string, elsewhere: Elsewhere): Promise<Attempt> {
  const on = async (side: Side): Promise<Outcome> => {
    const tenantId = bed.partition();
    const loot = await lootOf(side, tenantId);
    const { document, stolen, from } = elsewhere(side, loot.victim, bed);
    await stolen.items.upsert(document);
    return outcomeOf(
      async () => (await from.item("victim", document.tenantId).read()).resource,
      (resource: Stored | undefined) =>
        accepted(resource?.["email"] === undefined ? "a document without its secrets" : "the moved value is read"),
    );
  };
  return {
    name,
    control: { "point read": await on(bed.control) },
    ours: { "point read": await on(bed.ours) },
    builtIn: { "point read": await on(bed.builtIn) },
  };
}

type Elsewhere = (
  side: Side,
  victim: Stored,
  bed: Bed,
) => { readonly document: Stored; readonly stolen: Container; readonly from: Container };

const toPartition: Elsewhere = (side, victim, bed) => ({
  document: { ...victim, tenantId: bed.partition() },
  stolen: side.stolen.customers,
  from: side.customers,
});

const toContainer: Elsewhere = (side, victim) => ({
  // Groups as they are, under a manifest that the thief can't make.
  document: victim["_seal"] === undefined ? victim : changeSeal(victim, { g: sealOf(victim).g }),
  stolen: side.stolen.archive,
  from: side.archive,
});
