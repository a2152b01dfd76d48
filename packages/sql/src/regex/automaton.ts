/**
 * Whether a text has a match, by following all alternatives at once: a state is the set of steps that the alternatives have come
 * to, made when it is first reached and kept. No pattern, `(a+)+$` and its like included, takes more time than text × program;
 * most take one look-up per character. Nothing is captured, for nothing is asked.
 */
import { wordSet } from "./characters.js";
import type { Instruction } from "./program.js";
import type { Assertion } from "./syntax.js";

interface State {
  /** Where the alternatives go on: the start of the program among them, for a match may start anywhere. */
  readonly steps: readonly number[];
  readonly before: Before;
  /** The state after a character of ASCII, by its code. */
  readonly afterAscii: (State | undefined)[];
  /** The state after any other character, and after the two events below. */
  readonly afterOther: Map<number, State>;
}

/** What stands before a position, as far as assertions ask. */
const Before = { nothing: 0, lineBreak: 1, word: 2, other: 3 } as const;
type Before = (typeof Before)[keyof typeof Before];

/** What a text goes on with, where it is not just the code of a character. */
const END = -1;
const LAST_LINE_BREAK = -2;

const MATCHED: State = { steps: [], before: Before.other, afterAscii: [], afterOther: new Map() };

/** How much is kept for one pattern, in steps and transitions; then all is forgotten, and made again as it is reached. */
const MAX_KEPT = 50_000;
const ASCII = 128;

export function matcherOf(program: readonly Instruction[]): (text: string) => boolean {
  const asserts = program.some(({ op }) => op === "assert");
  const states = new Map<string, State>();
  let kept = 0;
  let start = stateOf([0], Before.nothing);
  /** The turn in which a step was last listed. */
  const listed = new Int32Array(program.length);
  let turn = 0;

  return (text) => {
    let state = start;
    for (let at = 0; at < text.length; ) {
      let event = text.charCodeAt(at++);
      if (event >= 0xd800) {
        event = text.codePointAt(at - 1)!;
        if (event > 0xffff) at++;
      } else if (event === 10 && at === text.length) {
        event = LAST_LINE_BREAK;
      }
      state = after(state, event);
      if (state === MATCHED) return true;
    }
    return after(state, END) === MATCHED;
  };

  function after(state: State, event: number): State {
    const known = event >= 0 && event < ASCII ? state.afterAscii[event] : state.afterOther.get(event);
    return known ?? work(state, event);
  }

  function work(state: State, event: number): State {
    if (kept > MAX_KEPT) forget();
    const next = follow(state, event);
    if (event >= 0 && event < ASCII) state.afterAscii[event] = next;
    else state.afterOther.set(event, next);
    kept++;
    return next;
  }

  function follow({ steps, before }: State, event: number): State {
    turn++;
    const taken = new Set([0]);
    const code = event === LAST_LINE_BREAK ? 10 : event;
    const pending = [...steps];
    for (let step = pending.pop(); step !== undefined; step = pending.pop()) {
      if (listed[step] === turn) continue;
      listed[step] = turn;
      const instruction = program[step]!;
      switch (instruction.op) {
        case "match":
          return MATCHED;
        case "set":
          if (code !== END && instruction.set.has(code)) taken.add(step + 1);
          break;
        case "split":
          for (const target of instruction.to) pending.push(target);
          break;
        case "assert":
          if (holds(instruction.assertion, before, event)) pending.push(step + 1);
          break;
      }
    }
    return stateOf([...taken].sort(ascending), asserts ? beforeNext(code) : Before.nothing);
  }

  function stateOf(steps: readonly number[], before: Before): State {
    const key = `${before} ${steps.join()}`;
    const known = states.get(key);
    if (known !== undefined) return known;
    const state: State = { steps, before, afterAscii: new Array(ASCII), afterOther: new Map() };
    states.set(key, state);
    kept += steps.length + ASCII;
    return state;
  }

  /** No state that is made from now on leads to one from before, so that those are freed. */
  function forget(): void {
    states.clear();
    kept = 0;
    start = stateOf([0], Before.nothing);
  }
}

function ascending(one: number, other: number): number {
  return one - other;
}

function beforeNext(code: number): Before {
  if (code === 10) return Before.lineBreak;
  return wordSet.has(code) ? Before.word : Before.other;
}

function holds(assertion: Assertion, before: Before, event: number): boolean {
  switch (assertion) {
    case "start":
      return before === Before.nothing;
    case "end":
      return event === END;
    case "endOrNewline":
      return event === END || event === LAST_LINE_BREAK;
    case "lineStart":
      return before === Before.nothing || before === Before.lineBreak;
    case "lineEnd":
      return event === END || event === LAST_LINE_BREAK || event === 10;
    case "boundary":
      return (before === Before.word) !== wordSet.has(event);
    case "noBoundary":
      return (before === Before.word) === wordSet.has(event);
  }
}
