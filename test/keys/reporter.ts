/** A vitest reporter: a table by implementation, and `keys: P/T`, where T is what the matrix holds, less what was skipped with a reason. */
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { CONTRACTS, IMPLEMENTATIONS, MATRIX, type Row } from "./matrix.js";

export default class KeysReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const complaints: string[] = [];
    const results = new Map<string, TestCase>();
    for (const module of modules) {
      for (const error of module.state() === "failed" ? module.errors() : []) {
        complaints.push(`${module.relativeModuleId}: ${error.message}`);
      }
      for (const test of module.children.allTests()) results.set(nameOf(test), test);
    }
    const seeds = new Set<number>();
    for (const test of results.values()) {
      const { seed } = test.meta() as { readonly seed?: number };
      if (seed !== undefined) seeds.add(seed);
    }
    const reasons = new Map<string, number>();
    let [passed, total] = [0, 0];
    console.log("");
    for (const contract of CONTRACTS) {
      for (const implementation of IMPLEMENTATIONS[contract]) {
        const counts = { passed: 0, total: 0 };
        for (const row of rowsOf(contract, implementation)) {
          const name = `${contract} > ${implementation} > ${row.case}`;
          const result = results.get(name)?.result();
          results.delete(name);
          if (result?.state === "skipped" && result.note !== undefined) {
            reasons.set(result.note, (reasons.get(result.note) ?? 0) + 1);
            continue;
          }
          counts.total++;
          if (result?.state === "passed") counts.passed++;
          else complaints.push(`${name}: ${result === undefined ? "a cell without a test" : result.state}`);
        }
        console.log(`${contract.padEnd(8)} ${implementation.padEnd(12)} ${counts.passed}/${counts.total}`);
        passed += counts.passed;
        total += counts.total;
      }
    }
    for (const [name, test] of results) {
      if (test.result().state !== "passed") complaints.push(`${name}: ${test.result().state}`);
    }
    for (const complaint of complaints) console.log(`  ${complaint}`);
    for (const [reason, times] of reasons) console.log(`  skipped ${times}: ${reason}`);
    for (const seed of seeds) console.log(`random moments: COSMOSEAL_SEED=${seed}`);
    console.log(`beside the matrix: ${results.size} tests of how much a store may hold`);
    console.log(`keys: ${passed}/${total}`);
    const required = process.env["COSMOSEAL_REQUIRE_ALL"] === "1" && reasons.size > 0;
    if (complaints.length > 0 || passed < total || total === 0 || required) process.exitCode = 1;
  }
}

function rowsOf(contract: Row["contract"], implementation: string): readonly Row[] {
  return MATRIX.filter((row) => row.contract === contract && row.implementations.includes(implementation));
}

function nameOf(test: TestCase): string {
  const names = [test.name];
  for (let parent = test.parent; parent.type === "suite"; parent = parent.parent) names.unshift(parent.name);
  return names.join(" > ");
}
