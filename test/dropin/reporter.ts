/** A vitest reporter: a table by member, and `drop-in: P/T`, where T is what the matrix holds at this size. */
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { isChosen, MATRIX, RANGES, VERSIONS } from "./matrix.js";

const MODES = ["plaintext", "sealed"] as const;

interface Count {
  behaviours: number;
  refused: number;
  differs: number;
  passed: number;
  total: number;
}

export default class DropInReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const onAccount = Boolean(process.env["COSMOS_ENDPOINT"]);
    const columns = VERSIONS.flatMap((version) =>
      RANGES.filter((ranges) => isChosen(version, ranges) && (!onAccount || ranges === 1)).map(
        (ranges) => `${version}×${ranges}`,
      ),
    );
    const results = new Map<string, TestCase>();
    const complaints: string[] = [];
    for (const module of modules) {
      if (module.state() === "failed") {
        for (const error of module.errors()) complaints.push(`${module.relativeModuleId}: ${error.message}`);
      }
      for (const test of module.children.allTests()) results.set(nameOf(test), test);
    }
    const counts = new Map<string, Count>();
    const reasons = new Map<string, number>();
    for (const row of MATRIX) {
      const count = counts.get(row.member) ?? { behaviours: 0, refused: 0, differs: 0, passed: 0, total: 0 };
      counts.set(row.member, count);
      count.behaviours++;
      if (row.sealed.startsWith("refused")) count.refused++;
      if (row.sealed.startsWith("differs")) count.differs++;
      for (const column of columns) {
        for (const mode of MODES) {
          const name = `${row.member} > ${column} > ${row.behaviour} (${mode})`;
          const result = results.get(name)?.result();
          results.delete(name);
          if (result?.state === "skipped" && result.note !== undefined) {
            reasons.set(result.note, (reasons.get(result.note) ?? 0) + 1);
            continue;
          }
          count.total++;
          if (row[mode] === "") complaints.push(`${name}: its cell is empty`);
          else if (result === undefined) complaints.push(`${name}: a cell without a test`);
          else if (result.state === "passed") count.passed++;
          else complaints.push(`${name}: ${result.state}`);
        }
      }
    }
    for (const name of results.keys()) complaints.push(`${name}: a test without a cell`);

    const sum = (key: keyof Count): number => [...counts.values()].reduce((total, count) => total + count[key], 0);
    console.log(`\n${"member".padEnd(44)} behaviours  refused  differs       cells`);
    for (const [member, { behaviours, refused, differs, passed, total }] of counts) {
      const numbers = [behaviours, refused, differs].map((number, i) => String(number).padStart([10, 8, 8][i]!));
      console.log(`${member.padEnd(44)} ${numbers.join(" ")} ${`${passed}/${total}`.padStart(11)}`);
    }
    for (const complaint of complaints) console.log(`  ${complaint}`);
    for (const [reason, times] of reasons) console.log(`  skipped ${times}: ${reason}`);
    const size = columns.length === 4 ? "the full matrix" : `the small size, ${columns.length} of 4 columns`;
    console.log(`\n${sum("behaviours")} behaviours in two modes on ${columns.join(", ")} (SDK × ranges): ${size}`);
    console.log(`refused on a sealed container by design: ${sum("refused")}, different by design: ${sum("differs")}`);
    console.log(`drop-in: ${sum("passed")}/${sum("total")}`);
    if (complaints.length > 0 || sum("passed") < sum("total") || sum("total") === 0) process.exitCode = 1;
  }
}

function nameOf(test: TestCase): string {
  const names = [test.name];
  for (let parent = test.parent; parent.type === "suite"; parent = parent.parent) names.unshift(parent.name);
  return names.join(" > ");
}
