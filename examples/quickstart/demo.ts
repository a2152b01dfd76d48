/**
 * The demo: a shop with a thousand customers, a stolen account key, and what it is worth.
 *
 * `pnpm demo`, or `pnpm demo --count 100` for a shorter one. Exits 0 if everything was as promised.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Customer } from "./customers.js";
import { CUSTOMERS_FILE } from "./data/generate.js";
import { playForgery } from "./demo/forgery.js";
import { openLedger } from "./demo/ledger.js";
import { playLimits } from "./demo/limits.js";
import { playOwner } from "./demo/owner.js";
import type { Stage } from "./demo/stage.js";
import { openTerminal } from "./demo/terminal.js";
import { playTheft } from "./demo/theft.js";
import { printVerdict } from "./demo/verdict.js";
import { openWorld } from "./demo/world.js";

const started = performance.now();
const { values } = parseArgs({ options: { count: { type: "string", default: "1000" } } });
const shop = readCustomers(Number(values.count));
const terminal = openTerminal();
const stage: Stage = { terminal, ledger: openLedger(), world: await openWorld() };
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => {
    terminal.line();
    terminal.line("demo: interrupted");
    process.exit(code);
  });
}

try {
  terminal.line(terminal.style("bold", "Cosmoseal: what a stolen account key is worth"));
  const owner = await playOwner(stage, shop);
  const theft = await playTheft(stage, shop);
  const scene = await playForgery(stage, owner, theft, shop);
  await playLimits(stage, scene, shop);
  if (!printVerdict(stage, (performance.now() - started) / 1000)) process.exitCode = 1;
} finally {
  await stage.world.close();
}

function readCustomers(count: number): Customer[] {
  const lines = readFileSync(CUSTOMERS_FILE, "utf8").trimEnd().split("\n");
  if (!Number.isInteger(count) || count < 100 || count > lines.length) {
    process.stderr.write(`demo: --count takes 100 to ${lines.length}\n`);
    process.exit(2);
  }
  return lines.slice(0, count).map((line) => JSON.parse(line) as Customer);
}
