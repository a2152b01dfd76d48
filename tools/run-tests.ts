/**
 * `pnpm test`: every suite one after another, each at its small size (`pnpm test:full`: at its full size), with a table at the
 * end. Exits with 1 when one falls short. Names as arguments run those suites alone.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Suite {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** One process on one core: it runs beside the suite before it, and its output follows that one's. */
  readonly beside?: true;
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
  { name: "weaker", command: ["pnpm", "weaker"], beside: true },
  { name: "random-queries", command: ["pnpm", "random-queries"] },
  { name: "packages", command: ["pnpm", "packages"], beside: true },
  // Rows that are known to be open don't fail it; one that passes nevertheless does.
  { name: "attacks", command: ["pnpm", "attacks", "--expect-open"] },
  { name: "keys", command: ["pnpm", "test:keys"] },
  vitest("cli-parts", "cli"),
  { name: "cli", command: ["pnpm", "test:cli"] },
  vitest("whole", "whole"),
];

const chosen = only.length === 0 ? suites : suites.filter(({ name }) => only.includes(name));
if (chosen.length < only.length) throw new Error(`Suites are: ${suites.map(({ name }) => name).join(", ")}`);

const results: { name: string; seconds: number; passed: boolean; line: string }[] = [];
for (let i = 0; i < chosen.length; ) {
  const together = [chosen[i]!, ...(chosen[i + 1]?.beside === true ? [chosen[i + 1]!] : [])];
  const outcomes = await Promise.all(together.map((suite, n) => timed(suite, i + n, n > 0)));
  for (const { output, ...outcome } of outcomes) {
    if (output !== "") console.log(output);
    results.push(outcome);
  }
  i += together.length;
}

console.log("");
for (const { name, seconds, passed, line } of results) {
  console.log(`${passed ? "ok   " : "FAIL "} ${name.padEnd(14)} ${seconds.toFixed(0).padStart(4)} s   ${line}`);
}
const failed = results.filter(({ passed }) => !passed).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** `held`: the output is given back and not shown. */
async function timed(suite: Suite, i: number, held: boolean) {
  const title = `\n── ${suite.name} (${i + 1} of ${chosen.length}, ${full ? "full" : "small"} size) ──`;
  if (!held) console.log(title);
  const started = Date.now();
  const { code, line, text } = await run(suite, held);
  const seconds = (Date.now() - started) / 1000;
  return { name: suite.name, seconds, passed: code === 0, line, output: held ? `${title}\n${text}` : "" };
}

function vitest(name: string, ...projects: readonly string[]): Suite {
  const reporters = ["--reporter=default", "--reporter=tools/closing-line.ts"];
  return { name, command: ["vitest", "run", ...projects.map((project) => `--project=${project}`), ...reporters] };
}

/** Streams the output unless it is held; `line` is the last one that looks like `name: P/T`. */
function run(
  { name, command: [file, ...parameters] }: Suite,
  held: boolean,
): Promise<{ code: number; line: string; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: { ...process.env, COSMOSEAL_SUITE: name, COSMOSEAL_FULL: full ? "1" : "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      if (!held) process.stdout.write(chunk);
      text += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const lines = [...text.matchAll(/^[a-z-]+: \d+\/\d+.*$/gm)];
      resolve({ code: code ?? 1, line: lines.at(-1)?.[0] ?? "", text });
    });
  });
}
