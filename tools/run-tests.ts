/**
 * `pnpm test`: every suite one after another, each at its small size (`pnpm test:full`: at its full size), with a table at the
 * end. Exits with 1 when one falls short. Names as arguments run those suites alone.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Suite {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const full = process.argv.includes("--full");
const only = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

const suites: readonly Suite[] = [
  { name: "lint", command: ["pnpm", "lint"] },
  { name: "types", command: ["pnpm", "types"] },
  vitest("core", "core"),
  { name: "sql", command: ["pnpm", "--filter", "@cosmoseal/sql", "test"] },
  vitest("emulator", "emulator"),
  { name: "conformance", command: ["pnpm", "conformance"] },
  vitest("client", "client", "client-4-9"),
  { name: "dropin", command: ["pnpm", "dropin"] },
  { name: "equivalence", command: ["pnpm", "equivalence"] },
  { name: "random-queries", command: ["pnpm", "random-queries"] },
  { name: "weaker", command: ["pnpm", "weaker"] },
  { name: "keys", command: ["pnpm", "test:keys"] },
  vitest("whole", "whole"),
  { name: "packages", command: ["pnpm", "packages"] },
];

const chosen = only.length === 0 ? suites : suites.filter(({ name }) => only.includes(name));
if (chosen.length < only.length) throw new Error(`Suites are: ${suites.map(({ name }) => name).join(", ")}`);

const results: { name: string; seconds: number; passed: boolean; line: string }[] = [];
for (const [i, suite] of chosen.entries()) {
  console.log(`\n── ${suite.name} (${i + 1} of ${chosen.length}, ${full ? "full" : "small"} size) ──`);
  const started = Date.now();
  const { code, line } = await run(suite);
  results.push({ name: suite.name, seconds: (Date.now() - started) / 1000, passed: code === 0, line });
}

console.log("");
for (const { name, seconds, passed, line } of results) {
  console.log(`${passed ? "ok   " : "FAIL "} ${name.padEnd(14)} ${seconds.toFixed(0).padStart(4)} s   ${line}`);
}
const failed = results.filter(({ passed }) => !passed).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function vitest(name: string, ...projects: readonly string[]): Suite {
  const reporters = ["--reporter=default", "--reporter=tools/closing-line.ts"];
  return { name, command: ["vitest", "run", ...projects.map((project) => `--project=${project}`), ...reporters] };
}

/** Streams the output; `line` is the last one that looks like `name: P/T`. */
function run({ name, command: [file, ...parameters] }: Suite): Promise<{ code: number; line: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: { ...process.env, COSMOSEAL_SUITE: name, COSMOSEAL_FULL: full ? "1" : "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      process.stdout.write(chunk);
      text += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const lines = [...text.matchAll(/^[a-z-]+: \d+\/\d+.*$/gm)];
      resolve({ code: code ?? 1, line: lines.at(-1)?.[0] ?? "" });
    });
  });
}
