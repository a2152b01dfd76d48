// The committed document of 1,050 bytes, and its two definitions: 45 % of it sealed in ten fields, and 90 % in eleven.
import { readFileSync } from "node:fs";
import { type ContainerDefinition, defineContainer, sealed } from "@cosmoseal/core";
import { z } from "zod";

export type Customer = Readonly<Record<string, string | number>>;

const text = readFileSync(new URL("customer.json", import.meta.url), "utf8");

export const customer: Customer = JSON.parse(text) as Customer;

/** Bytes of the document as JSON. */
export const PLAIN_BYTES: number = Buffer.byteLength(JSON.stringify(customer));

/** The ten that are sealed; the six others are signed. */
export const SEALED: readonly string[] = [
  "email",
  "phone",
  "firstName",
  "lastName",
  "birthDate",
  "iban",
  "street",
  "zip",
  "salary",
  "remarks",
];

const fields = {
  id: z.string(),
  tenantId: z.string(),
  plan: z.string(),
  country: z.string(),
  createdAt: z.string(),
  email: sealed(z.string(), { equality: true }),
  phone: sealed(z.string()),
  firstName: sealed(z.string()),
  lastName: sealed(z.string(), { equality: true }),
  birthDate: sealed(z.string()),
  iban: sealed(z.string()),
  street: sealed(z.string()),
  zip: sealed(z.string()),
  salary: sealed(z.number()),
  remarks: sealed(z.string()),
};

/** Six signed paths, two equality tokens. */
export const customers: ContainerDefinition<unknown> = defineContainer({
  name: "customers",
  partitionKey: "/tenantId",
  schema: z.object({ ...fields, summary: z.string() }),
});

/** The long public text sealed as well. */
export const mostlySealed: ContainerDefinition<unknown> = defineContainer({
  name: "mostly-sealed",
  partitionKey: "/tenantId",
  schema: z.object({ ...fields, summary: sealed(z.string()) }),
});

/** What a peer that leaves the parting to its caller is given. */
export function partsOf(document: Customer): { readonly open: Record<string, unknown>; readonly secret: Customer } {
  const open: Record<string, unknown> = { ...document };
  const secret: Record<string, string | number> = {};
  for (const name of SEALED) {
    secret[name] = document[name]!;
    open[name] = undefined;
  }
  return { open, secret };
}
