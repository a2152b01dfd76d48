/** Row 13: a document or a partition deleted; rows left out of queries by taking tokens away. */
import type { Bed, Side } from "../bed/bed.js";
import { lootOf } from "../bed/forge.js";
import { changeSeal, sealOf, without } from "../bed/sealed.js";
import { search } from "../bed/ways.js";
import { accepted, notBuilt, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 13,
  attacker: "deletes a document; deletes a partition; makes queries omit rows (removes tokens)",
  must: "found by `verify` against the anchor",
  run: async (bed) => {
    const attempts = DEEDS.map(async ([name, deed]) => {
      const [control, ours, builtIn] = await Promise.all(
        [bed.control, bed.ours, bed.builtIn].map((side) => tryDeed(bed, side, deed)),
      );
      return {
        name,
        control: { search: control! },
        ours: { search: ours!, verify: notBuilt("the anchor, against which `verify` holds the container") },
        builtIn: { search: builtIn! },
      };
    });
    return Promise.all(attempts);
  },
};

type Deed = (side: Side, tenantId: string) => Promise<unknown>;

const DEEDS: readonly (readonly [string, Deed])[] = [
  ["a document deleted", ({ stolen }, tenantId) => stolen.customers.item("victim", tenantId).delete()],
  ["a partition deleted", ({ stolen }, tenantId) => stolen.customers.deleteAllItemsForPartitionKey(tenantId)],
  [
    "a document that no search finds",
    async (side, tenantId) => {
      const { resource } = await side.stolen.customers.item("victim", tenantId).read();
      const [name = ""] = Object.keys((resource["_seal"] && sealOf(resource).x) ?? {});
      const hidden =
        side.name === "ours"
          ? changeSeal(resource, { x: { [name]: "AAAAAAAAAAAAAAAAAAAAAA" } })
          : without(resource, "email");
      await side.stolen.customers.items.upsert(hidden);
    },
  ],
];

async function tryDeed(bed: Bed, side: Side, deed: Deed): Promise<Outcome> {
  const tenantId = bed.partition();
  await lootOf(side, tenantId);
  const { read } = search("", "victim@example.org");
  const count = async (): Promise<number> => ((await read(side.customers, tenantId, [])) as readonly unknown[]).length;
  if ((await count()) !== 1) return { kind: "failed", what: "the document isn't found to begin with" };
  await deed(side, tenantId);
  return outcomeOf(count, (rows) => (rows === 1 ? PREVENTED : accepted("the document is missing, and nobody says so")));
}
