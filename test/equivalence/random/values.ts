/** Values that documents hold, and those that queries ask for: the same, near misses, and values of other types. */
import type { Json } from "@cosmoseal/sql";
import type { Draw } from "../draw.js";
import type { LeafType } from "./shape.js";

export function poolOf(type: LeafType): readonly unknown[] {
  return POOLS[type];
}

/** For a condition on a place of this type. */
export function wantedFor(type: LeafType, draw: Draw): Json {
  const roll = draw.next();
  const known = toJson(draw.one(poolOf(type)));
  if (roll < 0.6) return known;
  if (roll < 0.68) return draw.one<Json>([null, true, false, 0, 17, "", "17", "zz", -1e300, [], { a: 1 }]);
  if (typeof known === "string") return nearText(known, draw);
  return typeof known === "number" ? known + draw.one([-1, 1, 0.5, -0.125, 1e-9, 1000]) : known;
}

/** A part of a text that stands in documents, or almost. */
export function partOf(draw: Draw): string {
  const units = [...draw.one(POOLS.text as readonly string[])];
  const start = draw.chance(0.4) ? 0 : draw.integer(0, Math.max(0, units.length - 1));
  const part = units.slice(start, start + draw.integer(0, 8)).join("");
  const roll = draw.next();
  if (roll < 0.2) return part.toUpperCase();
  if (roll < 0.4) return part.toLowerCase();
  return roll < 0.5 ? nearText(part, draw) : part;
}

const POOLS: Readonly<Record<LeafType, readonly unknown[]>> = {
  text: [
    ..."Annabell|annabell|ANNA|Ann|straße|STRASSE|STRAẞE|İstanbul|istanbul|i\u0307stanbul|ΟΔΟΣ|οδος|οδοσ|Kelvin|kelvin".split(
      "|",
    ),
    ...'cafe\u0301|café|CAFÉ|ﬁn de siècle|🙂🙃🙂🙃|山田太郎|שלום עולם|a%b_c[d]|100% off|it\'s|say "hi"|back\\slash'.split(
      "|",
    ),
    ..."@at-sign|-- comment|/* x */|c.name = 'x'|12-34 56|1234 56|tab\tnew\nline|a|ab| |x".split("|"),
    "long ".repeat(12),
    "",
  ],
  integer: [-1000, -999, -7, -1, 0, 1, 2, 3, 17, 18, 19, 64, 100, 101, 255, 256, 998, 1000],
  number: [-50, -49.75, -1.5, -0.25, 0, 0.1, 0.3, 0.30000000000000004, 0.75, 1, 1.25, 17.5, 33.3, 49.9, 50],
  bigint: [-10n, 0n, 1n, 999n, 1000n, 1001n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 2n, 2n ** 62n, 2n ** 63n],
  day: ["1990-01-01", "1999-12-31", "2000-01-01", "2000-02-29", "2012-06-15", "2012-06-16", "2024-12-31", "2030-12-31"],
  instant: [
    "2019-12-31T00:00:00Z",
    "2020-02-29T23:59:59Z",
    "2020-03-01T00:00:00Z",
    "2023-05-05T05:05:05Z",
    "2023-05-05T05:05:06Z",
    "2023-05-05T05:05:05.500Z",
    "2026-12-31T12:00:00Z",
  ],
  date: [
    "2020-01-01T00:00:00.000Z",
    "2020-01-01T00:00:00.001Z",
    "2021-07-01T12:30:00.000Z",
    "2026-11-24T08:00:00.000Z",
  ].map((text) => new Date(text)),
  boolean: [true, false],
  mixed: ["17", 17, true, false, "", "Annabell", -3.5, null],
};

function nearText(text: string, draw: Draw): string {
  const units = [...text];
  switch (draw.integer(0, 6)) {
    case 0:
      return units.slice(0, -1).join("");
    case 1:
      return units.slice(1).join("");
    case 2:
      return `${text}x`;
    case 3:
      return text.toUpperCase();
    case 4:
      return text.toLowerCase();
    case 5:
      return text.normalize("NFD");
    default:
      return units.slice(0, draw.integer(0, units.length)).join("");
  }
}

function toJson(value: unknown): Json {
  if (typeof value === "bigint") return Number(value);
  return value instanceof Date ? value.toISOString() : (value as Json);
}
