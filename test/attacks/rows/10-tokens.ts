/** Row 10: index tokens forged, removed or copied: no wrong row is ever returned, and the document doesn't open. */
import { type Forgery, tryForgeries } from "../bed/forge.js";
import { changeSeal, sealOf, without } from "../bed/sealed.js";
import { POINT_READ, search } from "../bed/ways.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 10,
  attacker: "forges, removes or copies index tokens",
  must: "detected when the document is read; no wrong row ever returned",
  run: (bed) => tryForgeries(bed, FORGERIES, WAYS),
};

const WAYS = [
  POINT_READ,
  search("a search for the neighbour", "other@example.org"),
  search("a search for the victim", "victim@example.org"),
];

const FORGERIES: readonly Forgery[] = [
  {
    name: "copied from the neighbour",
    control: ({ other, victim }) => ({ ...victim, email: other["email"] }),
    ours: ({ other, victim }) => changeSeal(victim, { x: sealOf(other).x }),
    builtIn: ({ other, victim }) => ({ ...victim, email: other["email"] }),
  },
  {
    name: "of both, as a list",
    control: ({ other, victim }) => ({ ...victim, email: other["email"] }),
    ours: ({ other, victim }) => {
      const tokens = [...Object.values(sealOf(victim).x ?? {}), ...Object.values(sealOf(other).x ?? {})];
      const [name = ""] = Object.keys(sealOf(victim).x ?? {});
      return changeSeal(victim, { x: { [name]: tokens.map(String).sort() } });
    },
  },
  {
    name: "removed",
    control: ({ victim }) => without(victim, "email"),
    ours: ({ victim }) => {
      const { x: _, ...rest } = sealOf(victim);
      return { ...victim, _seal: rest };
    },
    builtIn: ({ victim }) => without(victim, "email"),
  },
  {
    name: "forged",
    control: ({ victim }) => ({ ...victim, email: "forged@example.org" }),
    ours: ({ victim }) => {
      const [name = ""] = Object.keys(sealOf(victim).x ?? {});
      return changeSeal(victim, { x: { [name]: "AAAAAAAAAAAAAAAAAAAAAA" } });
    },
  },
  {
    name: "said to be of another index-key generation",
    control: ({ victim }) => ({ ...victim, email: "forged@example.org" }),
    ours: ({ victim }) => changeSeal(victim, { t: 99 }),
  },
];
