/** A reporter whose last line is `sql: P/T`: how many cells of the matrix and queries of the catalogue hold. */
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Files whose tests are counted, and the suite in each that tests the file's own bookkeeping and is not. */
const counted: Readonly<Record<string, string>> = {
  "matrix.test.ts": "the matrix",
  "catalogue.test.ts": "the catalogue itself",
};

export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap(countedTests);
    const passed = tests.filter((test) => test.result().state === "passed").length;
    const missing = Object.keys(counted).filter(
      (name) => !modules.some((module) => module.moduleId.endsWith(`/${name}`)),
    );
    // A skipped test fails no run by itself, nor does a file that isn't there.
    if (passed < tests.length || missing.length > 0) process.exitCode = 1;
    console.log(`sql: ${passed}/${tests.length}${missing.length > 0 ? ` without ${missing.join(" and ")}` : ""}`);
  }
}

function countedTests(module: TestModule): TestCase[] {
  const bookkeeping = counted[module.moduleId.slice(module.moduleId.lastIndexOf("/") + 1)];
  if (bookkeeping === undefined) return [];
  return [...module.children.allTests()].filter((test) => !test.fullName.startsWith(`${bookkeeping} > `));
}
