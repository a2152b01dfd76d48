// 100,000 people of about 1 KB each, the same for both containers and in every run.
import { defineContainer, sealed } from "cosmoseal";
import { z } from "zod";

export const people = defineContainer({
  name: "people",
  partitionKey: "/tenantId",
  schema: z.object({
    id: z.string(),
    tenantId: z.string(),
    city: z.string(),
    email: sealed(z.string(), { equality: { normalize: "lowercase" } }),
    name: sealed(z.string(), { substring: { maxLength: 40 } }),
    born: sealed(z.iso.date(), { range: { min: "1900-01-01", max: "2099-12-31", precision: "day" } }),
    note: sealed(z.string()),
  }),
});

export interface Person {
  readonly id: string;
  readonly tenantId: string;
  readonly city: string;
  readonly email: string;
  readonly name: string;
  readonly born: string;
  readonly note: string;
}

export function* peopleOf(count: number): Generator<Person> {
  const random = randomOf(2021);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)]!;
  for (let n = 0; n < count; n++) {
    const name = `${pick(STARTS)}${pick(ENDS)} ${pick(FAMILY)}${pick(FAMILY_ENDS)}`;
    yield {
      id: `p${n}`,
      tenantId: `t${n % 100}`,
      city: pick(CITIES),
      email: `${name.toLowerCase().replace(" ", ".")}.${Math.floor(n / 5)}@example.org`,
      name,
      born: new Date(FIRST_DAY + Math.floor(random() * DAYS) * 86_400_000).toISOString().slice(0, 10),
      note: "x".repeat(700),
    };
  }
}

export const FIRST_DAY: number = Date.UTC(1935, 0, 1);
export const DAYS = 80 * 365;

/** Mulberry32: for test data alone. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const STARTS = ["An", "Ber", "Cla", "Da", "El", "Fre", "Gri", "Ha", "In", "Jo", "Ka", "Lu", "Ma", "No", "Ol", "Pe"];
const ENDS = [
  "na",
  "tha",
  "ra",
  "vid",
  "sa",
  "da",
  "ta",
  "nnes",
  "ga",
  "hann",
  "trin",
  "kas",
  "ria",
  "ah",
  "af",
  "tra",
];
const FAMILY = [
  "Linden",
  "Berg",
  "Hohen",
  "Stein",
  "Wald",
  "Acker",
  "Brand",
  "Kirch",
  "Sommer",
  "Winter",
  "Roth",
  "Gold",
];
const FAMILY_ENDS = [
  "mann",
  "müller",
  "baum",
  "dorf",
  "feld",
  "bach",
  "hauser",
  "stein",
  "er",
  "thal",
  "schmidt",
  "vogel",
];
const CITIES = ["Basel", "Bern", "Genf", "Lausanne", "Luzern", "Zürich"];
