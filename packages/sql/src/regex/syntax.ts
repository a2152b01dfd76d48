/** Patterns of REGEXMATCH: the part of PCRE's syntax that a machine without backtracking can match, read into a tree. */
import { refusal } from "../evaluate/refusal.js";
import {
  type CharacterSet,
  complement,
  digitSet,
  dotSet,
  ignoringCase,
  posixSet,
  propertySet,
  range,
  spaceSet,
  unicodeSet,
  union,
  wordSet,
} from "./characters.js";

export type RegexNode =
  | { readonly kind: "empty" }
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "sequence"; readonly parts: readonly RegexNode[] }
  | { readonly kind: "choice"; readonly options: readonly RegexNode[] }
  | { readonly kind: "repeat"; readonly part: RegexNode; readonly least: number; readonly most: number }
  | { readonly kind: "assert"; readonly assertion: Assertion };

export type Assertion = "start" | "end" | "endOrNewline" | "lineStart" | "lineEnd" | "boundary" | "noBoundary";

export interface Flags {
  /** `i` */
  readonly ignoreCase: boolean;
  /** `m`: `^` and `$` also match at line breaks. */
  readonly multiline: boolean;
  /** `s`: `.` also matches a line break. */
  readonly dotAll: boolean;
  /** `x`: white space and `#` comments in the pattern are left out. */
  readonly extended: boolean;
}

const maxDepth = 250;
const maxRepeat = 1000;

/** Thrown for a pattern that is none: a bracket without its like, a range out of order, nothing to repeat. */
export class MalformedPattern extends Error {}

/**
 * Throws `MalformedPattern`, and `SqlError` `COSMOSEAL_REGEX` for what may well be a pattern, but not one of ours:
 * back-references, look-around and their like.
 */
