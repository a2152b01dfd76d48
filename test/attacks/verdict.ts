/** From the attempts of a row to what the table says of it. */
import { holds, type Outcome, type Trials } from "./outcome.js";
import type { Attempt, Row } from "./row.js";

export interface Verdict {
  readonly row: Row;
  readonly attempts: readonly Attempt[];
  readonly ours: Cell;
  readonly builtIn: Cell;
  readonly seconds: number;
}

export interface Cell {
  readonly passed: boolean;
  /** Not tried: there is nothing of the kind. */
  readonly applies: boolean;
  readonly text: string;
  /** What keeps it from passing, one line each. */
  readonly reasons: readonly string[];
}

export function judge(row: Row, attempts: readonly Attempt[], seconds: number): Verdict {
  return { row, attempts, ours: cellOf(attempts, "ours"), builtIn: builtInCell(row, attempts), seconds };
}

export function failed(row: Row, error: unknown, seconds: number): Verdict {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cell: Cell = { passed: false, applies: true, text: "not run", reasons: [message] };
  return { row, attempts: [], ours: cell, builtIn: cell, seconds };
}

function builtInCell(row: Row, attempts: readonly Attempt[]): Cell {
  if (attempts.some(({ builtIn }) => builtIn !== undefined)) return cellOf(attempts, "builtIn");
  return { passed: false, applies: false, text: `– (${row.notApplicable ?? "nothing of the kind"})`, reasons: [] };
}

function cellOf(attempts: readonly Attempt[], side: "ours" | "builtIn"): Cell {
  const outcomes: Outcome[] = [];
  const reasons: string[] = [];
  for (const attempt of attempts) {
    const trials = attempt[side];
    if (trials === undefined) continue;
    if (!provesItself(attempt.control)) {
      reasons.push(`${attempt.name}: it doesn't work on an unprotected container, so that it proves nothing`);
    }
    outcomes.push(...Object.values(trials));
    reasons.push(...shortOf(attempt.name, trials));
  }
  const passed = reasons.length === 0 && outcomes.some(({ kind }) => kind === "prevented" || kind === "detected");
  return { passed, applies: true, text: textOf(outcomes), reasons };
}

function provesItself(control: Trials): boolean {
  return Object.values(control).some(({ kind }) => kind === "accepted");
}

function shortOf(name: string, trials: Trials): readonly string[] {
  return Object.entries(trials)
    .filter(([, outcome]) => !holds(outcome))
    .map(([way, outcome]) => `${name}, ${way}: ${wordsOf(outcome)}`);
}

/** Ways of reading that no attack ever came through, in the application without protection: they say nothing. */
export function idleWays(attempts: readonly Attempt[]): readonly string[] {
  const ways = new Map<string, boolean>();
  for (const { control } of attempts) {
    for (const [way, outcome] of Object.entries(control)) {
      ways.set(way, ways.get(way) === true || isNoticed(outcome));
    }
  }
  return [...ways].filter(([, worked]) => !worked).map(([way]) => way);
}

/** Another sum and a row less are differences, too. */
function isNoticed(outcome: Outcome): boolean {
  const { kind } = outcome;
  return kind === "accepted" || kind === "server's word" || (kind === "prevented" && outcome.how !== undefined);
}

function textOf(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) {
    counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
  }
  const kinds = [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
  const codes = new Set(outcomes.flatMap((outcome) => (outcome.kind === "detected" ? outcome.code.split(", ") : [])));
  return codes.size === 0 ? kinds : `${kinds} (${[...codes].sort().slice(0, 4).join(", ")})`;
}

export function wordsOf(outcome: Outcome): string {
  if (outcome.kind === "detected") return `detected (${outcome.code})`;
  if (outcome.kind === "prevented") return outcome.how === undefined ? "prevented" : `prevented: ${outcome.how}`;
  return `${outcome.kind}: ${outcome.what}`;
}
