/** REGEXMATCH's own engine: it agrees with JavaScript's where both can tell, and no pattern makes it slow. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SqlError } from "../src/index.js";
import { compileRegex } from "../src/regex/regex.js";

const matches = (text: string, pattern: string, modifiers = ""): boolean =>
  compileRegex(pattern, modifiers)!.matches(text);

function codeOf(pattern: string, modifiers = ""): string | undefined {
  try {
    compileRegex(pattern, modifiers);
  } catch (error) {
    if (error instanceof SqlError) return error.code;
    throw error;
  }
  return undefined;
}

describe("hostile patterns", () => {
  it.each([
    ["(a+)+$"],
    ["^(a|a)*$"],
    ["^(a|aa)+$"],
    ["(.*)*b{5}$"],
    ["^((a*)*)*$x"],
    ["(a?){40}a{40}z"],
    ["^(([a-z])+.)+[A-Z]([a-z])+$"],
    ["(x+x+)+y"],
  ])("%s takes time linear in the text", (pattern) => {
    const regex = compileRegex(pattern, "")!;
    const time = (length: number): number => {
      const text = `${"a".repeat(length)}!`;
      const start = performance.now();
      regex.matches(text);
      return performance.now() - start;
    };
    time(1_000);
    expect(time(20_000)).toBeLessThan(2_000);
  });

  it("repetitions that would write out a huge program are refused", () => {
    expect(codeOf("((a{100}){100}){100}")).toBe("COSMOSEAL_REGEX");
    expect(codeOf("a{5000}")).toBe("COSMOSEAL_REGEX");
  });

  it("deep nesting is refused, not a stack overflow", () => {
    expect(codeOf("(".repeat(100_000) + ")".repeat(100_000))).toBe("COSMOSEAL_REGEX");
  });
});

describe("generated patterns", () => {
  const character = fc.constantFrom("a", "b", "c", "1", " ", "-", "é", "😀");
  const atom = fc.oneof(
    character,
    fc.constantFrom(".", "\\d", "\\w", "\\s", "\\D", "[a-b]", "[^a]", "[b1\\-]", "[^\\d ]", "^", "$", "\\b"),
  );
  const pattern = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      atom,
      fc.tuple(tie("node"), tie("node")).map(([left, right]) => left + right),
      fc.tuple(tie("node"), tie("node")).map(([left, right]) => `(${left}|${right})`),
      fc
        .tuple(tie("node"), fc.constantFrom("*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?"))
        .map(([inner, mark]) => `(?:${inner})${mark}`),
    ),
  })).node;
  const text = fc.array(character, { maxLength: 8 }).map((parts) => parts.join(""));

  it("match where JavaScript's do", () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (source, subject, ignoreCase) => {
        const expected = new RegExp(source, ignoreCase ? "iu" : "u").test(subject);
        expect(matches(subject, source, ignoreCase ? "i" : "")).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("syntax", () => {
  it.each([
    ["a.c", "abc", "", true],
    ["a.c", "a\nc", "", false],
    ["a.c", "a\nc", "s", true],
    ["^b", "a\nb", "", false],
    ["^b", "a\nb", "m", true],
    ["a$", "a\nb", "m", true],
    ["a$", "a\n", "", true],
    ["a\\z", "a\n", "", false],
    ["a b # comment", "ab", "x", true],
    ["A", "a", "i", true],
    ["[^a]", "A", "i", false],
    ["(?i)aB", "Ab", "", true],
    ["(?i:a)B", "AB", "", true],
    ["(?i:a)B", "Ab", "", false],
    ["(?<name>ab)+", "abab", "", true],
    ["(?P<name>ab)+", "abab", "", true],
    ["\\x41\\x{1F600}", "A😀", "", true],
    ["^.$", "😀", "", true],
    ["\\p{L}+", "été", "", true],
    ["^\\P{L}+$", "12", "", true],
    ["[[:alpha:]][[:digit:]]", "a1", "", true],
    ["[]a]", "]", "", true],
    ["\\Qa.b\\E", "axb", "", false],
    ["\\Qa.b\\E", "a.b", "", true],
    ["a{,2}", "a{,2}", "", true],
    ["", "", "", true],
    ["\\.", "a", "", false],
    ["\\bcat\\b", "a cat", "", true],
    ["\\bcat\\b", "concat", "", false],
  ])("/%s/ over %j with %j: %s", (pattern, subject, modifiers, expected) => {
    expect(matches(subject, pattern, modifiers)).toBe(expected);
  });

  it.each([["(a)\\1"], ["(?=a)b"], ["(?<=a)b"], ["(?!a)b"], ["(?>a)b"], ["a++"], ["\\p{Nonsense}"], ["\\y"]])(
    "/%s/ is refused, for it would need backtracking or may mean something elsewhere",
    (pattern) => {
      expect(codeOf(pattern)).toBe("COSMOSEAL_REGEX");
    },
  );

  it.each([["(a"], ["a)"], ["[a"], ["*a"], ["a{3,2}"], ["[z-a]"], ["\\"], ["a\\x{110000}"], ["[[:nonsense:]]"]])(
    "/%s/ is no pattern",
    (pattern) => {
      expect(compileRegex(pattern, "")).toBeUndefined();
    },
  );

  it("modifiers other than i, m, s and x are none", () => {
    expect(compileRegex("a", "g")).toBeUndefined();
  });
});
