/** Ways to break the rules of the weaker predicate, each a change of one text; every one must be caught. */
import type { Spot } from "../random/conditions.js";

export interface Mutation {
  /** The law that it breaks. */
  readonly rule: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly put: string;
  /** The places whose conditions it spoils; all where it doesn't say. */
  readonly about?: readonly Spot["type"][];
}

const TEXTS: readonly Spot["type"][] = ["text", "list"];

const WEAKEN = "packages/client/src/query/weaken.ts";
const ATOMS = "packages/client/src/query/atoms.ts";
const PREDICATE = "packages/client/src/query/predicate.ts";
const ANSWERS = "packages/client/src/query/answers.ts";
const EQUALITY = "packages/core/src/index/equality.ts";
const RANGE = "packages/core/src/index/range.ts";
const STEPS = "packages/core/src/index/range-steps.ts";
const PREFIX = "packages/core/src/index/prefix.ts";
const SUBSTRING = "packages/core/src/index/substring.ts";
const LIKE = "packages/core/src/index/like.ts";

export const MUTATIONS: readonly Mutation[] = [
  {
    rule: "NOT swaps the two functions",
    file: WEAKEN,
    find: `if (node.kind === "Unary" && node.operator === "NOT") return whereFalse(node.operand);`,
    put: `if (node.kind === "Unary" && node.operator === "NOT") return whereTrue(node.operand);`,
  },
  {
    rule: "a double negation is no negation",
    file: WEAKEN,
    find: `if (node.kind === "Unary" && node.operator === "NOT") return whereTrue(node.operand);`,
    put: `if (node.kind === "Unary" && node.operator === "NOT") return whereFalse(node.operand);`,
    about: ["integer", "number", "day", "instant"],
  },
  {
    rule: "AND and OR dualise under NOT",
    file: WEAKEN,
    find: `combine(node.operator === "AND" ? "OR" : "AND", operandsOf(node).map(whereFalse))`,
    put: `combine(node.operator, operandsOf(node).map(whereFalse))`,
  },
  {
    rule: "a public condition under NOT travels negated",
    file: WEAKEN,
    find: `return open({ kind: "Unary", operator: "NOT", operand: node });`,
    put: `return open(node);`,
  },
  {
    rule: "a condition over sealed paths doesn't travel as it is",
    file: WEAKEN,
    find: `function whereTrue(node: Expression): Weak {
    if (!blocked.has(node))`,
    put: `function whereTrue(node: Expression): Weak {
    if (node.kind === "Binary" && node.operator === "=")`,
  },
  {
    rule: "!= is not pushed as the token of =",
    file: WEAKEN,
    find: `return searched(node) ?? gap(node);
  }

  function whereFalse`,
    put: `return searched(node) ?? searched(oppositeOf(node) ?? node) ?? gap(node);
  }

  function whereFalse`,
  },
  {
    rule: "where = is false no token tells it",
    file: WEAKEN,
    find: `const opposite = oppositeOf(node);`,
    put: `const opposite = oppositeOf(node) ?? node;`,
  },
  {
    rule: "NOT EXISTS over a sealed path isn't weakened inside",
    file: WEAKEN,
    find: `const opposite = oppositeOf(node);`,
    put: `if (node.kind === "Exists") return exists(node);
    const opposite = oppositeOf(node);`,
  },
  {
    rule: "?? isn't weakened as OR is under NOT",
    file: WEAKEN,
    find: `return node.kind === "Binary" && (node.operator === "AND" || node.operator === "OR");`,
    put: `return node.kind === "Binary" && ["AND", "OR", "??"].includes(node.operator);`,
  },
  {
    rule: "a ternary isn't weakened as its condition and its first branch",
    file: WEAKEN,
    find: `if (node.kind === "Exists") return exists(node);
    return searched`,
    put: `if (node.kind === "Exists") return exists(node);
    if (node.kind === "Conditional") return combine("AND", [whereTrue(node.condition), whereTrue(node.then)]);
    return searched`,
  },
  {
    rule: "IS_DEFINED of a condition isn't the condition",
    file: WEAKEN,
    find: `if (node.kind === "Exists") return exists(node);
    return searched`,
    put: `if (node.kind === "Exists") return exists(node);
    if (node.kind === "Call" && node.name === "IS_DEFINED") return whereTrue(node.arguments[0]!);
    return searched`,
  },
  {
    rule: "a sub-query that counts has a row even where nothing is found",
    file: WEAKEN,
    find: `if (!isPlain(query)) return gap(query);`,
    put: `if (query.from === undefined) return gap(query);`,
  },
  {
    rule: "two conditions on elements of an array may be met by two elements",
    file: WEAKEN,
    find: `if (a.op !== "between" || b.op !== "between" || !isSingle(one.search)) return false;`,
    put: `if (a.op !== "between" || b.op !== "between") return false;`,
    about: ["list"],
  },
  {
    rule: "an operand that can't be weakened makes its OR true of everything",
    file: PREDICATE,
    find: `if (expressions.length < operands.length) {`,
    put: `if (expressions.length === 0) {`,
  },
  {
    rule: "what can't be weakened is true, never false",
    file: PREDICATE,
    find: `return { expression: undefined, narrow: false, gap: weak.gap };`,
    put: `return { expression: { kind: "Literal", value: false }, narrow: false, gap: weak.gap };`,
  },
  {
    rule: "each value of IN has its token",
    file: ANSWERS,
    find: `if (!spread) return known.length === 0 ? undefined : known;`,
    put: `if (!spread) return known.length === 0 ? undefined : known.slice(0, 1);`,
  },
  {
    rule: "each value of a known array has its token",
    file: ANSWERS,
    find: `return Array.isArray(array) && array.length > 0 ? array : undefined;`,
    put: `return Array.isArray(array) && array.length > 0 ? array.slice(0, 1) : undefined;`,
  },
  {
    rule: "a search that ignores case is told from one that doesn't",
    file: ANSWERS,
    find: `if (fold === "never" || fold === "always") return fold === "always";`,
    put: `if (fold !== "always") return false;
  if (fold === "always") return true;`,
    about: TEXTS,
  },
  {
    rule: "tokens of elements don't serve = on the array",
    file: ATOMS,
    find: `place: Atom["place"] = "value",`,
    put: `place: Atom["place"] = "element",`,
  },
  {
    rule: "tokens of scalars don't serve ARRAY_CONTAINS",
    file: ATOMS,
    find: `return on(resolution, array, equalTo([constant]), "element");`,
    put: `return on(resolution, array, equalTo([constant]), "value");`,
  },
  {
    rule: "IS_DEFINED isn't the token of null",
    file: ATOMS,
    find: `case "ISNULL":`,
    put: `case "ISDEFINED":
    case "ISNULL":`,
  },
  {
    rule: "< with the constant first is > with it last",
    file: ATOMS,
    find: `const MIRRORED: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "=": "=",
  "<": ">",`,
    put: `const MIRRORED: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "=": "=",
  "<": "<",`,
    about: ["integer", "number", "day", "instant"],
  },
  {
    rule: "where < is false >= holds, the bound included",
    file: ATOMS,
    find: `  "<": ">=",
  "<=": ">",`,
    put: `  "<": "<",
  "<=": ">",`,
  },
  {
    rule: "where BETWEEN is false one of two sides holds",
    file: ATOMS,
    find: `        operator: "OR",
        left: { kind: "Binary", operator: "<", left: operand, right: low },`,
    put: `        operator: "AND",
        left: { kind: "Binary", operator: "<", left: operand, right: low },`,
    about: ["integer", "number", "day", "instant"],
  },
  {
    rule: "a path that is a condition by itself is true",
    file: ATOMS,
    find: `return on(resolution, node, equalTo([{ literal: true }]));`,
    put: `return on(resolution, node, equalTo([{ literal: false }]));`,
    about: ["boolean"],
  },
  {
    rule: "the text that is searched isn't the text that is searched for",
    file: ATOMS,
    find: `return second && text(resolution, first, second, third, searching("startsWith"));`,
    put: `return (
        second &&
        (text(resolution, first, second, third, searching("startsWith")) ??
          text(resolution, second, first, third, searching("startsWith")))
      );`,
    about: TEXTS,
  },
  {
    rule: "a search that ignores case isn't served by tokens that don't (equality)",
    file: EQUALITY,
    find: `return condition.lowered && !foldsFirst(index) ? undefined : condition;`,
    put: `return condition;`,
    about: TEXTS,
  },
  {
    rule: "a search that ignores case isn't served by tokens that don't (prefix)",
    file: PREFIX,
    find: `if (ignoresCase(condition) && index.options.normalize === undefined) return undefined;`,
    put: ``,
    about: TEXTS,
  },
  {
    rule: "a search that ignores case isn't served by tokens that don't (substring)",
    file: SUBSTRING,
    find: `if (ignoresCase(condition) && index.options.normalize === undefined) return undefined;`,
    put: ``,
    about: TEXTS,
  },
  {
    rule: "a needle is folded as the stored text was",
    file: SUBSTRING,
    find: `return whole === undefined ? undefined : gramsOf(indexedText(index, whole));`,
    put: `return whole === undefined ? undefined : gramsOf(whole);`,
    about: TEXTS,
  },
  {
    rule: "a prefix longer than the index holds is searched by what it holds",
    file: PREFIX,
    find: `.slice(0, index.options.max).join("");
}

`,
    put: `.join("");
}

`,
    about: TEXTS,
  },
  {
    rule: "a text that is too long for its grams is found by every search",
    file: SUBSTRING,
    find: `    ...clause.map((gram) => gramTerm(gram, place)),
    longTerm(place),`,
    put: `    ...clause.map((gram) => gramTerm(gram, place)),`,
    about: TEXTS,
  },
  {
    rule: "a prefix isn't searched by the prefixes of a text that ends there",
    file: LIKE,
    find: `else if (unit === "%" || unit === "_") close(false);`,
    put: `else if (unit === "%") close(false);`,
    about: TEXTS,
  },
  {
    rule: "a set of characters in a pattern is no text",
    file: LIKE,
    find: `const end = unit === "[" ? setEnd(pattern, i, mark) : -1;`,
    put: `const end = -1;`,
    about: TEXTS,
  },
  {
    rule: "a number that is an integer has one token, whatever it is written as",
    file: EQUALITY,
    find: `if (index.bigints && typeof double === "number" && Number.isInteger(double)) {`,
    put: `if (index.bigints && typeof double === "string") {`,
  },
  {
    rule: "a range covers both of its ends",
    file: RANGE,
    find: `[interval(range, low[0]!, high[1]!)];`,
    put: `[interval(range, low[0]! + 1n, high[1]!)];`,
  },
  {
    rule: "a comparison with a value of another type isn't served by the index",
    file: STEPS,
    find: `if (typeof text !== "string") return undefined;
    const step = dateStep`,
    put: `if (typeof text !== "string") return [0n, 0n];
    const step = dateStep`,
    about: ["day", "instant"],
  },
  {
    rule: "a bigint stands for all that round to the same double",
    file: STEPS,
    find: `return [integer - half, integer + half];`,
    put: `return [integer, integer];`,
    about: ["bigint"],
  },
];
