/** Row 6: two whole `_seal` objects swapped, or whole documents under each other's id. */
import { ENCRYPTED } from "../bed/documents.js";
import { type Forgery, type Stored, tryForgeries } from "../bed/forge.js";
import { sealOf, withSeal } from "../bed/sealed.js";
import { WAYS } from "../bed/ways.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 6,
  attacker: "swaps two whole `_seal` objects, or whole documents under each other's id",
  must: "detected",
  run: (bed) => tryForgeries(bed, FORGERIES, WAYS),
};

const FORGERIES: readonly Forgery[] = [
  {
    name: "two seals",
    control: ({ other, victim }) => [withSecretsOf(victim, other), withSecretsOf(other, victim)],
    ours: ({ other, victim }) => [withSeal(victim, sealOf(other)), withSeal(other, sealOf(victim))],
    builtIn: ({ other, victim }) => [withSecretsOf(victim, other), withSecretsOf(other, victim)],
  },
  {
    name: "two documents",
    control: ({ other, victim }) => [
      { ...victim, id: other.id },
      { ...other, id: victim.id },
    ],
    ours: ({ other, victim }) => [
      { ...victim, id: other.id },
      { ...other, id: victim.id },
    ],
    builtIn: ({ other, victim }) => [
      { ...victim, id: other.id },
      { ...other, id: victim.id },
    ],
  },
];

function withSecretsOf(document: Stored, other: Stored): Stored {
  return { ...document, ...Object.fromEntries(ENCRYPTED.map((name) => [name, other[name]])) };
}
