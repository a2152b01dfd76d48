/**
 * `pnpm bench:emulator`: how soon the emulator answers, what it holds, and how many operations it takes in a second through
 * the real SDK, beside `@vercel/cosmosdb-server` under the same load. Each line ends with "ok" or "short".
 */
import { createHmac } from "node:crypto";
import { measureRates, type Rate, type Rates, store } from "./load.js";
import { startOurs, startVercel } from "./servers.js";

const key = Buffer.alloc(64, 7).toString("base64");
const seconds = Number(process.env["COSMOSEAL_BENCH_SECONDS"] ?? 5);
// Seconds before each measurement: some 10,000 operations for each process of the load.
const WARM = 8;
let short = 0;

const starts: number[] = [];
for (let round = 0; round < 5; round++) {
  const began = performance.now();
  const server = await startOurs(key);
  await readAccount(server.endpoint);
  starts.push(performance.now() - began);
  await server.stop();
}
starts.sort((left, right) => left - right);
say("start to first answer", starts[2]!, "ms", 250, "at most");

const full = await startOurs(key);
await store(full.endpoint, key, 100_000);
say("100,000 documents of 1 KB", full.resident() / 1024 / 1024, "MB", 600, "at most");
await full.stop();

const ours = await startOurs(key);
const rates = await measureRates(ours, key, WARM, seconds);
await ours.stop();
say("point reads", rates.reads.rate, "/s", 2_500, "at least");
say("creates", rates.creates.rate, "/s", 2_000, "at least");
tell("this emulator", rates);

const other = await startVercel();
try {
  tell("@vercel/cosmosdb-server 1.0.1", await measureRates(other, key, WARM, seconds));
} finally {
  await other.stop();
}
process.exitCode = short === 0 ? 0 : 1;

function tell(name: string, { reads, creates }: Rates): void {
  const one = ({ rate, server, client }: Rate) =>
    `${Math.round(rate)} /s (processor time: server ${server.toFixed(3)} ms, client ${client.toFixed(3)} ms)`;
  console.log(`  ${name}: reads ${one(reads)}, creates ${one(creates)}`);
}

function say(what: string, value: number, unit: string, bound: number, sense: "at most" | "at least"): void {
  const holds = sense === "at most" ? value <= bound : value >= bound;
  if (!holds) short++;
  const figure = `${Math.round(value).toLocaleString("en")} ${unit}`;
  console.log(
    `${what.padEnd(28)} ${figure.padStart(12)}   (${sense} ${bound.toLocaleString("en")})   ${holds ? "ok" : "short"}`,
  );
}

async function readAccount(endpoint: string): Promise<void> {
  const date = new Date().toUTCString();
  const text = `get\n\n\n${date.toLowerCase()}\n\n`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
  const answer = await fetch(endpoint, { headers: { authorization, "x-ms-date": date } });
  if (answer.status !== 200) throw new Error(`The account answers ${answer.status}.`);
}
