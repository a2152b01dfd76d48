/** A continuation token is good for what it was made for, and for nothing else. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { openContinuation, sealContinuation } from "../src/codec/continuation.js";
import { Key } from "../src/crypto/key.js";
import { cryptoReady } from "../src/crypto/sodium.js";

const key = Key.take(new Uint8Array(32).fill(7));
const other = Key.take(new Uint8Array(32).fill(8));
const parts = fc.array(fc.string({ unit: "binary" }), { maxLength: 5 });

beforeAll(cryptoReady);

test("opens to its state with the same key and the same parts, and with no others", () => {
  fc.assert(
    fc.property(parts, parts, fc.string(), (bound, others, state) => {
      const token = sealContinuation(key, bound, state);
      expect(openContinuation(key, bound, token)).toBe(state);
      expect(openContinuation(other, bound, token)).toBeUndefined();
      const isSame = JSON.stringify(bound) === JSON.stringify(others);
      expect(openContinuation(key, others, token)).toBe(isSame ? state : undefined);
    }),
  );
});

test("moves no text from one part to the next", () => {
  const token = sealContinuation(key, ["ab", "c"], "state");
  for (const bound of [["a", "bc"], ["abc"], ["ab", "c", ""], ["", "ab", "c"], ["c", "ab"]])
    expect([bound, openContinuation(key, bound, token)]).toEqual([bound, undefined]);
});

test("that was changed in any character, cut, lengthened or spelled otherwise does not open", () => {
  const token = sealContinuation(key, ["container"], '{"s":"token"}');
  for (let at = 0; at < token.length; at++) {
    const changed = `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
    expect([at, openContinuation(key, ["container"], changed)]).toEqual([at, undefined]);
  }
  for (const spelled of ["", "A", token.slice(1), `${token}AAAA`, `${token}=`, ` ${token}`])
    expect(openContinuation(key, ["container"], spelled)).toBeUndefined();
});

test("of one position is another each time, and tells of it no more than its length", () => {
  const made = Array.from({ length: 20 }, () => sealContinuation(key, ["container"], '{"s":"token","t":5}'));
  expect(new Set(made).size).toBe(20);
  expect(new Set(made.map((token) => token.length)).size).toBe(1);
});
