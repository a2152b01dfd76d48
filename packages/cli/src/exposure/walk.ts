/** The leaves of a document: where each stands, and under which name. */
import { joinPattern, SEAL, SYSTEM_PROPERTIES } from "@cosmoseal/core";

export interface Leaf {
  readonly pattern: string;
  /** Of the nearest property. */
  readonly name: string;
  /** A scalar; or an empty object or array. */
  readonly value: unknown;
}

/** Which names below an object are known, so that objects with names without end (maps) don't fill the memory. */
export interface NameBook {
  /** The name itself, or `*` for one of too many. */
  of(pattern: string, name: string): string;
}

export function createNameBook(most: number): NameBook {
  const known = new Map<string, Set<string>>();
  return {
    of: (pattern, name) => {
      const names = known.get(pattern) ?? new Set<string>();
      known.set(pattern, names);
      if (names.has(name)) return name;
      if (names.size >= most) return "*";
      names.add(name);
      return name;
    },
  };
}

/** Of the public part. Goes into embedded objects and arrays, however deep. */
export function* leavesOf(document: Readonly<Record<string, unknown>>, names: NameBook): Generator<Leaf> {
  // A stack of its own: documents nest deeper than calls may.
  const stack: Leaf[] = [];
  for (const name of Object.keys(document)) {
    if (name === SEAL || SYSTEM_PROPERTIES.has(name)) continue;
    stack.push({ pattern: patternOf("", name, names), name, value: document[name] });
  }
  for (let leaf = stack.pop(); leaf !== undefined; leaf = stack.pop()) {
    const { pattern, name, value } = leaf;
    if (Array.isArray(value) && value.length > 0) {
      for (const item of value as unknown[]) stack.push({ pattern: `${pattern}/[]`, name, value: item });
    } else if (typeof value === "object" && value !== null && Object.keys(value).length > 0) {
      for (const [below, member] of Object.entries(value)) {
        stack.push({ pattern: patternOf(pattern, below, names), name: below, value: member });
      }
    } else yield leaf;
  }
}

function patternOf(pattern: string, name: string, names: NameBook): string {
  const known = names.of(pattern, name);
  return known === "*" && name !== "*" ? `${pattern}/*` : joinPattern(pattern, name);
}
