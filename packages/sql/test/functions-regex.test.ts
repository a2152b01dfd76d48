/** The engine of REGEXMATCH: it agrees with JavaScript's where both can tell, and no pattern makes it slow. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SqlError } from "../src/index.js";
import { matcherOf } from "../src/regex/automaton.js";
import type { CharacterSet } from "../src/regex/characters.js";
import { compileProgram } from "../src/regex/program.js";
import { compileRegex } from "../src/regex/regex.js";
import { parseRegex } from "../src/regex/syntax.js";
import { sizes } from "./sizes.js";

const NO_FLAGS = { ignoreCase: false, multiline: false, dotAll: false, extended: false };

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

/** Patterns that make an engine that backtracks take time exponential in the text, or one with states make too many of them. */
const HOSTILE: readonly [pattern: string, text: (length: number) => string][] = [
  ["(a+)+$", (length) => `${"a".repeat(length)}!`],
  ["^(a|a)*$", (length) => `${"a".repeat(length)}!`],
  ["^(a|aa)+$", (length) => `${"a".repeat(length)}!`],
  ["(.*)*b{5}$", (length) => "ab".repeat(length / 2)],
  ["^((a*)*)*$x", (length) => "a".repeat(length)],
  ["(a?){40}a{40}z", (length) => "a".repeat(length)],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", (length) => "a".repeat(length)],
  ["(x+x+)+y", (length) => "x".repeat(length)],
  ["[ab]*a[ab]{18}c", noise],
  ["(\\b[ab]|a\\B){1,30}$c", noise],
];

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapUsed(): number {
  for (let n = 0; n < 3; n++) collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** As and bs in no order that repeats. */
function noise(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 2 === 0 ? "a" : "b";
  }).join("");
}

describe("hostile patterns", () => {
  it.each(HOSTILE)("%s takes time linear in the text", (pattern, text) => {
    const time = (length: number): number => {
      const subject = text(length);
      const start = performance.now();
      compileRegex(pattern, "")!.matches(subject);
      return performance.now() - start;
    };
    time(1_000);
    // 16 times the text: linear is about 16, quadratic 256. The rest is for a busy machine.
    expect(time(32_000)).toBeLessThan(80 * time(2_000) + 500);
  });

  it.each(HOSTILE)("%s looks at each step of its program once per character at most", (pattern, text) => {
    let looks = 0;
    const program = compileProgram(parseRegex(pattern, NO_FLAGS)).map((instruction) => {
      if (instruction.op !== "set") return instruction;
      const counting: CharacterSet = { has: (code) => ++looks > 0 && instruction.set.has(code) };
      return { op: "set", set: counting } as const;
    });
    const subject = text(2_000);
    matcherOf(program)(subject);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThanOrEqual(program.length * (subject.length + 1));
  });

  it("more states than are kept are forgotten and made again, and the answer stays right", () => {
    const pattern = "^[ab]*a[ab]{12}c";
    const regex = compileRegex(pattern, "")!;
    for (const text of [noise(20_000), `${noise(20_000)}c`, `${noise(5_000)}a${"b".repeat(12)}c`]) {
      expect(regex.matches(text)).toBe(new RegExp(pattern, "u").test(text));
      expect(regex.matches(text)).toBe(compileRegex(pattern, "")!.matches(text));
    }
  });

  it("what is kept for one pattern is bounded, whatever the characters of the texts", () => {
    const matches = matcherOf(compileProgram(parseRegex("x.y", NO_FLAGS)));
    const everyCharacter = Array.from({ length: 0x30000 }, (_, code) => String.fromCodePoint(code)).join("");
    matches("x");
    const before = heapUsed();
    for (let n = 0; n < 3; n++) expect(matches(everyCharacter)).toBe(false);
    expect(heapUsed() - before).toBeLessThan(4_000_000);
    expect(matches(`${everyCharacter}x😀y`)).toBe(true);
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
  const text = fc.array(fc.oneof(character, fc.constant("\n")), { maxLength: 12 }).map((parts) => parts.join(""));
  const texts = fc.array(text, { minLength: 1, maxLength: 4 });
  const modifiers = fc.subarray(["i", "m", "s"]).map((chosen) => chosen.join(""));

  it("match where JavaScript's do, one text after another", () => {
    fc.assert(
      fc.property(pattern, texts, modifiers, (source, subjects, flags) => {
        const expected = new RegExp(source, `${flags}u`);
        const regex = compileRegex(source, flags)!;
        for (const subject of subjects) {
          // Without m, `$` stands before a line break at the end too, as in PCRE; JavaScript's doesn't.
          if (subject.endsWith("\n") && !flags.includes("m")) continue;
          expect(regex.matches(subject)).toBe(expected.test(subject));
        }
      }),
      sizes["patterns against JavaScript's"],
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
