/** When two paths of a document share a value. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { overlap } from "../src/resolve/overlap.js";
import { type DocumentPath, DYNAMIC, ELEMENT, type PathSegment } from "../src/resolve/values.js";
import { sizes } from "./sizes.js";

const at = (index: number): PathSegment => ({ kind: "Element", index });

describe("paths overlap where one may hold the other", () => {
  test.each<[string, DocumentPath, DocumentPath, boolean]>([
    ["the same", ["a", "b"], ["a", "b"], true],
    ["above and below", ["a"], ["a", "b"], true],
    ["the root and anything", [], ["a"], true],
    ["beside", ["a", "b"], ["a", "c"], false],
    ["a name that begins alike", ["ab"], ["a"], false],
    ["every element and one", ["a", ELEMENT], ["a", at(1), "b"], true],
    ["one element and another", ["a", at(0)], ["a", at(1)], false],
    ["an element and a property", ["a", ELEMENT], ["a", "b"], false],
    ["a name that looks like an element", ["a", "[]"], ["a", ELEMENT], false],
    ["a computed property and a property", [DYNAMIC, "b"], ["a", "b"], true],
    ["a computed property and an element", ["a", DYNAMIC], ["a", at(1)], true],
    ["below a computed property", [DYNAMIC, "c"], ["a", "b"], false],
  ])("%s", (_, one, other, expected) => {
    expect(overlap(one, other)).toBe(expected);
    expect(overlap(other, one)).toBe(expected);
  });
});

test("paths that reach a common value in a document overlap", () => {
  const key = fc.constantFrom("a", "b", "[]", "0");
  const concrete = fc.array(fc.oneof(key, fc.nat(2)), { maxLength: 4 });
  fc.assert(
    fc.property(concrete, fc.array(fc.nat(3)), fc.array(fc.nat(3)), fc.nat(4), (steps, vague, vaguer, length) => {
      const one = steps.map((step, n) => loosen(step, vague[n] ?? 0));
      const other = steps.slice(0, length).map((step, n) => loosen(step, vaguer[n] ?? 0));
      expect(overlap(one, other)).toBe(true);
    }),
    sizes["paths of documents"],
  );
});

/** A segment that stands for this step of a document, and for others the vaguer it is. */
function loosen(step: string | number, vagueness: number): PathSegment {
  if (vagueness === 3) return DYNAMIC;
  if (typeof step === "string") return step;
  return vagueness === 2 ? ELEMENT : at(step);
}
