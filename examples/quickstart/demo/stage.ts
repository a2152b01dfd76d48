/** What every chapter is given: where to write, where to record, and how a recorded trial is told. */
import type { Ledger, Trial } from "./ledger.js";
import type { Terminal } from "./terminal.js";
import { wrap } from "./text.js";
import type { World } from "./world.js";

export interface Stage {
  readonly terminal: Terminal;
  readonly ledger: Ledger;
  readonly world: World;
}

/** A heading, and a sentence that says what is at stake. */
export function openChapter({ terminal }: Stage, title: string, sense: string): void {
  terminal.line();
  terminal.line(terminal.style("bold", title));
  for (const line of wrap(sense, terminal.width - 2)) terminal.line(`  ${terminal.style("dim", line)}`);
  terminal.line();
}

/** One line for one trial, wrapped, with the mark that the ledger gave it. */
export function tell(stage: Stage, { kept }: Trial, text: string): void {
  const { style } = stage.terminal;
  print(stage, kept ? style("green", "✓") : style(["bold", "red"], "✗"), text);
}

/** One line for what was tried without protection: nothing to be ticked off. */
export function tellUnprotected(stage: Stage, tried: string, happened: string): void {
  print(stage, stage.terminal.style("dim", "•"), `${tried}: ${stage.terminal.style("red", happened)}`);
}

function print({ terminal }: Stage, mark: string, text: string): void {
  const [first = "", ...rest] = wrap(text, terminal.width - 4);
  terminal.line(`  ${mark} ${first}`);
  for (const line of rest) terminal.line(`    ${line}`);
}
