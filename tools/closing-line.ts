/** A vitest reporter that ends a suite with one plain line, `core: 262/262`; a skipped test fails where everything is required. */
import type { Reporter, TestModule } from "vitest/node";

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string): number => states.filter((other) => other === state).length;
    const skipped = count("skipped");
    const total = states.length - skipped;
    const passed = count("passed");
    const broken = modules.filter((module) => module.state() === "failed").length;
    const required = process.env["COSMOSEAL_REQUIRE_ALL"] === "1";
    if (passed < total || total === 0 || broken > 0 || (required && skipped > 0)) process.exitCode = 1;
    const suite = process.env["COSMOSEAL_SUITE"] ?? "tests";
    console.log(`${suite}: ${passed}/${total}${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  }
}
