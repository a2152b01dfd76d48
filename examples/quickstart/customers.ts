/** The schema of the shop's customers: what the account may see of them, and what it must not. */
import { type DocumentOf, defineContainer, sealed, unsigned } from "cosmoseal";
import { z } from "zod";

export const customers = defineContainer({
  name: "customers",
  partitionKey: "/tenantId",
  schema: z.object({
    // Signed: the account sees and indexes it; a change by anybody else is noticed.
    id: z.string(),
    tenantId: z.string(),
    plan: z.enum(["free", "pro", "enterprise"]),
    since: z.iso.date(),
    tags: z.array(z.string()).optional(),
    // Unsigned: others may change it on the server, and a counter is.
    visits: unsigned(z.number()),
    // Sealed: the account sees ciphertext. `equality` lets it find, and so tells it which customers share a value.
    email: sealed(z.email(), { equality: { normalize: "lowercase" } }),
    name: sealed(z.string(), { equality: true }),
    birthDate: sealed(z.iso.date().nullish()),
    phone: sealed(z.string().nullish(), { equality: { normalize: "digits" } }),
    address: sealed(
      z.object({ street: z.string(), city: z.string(), postalCode: z.string(), country: z.string() }).optional(),
    ),
    cards: z.array(z.object({ brand: z.string(), pan: sealed(z.string()), expires: z.string() })).optional(),
    notes: sealed(z.string().optional()),
    // Sealed under a data key of its own, so that not every application of the shop has to hold it.
    diagnosis: sealed(z.string().nullish(), { group: "medical" }),
  }),
});

/** A customer as the application reads and writes it. */
export type Customer = DocumentOf<typeof customers>;
