/** What the thief writes: each forgery twice, once for documents as they are without Cosmoseal, once for sealed ones. */
import type { ErrorCode } from "cosmoseal";
import type { SealMember, StoredCustomer } from "./documents.js";

/** What a forger has at hand: two customers of one tenant, and what the first was before its diagnosis was corrected. */
export interface Loot {
  readonly victim: StoredCustomer;
  readonly other: StoredCustomer;
  readonly before: StoredCustomer;
  /** An administrator that the thief sealed with Cosmoseal, under keys of their own. */
  readonly foreign: StoredCustomer;
}

/** The documents to put into the container; the first one is read then. */
export type Forgery = (loot: Loot) => readonly StoredCustomer[];

export interface Attack {
  readonly tried: string;
  /** Absent where there is nothing of the kind without Cosmoseal. */
  readonly unprotected?: Forgery;
  readonly sealed: Forgery;
  readonly promised: ErrorCode;
}

export const ATTACKS: readonly Attack[] = [
  {
    tried: "swap two customers' sealed parts",
    unprotected: ({ victim, other }) => [
      { ...without(victim, SECRET), ...secretPart(other) },
      { ...without(other, SECRET), ...secretPart(victim) },
    ],
    sealed: ({ victim, other }) => [withSeal(victim, sealOf(other)), withSeal(other, sealOf(victim))],
    promised: "ERR_INTEGRITY",
  },
  {
    tried: "give one customer another's diagnosis",
    unprotected: ({ victim, other }) => [{ ...victim, diagnosis: other["diagnosis"] }],
    sealed: ({ victim, other }) => [withGroup(victim, "medical", groupOf(other, "medical"))],
    promised: "ERR_INTEGRITY",
  },
  {
    tried: "put back an old diagnosis",
    unprotected: ({ victim, before }) => [{ ...victim, diagnosis: before["diagnosis"] }],
    sealed: ({ victim, before }) => [withGroup(victim, "medical", groupOf(before, "medical"))],
    promised: "ERR_INTEGRITY",
  },
  {
    tried: "inject a plaintext administrator",
    unprotected: ({ victim }) => [administrator(victim)],
    sealed: ({ victim }) => [administrator(victim)],
    promised: "ERR_NOT_SEALED",
  },
  {
    tried: "inject one sealed under the thief's own keys",
    sealed: ({ foreign }) => [foreign],
    promised: "ERR_KEY_SCOPE",
  },
  {
    tried: "raise a signed field: plan → enterprise",
    unprotected: ({ victim }) => [{ ...victim, plan: "enterprise" }],
    sealed: ({ victim }) => [{ ...victim, plan: "enterprise" }],
    promised: "ERR_INTEGRITY",
  },
  {
    tried: "remove a sealed field",
    unprotected: ({ victim }) => [without(victim, ["diagnosis"])],
    sealed: ({ victim }) => [withGroup(victim, "medical", undefined)],
    promised: "ERR_INTEGRITY",
  },
  {
    tried: "remove everything that is sealed",
    unprotected: ({ victim }) => [without(victim, SECRET)],
    sealed: ({ victim }) => [without(victim, ["_seal"])],
    promised: "ERR_NOT_SEALED",
  },
  {
    tried: "put a plaintext e-mail where one was sealed",
    unprotected: ({ victim }) => [{ ...victim, email: THIEF }],
    sealed: ({ victim }) => [{ ...victim, email: THIEF }],
    promised: "ERR_INTEGRITY",
  },
  {
    tried: "change one character of what is stored",
    unprotected: ({ victim }) => [{ ...victim, name: flip(String(victim["name"])) }],
    sealed: ({ victim }) => {
      const [keyId, stamp, blob] = groupOf(victim, "");
      return [withGroup(victim, "", [keyId, stamp, flip(blob)])];
    },
    promised: "ERR_INTEGRITY",
  },
  {
    tried: "drop an element of an array",
    unprotected: ({ victim }) => [{ ...victim, cards: (victim["cards"] as readonly unknown[]).slice(1) }],
    sealed: ({ victim }) => [{ ...victim, cards: (victim["cards"] as readonly unknown[]).slice(1) }],
    promised: "ERR_INTEGRITY",
  },
  {
    tried: "copy a customer under another id",
    unprotected: ({ victim }) => [{ ...victim, id: "c-copy" }],
    sealed: ({ victim }) => [{ ...victim, id: "c-copy" }],
    promised: "ERR_INTEGRITY",
  },
  {
    tried: "let one customer be found as another",
    unprotected: ({ victim, other }) => [{ ...victim, email: other["email"] }],
    sealed: ({ victim, other }) => {
      const seal = sealOf(victim);
      return [withSeal(victim, { ...seal, x: { ...seal.x, ...sealOf(other).x } })];
    },
    promised: "ERR_INTEGRITY",
  },
];

const THIEF = "thief@example.net";
const SECRET = ["email", "name", "birthDate", "phone", "address", "notes", "diagnosis"];

/** A customer with every right, as far as the public fields can say it. */
export function administrator({ tenantId }: StoredCustomer): StoredCustomer {
  return { id: "c-admin", tenantId, plan: "enterprise", visits: 1, since: "2020-01-01", email: THIEF, name: "Admin" };
}

function secretPart(customer: StoredCustomer): Record<string, unknown> {
  return Object.fromEntries(SECRET.filter((name) => name in customer).map((name) => [name, customer[name]]));
}

function without(customer: StoredCustomer, names: readonly string[]): StoredCustomer {
  const { id, tenantId } = customer;
  return { ...Object.fromEntries(Object.entries(customer).filter(([name]) => !names.includes(name))), id, tenantId };
}

function sealOf({ _seal: seal }: StoredCustomer): SealMember {
  if (seal === undefined) throw new Error("the forger expects a sealed document");
  return seal;
}

function groupOf(customer: StoredCustomer, name: string): Group {
  const group = sealOf(customer).g[name];
  if (group === undefined) throw new Error("the forger expects the group");
  return group;
}

type Group = SealMember["g"][string];

function withSeal(customer: StoredCustomer, seal: SealMember): StoredCustomer {
  return { ...customer, _seal: seal };
}

function withGroup(customer: StoredCustomer, name: string, group: Group | undefined): StoredCustomer {
  const { [name]: _old, ...others } = sealOf(customer).g;
  return withSeal(customer, { ...sealOf(customer), g: group === undefined ? others : { ...others, [name]: group } });
}

/** Another letter in the middle. */
function flip(text: string): string {
  const letters = [...text];
  const middle = Math.floor(letters.length / 2);
  return letters.map((letter, at) => (at !== middle ? letter : letter === "A" ? "B" : "A")).join("");
}
