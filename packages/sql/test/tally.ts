/**
 * A reporter whose last line is `sql: P/T`: how many cells of the matrix and queries of the catalogue hold. Before it, the number of
 * tests of each file, and of random cases of each suite of properties.
 */
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { size, sizes } from "./sizes.js";

/** Files whose tests are counted, and the suite in each that tests the file's own bookkeeping and is not. */
const counted: Readonly<Record<string, string>> = {
  "matrix.test.ts": "the matrix",
  "catalogue.test.ts": "the catalogue itself",
};

export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap(countedTests);
    const passed = tests.filter((test) => test.result().state === "passed").length;
    const missing = Object.keys(counted).filter((name) => !modules.some((module) => fileName(module) === name));
    // A skipped test fails no run by itself, nor does a file that isn't there.
    if (passed < tests.length || missing.length > 0) process.exitCode = 1;
    for (const [name, count] of testsOfFiles(modules)) console.log(`${name}: ${count} tests`);
    for (const [name, { numRuns }] of Object.entries(sizes))
      console.log(`${name}: ${numRuns.toLocaleString("en")} cases`);
    console.log(`(${size} size)`);
    console.log(`sql: ${passed}/${tests.length}${missing.length > 0 ? ` without ${missing.join(" and ")}` : ""}`);
  }
}

function testsOfFiles(modules: readonly TestModule[]): [string, number][] {
  return modules
    .map((module): [string, number] => [fileName(module), [...module.children.allTests()].length])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function countedTests(module: TestModule): TestCase[] {
  const bookkeeping = counted[fileName(module)];
  if (bookkeeping === undefined) return [];
  return [...module.children.allTests()].filter((test) => !test.fullName.startsWith(`${bookkeeping} > `));
}

function fileName({ moduleId }: TestModule): string {
  return moduleId.slice(moduleId.lastIndexOf("/") + 1);
}
