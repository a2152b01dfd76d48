/** What must not be found: every sealed value of a customer, and the names of the sealed fields. */
import type { Customer } from "../customers.js";

/** Names that stand nowhere in the stored documents. */
export const SEALED_NAMES: readonly string[] = [
  "email",
  "name",
  "birthDate",
  "phone",
  "address",
  "street",
  "city",
  "postalCode",
  "country",
  "pan",
  "notes",
  "diagnosis",
];

/** The sealed values, the lines of a long note one by one. Written by hand, so that it doesn't trust what it is to check. */
export function* secretsOf(customer: Customer): Iterable<string> {
  const { email, name, birthDate, phone, address, cards = [], notes, diagnosis } = customer;
  const values = [email, name, birthDate, phone, ...Object.values(address ?? {}), ...cards.map(({ pan }) => pan)];
  for (const value of [...values, ...(notes?.split("\n") ?? []), diagnosis]) {
    if (typeof value === "string") yield value;
  }
}
