/** Row 8: plaintext where a sealed field was, or beside it; a public property of a sealed name; a forged signed field. */
import { type Forgery, type Stored, tryForgeries } from "../bed/forge.js";
import { withGroup, without } from "../bed/sealed.js";
import { WAYS } from "../bed/ways.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 8,
  attacker:
    "puts plaintext where a sealed field was, or beside it; re-adds a public property of the sealed name; forges a signed field and reads it through a projection",
  must: "detected",
  run: (bed) => tryForgeries(bed, FORGERIES, WAYS),
};

const forged = "forged@example.org";
const withEmail = (document: Stored): Stored => ({ ...document, email: forged });

const FORGERIES: readonly Forgery[] = [
  {
    name: "plaintext in the place of the seal",
    control: ({ victim }) => withEmail(victim),
    ours: ({ victim }) => withEmail(without(victim, "_seal")),
    builtIn: ({ victim }) => withEmail(victim),
  },
  {
    name: "plaintext beside the seal",
    control: ({ victim }) => withEmail(victim),
    ours: ({ victim }) => withEmail(victim),
    builtIn: ({ victim }) => withEmail(victim),
  },
  {
    name: "a group's field in public, its group gone",
    control: ({ victim }) => ({ ...victim, diagnosis: "forged" }),
    ours: ({ victim }) => ({ ...withGroup(victim, "medical", undefined), diagnosis: "forged" }),
    builtIn: ({ victim }) => ({ ...victim, diagnosis: "forged" }),
  },
  {
    name: "plaintext in an element of an array",
    control: ({ victim }) => ({ ...victim, cards: [{ brand: "visa", pan: "forged" }, { brand: "amex" }] }),
    ours: ({ victim }) => ({ ...victim, cards: [{ brand: "visa", pan: "forged" }, { brand: "amex" }] }),
    builtIn: ({ victim }) => ({ ...victim, cards: [{ brand: "visa", pan: "forged" }] }),
  },
  {
    name: "a whole document in plaintext",
    control: ({ victim }) => ({ id: victim.id, tenantId: victim.tenantId, plan: "max", email: forged, vip: true }),
    ours: ({ victim }) => ({ id: victim.id, tenantId: victim.tenantId, plan: "max", email: forged, vip: true }),
    builtIn: ({ victim }) => ({ id: victim.id, tenantId: victim.tenantId, plan: "max", email: forged, vip: true }),
  },
  {
    name: "a signed field forged",
    control: ({ victim }) => ({ ...victim, plan: "max" }),
    ours: ({ victim }) => ({ ...victim, plan: "max" }),
    builtIn: ({ victim }) => ({ ...victim, plan: "max" }),
  },
];
