/** Orders: a sealed id and partition key, amounts, bigints, dates, and everything that isn't declared sealed as well. */
import { defineContainer, sealed, signed } from "cosmoseal";
import { type Draw, drawFrom } from "../draw.js";
import type { EquivalenceDocument, EquivalenceSchema } from "./schema.js";

const paths = {
  "/id": sealed(),
  "/buyer": sealed(),
  "/status": signed(),
  "/region": signed(),
  "/currency": signed(),
  "/rank": signed(),
  "/shipping/method": signed(),
  "/lines/[]/quantity": signed(),
  "/reference": sealed({ equality: true, prefix: { max: 8 } }),
  "/amount": sealed({ range: { min: 0, max: 100_000, precision: 0.25 } }),
  "/cents": sealed({ keeps: "bigint", equality: true, range: { min: 0n, max: 10_000_000_000_000_000_000n } }),
  "/paid": sealed({ equality: true }),
  "/placedAt": sealed({
    keeps: "date",
    range: { min: "2020-01-01T00:00:00Z", max: "2030-01-01T00:00:00Z", precision: "hour" },
  }),
  "/shipping/address": sealed(),
  "/shipping/cost": sealed({ range: { min: 0, max: 1000, precision: 1 }, equality: true }),
  "/lines/[]/sku": sealed({ equality: true }),
  "/lines/[]/price": sealed({ range: { min: 0, max: 5000, precision: 1 } }),
  "/lines/[]/note": sealed(),
  "/coupons": sealed({ equality: { normalize: "lowercase" } }),
  "/ratings": sealed({ equality: true, range: { min: 1, max: 5, precision: 1 } }),
} as const;

const BUYERS = Array.from({ length: 40 }, (_, n) => `buyer-${n}${n % 9 === 0 ? "-ñ" : ""}`);
const COUPONS = "SPRING-24|spring-24|Größe-10|GRÖSSE-10|it's-free|--none|ΛΌΓΟΣ|λόγος".split("|");
const NOTES = "gift wrap|Fragile!|leave at door|二つ目|déjà vu|@note|".split("|");
const METHODS = ["post", "courier", "pickup"];

export const orders: EquivalenceSchema = {
  name: "orders",
  partitionKey: ["/buyer"],
  define: () => defineContainer({ name: "orders", partitionKey: "/buyer", paths, unlisted: "sealed" }),
  sealed: [
    ..."/id /buyer /reference /amount /cents /paid /placedAt /shipping/address /shipping/cost /shipping/extra".split(
      " ",
    ),
    ..."/lines/[]/sku /lines/[]/price /lines/[]/note /coupons /ratings /memo /discount /custom".split(" "),
  ],
  documents: (count) => {
    const draw = drawFrom(22);
    return Array.from({ length: count }, (_, n) => document(draw, n));
  },
};

function document(draw: Draw, n: number): EquivalenceDocument {
  return {
    id: `order-${n}`,
    buyer: draw.skewed(BUYERS),
    ...(draw.chance(0.95) && { status: draw.skewed(["open", "shipped", "returned", "cancelled"]) }),
    ...(draw.chance(0.9) && { region: draw.chance(0.1) ? null : draw.one(["eu", "us", "apac"]) }),
    currency: draw.one(["EUR", "USD", "JPY"]),
    rank: draw.integer(1, 60),
    ...(draw.chance(0.9) && { reference: `REF${draw.integer(0, 9)}/${draw.integer(1, 400)}` }),
    ...(draw.chance(0.95) && { amount: draw.chance(0.03) ? draw.one([0, 100_000, 0.1]) : draw.integer(1, 8000) / 4 }),
    ...(draw.chance(0.9) && { cents: cents(draw) }),
    ...(draw.chance(0.9) && { paid: draw.chance(0.6) }),
    ...(draw.chance(0.95) && {
      placedAt: new Date(Date.UTC(2023, 0, 1, 0, 0, 0) + draw.integer(0, 50_000) * 1_800_000),
    }),
    ...(draw.chance(0.9) && { shipping: shipping(draw) }),
    ...(draw.chance(0.9) && { lines: Array.from({ length: draw.integer(0, 4) }, () => line(draw)) }),
    ...(draw.chance(0.5) && { coupons: draw.some(COUPONS, 3) }),
    ...(draw.chance(0.7) && { ratings: Array.from({ length: draw.integer(0, 4) }, () => draw.integer(1, 5)) }),
    ...(draw.chance(0.3) && { memo: `memo ${draw.one(NOTES)}` }),
    ...(draw.chance(0.5) && { discount: draw.chance(0.2) ? null : draw.integer(0, 12) / 8 }),
    ...(draw.chance(0.3) && { custom: custom(draw) }),
  };
}

/** Some are past what a double tells apart. */
function cents(draw: Draw): bigint {
  if (draw.chance(0.05)) return 9_007_199_254_740_992n + BigInt(draw.integer(0, 4));
  return BigInt(draw.integer(0, 3000)) * 50n;
}

function shipping(draw: Draw): object {
  return {
    ...(draw.chance(0.9) && { method: draw.skewed(METHODS) }),
    ...(draw.chance(0.9) && { cost: draw.integer(0, 40) / 2 }),
    ...(draw.chance(0.7) && {
      address: {
        city: draw.skewed(["Porto", "Genève", "İzmir", "Kraków"]),
        lines: draw.some(["Flat 1", "c/o Roe"], 2),
      },
    }),
    ...(draw.chance(0.2) && { extra: draw.one(["insured", "signature", null]) }),
  };
}

function line(draw: Draw): object {
  return {
    sku: `SKU-${draw.integer(100, 220)}`,
    ...(draw.chance(0.95) && { quantity: draw.integer(1, 6) }),
    ...(draw.chance(0.9) && { price: draw.integer(0, 2000) / 4 }),
    ...(draw.chance(0.4) && { note: draw.one(NOTES) }),
  };
}

function custom(draw: Draw): unknown {
  return draw.one<unknown>(["plain text", 7777.5, true, null, ["nested", ["deep"]], { "odd name": { deeper: 1 } }, []]);
}
