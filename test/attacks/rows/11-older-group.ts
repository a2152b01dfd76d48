/** Row 11: an older version of one group. */
import { type Forgery, tryForgeries } from "../bed/forge.js";
import { groupOf, sealOf, withGroup } from "../bed/sealed.js";
import { POINT_READ, SELECT_ALL } from "../bed/ways.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 11,
  attacker: "puts back an older version of one group",
  must: "detected",
  run: (bed) => tryForgeries(bed, FORGERIES, [POINT_READ, SELECT_ALL]),
};

const FORGERIES: readonly Forgery[] = [
  {
    name: "as it was",
    control: ({ before, victim }) => ({ ...victim, diagnosis: before["diagnosis"] }),
    ours: ({ before, victim }) => withGroup(victim, "medical", groupOf(before, "medical")),
    builtIn: ({ before, victim }) => ({ ...victim, diagnosis: before["diagnosis"] }),
  },
  {
    name: "under its own stamp, as if it had been carried",
    control: ({ before, victim }) => ({ ...victim, diagnosis: before["diagnosis"] }),
    ours: ({ before, victim }) => {
      const [keyId, , blob] = groupOf(before, "medical");
      return withGroup(victim, "medical", [keyId, sealOf(before).n, blob]);
    },
  },
  {
    name: "the default group, with its tokens",
    control: ({ before, victim }) => ({ ...victim, email: before["email"], age: before["age"] }),
    ours: ({ before, victim }) => {
      const forged = withGroup(victim, "", groupOf(before, ""));
      return { ...forged, _seal: { ...sealOf(forged), x: sealOf(before).x } };
    },
    builtIn: ({ before, victim }) => ({ ...victim, email: before["email"], age: before["age"] }),
  },
];
