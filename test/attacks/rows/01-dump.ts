/** Row 1: every document dumped, and looked through for values, names, shapes and lengths. */
import type { Bed, Side } from "../bed/bed.js";
import { bare, victimOf } from "../bed/documents.js";
import { type Canaries, searchFor } from "../bed/traces.js";
import { accepted, type Outcome, PREVENTED, type Trials } from "../outcome.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 1,
  attacker:
    "dumps every document and looks for any canary value, its base64, hex, hash, length class, field name inside sealed subtrees",
  must: "prevented",
  run: async (bed) => {
    const [control, ours, builtIn] = await Promise.all([
      look(bed, bed.control),
      look(bed, bed.ours),
      look(bed, bed.builtIn),
    ]);
    return Object.keys(control).map((name) => ({
      name,
      control: { dump: control[name]! },
      ours: { dump: ours[name]! },
      builtIn: { dump: builtIn[name]! },
    }));
  },
};

const VALUES: Canaries = {
  email: "Canary.Mail-7781@Example.org",
  name: "Kanariënvogel Übermäßig 😀 7782",
  tag: "canary-tag-7784",
  street: "Canary Street 7786",
  pan: "4111222233337785",
  diagnosis: "canary-influenza-7787",
};
const NAMES: Canaries = { "a name in a sealed object": "canaryMember7791" };

async function look(bed: Bed, side: Side): Promise<Trials> {
  const tenantId = bed.partition();
  await side.customers.items.create({
    ...victimOf(tenantId),
    email: VALUES["email"],
    name: VALUES["name"],
    tags: [VALUES["tag"], "x"],
    address: { street: VALUES["street"], canaryMember7791: 1 },
    cards: [{ brand: "visa", pan: VALUES["pan"] }],
    diagnosis: VALUES["diagnosis"],
  });
  const dump = JSON.stringify(await dumpOf(side, tenantId));
  const places = [{ where: "the dump", text: dump }];
  return {
    "values in any form": searchFor(VALUES, places),
    "names inside sealed objects": searchFor(NAMES, places),
    "null told from a value": await compare(bed, side, { name: null }, { name: "Bob" }),
    "an absent value told from one that is there": await compare(bed, side, {}, { name: "Bob" }),
    "an empty object told from a full one": await compare(bed, side, { address: {} }, { address: { a: 1 } }),
    "the length of an array": await compare(bed, side, { tags: [] }, { tags: ["a", "b"] }),
    "the type of a value": await compare(bed, side, { address: { a: 12345 } }, { address: { a: "abc" } }),
  };
}

/** Two documents that differ in what is sealed alone: can they be told apart by form and length? */
async function compare(bed: Bed, side: Side, one: object, other: object): Promise<Outcome> {
  const shapes: string[] = [];
  for (const secrets of [one, other]) {
    const tenantId = bed.partition();
    await side.customers.items.create({ id: "shape", tenantId, plan: "pro", ...secrets });
    const [document] = await dumpOf(side, tenantId);
    const { id: _id, tenantId: _tenantId, ...rest } = document!;
    shapes.push(shapeOf(rest));
  }
  return shapes[0] === shapes[1] ? PREVENTED : accepted("told apart by form or length");
}

async function dumpOf({ stolen }: Side, tenantId: string): Promise<readonly Record<string, unknown>[]> {
  const { resources } = await stolen.customers.items.query("SELECT * FROM c", { partitionKey: tenantId }).fetchAll();
  return resources.map((document) => bare(document));
}

/** Names, types and lengths. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shapeOf).join()}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}:${shapeOf(member)}`)
      .join()}}`;
  }
  return value === null ? "null" : `${typeof value}/${String(value).length}`;
}
