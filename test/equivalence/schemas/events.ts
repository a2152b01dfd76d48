/** Events: date-times, kinds under blurred tokens, folded actors and phone numbers, messages, values of any type. */
import { defineContainer, sealed } from "cosmoseal";
import { z } from "zod";
import { type Draw, drawFrom } from "../draw.js";
import type { EquivalenceDocument, EquivalenceSchema } from "./schema.js";

const KINDS = ["sign-in", "sign-out", "password-reset", "export-run", "deletion"] as const;

const schema = z.object({
  id: z.string(),
  service: z.string(),
  severity: z.int().optional(),
  host: z.string().nullable().optional(),
  seen: z.boolean().optional(),
  at: sealed(z.iso.datetime(), {
    range: { min: "2025-01-01T00:00:00Z", max: "2027-01-01T00:00:00Z", precision: "second" },
  }).optional(),
  kind: sealed(z.enum(KINDS), { equality: { bits: 4 } }).optional(),
  actor: sealed(z.string(), { equality: { normalize: ["nfkc", "lowercase"] } }).optional(),
  phone: sealed(z.string(), { equality: { normalize: "digits" } }).optional(),
  message: sealed(z.string(), { substring: { maxLength: 60 } }).optional(),
  route: sealed(z.string(), { prefix: true, equality: true }).optional(),
  latency: sealed(z.int().nullable(), { range: { min: -1000, max: 1_000_000 } }).optional(),
  extreme: sealed(z.number()).optional(),
  source: z.object({ zone: z.string().optional(), ip: sealed(z.string(), { equality: true }).optional() }).optional(),
  codes: sealed(z.array(z.number()), { equality: true }).optional(),
  flags: sealed(z.array(z.string().nullable()), { equality: true }).optional(),
  any: sealed(z.union([z.string(), z.number(), z.boolean(), z.null()]), { equality: true }).optional(),
  meta: sealed(z.record(z.string(), z.unknown())).optional(),
  steps: z
    .array(z.object({ name: z.string(), took: sealed(z.int()).optional(), ok: sealed(z.boolean()).optional() }))
    .optional(),
});

const ACTORS =
  "root-user|ROOT-user|ｒｏｏｔ-user|björn|Björn|bjo\u0308rn|ﬁona|Fiona|İlker|ilker|i\u0307lker|ΌΔΥΣΣΕΎΣ|όδυσσεύς".split(
    "|",
  );
const PHONES = "+47 22 33 44 55|0047-22334455|22334455|(22) 33-44-55|+351 911 222 333|911222333|none".split("|");
const SUBJECTS =
  'Disk full|disk FULL|Größe überschritten|Connection reset|接続がリセット|Ошибка|תקלה|O\'Reilly said "no"|100%_done|[draft]|🔥 hot'.split(
    "|",
  );
const ENDS = " on node-17| on node-171|; retry later|. See manual ς|| (é)|\n-- second line".split("|");
const ROUTES = "/api/users|/api/users/42|/api/Orders|/api/orders/7|/health|/ärger/weiß|/api|/".split("|");
const EXTREMES = [
  0,
  -0,
  1e21,
  -1e21,
  1.7976931348623157e308,
  5e-324,
  9007199254740991,
  2 ** 53 + 2,
  0.1,
  0.30000000000000004,
  -1.5,
];
const FLAGS = ["retried", "cached", "Slow", "slow", "", null];
const ANY = ["word-17", "17", 17, 17.5, true, false, null, ""];

export const events: EquivalenceSchema = {
  name: "events",
  partitionKey: ["/service"],
  define: () => defineContainer({ name: "events", partitionKey: "/service", schema }),
  sealed: [
    ..."/at /kind /actor /phone /message /route /latency /extreme /source/ip /codes /flags /any /meta".split(" "),
    ..."/steps/[]/took /steps/[]/ok".split(" "),
  ],
  documents: (count) => {
    const draw = drawFrom(33);
    return Array.from({ length: count }, (_, n) => document(draw, n));
  },
};

function document(draw: Draw, n: number): EquivalenceDocument {
  return {
    id: `e-${n}`,
    service: draw.skewed(["web", "billing", "auth", "mail", "search"]),
    ...(draw.chance(0.95) && { severity: draw.integer(0, 7) }),
    ...(draw.chance(0.9) && { host: draw.chance(0.1) ? null : `h${draw.integer(1, 9)}` }),
    ...(draw.chance(0.8) && { seen: draw.chance(0.5) }),
    ...(draw.chance(0.95) && { at: instant(draw) }),
    ...(draw.chance(0.9) && { kind: draw.skewed(KINDS) }),
    ...(draw.chance(0.9) && { actor: draw.one(ACTORS) }),
    ...(draw.chance(0.6) && { phone: draw.one(PHONES) }),
    ...(draw.chance(0.9) && { message: message(draw) }),
    ...(draw.chance(0.8) && { route: draw.one(ROUTES) }),
    ...(draw.chance(0.9) && { latency: draw.chance(0.05) ? null : draw.integer(-20, 400) * 5 }),
    ...(draw.chance(0.3) && { extreme: draw.one(EXTREMES) }),
    ...(draw.chance(0.8) && { source: source(draw) }),
    ...(draw.chance(0.6) && { codes: draw.some([200, 404, 500, 503, -1, 2.5], 4) }),
    ...(draw.chance(0.6) && { flags: draw.some(FLAGS, 3) }),
    ...(draw.chance(0.7) && { any: draw.one<string | number | boolean | null>(ANY) }),
    ...(draw.chance(0.5) && { meta: meta(draw) }),
    ...(draw.chance(0.5) && { steps: Array.from({ length: draw.integer(0, 3) }, () => step(draw)) }),
  };
}

/** Seconds, some of them with the same second. */
function instant(draw: Draw): string {
  const seconds = draw.chance(0.1) ? draw.integer(0, 3) * 86_400 : draw.integer(0, 50_000_000);
  return new Date(Date.UTC(2025, 2, 1) + seconds * 1000).toISOString().replace(".000Z", "Z");
}

function message(draw: Draw): string {
  if (draw.chance(0.03)) return "";
  if (draw.chance(0.04)) return `${draw.one(SUBJECTS)}${" lorem ipsum".repeat(8)}${draw.one(ENDS)}`;
  return `${draw.one(SUBJECTS)}${draw.one(ENDS)}`;
}

function source(draw: Draw): object {
  return {
    ...(draw.chance(0.8) && { zone: draw.one(["north", "south"]) }),
    ...(draw.chance(0.9) && { ip: `10.9.0.${draw.integer(1, 60)}` }),
  };
}

function meta(draw: Draw): object {
  return {
    ...(draw.chance(0.5) && { "user agent": draw.one(["curl/8", "Mozilla/5", "okhttp"]) }),
    ...(draw.chance(0.5) && { depth: { level: draw.integer(1, 4), "na.me/x~y": draw.chance(0.5) } }),
    ...(draw.chance(0.3) && { list: draw.some<unknown>([1, "one", null, { one: 1 }, []], 3) }),
  };
}

function step(draw: Draw): object {
  return {
    name: draw.one(["parse", "load", "store"]),
    ...(draw.chance(0.8) && { took: draw.integer(1, 90) }),
    ...(draw.chance(0.8) && { ok: draw.chance(0.8) }),
  };
}
