// A vitest reporter: the table by area, and `conformance: P/T`, where T is what the matrix holds at this size.

import type { Reporter, TestCase, TestModule } from "vitest/node";
import { ACCOUNT } from "./account.js";
import { COLUMNS, MATRIX } from "./matrix.js";

interface Count {
  behaviours: number;
  passed: number;
  total: number;
  skipped: number;
}

export default class ConformanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const full = process.env["COSMOSEAL_FULL"] !== "0" || ACCOUNT !== undefined;
    const results = new Map<string, TestCase>();
    const complaints: string[] = [];
    for (const module of modules) {
      if (module.state() === "failed") {
        for (const error of module.errors()) complaints.push(`${module.relativeModuleId}: ${error.message}`);
      }
      for (const test of module.children.allTests()) {
        if (test.name !== "nothing at this size") results.set(nameOf(test), test);
      }
    }

    const areas = new Map<string, Count>();
    const reasons = new Map<string, number>();
    for (const { area, behaviour, cells } of MATRIX) {
      const count = areas.get(area) ?? { behaviours: 0, passed: 0, total: 0, skipped: 0 };
      areas.set(area, count);
      count.behaviours++;
      for (const column of COLUMNS) {
        const name = `${area} > ${column} > ${behaviour}`;
        const test = results.get(name);
        results.delete(name);
        const cell = cells.get(column);
        if (cell === "full" && !full && test === undefined) continue;
        const result = test?.result();
        if (result?.state === "skipped" && result.note !== undefined) {
          count.skipped++;
          reasons.set(result.note, (reasons.get(result.note) ?? 0) + 1);
          continue;
        }
        count.total++;
        if (cell === undefined) complaints.push(`${name}: its cell is empty`);
        else if (test === undefined) complaints.push(`${name}: a cell without a test`);
        else if (result?.state === "passed") count.passed++;
        else complaints.push(`${name}: ${result?.state}`);
      }
    }
    for (const name of results.keys()) complaints.push(`${name}: a test without a cell`);

    const all = [...areas.values()];
    const sum = (key: keyof Count): number => all.reduce((total, count) => total + count[key], 0);
    console.log(`\n${"area".padEnd(36)} behaviours     cells`);
    for (const [area, { behaviours, passed, total, skipped }] of areas) {
      const cells = `${passed}/${total}${skipped > 0 ? `, ${skipped} skipped` : ""}`;
      console.log(`${area.padEnd(36)} ${String(behaviours).padStart(10)} ${cells.padStart(9)}`);
    }
    for (const complaint of complaints) console.log(`  ${complaint}`);
    for (const [reason, times] of reasons) console.log(`  skipped ${times}: ${reason}`);
    const size = full ? "the full matrix" : `the small size, of ${MATRIX.length * COLUMNS.length} cells`;
    console.log(`\n${sum("behaviours")} behaviours, ${size}`);
    console.log(`conformance: ${sum("passed")}/${sum("total")}`);
    if (complaints.length > 0 || sum("passed") < sum("total") || sum("total") === 0) process.exitCode = 1;
  }
}

function nameOf(test: TestCase): string {
  const names = [test.name];
  for (let parent = test.parent; parent.type === "suite"; parent = parent.parent) names.unshift(parent.name);
  return names.join(" > ");
}
