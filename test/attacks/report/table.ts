/** The table on the terminal. */
import type { Cell, Verdict } from "../verdict.js";
import { wordsOf } from "../verdict.js";

export function printTable(verdicts: readonly Verdict[], verbose: boolean): void {
  console.log(` #  ${"the attacker".padEnd(58)} ${"ours".padEnd(58)} built-in`);
  for (const { builtIn, ours, row } of verdicts) {
    console.log(
      `${String(row.number).padStart(2)}  ${cut(row.attacker, 58)} ${cut(`${markOf(ours)} ${ours.text}`, 58)} ${markOf(builtIn)} ${builtIn.text}`,
    );
  }
  const short = verdicts.filter(({ ours }) => !ours.passed);
  for (const { ours, row } of short) {
    console.log(`\nRow ${row.number}, where ours falls short:`);
    for (const reason of ours.reasons.slice(0, verbose ? undefined : 12)) console.log(`  ${reason}`);
  }
  if (verbose) for (const verdict of verdicts) printAttempts(verdict);
}

function printAttempts({ attempts, row, seconds }: Verdict): void {
  console.log(`\nRow ${row.number}, ${seconds.toFixed(1)} s`);
  for (const attempt of attempts) {
    console.log(`  ${attempt.name}`);
    const { builtIn = {}, control, ours } = attempt;
    for (const way of new Set([...Object.keys(control), ...Object.keys(ours), ...Object.keys(builtIn)])) {
      const words = [control[way], ours[way], builtIn[way]].map((one) =>
        cut(one === undefined ? "" : wordsOf(one), 44),
      );
      console.log(`    ${cut(way, 32)} ${words.join(" | ")}`);
    }
  }
}

export function markOf({ applies, passed }: Cell): string {
  return passed ? "ok" : applies ? "NO" : "–";
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