export function parseRegex(pattern: string, flags: Flags): RegexNode {
  const characters = [...pattern];
  let at = 0;
  let current = flags;
  let depth = 0;

  const tree = choice();
  if (at < characters.length) throw new MalformedPattern();
  return tree;

  function choice(): RegexNode {
    if (++depth > maxDepth) throw fail("too many nested groups");
    const options = [sequence()];
    while (characters[at] === "|") {
      at++;
      options.push(sequence());
    }
    depth--;
    return options.length === 1 ? options[0]! : { kind: "choice", options };
  }

  function sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (at < characters.length && characters[at] !== "|" && characters[at] !== ")") {
      if (current.extended && skipExtended()) continue;
      const part = atom();
      if (part !== undefined) parts.push(quantified(part));
    }
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  function skipExtended(): boolean {
    if (/\s/.test(characters[at]!)) {
      at++;
      return true;
    }
    if (characters[at] !== "#") return false;
    while (at < characters.length && characters[at] !== "\n") at++;
    return true;
  }

  function atom(): RegexNode | undefined {
    const character = characters[at++]!;
    switch (character) {
      case "(":
        return group();
      case "[":
        return set(bracket());
      case ".":
        return set(current.dotAll ? unicodeSet : dotSet);
      case "^":
        return { kind: "assert", assertion: current.multiline ? "lineStart" : "start" };
      case "$":
        return { kind: "assert", assertion: current.multiline ? "lineEnd" : "endOrNewline" };
      case "\\":
        return escaped();
      case "*":
      case "+":
      case "?":
        throw new MalformedPattern();
      default:
        return literal(character);
    }
  }

  /** After the `(`. Undefined for one that only sets flags. */
  function group(): RegexNode | undefined {
    const before = current;
    if (characters[at] === "?") {
      at++;
      const mark = characters[at];
      if (mark === "#") {
        while (at < characters.length && characters[at] !== ")") at++;
        closing();
        return undefined;
      }
      if (mark === ":") at++;
      else if (mark === "P" || mark === "<" || mark === "'") skipGroupName();
      else if (setFlags()) return undefined;
    }
    const inner = choice();
    closing();
    current = before;
    return inner;
  }

  function skipGroupName(): void {
    const rest = characters.slice(at).join("");
    const name = /^(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*')/.exec(rest)?.[0];
    if (name === undefined) throw fail("look-behind or a recursive or conditional group, which is not supported");
    at += name.length;
  }

  /** `(?i)` sets for the rest of the group and answers true; `(?i:` opens a group with them. */
  function setFlags(): boolean {
    const rest = characters.slice(at).join("");
    const match = /^([imsxU]*)(?:-([imsx]*))?([:)])/.exec(rest);
    if (match === null || match[1]!.includes("U")) {
      throw fail("look-ahead or another group that is not supported");
    }
    at += match[0].length;
    const value = (flag: string, now: boolean): boolean =>
      match[1]!.includes(flag) ? true : match[2]?.includes(flag) ? false : now;
    current = {
      ignoreCase: value("i", current.ignoreCase),
      multiline: value("m", current.multiline),
      dotAll: value("s", current.dotAll),
      extended: value("x", current.extended),
    };
    return match[3] === ")";
  }

  function closing(): void {
    if (characters[at] !== ")") throw new MalformedPattern();
    at++;
  }

  function quantified(part: RegexNode): RegexNode {
    let node = part;
    for (;;) {
      if (current.extended) while (at < characters.length && skipExtended()) {}
      const bounds = quantifier();
      if (bounds === undefined) return node;
      // Lazy and possessive marks change which text is taken, not (here) whether there is a match.
      if (characters[at] === "?") at++;
      else if (characters[at] === "+") throw fail("a possessive quantifier, which is not supported");
      node = { kind: "repeat", part: node, least: bounds[0], most: bounds[1] };
    }
  }

  function quantifier(): [number, number] | undefined {
    switch (characters[at]) {
      case "*":
        at++;
        return [0, Number.POSITIVE_INFINITY];
      case "+":
        at++;
        return [1, Number.POSITIVE_INFINITY];
      case "?":
        at++;
        return [0, 1];
      case "{":
        return counted();
      default:
        return undefined;
    }
  }

  /** `{n}`, `{n,}`, `{n,m}`; any other `{` stands for itself. */
  function counted(): [number, number] | undefined {
    const rest = characters.slice(at, at + 16).join("");
    const match = /^\{(\d{1,5})(?:(,)(\d{1,5})?)?\}/.exec(rest);
    if (match === null) return undefined;
    const least = Number(match[1]);
    const most = match[3] !== undefined ? Number(match[3]) : match[2] !== undefined ? Number.POSITIVE_INFINITY : least;
    if (most < least) throw new MalformedPattern();
    if (least > maxRepeat || (most !== Number.POSITIVE_INFINITY && most > maxRepeat)) {
      throw fail(`more than ${maxRepeat} repetitions`);
    }
    at += match[0].length;
    return [least, most];
  }

  function literal(character: string): RegexNode {
    const code = character.codePointAt(0)!;
    return set(range(code, code));
  }

  function set(characterSet: CharacterSet): RegexNode {
    return { kind: "set", set: current.ignoreCase ? ignoringCase(characterSet) : characterSet };
  }

  function escaped(): RegexNode {
    const character = characters[at++];
    switch (character) {
      case undefined:
        throw new MalformedPattern();
      case "b":
        return { kind: "assert", assertion: "boundary" };
      case "B":
        return { kind: "assert", assertion: "noBoundary" };
      case "A":
        return { kind: "assert", assertion: "start" };
      case "Z":
        return { kind: "assert", assertion: "endOrNewline" };
      case "z":
        return { kind: "assert", assertion: "end" };
      case "Q": {
        const end = findQuoteEnd();
        const parts = characters.slice(at, end).map(literal);
        at = Math.min(characters.length, end + 2);
        return { kind: "sequence", parts };
      }
      case "E":
        return { kind: "empty" };
      default:
        if (/[1-9gkKGCXRHVhvN]/.test(character)) {
          throw fail(`'\\${character}', a back-reference or an escape that is not supported`);
        }
        return set(escapedSet(character));
    }
  }

  function findQuoteEnd(): number {
    for (let i = at; i < characters.length; i++) if (characters[i] === "\\" && characters[i + 1] === "E") return i;
    return characters.length;
  }

  /** An escape that stands for a set or a character, inside brackets or out. */
  function escapedSet(character: string): CharacterSet {
    switch (character) {
      case "d":
        return digitSet;
      case "D":
        return complement(digitSet);
      case "w":
        return wordSet;
      case "W":
        return complement(wordSet);
      case "s":
        return spaceSet;
      case "S":
        return complement(spaceSet);
      case "p":
      case "P":
        return property(character === "P");
      default: {
        const code = escapedCode(character);
        return range(code, code);
      }
    }
  }

  function escapedCode(character: string): number {
    switch (character) {
      case "n":
        return 10;
      case "r":
        return 13;
      case "t":
        return 9;
      case "f":
        return 12;
      case "a":
        return 7;
      case "e":
        return 27;
      case "0":
        return 0;
      case "x":
        return hexadecimal();
      default:
        if (/[A-Za-z0-9]/.test(character)) throw fail(`the escape '\\${character}'`);
        return character.codePointAt(0)!;
    }
  }

  function hexadecimal(): number {
    const rest = characters.slice(at, at + 10).join("");
    const match = /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{1,2}))/.exec(rest);
    if (match === null) throw new MalformedPattern();
    at += match[0].length;
    const code = Number.parseInt(match[1] ?? match[2]!, 16);
    if (code > 0x10ffff) throw new MalformedPattern();
    return code;
  }

  function property(negated: boolean): CharacterSet {
    const rest = characters.slice(at, at + 64).join("");
    const match = /^(?:\{(\^?)(\w+)\}|([A-Z]))/.exec(rest);
    if (match === null) throw fail("an incomplete '\\p'");
    at += match[0].length;
    const named = propertySet(match[2] ?? match[3]!);
    if (named === undefined) throw fail(`the unknown property '${match[0]}'`);
    return negated !== (match[1] === "^") ? complement(named) : named;
  }

  /** After the `[`. */
  function bracket(): CharacterSet {
    const negated = characters[at] === "^";
    if (negated) at++;
    const sets: CharacterSet[] = [];
    for (let first = true; first || characters[at] !== "]"; first = false) {
      if (at >= characters.length) throw new MalformedPattern();
      sets.push(bracketItem());
    }
    at++;
    const whole = union(sets);
    // Case is ignored before the complement is taken: [^a] then excludes A too.
    const folded = current.ignoreCase ? ignoringCase(whole) : whole;
    return negated ? complement(folded) : folded;
  }

  function bracketItem(): CharacterSet {
    const named = namedClass();
    if (named !== undefined) return named;
    const low = bracketCharacter();
    if (typeof low !== "number") return low;
    if (characters[at] !== "-" || characters[at + 1] === "]" || at + 1 >= characters.length) return range(low, low);
    at++;
    const high = bracketCharacter();
    if (typeof high !== "number") return union([range(low, low), range(45, 45), high]);
    if (high < low) throw new MalformedPattern();
    return range(low, high);
  }

  function bracketCharacter(): number | CharacterSet {
    const character = characters[at++]!;
    if (character !== "\\") return character.codePointAt(0)!;
    const next = characters[at++];
    if (next === undefined) throw new MalformedPattern();
    if (next === "b") return 8;
    return /[dDwWsSpP]/.test(next) ? escapedSet(next) : escapedCode(next);
  }

  /** `[:alpha:]` and its like. */
  function namedClass(): CharacterSet | undefined {
    if (characters[at] !== "[" || characters[at + 1] !== ":") return undefined;
    const rest = characters.slice(at, at + 16).join("");
    const match = /^\[:(\^?)([a-z]+):\]/.exec(rest);
    if (match === null) return undefined;
    const named = posixSet(match[2]!);
    if (named === undefined) throw new MalformedPattern();
    at += match[0].length;
    return match[1] === "^" ? complement(named) : named;
  }

  function fail(what: string): Error {
    return refusal("COSMOSEAL_REGEX", `The regular expression has ${what}, at character ${at}.`);
  }
}
