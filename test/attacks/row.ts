/** A row of the list of attacks: what the attacker does, what must come of it, and how it is tried. */
import type { Bed } from "./bed/bed.js";
import type { Trials } from "./outcome.js";

/** One attack of a row, against three applications that do the same. */
export interface Attempt {
  readonly name: string;
  /**
   * Against an application without any protection, or whatever shows that the attack itself works: accepted at least once, else the
   * others' outcomes say nothing.
   */
  readonly control: Trials;
  readonly ours: Trials;
  /** Against the SDK's own client encryption; absent where it has nothing of the kind. */
  readonly builtIn?: Trials;
}

export interface Row {
  readonly number: number;
  /** Goes on from "the attacker …". */
  readonly attacker: string;
  readonly must: string;
  /** Why the built-in encryption isn't tried, where it isn't. */
  readonly notApplicable?: string;
  run(bed: Bed): Promise<readonly Attempt[]>;
}
