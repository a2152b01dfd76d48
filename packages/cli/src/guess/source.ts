/** A guessed shape as the source of a definition, with marks where somebody must look. */
import type { PersonalFinding } from "../personal/detect.js";
import { type Guess, MOST_NAMES } from "./guess.js";

export interface SourceOptions {
  /** Logical name of the definition, and name of the constant. */
  readonly name: string;
  readonly partitionKey: readonly string[];
  readonly sampled: number;
  /** There are documents already: the container moves in. */
  readonly movesIn: boolean;
}

/** TypeScript. Names of properties are quoted where they aren't identifiers; no value of a document is in it. */
export function sourceOf(guess: Guess, options: SourceOptions): string {
  const { name, partitionKey, sampled, movesIn } = options;
  const fixed = new Set(["/id", ...partitionKey]);
  const body = objectOf(guess, "", 2, fixed);
  const usesSealed = body.includes("sealed(");
  return `/** A first draft of the schema, guessed from ${sampled} document${sampled === 1 ? "" : "s"}. Look at every line before you deploy it. */
import { defineContainer${usesSealed ? ", sealed" : ""} } from "cosmoseal";
import { z } from "zod";

// Sealed: encrypted. Everything else is signed: readable as before, and a change by anybody else makes the document unreadable. What other
// writers or patches on the server change is unsigned(…). A sealed field that is searched needs an index: sealed(z.string(), { equality: true }).
// What an index tells the server is in docs/querying.md.
export const ${identifier(name)} = defineContainer({
  name: ${JSON.stringify(name)},
  partitionKey: ${partitionKey.length === 1 ? JSON.stringify(partitionKey[0]) : JSON.stringify(partitionKey)},
${movesIn ? '  // The container holds plaintext. First deploy this, then { phase: "sealing", since: … }: docs/schema-changes.md, "Moving in".\n  movingIn: { phase: "prepare" },\n' : ""}  schema: ${body},
});
`;
}

/** A name for a constant. */
export function identifier(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_$]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "");
  return /^[A-Za-z_$]/.test(plain) ? plain : `container${plain}`;
}

function objectOf(guess: Guess, path: string, indent: number, fixed: ReadonlySet<string>): string {
  if (guess.members.size > MOST_NAMES || (guess.members.size === 0 && path !== ""))
    return "z.record(z.string(), z.any())";
  const pad = " ".repeat(indent);
  const members = [...guess.members].sort(([a], [b]) => rank(a) - rank(b));
  if (path === "" && !guess.members.has("id")) members.unshift(["id", idGuess()]);
  const lines = members.flatMap(([name, member]) => {
    const below = `${path}/${name}`;
    const personal = personalOf(member);
    const isFixed = fixed.has(below);
    const optional = member.seen < guess.seen && !isFixed ? ".optional()" : "";
    const type = typeOf(member, below, indent + 2, fixed);
    const seals = personal.length > 0 && !isFixed && !type.startsWith("z.object(");
    const key = /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : JSON.stringify(name);
    return [
      ...remarksOf(personal, isFixed).map((remark) => `${pad}  // REVIEW ${remark}`),
      `${pad}  ${key}: ${seals ? `sealed(${type})` : type}${optional},`,
    ];
  });
  return `z.object({\n${lines.join("\n")}\n${pad}})`;
}

function typeOf(guess: Guess, path: string, indent: number, fixed: ReadonlySet<string>): string {
  const types = [...guess.types].filter((type) => type !== "null").sort();
  const nullable = guess.types.has("null") ? ".nullable()" : "";
  if (types.length === 0) return "z.any()";
  // A union of structures would hide what is sealed inside: whoever knows the data says more.
  if (types.length > 1 && types.some((type) => type === "array" || type === "object")) return "z.any()";
  if (types.length > 1) return `z.union([${types.map((type) => `z.${type}()`).join(", ")}])${nullable}`;
  if (types[0] === "object") return `${objectOf(guess, path, indent, fixed)}${nullable}`;
  if (types[0] === "array") {
    const { element } = guess;
    const inner =
      element === undefined || element.seen === 0 ? "z.any()" : typeOf(element, `${path}/[]`, indent, fixed);
    return `z.array(${inner})${nullable}`;
  }
  return `z.${types[0]}()${nullable}`;
}

/** Of scalars, and of the scalars in an array: the array is sealed as a whole then. */
function personalOf({ field, element, types }: Guess): readonly PersonalFinding[] {
  const own = field.findings();
  if (own.length > 0 || !types.has("array") || element === undefined) return own;
  return element.field.findings();
}

function remarksOf(personal: readonly PersonalFinding[], isFixed: boolean): readonly string[] {
  return personal.map(({ kind, values, of, detail }) => {
    const what = `looks like ${kind}${detail === undefined ? "" : ` (${detail})`}: ${values} of ${of}.`;
    return isFixed ? `${what} An id or partition key can't be sealed in place: a new container could seal it.` : what;
  });
}

/** The id first; all else as it was met. */
function rank(name: string): number {
  return name === "id" ? 0 : 1;
}

function idGuess(): Guess {
  return {
    seen: Number.MAX_SAFE_INTEGER,
    types: new Set(["string"]),
    members: new Map(),
    field: { add: () => [], findings: () => [] },
  };
}
