/** The case fold over every code point: what ignores case in a query must never tell apart what the fold takes for one. */
import { expect, test } from "vitest";
import { foldCase } from "../../packages/core/src/index/text.js";

const CASED = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point))
  .filter((point) => point.toUpperCase() !== point || point.toLowerCase() !== point);

test("is the same for a code point, its upper case, its lower case and its own fold", () => {
  const wrong = CASED.filter((point) => {
    const folded = foldCase(point);
    return [point.toUpperCase(), point.toLowerCase(), point.toUpperCase().toLowerCase(), folded].some(
      (other) => foldCase(other) !== folded,
    );
  });
  expect(wrong).toEqual([]);
  expect(CASED.length).toBeGreaterThan(2700);
});

test("of a part is a part of the fold of the whole", () => {
  const letters = ["Σ", "σ", "ς", "ß", "ẞ", "İ", "ı", "I", "ﬁ", "ŉ", "\u0307", "\u0345", "ᾈ", " ", "𐐀", "a"];
  for (const a of letters) {
    for (const b of letters) {
      for (const c of letters) expect(foldCase(a + b + c)).toBe(foldCase(a) + foldCase(b) + foldCase(c));
    }
  }
});

test("leaves alone what has no case", () => {
  for (const text of ["", "abc 123", "日本語", "e\u0301", "😀"]) expect(foldCase(text)).toBe(text);
});
