/**
 * `pnpm attacks`: every row of the list, against our client and against the SDK's own encryption; a table, attacks.html, and a closing
 * line. Exits with 1 when ours falls short of any row; with `--expect-open` when the rows that fall short aren't those of open.ts.
 * `--row n` runs one.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createBed } from "./bed/bed.js";
import { OPEN } from "./open.js";
import { pageOf } from "./report/html.js";
import { printTable } from "./report/table.js";
import { ROWS } from "./rows/index.js";
import { failed, idleWays, judge, type Verdict } from "./verdict.js";

const { values } = parseArgs({
  options: {
    row: { type: "string", multiple: true },
    "expect-open": { type: "boolean", default: false },
    html: { type: "string", default: "attacks.html" },
    verbose: { type: "boolean", default: false },
  },
});
const chosen = ROWS.filter(({ number }) => values.row === undefined || values.row.includes(String(number)));
const verdicts: Verdict[] = [];
for (const row of chosen) {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const bed = await createBed();
  try {
    verdicts.push(judge(row, await row.run(bed), seconds()));
  } catch (error) {
    verdicts.push(failed(row, error, seconds()));
  } finally {
    await bed.close();
  }
}

printTable(verdicts, values.verbose);
if (values.row === undefined) {
  writeFileSync(values.html, pageOf(verdicts, new Date()));
  console.log(`\n${values.html} has every attempt.`);
}
const ours = verdicts.filter(({ ours }) => ours.passed);
const builtIn = verdicts.filter(({ builtIn }) => builtIn.passed);
const idle = values.row === undefined ? idleWays(verdicts.flatMap(({ attempts }) => attempts)) : [];
const surprises = [
  ...(values["expect-open"] ? unexpected(verdicts) : []),
  ...idle.map((way) => `No attack came through unprotected by this way, which therefore proves nothing: ${way}`),
];
for (const surprise of surprises) console.log(surprise);
console.log(`attacks: ours ${ours.length}/${verdicts.length}, built-in ${builtIn.length}/${verdicts.length}`);
const isGood = surprises.length === 0 && (values["expect-open"] || ours.length === verdicts.length);
process.exit(isGood ? 0 : 1);

/** The list of open rows only shrinks: one that passes although it is listed has to be taken out. */
function unexpected(all: readonly Verdict[]): readonly string[] {
  return all.flatMap(({ ours, row: { number } }) => {
    const isOpen = OPEN.some((open) => open.row === number);
    if (ours.passed && isOpen) return [`Row ${number} passes: take it out of test/attacks/open.ts.`];
    if (!ours.passed && !isOpen) return [`Row ${number} falls short, and test/attacks/open.ts doesn't list it.`];
    return [];
  });
}
