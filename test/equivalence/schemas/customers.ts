/** Customers: names and addresses to search by, birthdays to range over, cards inside arrays, a medical group. */
import { defineContainer, sealed, unsigned } from "cosmoseal";
import { z } from "zod";
import { type Draw, drawFrom } from "../draw.js";
import type { EquivalenceDocument, EquivalenceSchema } from "./schema.js";

const schema = z.object({
  id: z.string(),
  tenantId: z.string(),
  plan: z.enum(["free", "pro", "team"]).optional(),
  country: z.string().nullable().optional(),
  score: z.number().optional(),
  signedUp: z.string(),
  labels: z.array(z.string()).optional(),
  active: z.boolean(),
  visits: unsigned(z.number()),
  email: sealed(z.string().nullable(), { equality: { normalize: "lowercase" } }).optional(),
  name: sealed(z.string().nullable(), { equality: true, prefix: true, substring: true }).optional(),
  nick: sealed(z.string(), { prefix: { normalize: "lowercase" }, substring: { normalize: "lowercase" } }).optional(),
  birthDate: sealed(z.iso.date().nullable(), {
    range: { min: "1900-01-01", max: "2100-01-01", precision: "day" },
  }).optional(),
  age: sealed(z.int(), { equality: true, range: { min: 0, max: 150 } }).optional(),
  vip: sealed(z.boolean(), { equality: { bits: 4 } }).optional(),
  tags: sealed(z.array(z.string()), { equality: true }).optional(),
  address: sealed(
    z.object({
      street: z.string(),
      city: z.string().nullable().optional(),
      zip: z.string(),
      geo: z.object({ lat: z.number(), lon: z.number() }).optional(),
    }),
  ).optional(),
  cards: z
    .array(
      z.object({
        brand: z.string(),
        pan: sealed(z.string(), { equality: true }),
        ceiling: sealed(z.int(), { range: { min: 0, max: 100_000, precision: 100 } }).optional(),
      }),
    )
    .optional(),
  diagnosis: sealed(z.string().nullable(), { group: "medical" }).optional(),
});

const FIRST = [
  ..."Jane|Anna|José|Anne|annabelle|Jürgen|Łukasz|İpek|Zoë|Zoe\u0308|Γιώργος|山田太郎|محمد|שרה|Ана|Nguyễn".split("|"),
];
const LAST = [
  ...'Smith|smith|Müller|Größe|GROSSE|O\'Connor|Çelik|Παπαδόπουλος|De la Cruz|Íñigo|李|😀 Party|--drop|/* x */|@email|100% off|under_score|[bracket]|"Quote"|back\\slash'.split(
    "|",
  ),
];
const DOMAINS = ["inbox.example", "Inbox.Example", "mail.test", "größe.example"];
const LOCALS =
  "jane.roe|john.roe|JANE.ROE|ana|zoe|o'brien|test+tag|straße|STRASSE|istanbul|İstanbul|x|a-b_c|quote\"d|名前".split(
    "|",
  );
const NICKS =
  "Bolt|bolt|BOLT|Bolero|ßharp|SSharp|İce|ice|Ice Cream|ΣΊΣΥΦΟΣ|σίσυφος|Kelvin|ﬁn|e\u0301clair|Éclair|👩‍🚀 Ace|ace".split(
    "|",
  );
const TAGS = "gold-member|late-payer|Vegan|vegan|b2b-client|naïve|has'quote|emoji 🎉|日本語|empty-basket".split("|");
const CITIES = "Lisboa|Zürich|İzmir|São Paulo|Αθήνα|東京都|Oslo|oslo".split("|");
const STREETS = "Rua Nova|Bahnhofstraße|High Street|Elm Row|中央通り".split("|");
const DIAGNOSES = "influenza A|influenza B|migraine|Crohn's disease|β-thalassemia|fractured wrist".split("|");

