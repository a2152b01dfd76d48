/** The documents of the three applications, and how they are declared to ours. */
import { defineContainer, sealed, unsigned } from "cosmoseal";
import { z } from "zod";

const schema = z.object({
  id: z.string(),
  tenantId: z.string(),
  plan: z.string().optional(),
  rank: z.number().optional(),
  visits: unsigned(z.number()).optional(),
  labels: z.array(z.string()).optional(),
  email: sealed(z.string(), { equality: true }).optional(),
  name: sealed(z.string().nullable()).optional(),
  age: sealed(z.number()).optional(),
  vip: sealed(z.boolean()).optional(),
  tags: sealed(z.array(z.string())).optional(),
  address: sealed(z.record(z.string(), z.unknown())).optional(),
  cards: z.array(z.object({ brand: z.string(), pan: sealed(z.string()) })).optional(),
  diagnosis: sealed(z.string(), { group: "medical" }).optional(),
});

export const customers = defineContainer({ name: "customers", partitionKey: "/tenantId", schema });

/** A second container of the same form. */
export const archive = defineContainer({ name: "archive", partitionKey: "/tenantId", schema });

/** Properties that the SDK's own encryption encrypts: it knows those at the top alone. */
export const ENCRYPTED = ["email", "name", "age", "vip", "tags", "address", "cards", "diagnosis"] as const;

export interface Customer extends Record<string, unknown> {
  readonly id: string;
  readonly tenantId: string;
}

/** The one that is attacked. */
export function victimOf(tenantId: string): Customer {
  return {
    id: "victim",
    tenantId,
    plan: "pro",
    rank: 1,
    visits: 3,
    labels: ["a", "b", "c"],
    email: "victim@example.org",
    name: "Victim",
    age: 40,
    vip: false,
    tags: ["x", "y"],
    address: { street: "1 Main", city: "Oslo" },
    cards: [
      { brand: "visa", pan: "4111" },
      { brand: "amex", pan: "3700" },
    ],
    diagnosis: "influenza",
  };
}

/** An earlier version of it. */
export function victimBefore(tenantId: string): Customer {
  return { ...victimOf(tenantId), plan: "free", email: "earlier@example.org", age: 39, diagnosis: "none" };
}

export function otherOf(tenantId: string): Customer {
  return {
    ...victimOf(tenantId),
    id: "other",
    plan: "free",
    rank: 2,
    email: "other@example.org",
    name: "Other",
    age: 7,
    vip: true,
    diagnosis: "measles",
    cards: [{ brand: "visa", pan: "4999" }],
  };
}

/** Without what the service adds. */
export function bare(document: unknown): Record<string, unknown> {
  const { _rid, _self, _etag, _ts, _attachments, _lsn, ...rest } = document as Record<string, unknown>;
  return rest;
}
