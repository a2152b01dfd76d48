/** Sets of characters (code points) that one step of a regular expression takes. */

export interface CharacterSet {
  has(code: number): boolean;
}

export const unicodeSet: CharacterSet = { has: () => true };
export const dotSet: CharacterSet = { has: (code) => code !== 10 };
export const digitSet: CharacterSet = range(48, 57);
export const wordSet: CharacterSet = union([digitSet, range(65, 90), range(97, 122), range(95, 95)]);
export const spaceSet: CharacterSet = union([range(9, 13), range(32, 32)]);

export function range(low: number, high: number): CharacterSet {
  return { has: (code) => low <= code && code <= high };
}

export function union(sets: readonly CharacterSet[]): CharacterSet {
  return sets.length === 1 ? sets[0]! : { has: (code) => sets.some((set) => set.has(code)) };
}

export function complement(set: CharacterSet): CharacterSet {
  return { has: (code) => !set.has(code) };
}

export function ignoringCase(set: CharacterSet): CharacterSet {
  return {
    has: (code) => {
      if (set.has(code)) return true;
      const character = String.fromCodePoint(code);
      return set.has(only(character.toLowerCase(), code)) || set.has(only(character.toUpperCase(), code));
    },
  };
}

/** The other case of a character, or the character itself where the other case is several characters. */
function only(cased: string, code: number): number {
  const other = cased.codePointAt(0)!;
  return cased.length === String.fromCodePoint(other).length ? other : code;
}

/** A general category or a script of Unicode; undefined for a name that is neither. */
export function propertySet(name: string): CharacterSet | undefined {
  for (const property of [name, `Script=${name}`]) {
    try {
      const one = new RegExp(`^\\p{${property}}$`, "u");
      return { has: (code) => one.test(String.fromCodePoint(code)) };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

/** The POSIX classes, over ASCII. */
export function posixSet(name: string): CharacterSet | undefined {
  const lower = range(97, 122);
  const upper = range(65, 90);
  switch (name) {
    case "alpha":
      return union([lower, upper]);
    case "digit":
      return digitSet;
    case "alnum":
      return union([lower, upper, digitSet]);
    case "lower":
      return lower;
    case "upper":
      return upper;
    case "space":
      return spaceSet;
    case "blank":
      return union([range(32, 32), range(9, 9)]);
    case "punct":
      return union([range(33, 47), range(58, 64), range(91, 96), range(123, 126)]);
    case "xdigit":
      return union([digitSet, range(65, 70), range(97, 102)]);
    case "word":
      return wordSet;
    case "cntrl":
      return union([range(0, 31), range(127, 127)]);
    case "print":
      return range(32, 126);
    case "graph":
      return range(33, 126);
    case "ascii":
      return range(0, 127);
    default:
      return undefined;
  }
}
