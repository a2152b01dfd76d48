/** Patterns and pointers of SPEC §1: how places in a schema and in a document are written. */
import { CosmosealError } from "../errors.js";

/** One segment of a pattern: a member by name, every element, or every member whose name the schema leaves open. */
export type Segment = { readonly name: string } | "[]" | "*";

/** The pattern of a member below `pattern`. */
export function joinPattern(pattern: string, name: string): string {
  return `${pattern}/${escapeName(name)}`;
}

/** The pointer of a member or element below `pointer`. */
export function joinPointer(pointer: string, name: string | number): string {
  return typeof name === "number" ? `${pointer}/${name}` : `${pointer}/${escapePointer(name)}`;
}

/** Throws ERR_SCHEMA_INVALID for what is not a pattern. */
export function parsePattern(pattern: string): readonly Segment[] {
  const known = parsed.get(pattern);
  if (known !== undefined) return known;
  const segments = Object.freeze(segmentsOf(pattern));
  if (parsed.size < MOST_PARSED && pattern.length <= LONGEST_KEPT) parsed.set(pattern, segments);
  return segments;
}

// Those of a schema are asked for with every document; stored documents may bring others, of any number and length.
const parsed = new Map<string, readonly Segment[]>();
const MOST_PARSED = 1000;
const LONGEST_KEPT = 200;

function segmentsOf(pattern: string): readonly Segment[] {
  if (pattern === "") return [];
  if (!pattern.startsWith("/") || /~[^0123]|~$/.test(pattern)) {
    throw new CosmosealError("ERR_SCHEMA_INVALID", "A path begins with / and escapes ~ as ~0, / as ~1.", {
      path: pattern,
    });
  }
  return pattern
    .slice(1)
    .split("/")
    .map((text) => (text === "[]" || text === "*" ? text : { name: unescapeName(text) }));
}

/** The segments of an RFC 6901 pointer, or undefined for what is not one in its shortest spelling. */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (!pointer.startsWith("/")) return undefined;
  const segments = pointer.includes("/", 1) ? pointer.slice(1).split("/") : [pointer.slice(1)];
  if (!pointer.includes("~")) return segments;
  if (/~[^01]|~$/.test(pointer)) return undefined;
  return segments.map((text) => text.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function formatPattern(segments: readonly Segment[]): string {
  return segments.map((segment) => `/${typeof segment === "string" ? segment : escapeName(segment.name)}`).join("");
}

/** True where a pattern stands for several places of one document. */
export function isMany(pattern: string): boolean {
  return parsePattern(pattern).some((segment) => typeof segment === "string");
}

function escapePointer(name: string): string {
  return name.includes("~") || name.includes("/") ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;
}

function escapeName(name: string): string {
  if (name === "[]") return "~2";
  if (name === "*") return "~3";
  return escapePointer(name);
}

function unescapeName(text: string): string {
  if (text === "~2") return "[]";
  if (text === "~3") return "*";
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}
