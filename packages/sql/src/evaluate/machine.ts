/** What a compiled expression runs on: one machine for each run, holding the bound values, the parameters and the clock. */
import type { Json } from "../tree.js";
import type { Budget } from "./budget.js";
import type { CrossTypeEquality, Value } from "./values.js";

/** The state of one run. Slots are numbered at compile time, each alias of each sub-query having its own. */
export interface Machine {
  /** Slot 0 is the container's current row. */
  readonly slots: Value[];
  readonly parameters: Value[];
  readonly context: RunContext;
  readonly budget: Budget;
}

/** What functions that are not pure may ask for. */
export interface RunContext {
  /** The same instant through one run, as the service promises for the …Static functions. */
  readonly started: Date;
  readonly now: () => Date;
  readonly random: () => number;
}

export type Evaluate = (machine: Machine) => Value;

/** True only where the expression is true (or, in the dual, only where it is false). */
export type Test = (machine: Machine) => boolean;

/** A user-defined function: gets undefined for absent arguments; undefined means no value. */
export type UserFunction = (...args: (Json | undefined)[]) => Json | undefined;

/** What compilation may use, fixed for a compiled query. */
export interface CompileSettings {
  readonly udfs?: Readonly<Record<string, UserFunction>>;
  readonly equality?: CrossTypeEquality;
}

export const ROOT_SLOT = 0;
