/** What an index costs and gives away: the one table that explanations and the documentation speak from. */
import type { IndexKind, IndexPlan } from "../plan/plan.js";

/** Of one index, for one value in a document; an array, or a path inside arrays, has as much for each of its values. */
export interface IndexDescription {
  /** Conditions that it narrows. */
  readonly serves: string;
  /** What whoever reads the stored documents learns, whatever is asked. */
  readonly learns: string;
  readonly tokens: IndexSize;
  /** Of JSON in the stored document, the name of the index included. */
  readonly bytes: IndexSize;
}

/** How many, or how many bytes. */
export interface IndexSize {
  /** For a text of twenty characters; of other types every value has as many. */
  readonly typical: number;
  readonly most: number;
}

/**
 * Describes a declared index.
 *
 * @example
 * for (const index of definition.plan.indexes) console.log(index.pattern, describeIndex(index).learns);
 */
export function describeIndex(index: IndexPlan): IndexDescription {
  const { serves, learns } = TEXTS[index.kind];
  const tokens = { typical: tokensOf(index, TYPICAL_LENGTH), most: tokensOf(index, Number.POSITIVE_INFINITY) };
  return {
    serves,
    learns: index.bits < 128 && index.kind === "equality" ? BLURRED : learns,
    tokens,
    bytes: { typical: bytesOf(index, tokens.typical), most: bytesOf(index, tokens.most) },
  };
}

const TYPICAL_LENGTH = 20;

const TEXTS: Readonly<Record<IndexKind, Pick<IndexDescription, "serves" | "learns">>> = {
  equality: {
    serves: "=, IN, ARRAY_CONTAINS",
    learns: "Which documents share a value, and how often each value occurs.",
  },
  unique: {
    serves: "the container's unique-key policy, =, IN",
    learns: "Which documents share a value across partition keys, and how often each value occurs.",
  },
  range: {
    serves: "<, <=, >, >=, BETWEEN, =, ORDER BY with a limit",
    learns: "Which values are close to each other, and, from many queries, their order.",
  },
  prefix: {
    serves: "STARTSWITH, LIKE 'a%', =",
    learns: "Which texts begin alike and for how long, and the length of short ones.",
  },
  substring: {
    serves: "CONTAINS, ENDSWITH, STARTSWITH, LIKE '%abc%', =, of three characters and more",
    learns: "Which texts share runs of three characters, and how many each has: about its length.",
  },
};

const BLURRED = "Roughly which documents share a value: different values share tokens, too.";

function tokensOf({ kind, options }: IndexPlan, length: number): number {
  switch (kind) {
    case "range":
      return Math.ceil(options.range!.digits / options.range!.sparsity) + 1;
    case "prefix":
      return Math.min(length, options.max!);
    case "substring":
      // A longer text has one token alone.
      return Number.isFinite(length) && length > options.maxLength! ? 1 : Math.min(length, options.maxLength!) - 2;
    default:
      return 1;
  }
}

/** `"e1k0q7":"…",`, or `"r1k0q7":["…","…"],`. */
function bytesOf({ kind, bits, many }: IndexPlan, tokens: number): number {
  const token = Math.ceil((Math.ceil(bits / 8) * 4) / 3) + '"",'.length;
  const isText = (kind === "equality" || kind === "unique") && !many;
  return '"123456":'.length + tokens * token + (isText ? 0 : "[]".length);
}
