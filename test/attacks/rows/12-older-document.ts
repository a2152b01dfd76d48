/** Row 12: an older version of a whole document. */
import type { Bed, Side } from "../bed/bed.js";
import { lootOf, ordered } from "../bed/forge.js";
import { POINT_READ } from "../bed/ways.js";
import { accepted, notBuilt, type Outcome, outcomeOf, PREVENTED } from "../outcome.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 12,
  attacker: "puts back an older version of a whole document",
  must: 'reported by the freshness cache in a live process (refused under `freshness: "strict"`), found by `verify` against the anchor',
  run: async (bed) => {
    const [control, ours, builtIn] = await Promise.all([
      putBack(bed, bed.control),
      putBack(bed, bed.ours),
      putBack(bed, bed.builtIn),
    ]);
    return [
      {
        name: "a process that has seen the newer version",
        control: { "point read": control },
        ours: { "point read": ours },
        builtIn: { "point read": builtIn },
      },
      {
        name: "any process",
        control: { "point read": control },
        ours: { verify: notBuilt("the anchor, against which `verify` holds the container") },
        builtIn: { "point read": builtIn },
      },
    ];
  },
};

async function putBack(bed: Bed, side: Side): Promise<Outcome> {
  const tenantId = bed.partition();
  const { before } = await lootOf(side, tenantId);
  const read = async (): Promise<string> =>
    JSON.stringify(ordered(await POINT_READ.read(side.customers, tenantId, ["victim"])));
  const newest = await read();
  await side.stolen.customers.items.upsert(before);
  return outcomeOf(read, (seen) => (seen === newest ? PREVENTED : accepted("the older version is read as data")));
}
