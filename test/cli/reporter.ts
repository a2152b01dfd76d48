/** A vitest reporter: a table by command, and `cli: P/T`, where T is what the matrix holds, less what was skipped with a reason. */
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { MATRIX, SIZE } from "./matrix.js";

export default class CliReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const complaints: string[] = [];
    const results = new Map<string, TestCase>();
    for (const module of modules) {
      for (const error of module.state() === "failed" ? module.errors() : []) {
        complaints.push(`${module.relativeModuleId}: ${error.message}`);
      }
      for (const test of module.children.allTests()) results.set(nameOf(test), test);
    }
    const counts = new Map<string, { passed: number; total: number }>();
    const reasons = new Map<string, number>();
    for (const row of MATRIX) {
      const name = `${row.command} > ${row.case}`;
      const result = results.get(name)?.result();
      results.delete(name);
      if (result?.state === "skipped" && result.note !== undefined) {
        reasons.set(result.note, (reasons.get(result.note) ?? 0) + 1);
        continue;
      }
      const count = counts.get(row.command) ?? { passed: 0, total: 0 };
      counts.set(row.command, count);
      count.total++;
      if (result?.state === "passed") count.passed++;
      else complaints.push(`${name}: ${result === undefined ? "a row without a test" : result.state}`);
    }
    for (const name of results.keys()) complaints.push(`${name}: a test without a row`);
    console.log(`\n${SIZE}`);
    for (const [command, { passed, total }] of counts) console.log(`${command.padEnd(18)} ${passed}/${total}`);
    for (const complaint of complaints) console.log(`  ${complaint}`);
    for (const [reason, times] of reasons) console.log(`  skipped ${times}: ${reason}`);
    const all = [...counts.values()];
    const sum = (of: "passed" | "total"): number => all.reduce((total, count) => total + count[of], 0);
    console.log(`cli: ${sum("passed")}/${sum("total")}`);
    const required = process.env["COSMOSEAL_REQUIRE_ALL"] === "1" && reasons.size > 0;
    if (complaints.length > 0 || sum("passed") < sum("total") || sum("total") === 0 || required) process.exitCode = 1;
  }
}

function nameOf(test: TestCase): string {
  const names = [test.name];
  for (let parent = test.parent; parent.type === "suite"; parent = parent.parent) names.unshift(parent.name);
  return names.join(" > ");
}
