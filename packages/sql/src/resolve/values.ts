/** What a name can stand for, and what a property of it then stands for. */
import type { Expression } from "../tree.js";

/** A way into a document: a property's name, an element of an array, or a property that only evaluation can name. */
export type PathSegment = string | ElementSegment | DynamicSegment;

/** `[]`: every element, as `IN` iterates; with an index that one element. */
export interface ElementSegment {
  readonly kind: "Element";
  readonly index?: number;
}

/** `c[expression]`: any property, or any element. */
export interface DynamicSegment {
  readonly kind: "Dynamic";
}

/** From the root of the container's document; empty for the document itself. */
export type DocumentPath = readonly PathSegment[];

/** What an expression stands for. */
export type Provenance = DocumentValue | MadeObject | MadeArray | ComputedValue;

/** What the document holds at a path, unchanged. */
export interface DocumentValue {
  readonly kind: "Document";
  readonly path: DocumentPath;
}

/** An object that the query puts together: `{"a": c.b}`, or a row of a sub-query. Of properties with one name the last counts. */
export interface MadeObject {
  readonly kind: "Object";
  readonly properties: readonly { readonly name: string; readonly value: Provenance }[];
}

/** An array that the query puts together; without a known order when `ARRAY(SELECT …)` makes it of rows. */
export interface MadeArray {
  readonly kind: "Array";
  readonly elements: readonly Provenance[];
  readonly ordered: boolean;
}

/** Any other value: a literal, a parameter, what an operator or a function makes. */
export interface ComputedValue {
  readonly kind: "Computed";
  /** Every document path that goes into it, each once. */
  readonly reads: readonly DocumentPath[];
}

export const NOTHING: ComputedValue = { kind: "Computed", reads: [] };
export const ROOT: DocumentValue = { kind: "Document", path: [] };
export const ELEMENT: ElementSegment = { kind: "Element" };
export const DYNAMIC: DynamicSegment = { kind: "Dynamic" };

/** The segment that a property expression stands for. */
export function segmentOf(property: Expression): PathSegment {
  if (property.kind !== "Literal") return DYNAMIC;
  const { value } = property;
  if (typeof value === "string") return value;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? { kind: "Element", index: value }
    : DYNAMIC;
}

/** What a property, an element or, for `ELEMENT`, each element of a value stands for. */
export function memberOf(value: Provenance, segment: PathSegment): Provenance {
  switch (value.kind) {
    case "Document":
      return { kind: "Document", path: [...value.path, segment] };
    case "Computed":
      return value;
    case "Object":
      return memberOfObject(value, segment);
    case "Array":
      return memberOfArray(value, segment);
  }
}

function memberOfObject(value: MadeObject, segment: PathSegment): Provenance {
  if (typeof segment === "string") return value.properties.findLast(({ name }) => name === segment)?.value ?? NOTHING;
  return segment.kind === "Dynamic" ? computed([value]) : NOTHING;
}

function memberOfArray(value: MadeArray, segment: PathSegment): Provenance {
  if (typeof segment === "string") return NOTHING;
  const known = segment.kind === "Element" && segment.index !== undefined && value.ordered;
  if (known) return value.elements[segment.index!] ?? NOTHING;
  return value.elements.length === 1 ? value.elements[0]! : computed([value]);
}

/** The value that is made of others in a way that keeps none of them. */
export function computed(parts: readonly Provenance[]): ComputedValue {
  const reading = parts.filter((part) => part.kind !== "Computed" || part.reads.length > 0);
  if (reading.length === 0) return NOTHING;
  if (reading.length === 1 && reading[0]!.kind === "Computed") return reading[0]!;
  const reads = new Map<string, DocumentPath>();
  for (const part of reading) for (const path of pathsOf(part)) reads.set(pathText(path), path);
  return { kind: "Computed", reads: [...reads.values()] };
}

/**
 * Every document path that a value holds or was made of.
 *
 * @example
 * pathsOf(provenance).some((path) => overlap(path, ["address", "city"]));
 */
export function pathsOf(value: Provenance): readonly DocumentPath[] {
  switch (value.kind) {
    case "Document":
      return [value.path];
    case "Computed":
      return value.reads;
    case "Object":
      return value.properties.flatMap((property) => pathsOf(property.value));
    case "Array":
      return value.elements.flatMap(pathsOf);
  }
}

/**
 * A path as text, the same for the same path and for no other: `/address/city`, `/tags/[]`, `/tags/[0]`, `/[*]` for `c[e]`;
 * a name that isn't a plain word is quoted as JSON: `/"a/b"`. The root is the empty text.
 */
export function pathText(path: DocumentPath): string {
  return path.map((segment) => `/${segmentText(segment)}`).join("");
}

function segmentText(segment: PathSegment): string {
  if (typeof segment === "string") return /^\w+$/.test(segment) ? segment : JSON.stringify(segment);
  return segment.kind === "Dynamic" ? "[*]" : `[${segment.index ?? ""}]`;
}