export const customers: EquivalenceSchema = {
  name: "customers",
  partitionKey: ["/tenantId"],
  define: () => defineContainer({ name: "customers", partitionKey: "/tenantId", schema }),
  sealed: [
    ..."/email /name /nick /birthDate /age /vip /tags /address /cards/[]/pan /cards/[]/ceiling /diagnosis".split(" "),
  ],
  documents: (count) => {
    const draw = drawFrom(11);
    return Array.from({ length: count }, (_, n) => document(draw, n));
  },
};

function document(draw: Draw, n: number): EquivalenceDocument {
  return {
    id: `c-${n}`,
    tenantId: `t-${draw.integer(1, 8)}`,
    ...(draw.chance(0.9) && { plan: draw.skewed(["free", "pro", "team"]) }),
    ...(draw.chance(0.9) && { country: draw.chance(0.1) ? null : draw.one(["PT", "CH", "TR", "JP", "NO", "BR"]) }),
    ...(draw.chance(0.8) && { score: draw.integer(-40, 400) / 4 }),
    signedUp: new Date(Date.UTC(2021, 0, draw.integer(1, 2000), draw.integer(0, 23))).toISOString(),
    ...(draw.chance(0.8) && { labels: draw.some(["news", "beta", "dormant", "it's"], 3) }),
    active: draw.chance(0.7),
    visits: draw.integer(0, 50),
    ...(draw.chance(0.95) && { email: draw.chance(0.05) ? null : `${draw.skewed(LOCALS)}@${draw.one(DOMAINS)}` }),
    ...(draw.chance(0.95) && { name: name(draw) }),
    ...(draw.chance(0.6) && { nick: draw.chance(0.03) ? "" : draw.one(NICKS) }),
    ...(draw.chance(0.9) && { birthDate: draw.chance(0.05) ? null : birthDate(draw) }),
    ...(draw.chance(0.85) && { age: draw.chance(0.02) ? draw.one([0, 150]) : draw.integer(16, 95) }),
    ...(draw.chance(0.9) && { vip: draw.chance(0.15) }),
    ...(draw.chance(0.8) && { tags: draw.some(TAGS, 4) }),
    ...(draw.chance(0.8) && { address: address(draw) }),
    ...(draw.chance(0.8) && { cards: Array.from({ length: draw.integer(0, 3) }, () => card(draw)) }),
    ...(draw.chance(0.4) && { diagnosis: draw.chance(0.1) ? null : draw.skewed(DIAGNOSES) }),
  };
}

function name(draw: Draw): string | null {
  if (draw.chance(0.03)) return null;
  if (draw.chance(0.02)) return "";
  if (draw.chance(0.01)) return `${draw.one(FIRST)} ${"van der ".repeat(30)}${draw.one(LAST)}`;
  return `${draw.skewed(FIRST)} ${draw.skewed(LAST)}`;
}

/** Some days are shared by many. */
function birthDate(draw: Draw): string {
  if (draw.chance(0.1)) return draw.one(["1970-01-01", "1999-12-31", "2000-02-29", "1900-01-01", "2100-01-01"]);
  return new Date(Date.UTC(1940, 0, draw.integer(1, 25_000))).toISOString().slice(0, 10);
}

function address(draw: Draw): object {
  return {
    street: `${draw.one(STREETS)} ${draw.integer(1, 99)}`,
    ...(draw.chance(0.9) && { city: draw.chance(0.05) ? null : draw.skewed(CITIES) }),
    zip: `ZIP ${draw.integer(1000, 1040)}`,
    ...(draw.chance(0.5) && { geo: { lat: draw.integer(-360, 360) / 4, lon: draw.integer(-720, 720) / 4 } }),
  };
}

function card(draw: Draw): object {
  return {
    brand: draw.one(["visa", "amex", "jcb"]),
    pan: `4111-${draw.integer(1000, 1300)}`,
    ...(draw.chance(0.8) && { ceiling: draw.integer(0, 200) * 250 }),
  };
}
