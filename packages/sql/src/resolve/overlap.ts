/** Whether reading at one path can see anything of what stands at another. */
import type { DocumentPath, PathSegment } from "./values.js";

/**
 * True when one path may be the other, lie above it or lie below it: a value holds all that is below it, and is a part of all that
 * is above. `c[expression]` may be any property or element, `[]` is every element. Never false where a document exists in which
 * the two share a value.
 *
 * @example
 * overlap(["address"], ["address", "city"]); // true
 * overlap(["cards", { kind: "Element", index: 0 }], ["cards", { kind: "Element" }, "pan"]); // true
 * overlap(["name"], ["address", "city"]); // false
 */
export function overlap(one: DocumentPath, other: DocumentPath): boolean {
  const shared = Math.min(one.length, other.length);
  for (let n = 0; n < shared; n++) if (!mayBeSame(one[n]!, other[n]!)) return false;
  return true;
}

function mayBeSame(one: PathSegment, other: PathSegment): boolean {
  if (typeof one === "string" && typeof other === "string") return one === other;
  if (isDynamic(one) || isDynamic(other)) return true;
  if (typeof one === "string" || typeof other === "string") return false;
  return indexOf(one) === undefined || indexOf(other) === undefined || indexOf(one) === indexOf(other);
}

function isDynamic(segment: PathSegment): boolean {
  return typeof segment !== "string" && segment.kind === "Dynamic";
}

function indexOf(segment: PathSegment): number | undefined {
  return typeof segment !== "string" && segment.kind === "Element" ? segment.index : undefined;
}
