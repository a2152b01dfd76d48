/** Row 23: lengths of stored values, to tell `true` from `false`, "yes" from "no", a short name from a long one. */
import type { Bed, Side } from "../bed/bed.js";
import { bare } from "../bed/documents.js";
import { onAll } from "../bed/sides.js";
import { accepted, type Outcome, PREVENTED } from "../outcome.js";
import type { Attempt, Row } from "../row.js";

export const row: Row = {
  number: 23,
  attacker:
    'measures lengths of stored values to tell `true` from `false`, "yes" from "no", a short name from a long one',
  must: "prevented up to the declared padding",
  run: async (bed) => {
    const attempts: Attempt[] = [];
    for (const [name, [one, other]] of Object.entries(PAIRS)) {
      attempts.push(await onAll(bed, name, "lengths", (side) => compare(bed, side, one, other)));
    }
    attempts.push(
      await onAll(bed, "`true` from `false`, beside a text of any length", "lengths", (side) => everyLength(bed, side)),
    );
    return attempts;
  },
};

const PAIRS: Readonly<Record<string, readonly [object, object]>> = {
  "`true` from `false`": [{ vip: true }, { vip: false }],
  '"yes" from "no"': [{ name: "yes" }, { name: "no" }],
  "a short name from a longer one": [{ name: "Al" }, { name: "Konstantinos P." }],
  "a number of one digit from one of six": [{ age: 1 }, { age: 123_456 }],
  "an empty text from a short one": [{ name: "" }, { name: "abcdefgh" }],
  "an empty list from one of two": [{ tags: [] }, { tags: ["a", "b"] }],
};

async function compare(bed: Bed, side: Side, one: object, other: object): Promise<Outcome> {
  const lengths = [await lengthOf(bed, side, one), await lengthOf(bed, side, other)];
  return lengths[0] === lengths[1] ? PREVENTED : accepted("told apart by length");
}

/** Whatever stands beside it: at the edge of a step of the padding one byte would tell. */
async function everyLength(bed: Bed, side: Side): Promise<Outcome> {
  for (let length = 0; length < 40; length++) {
    const name = "x".repeat(length);
    const outcome = await compare(bed, side, { name, vip: true }, { name, vip: false });
    if (outcome.kind !== "prevented") return accepted(`told apart beside a text of length ${length}`);
  }
  return PREVENTED;
}

async function lengthOf(bed: Bed, side: Side, secrets: object): Promise<number> {
  const tenantId = bed.partition();
  await side.customers.items.create({ id: "length", tenantId, plan: "pro", ...secrets });
  const { resource } = await side.stolen.customers.item("length", tenantId).read();
  const { tenantId: _, ...rest } = bare(resource);
  return JSON.stringify(rest).length;
}
