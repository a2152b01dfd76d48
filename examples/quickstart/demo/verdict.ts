/** The table of everything that was tried, and one line for machines and people in a hurry. */
import type { Trial } from "./ledger.js";
import { openChapter, type Stage } from "./stage.js";
import { fit, wrap } from "./text.js";

/** Prints both from the ledger; true where everything was as promised. */
export function printVerdict(stage: Stage, seconds: number): boolean {
  const { terminal, ledger } = stage;
  openChapter(stage, "5  What was tried", `In ${seconds.toFixed(1)} seconds, on real HTTP, by the real @azure/cosmos.`);
  const tried = terminal.width - 4 - UNPROTECTED - 1 - SEALED - 1;
  const row = (mark: string, first: string, second: string, third: string): string =>
    `  ${mark} ${fit(first, tried)} ${fit(second, UNPROTECTED)} ${fit(third, SEALED)}`.trimEnd();
  terminal.line(terminal.style("bold", row(" ", "", "unprotected", "with Cosmoseal")));
  let chapter = "";
  for (const trial of ledger.trials) {
    if (trial.chapter !== chapter) {
      chapter = trial.chapter;
      terminal.line(terminal.style("bold", `    ${chapter}`));
    }
    const mark = trial.kept ? terminal.style("green", "✓") : terminal.style(["bold", "red"], "✗");
    terminal.line(row(mark, trial.tried, trial.unprotected ?? "", trial.happened));
    if (!trial.kept) terminal.line(terminal.style("red", `      promised: ${trial.promised}`));
  }
  terminal.line();
  for (const line of wrap(summary(ledger.trials), terminal.width - 2)) terminal.line(`  ${line}`);
  const kept = ledger.trials.filter((trial) => trial.kept).length;
  terminal.line();
  const style = kept === ledger.trials.length ? "green" : "red";
  terminal.line(terminal.style(["bold", style], `demo: ${kept}/${ledger.trials.length} as promised`));
  return kept === ledger.trials.length;
}

/** What a person in a hurry takes along. */
function summary(trials: readonly Trial[]): string {
  const forgeries = trials.filter(({ promised }) => promised.startsWith("ERR_"));
  const tried = forgeries.filter(({ unprotected }) => unprotected !== undefined);
  const accepted = tried.filter(({ unprotected }) => unprotected === "accepted").length;
  const refused = forgeries.filter(({ promised, happened }) => promised === happened).length;
  return (
    `Without Cosmoseal ${accepted} of ${tried.length} forgeries were taken for true. ` +
    `With it ${refused} of ${forgeries.length} were refused.`
  );
}

/** Cells of the columns of results. */
const UNPROTECTED = 12;
const SEALED = 16;
