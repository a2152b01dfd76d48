/** Row 9: signed public fields changed, added, removed; elements of arrays with sealed parts reordered, duplicated, dropped. */
import { type Forgery, type Stored, tryForgeries } from "../bed/forge.js";
import { without } from "../bed/sealed.js";
import { WAYS } from "../bed/ways.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 9,
  attacker:
    "changes, adds or removes a signed public field; reorders, duplicates, drops elements of an array with sealed parts",
  must: "detected",
  run: (bed) => tryForgeries(bed, FORGERIES, WAYS),
};

function forgery(name: string, forge: (victim: Stored) => Stored): Forgery {
  return { name, control: one, ours: one, builtIn: one };
  function one({ victim }: { readonly victim: Stored }): Stored {
    return forge(victim);
  }
}

const cardsOf = (document: Stored): readonly unknown[] => document["cards"] as readonly unknown[];

const FORGERIES: readonly Forgery[] = [
  forgery("changed", (victim) => ({ ...victim, plan: "max" })),
  forgery("of another type", (victim) => ({ ...victim, rank: "1" })),
  forgery("added", (victim) => ({ ...victim, admin: true })),
  forgery("added under `__proto__`", (victim) =>
    JSON.parse(`{"__proto__":{"admin":true},${JSON.stringify(victim).slice(1)}`),
  ),
  forgery("removed", (victim) => without(victim, "plan")),
  forgery("a `ttl` added", (victim) => ({ ...victim, ttl: 100_000 })),
  forgery("an element of a signed array doubled", (victim) => ({ ...victim, labels: ["a", "b", "c", "c"] })),
  forgery("elements with sealed parts exchanged", (victim) => ({ ...victim, cards: [...cardsOf(victim)].reverse() })),
  forgery("one dropped", (victim) => ({ ...victim, cards: cardsOf(victim).slice(0, 1) })),
  forgery("one doubled", (victim) => ({ ...victim, cards: [...cardsOf(victim), cardsOf(victim)[0]] })),
  forgery("an array made an object", (victim) => ({ ...victim, cards: { ...cardsOf(victim) } })),
];
