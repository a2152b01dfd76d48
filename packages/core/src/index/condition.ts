/** What an index is asked and what it answers with: conditions on one sealed path, and terms, which are hashed to tokens. */

/** What is hashed: the type part and the text part of a token. SPEC §5. */
export interface IndexTerm {
  readonly type: string;
  readonly text: string;
}

/** The value at the path, or an element of the array there. */
export type TermPlace = "value" | "element";

/**
 * A condition that is true of certain values only. Values are as SQL sees them: dates are texts, bigints are doubles.
 *
 * `place` tells whether the value at the path is meant (default), or any element of the array there. `lowered` and `folded` say
 * that the path's case doesn't count: it stands in LOWER, or the function's last argument is true.
 */
export type IndexCondition =
  | {
      readonly op: "equal";
      readonly values: readonly unknown[];
      readonly place: TermPlace;
      readonly lowered: boolean;
    }
  | {
      readonly op: "between";
      readonly low?: IntervalEnd;
      readonly high?: IntervalEnd;
      readonly place?: TermPlace;
    }
  | {
      readonly op: "startsWith" | "contains" | "endsWith";
      readonly text: unknown;
      readonly folded: boolean;
      readonly place?: TermPlace;
    }
  | {
      readonly op: "like";
      readonly pattern: unknown;
      readonly escape?: unknown;
      readonly folded: boolean;
      readonly place?: TermPlace;
    };

/** One end of an interval; the client trims what lies on or beyond it. */
export interface IntervalEnd {
  readonly value: unknown;
  readonly inclusive: boolean;
}

/** AND of ORs: of each clause a document that satisfies the condition has at least one term. Neither is ever empty. */
export type Clauses = readonly (readonly IndexTerm[])[];
