/** Row 7: a sealed field removed, set to null, {} or []; `_seal` removed; `g` emptied. */
import { ENCRYPTED } from "../bed/documents.js";
import { type Forgery, tryForgeries } from "../bed/forge.js";
import { changeSeal, withGroup, without } from "../bed/sealed.js";
import { WAYS } from "../bed/ways.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 7,
  attacker: "removes a sealed field, sets it to null, {} or [], removes `_seal`, empties `g`",
  must: "detected",
  run: (bed) => tryForgeries(bed, FORGERIES, WAYS),
};

const FORGERIES: readonly Forgery[] = [
  {
    name: "a field removed",
    control: ({ victim }) => without(victim, "diagnosis"),
    ours: ({ victim }) => withGroup(victim, "medical", undefined),
    builtIn: ({ victim }) => without(victim, "diagnosis"),
  },
  ...(
    [
      ["null", null],
      ["{}", {}],
      ["[]", []],
    ] as const
  ).map(
    ([name, value]): Forgery => ({
      name: `a field set to ${name}`,
      control: ({ victim }) => ({ ...victim, email: value }),
      ours: ({ victim }) => ({ ...victim, email: value }),
      builtIn: ({ victim }) => ({ ...victim, email: value }),
    }),
  ),
  {
    name: "an element's field set to null",
    control: ({ victim }) => ({ ...victim, cards: [{ brand: "visa", pan: null }, { brand: "amex" }] }),
    ours: ({ victim }) => ({ ...victim, cards: [{ brand: "visa", pan: null }, { brand: "amex" }] }),
    builtIn: ({ victim }) => ({ ...victim, cards: [{ brand: null, pan: null }] }),
  },
  {
    name: "`_seal` removed",
    control: ({ victim }) => without(victim, ...ENCRYPTED),
    ours: ({ victim }) => without(victim, "_seal"),
    builtIn: ({ victim }) => without(victim, ...ENCRYPTED),
  },
  {
    name: "`_seal` null",
    control: ({ victim }) => without(victim, ...ENCRYPTED),
    ours: ({ victim }) => ({ ...victim, _seal: null }),
  },
  {
    name: "`g` emptied",
    control: ({ victim }) => without(victim, ...ENCRYPTED),
    ours: ({ victim }) => changeSeal(victim, { g: {} }),
  },
  {
    name: "a group null",
    control: ({ victim }) => ({ ...victim, diagnosis: null }),
    ours: ({ victim }) => withGroup(victim, "medical", null as never),
    builtIn: ({ victim }) => ({ ...victim, diagnosis: null }),
  },
];
