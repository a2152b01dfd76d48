/**
 * Makes customers.jsonl: a thousand customers who don't exist, one JSON document a line, the same on every machine.
 *
 * Run it to write the file anew: `node --conditions=@cosmoseal/source --import tsx examples/quickstart/data/generate.ts`
 */
import { realpathSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Customer } from "../customers.js";
import { makeNote } from "./notes.js";
import { PLACES, type Place } from "./places.js";
import { type Random, seededRandom } from "./random.js";

/** The file that is generated and committed. */
export const CUSTOMERS_FILE: string = fileURLToPath(new URL("customers.jsonl", import.meta.url));

/** The content of the file, for the seed that is committed. */
export function generateCustomers(count = 1000, seed = 2021_08_26): string {
  const random = seededRandom(seed);
  const taken = new Set<string>();
  const customers: Customer[] = [];
  for (let number = 1; number <= count; number++) customers.push(makeCustomer(random, number, taken, customers));
  return customers.map((customer) => `${JSON.stringify(customer)}\n`).join("");
}

const PLANS = ["free", "free", "free", "pro", "pro", "enterprise"] as const;
const TAGS = ["newsletter", "wholesale", "returns-often", "loyalty", "click-and-collect", "press", "staff"] as const;
const TENANTS = ["t-apothecary", "t-bookshop", "t-optician", "t-pharmacy", "t-vet"] as const;
const DIAGNOSES = [
  "E10.9 Type 1 diabetes mellitus",
  "F41.1 Generalized anxiety disorder",
  "G40.2 Fokale Epilepsie",
  "H40.1 Glaucome primitif à angle ouvert",
  "I10 Essential hypertension",
  "J45.9 Astma oskrzelowa",
  "K50.0 Crohn’s disease of small intestine",
  "L40.0 Psoriasis vulgaris",
  "N18.3 慢性腎臓病ステージ3",
  "M54.5 Low back pain",
] as const;

/** The numbers that payment providers publish for tests: no bank issues them. */
const TEST_CARDS = [
  ["visa", "4242424242424242"],
  ["visa", "4111111111111111"],
  ["visa", "4000056655665556"],
  ["mastercard", "5555555555554444"],
  ["mastercard", "5200828282828210"],
  ["mastercard", "2223003122003222"],
  ["amex", "378282246310005"],
  ["amex", "371449635398431"],
  ["discover", "6011111111111117"],
  ["diners", "3056930009020004"],
  ["jcb", "3566002020360505"],
  ["unionpay", "6200000000000005"],
] as const;

const WEIGHTED: readonly Place[] = PLACES.flatMap((place) => Array<Place>(place.weight / 5).fill(place));

/** Draws in the order of the members, so that one more member at the end changes no other. */
function makeCustomer(random: Random, number: number, taken: Set<string>, earlier: readonly Customer[]): Customer {
  const place = random.pick(WEIGHTED);
  const given = random.pick(place.given);
  const family = random.pick(place.family);
  // A household shares its address of mail and of street: what an equality index shows to the server.
  const household = random.chance(0.03) && earlier.length > 0 ? random.pick(earlier) : undefined;
  const address = household?.address ?? (random.chance(0.92) ? makeAddress(random, place) : undefined);
  return {
    id: `c-${String(number).padStart(4, "0")}`,
    tenantId: random.pick(TENANTS),
    plan: random.pick(PLANS),
    visits: random.chance(0.1) ? 0 : random.integer(1, 240),
    since: makeDate(random, 2014, 2025),
    ...maybe(random, 0.7, () => ({ tags: random.some(TAGS, random.integer(0, 3)) })),
    email: household?.email ?? makeEmail(random, `${given[1]}.${family[1]}`, taken),
    name: joinName(place, random.chance(0.4) ? withSecond(random, place, given[0]) : given[0], family[0]),
    ...maybe(random, 0.9, () => ({ birthDate: random.chance(0.04) ? null : makeDate(random, 1931, 2006) })),
    ...maybe(random, 0.8, () => ({ phone: random.chance(0.05) ? null : random.digits(place.phone) })),
    ...(address === undefined ? {} : { address }),
    ...maybe(random, 0.75, () => ({ cards: makeCards(random) })),
    ...maybe(random, 0.55, () => ({ notes: makeNote(random, place.country, random.chance(0.08)) })),
    ...maybe(random, 0.4, () => ({ diagnosis: random.chance(0.1) ? null : random.pick(DIAGNOSES) })),
  };
}

function maybe<T extends object>(random: Random, share: number, make: () => T): T | Record<string, never> {
  return random.chance(share) ? make() : {};
}

function withSecond(random: Random, { order, given }: Place, first: string): string {
  const [second] = random.pick(given);
  return order === "given" && second !== first ? `${first} ${second}` : first;
}

function joinName(place: Place, given: string, family: string): string {
  if (place.order === "joined") return `${family}${given}`;
  return place.order === "family" ? `${family} ${given}` : `${given} ${family}`;
}

/** Some write their address with capitals, and so it is kept. */
function makeEmail(random: Random, handle: string, taken: Set<string>): string {
  const host = random.pick(["example.com", "example.org", "example.net", "mail.example.com", "home.example.org"]);
  let address = `${handle}@${host}`;
  for (let suffix = 2; taken.has(address); suffix++) address = `${handle}${suffix}@${host}`;
  taken.add(address);
  return random.chance(0.12) ? address.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()) : address;
}

function makeAddress(random: Random, place: Place): NonNullable<Customer["address"]> {
  const [city, postalCode] = random.pick(place.cities);
  const street = random.pick(place.streets).replace("{n}", String(random.integer(1, 199)));
  return { street, city, postalCode, country: place.country };
}

function makeCards(random: Random): NonNullable<Customer["cards"]> {
  return random
    .some(TEST_CARDS, random.integer(0, 2))
    .map(([brand, pan]) => ({ brand, pan, expires: `20${random.integer(27, 31)}-${two(random.integer(1, 12))}` }));
}

function makeDate(random: Random, first: number, last: number): string {
  return `${random.integer(first, last)}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(CUSTOMERS_FILE, generateCustomers());
}
