/** What is sealed, and by which keys: the one module that the application gains. */
import { type ContainerTable, defineContainer, passphraseKeyring, type SealOptions, sealed, unsigned } from "cosmoseal";
import { z } from "zod";

const customers = defineContainer({
  name: "customers",
  partitionKey: "/tenantId",
  schema: z.object({
    id: z.string(),
    tenantId: z.string(),
    plan: z.enum(["free", "pro"]),
    email: sealed(z.email(), { equality: { normalize: "lowercase" } }),
    name: sealed(z.string()),
    address: sealed(z.object({ street: z.string(), city: z.string() })).optional(),
    visits: unsigned(z.number()),
  }),
});

/** Orders of a customer, and what the customer owes, in one partition: so that both change at once or not at all. */
const orders = defineContainer({
  name: "orders",
  partitionKey: "/customerId",
  schema: z.object({
    id: z.string(),
    customerId: z.string(),
    kind: z.enum(["order", "account"]),
    product: z.string().optional(),
    quantity: z.number().optional(),
    amount: sealed(z.number()).optional(),
    deliverTo: sealed(z.string()).optional(),
    owed: sealed(z.number()).optional(),
    limit: sealed(z.number()).optional(),
  }),
});

export const containers: ContainerTable = {
  "shop/customers": customers,
  "shop/orders": orders,
  "shop/sales": "plaintext",
};

/** The keys lie in a file, under a passphrase. */
export function keys(): Pick<SealOptions, "keyring" | "createScopes"> {
  const { SEAL_KEYS = "shop.keys", SEAL_PASSPHRASE = "" } = process.env;
  return { keyring: passphraseKeyring(SEAL_KEYS, { passphrase: () => SEAL_PASSPHRASE }), createScopes: true };
}
