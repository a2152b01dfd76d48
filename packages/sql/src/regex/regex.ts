/**
 * Whether a text has a match, by following all alternatives at once: time is the product of text and program at most, so
 * that no pattern, `(a+)+$` and its like included, can make it explode. Nothing is captured, for nothing is asked.
 */
import { wordSet } from "./characters.js";
import { compileProgram, type Instruction } from "./program.js";
import { type Assertion, type Flags, MalformedPattern, parseRegex } from "./syntax.js";

export interface Regex {
  matches(text: string): boolean;
}

/**
 * Undefined where the pattern or the modifiers are none. Throws `SqlError` `COSMOSEAL_REGEX` for a pattern that asks for what
 * needs backtracking, or is too large.
 */
export function compileRegex(pattern: string, modifiers: string): Regex | undefined {
  const flags = readFlags(modifiers);
  if (flags === undefined) return undefined;
  try {
    const program = compileProgram(parseRegex(pattern, flags));
    return { matches: (text) => simulate(program, text) };
  } catch (error) {
    if (error instanceof MalformedPattern) return undefined;
    throw error;
  }
}

/** Among i, m, s and x. */
function readFlags(modifiers: string): Flags | undefined {
  if (!/^[imsx]*$/.test(modifiers)) return undefined;
  return {
    ignoreCase: modifiers.includes("i"),
    multiline: modifiers.includes("m"),
    dotAll: modifiers.includes("s"),
    extended: modifiers.includes("x"),
  };
}

function simulate(program: readonly Instruction[], text: string): boolean {
  let threads: number[] = [];
  let next: number[] = [];
  /** The position, plus one, for which an instruction was last put on a list. */
  const listed = new Int32Array(program.length);
  for (let at = 0; ; ) {
    // A match may start anywhere, so the program's start joins the threads at every position.
    if (follow(0, threads, at)) return true;
    if (at >= text.length) return false;
    const code = text.codePointAt(at)!;
    const after = at + (code > 0xffff ? 2 : 1);
    for (const thread of threads) {
      const instruction = program[thread]!;
      if (instruction.op === "set" && instruction.set.has(code) && follow(thread + 1, next, after)) return true;
    }
    [threads, next] = [next, threads];
    next.length = 0;
    at = after;
  }

  /** Lists every step that can be reached without taking a character; true where that is the match. */
  function follow(start: number, list: number[], position: number): boolean {
    const pending = [start];
    while (pending.length > 0) {
      const index = pending.pop()!;
      if (listed[index] === position + 1) continue;
      listed[index] = position + 1;
      const instruction = program[index]!;
      switch (instruction.op) {
        case "match":
          return true;
        case "set":
          list.push(index);
          break;
        case "split":
          pending.push(...instruction.to);
          break;
        case "assert":
          if (holds(instruction.assertion, text, position)) pending.push(index + 1);
          break;
      }
    }
    return false;
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case "start":
      return at === 0;
    case "end":
      return at === text.length;
    case "endOrNewline":
      return at === text.length || (at === text.length - 1 && text[at] === "\n");
    case "lineStart":
      return at === 0 || text[at - 1] === "\n";
    case "lineEnd":
      return at === text.length || text[at] === "\n";
    case "boundary":
      return isWord(text, at - 1) !== isWord(text, at);
    case "noBoundary":
      return isWord(text, at - 1) === isWord(text, at);
  }
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && wordSet.has(text.charCodeAt(at));
}
