/** The record of what was tried: what was promised beside what happened. The verdict is read from nothing else. */

/** One thing that was tried. */
export interface Trial {
  readonly chapter: string;
  readonly tried: string;
  /** What happened in the unprotected container, where the same was tried there. */
  readonly unprotected?: string;
  readonly promised: string;
  readonly happened: string;
  readonly kept: boolean;
}

export interface Ledger {
  readonly trials: readonly Trial[];
  /** Notes a trial; it is kept when what happened is what was promised. */
  note(trial: Omit<Trial, "kept">): Trial;
  /** The same, where it takes more than equal words: `kept` tells. */
  judge(trial: Trial): Trial;
}

export function openLedger(): Ledger {
  const trials: Trial[] = [];
  const judge = (trial: Trial): Trial => {
    trials.push(Object.freeze(trial));
    return trial;
  };
  return { trials, judge, note: (trial) => judge({ ...trial, kept: trial.happened === trial.promised }) };
}
