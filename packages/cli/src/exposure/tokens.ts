/** Index tokens: what they give away to whoever counts them. */
import type { Plan } from "@cosmoseal/core";
import type { TokenExposure } from "./report.js";
import { createSketch, type Sketch } from "./sketch.js";

export interface TokenTallies {
  add(tokens: Readonly<Record<string, unknown>>): void;
  exposures(plan: Plan | undefined): readonly TokenExposure[];
}

/** Beyond `most` names nothing is counted: a schema doesn't have as many. */
export function createTokenTallies(most = 200): TokenTallies {
  const tallies = new Map<string, { documents: number; readonly sketch: Sketch }>();
  return {
    add: (tokens) => {
      for (const [name, value] of Object.entries(tokens)) {
        const tally = tallies.get(name) ?? (tallies.size < most ? { documents: 0, sketch: createSketch() } : undefined);
        if (tally === undefined) continue;
        tallies.set(name, tally);
        tally.documents++;
        // Each once a document, so that the largest share is one of documents.
        for (const token of new Set(Array.isArray(value) ? value : [value])) tally.sketch.add(String(token));
      }
    },
    exposures: (plan) =>
      [...tallies]
        .map(([name, { documents, sketch }]): TokenExposure => {
          const { distinct, entropy, exact, largest, total } = sketch.spread();
          const kind = KINDS[name[0] ?? ""] ?? "unknown";
          const path = plan?.indexes.find((index) => index.name === name)?.pattern;
          const share = Math.min(1, (largest * total) / documents);
          return {
            name,
            kind,
            path,
            documents,
            distinct,
            exact,
            largest: share,
            entropy,
            tells: tellsOf(kind, share, distinct),
          };
        })
        .sort((a, b) => b.largest - a.largest),
  };
}

/** By the letter that index names begin with. SPEC §5.1. */
const KINDS: Readonly<Record<string, string>> = {
  e: "equality",
  r: "range",
  p: "prefix",
  s: "substring",
  u: "unique",
};

function tellsOf(kind: string, largest: number, distinct: number): string {
  const few = distinct < 16 ? " With so few different values their frequencies give most of them away." : "";
  const often = largest > 0.2 && distinct >= 16 ? " The most frequent value stands out." : "";
  switch (kind) {
    case "equality":
      return `Which documents share a value, and how often each occurs.${few}${often}`;
    case "unique":
      return "Which value is taken, within a partition key; no frequencies.";
    case "range":
      return "Which values are close to each other; from many observed searches, their order.";
    case "prefix":
      return "Which texts begin alike, and for how long.";
    case "substring":
      return "Which texts share runs of three characters.";
    default:
      return "Nothing is known of this index.";
  }
}
