/** Range terms: the nodes above a value's step, and the cover of an interval. SPEC §5.5. */
import type { IndexPlan, RangePlan } from "../plan/plan.js";
import type { Clauses, IndexCondition, IndexTerm, TermPlace } from "./condition.js";
import { likeParts } from "./like.js";
import { soughtSteps, writtenStep } from "./range-steps.js";
import { childrenOf, coverOf, edgesOf, leavesOf } from "./range-tree.js";

/** Throws ERR_VALUE_UNSUPPORTED. */
export function rangeDocumentTerms(index: IndexPlan, value: unknown, place: TermPlace): readonly IndexTerm[] {
  if (value === null || value === undefined) return [];
  const step = writtenStep(index, value);
  return edgesOf(index.options.range!, step).map((edge) => nodeTerm(edge, place));
}

export function rangeTermsFor(index: IndexPlan, condition: IndexCondition): Clauses | undefined {
  const range = index.options.range!;
  const place = condition.place ?? "value";
  const intervals = intervalsOf(range, condition);
  if (intervals === undefined) return undefined;
  const nodes = intervals.flatMap(([low, high]) => coverOf(range, low, high));
  return [[...new Set(nodes)].map((node) => nodeTerm(node, place))];
}

/** A node of a range index's tree; of values at the index's path. */
export interface RangeNode {
  /** Its binary digits; those of the root are empty. */
  readonly digits: string;
}

/** The tree of a range index, from {@link rangeTree}. */
export interface RangeTree {
  readonly root: RangeNode;
  /** The stored nodes right below that can hold values, in ascending order of the values; none below a leaf. */
  children(node: RangeNode): readonly RangeNode[];
  /** What every document with a value below the node has. */
  term(node: RangeNode): IndexTerm;
  isLeaf(node: RangeNode): boolean;
}

/**
 * The tree of a range index, for whoever reads values in order: all values below a node are less than all values below the next.
 * Within a leaf any order is possible. Documents whose value is null or absent are below no node.
 */
export function rangeTree({ options: { range } }: IndexPlan): RangeTree {
  if (range === undefined) throw new TypeError("Only a range index has a tree.");
  return {
    root: { digits: "" },
    children: ({ digits }) =>
      childrenOf(range, digits)
        .filter((child) => leavesOf(range, child)[0] <= range.top)
        .map((child) => ({ digits: child })),
    term: ({ digits }) => nodeTerm(digits, "value"),
    isLeaf: ({ digits }) => digits.length === range.digits,
  };
}

type Steps = readonly [low: bigint, high: bigint];

function intervalsOf(range: RangePlan, condition: IndexCondition): readonly Steps[] | undefined {
  switch (condition.op) {
    case "equal": {
      if (condition.lowered) return undefined;
      const found = condition.values.map((value) => soughtSteps(range, value));
      return found.length > 0 && found.every((steps) => steps !== undefined) ? found : undefined;
    }
    case "between": {
      if (condition.low === undefined && condition.high === undefined) return undefined;
      const low = condition.low === undefined ? [0n, 0n] : soughtSteps(range, condition.low.value);
      const high = condition.high === undefined ? [range.top, range.top] : soughtSteps(range, condition.high.value);
      return low === undefined || high === undefined ? undefined : [interval(range, low[0]!, high[1]!)];
    }
    case "startsWith":
      return condition.folded ? undefined : startingWith(range, condition.text);
    case "like": {
      const [part] = condition.folded ? [] : (likeParts(condition.pattern, condition.escape) ?? []);
      return part?.first === true ? startingWith(range, part.text) : undefined;
    }
    default:
      return undefined;
  }
}

/** Up to the end of the tree where nothing more can be above. Nothing lies in an interval that is turned round: one leaf does. */
function interval(range: RangePlan, low: bigint, high: bigint): Steps {
  return [low, high === range.top ? (1n << BigInt(range.digits)) - 1n : high > low ? high : low];
}

/** The texts that begin with a prefix lie between it and itself with the greatest unit after it. */
function startingWith(range: RangePlan, prefix: unknown): readonly Steps[] | undefined {
  if (range.type !== "date" && range.type !== "datetime") return undefined;
  if (typeof prefix !== "string" || prefix === "") return undefined;
  const [low] = soughtSteps(range, prefix)!;
  const [, high] = soughtSteps(range, `${prefix}\uffff`)!;
  return [interval(range, low, high)];
}

function nodeTerm(digits: string, place: TermPlace): IndexTerm {
  return { type: `${place}/node`, text: digits };
}
