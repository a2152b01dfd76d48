/** The shape of documents, guessed from a sample: which properties there are, of which types, and which look personal. */
import { SYSTEM_PROPERTIES } from "@cosmoseal/core";
import { createFieldTally, type FieldTally } from "../personal/detect.js";

export type GuessedType = "string" | "number" | "boolean" | "null" | "array" | "object";

/** One place of the documents and what is below it. */
export interface Guess {
  /** Documents, or elements, that have it. */
  seen: number;
  readonly types: Set<GuessedType>;
  readonly members: Map<string, Guess>;
  element?: Guess;
  readonly field: FieldTally;
}

/** Objects with more different names than that are maps. */
export const MOST_NAMES = 60;

export function newGuess(name: string): Guess {
  return { seen: 0, types: new Set(), members: new Map(), field: createFieldTally(name) };
}

/** Takes one document into the guess. */
export function learn(root: Guess, document: Readonly<Record<string, unknown>>): void {
  const own = Object.entries(document).filter(([name]) => !SYSTEM_PROPERTIES.has(name) && name !== "_seal");
  learnValue(root, Object.fromEntries(own), "", 0);
}

function learnValue(guess: Guess, value: unknown, name: string, depth: number): void {
  guess.seen++;
  if (Array.isArray(value)) {
    guess.types.add("array");
    guess.element ??= newGuess(name);
    if (depth < 32) for (const item of value as unknown[]) learnValue(guess.element, item, name, depth + 1);
    return;
  }
  if (typeof value === "object" && value !== null) {
    guess.types.add("object");
    for (const [member, below] of Object.entries(value)) {
      if (depth >= 32 || (!guess.members.has(member) && guess.members.size > MOST_NAMES)) continue;
      const known = guess.members.get(member) ?? newGuess(member);
      guess.members.set(member, known);
      learnValue(known, below, member, depth + 1);
    }
    return;
  }
  guess.types.add(value === null ? "null" : (typeof value as "string" | "number" | "boolean"));
  guess.field.add(value);
}
