/** Row 14: a document of the thief's own in the container. */
import { createKeyStore, memoryKeyStore, staticKeyring } from "cosmoseal";
import { customers, victimOf } from "../bed/documents.js";
import { type Forgery, type Stored, tryForgeries } from "../bed/forge.js";
import { sealOf, withSeal } from "../bed/sealed.js";
import { WAYS } from "../bed/ways.js";
import type { Row } from "../row.js";

export const row: Row = {
  number: 14,
  attacker: "creates a document of their own in the container",
  must: "detected",
  run: async (bed) => {
    // Sealed by Cosmoseal itself, with the application's definition and keys of the thief's.
    const keyring = staticKeyring(Buffer.alloc(32, 66).toString("base64"));
    const store = memoryKeyStore();
    const { pin } = await createKeyStore({ keyring, store, containers: [customers] });
    const sealer = bed.connect({ keyring, store, pin }).container(customers);
    const forgery: Forgery = {
      name: "sealed under keys of their own",
      ids: IDS,
      control: ({ victim }) => ({ ...victim, id: "own", plan: "max" }),
      ours: async ({ victim: { tenantId } }) =>
        (await sealer.seal({ ...victimOf(tenantId), id: "own", plan: "max" } as never)) as Stored,
    };
    return tryForgeries(bed, [...FORGERIES, forgery], WAYS);
  },
};

const IDS = ["victim", "own"];

const FORGERIES: readonly Forgery[] = [
  {
    name: "in plaintext",
    ids: IDS,
    control: ({ victim }) => ({ id: "own", tenantId: victim.tenantId, plan: "max", email: "own@example.org" }),
    ours: ({ victim }) => ({ id: "own", tenantId: victim.tenantId, plan: "max", email: "own@example.org" }),
    builtIn: ({ victim }) => ({ id: "own", tenantId: victim.tenantId, plan: "max", email: "own@example.org" }),
  },
  {
    name: "of public fields alone",
    ids: IDS,
    control: ({ victim }) => ({ id: "own", tenantId: victim.tenantId, plan: "max", rank: 5 }),
    ours: ({ victim }) => ({ id: "own", tenantId: victim.tenantId, plan: "max", rank: 5 }),
    builtIn: ({ victim }) => ({ id: "own", tenantId: victim.tenantId, plan: "max", rank: 5 }),
  },
  {
    name: "with the seal of another",
    ids: IDS,
    control: ({ victim }) => ({ ...victim, id: "own", plan: "max" }),
    ours: ({ victim }) => withSeal({ id: "own", tenantId: victim.tenantId, plan: "max" }, sealOf(victim)),
    builtIn: ({ victim }) => ({ ...victim, id: "own", plan: "max" }),
  },
];
