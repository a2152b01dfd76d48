/**
 * `pnpm bench:throughput`: creates and reads at a concurrency of 8, by the plain client, by Cosmoseal and by the SDK's built-in
 * encryption, in turns, with the server in a process of its own; warm, over connections that stay open. Writes results.json and ends
 * with a line for each target.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import type { Container } from "@azure/cosmos";
import { startOurs } from "../emulator/servers.js";
import { customer } from "../seal/customer.js";
import { median } from "../seal/measure.js";
import { report } from "../targets.js";
import { type Contender, contenders } from "./clients.js";

const CONCURRENCY = 8;
/** Of each kind by each client, before anything counts. */
const WARM = Number(process.env["COSMOSEAL_BENCH_WARM"] ?? 5_000);
const ROUNDS = Number(process.env["COSMOSEAL_BENCH_ROUNDS"] ?? 15);
const IN_A_ROUND = 240;
/** The containers are filled in this order, with as many documents each before anything else is created. */
const FILLED: readonly string[] = ["plain", "sealed", "encrypted"];
const READ = 64;

const key = Buffer.alloc(64, 7).toString("base64");
const server = await startOurs(key);
let number = 0;
try {
  const all = await contenders(server.endpoint, key);
  const rates = new Map(all.map((one) => [one, { create: [] as number[], read: [] as number[] }]));
  for (const { container } of all) await take(container, READ, create);
  const cold = new Map<Contender, { readonly create: number; readonly read: number }>();
  for (const one of all) {
    cold.set(one, {
      create: await take(one.container, IN_A_ROUND, create),
      read: await take(one.container, IN_A_ROUND, read),
    });
  }
  for (let done = 0; done < WARM; done += IN_A_ROUND) {
    for (const { container } of all) {
      await take(container, IN_A_ROUND, create);
      await take(container, IN_A_ROUND, read);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of all) {
      rates.get(one)!.create.push(await take(one.container, IN_A_ROUND, create));
      rates.get(one)!.read.push(await take(one.container, IN_A_ROUND, read));
    }
  }
  const results = [...rates].map(([one, found]) => ({
    name: one.name,
    create: median(found.create),
    read: median(found.read),
    cold: cold.get(one)!,
  }));
  for (const result of results) {
    console.log(
      `${result.name.padEnd(10)} creates ${result.create.toFixed(0).padStart(5)}/s (cold ${result.cold.create.toFixed(0)})   reads ${result.read.toFixed(0).padStart(5)}/s (cold ${result.cold.read.toFixed(0)})`,
    );
  }
  const [plain, sealed, encrypted] = results as [(typeof results)[0], (typeof results)[0], (typeof results)[0]];
  console.log(
    `built-in encryption: creates ${(encrypted.create / plain.create).toFixed(2)} ×, reads ${(encrypted.read / plain.read).toFixed(2)} × of the plain client`,
  );
  const machine = `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores, Node ${process.versions.node}`;
  const json = { at: new Date().toISOString().slice(0, 10), machine, rounds: ROUNDS, warm: WARM, results };
  writeFileSync(fileURLToPath(new URL("results.json", import.meta.url)), `${JSON.stringify(json, null, 2)}\n`);
  report([
    { name: "throughput of creates", value: sealed.create / plain.create, bound: 0.9, sign: "≥", unit: " ×" },
    { name: "throughput of reads", value: sealed.read / plain.read, bound: 0.9, sign: "≥", unit: " ×" },
  ]);
} finally {
  await server.stop();
}

/** Operations in a second. */
async function take(
  container: Container,
  count: number,
  work: (container: Container, n: number) => Promise<void>,
): Promise<number> {
  const first = number;
  const started = performance.now();
  const workers = Array.from({ length: CONCURRENCY }, async () => {
    while (number < first + count) await work(container, number++);
  });
  await Promise.all(workers);
  return (count * 1000) / (performance.now() - started);
}

async function create(container: Container, n: number): Promise<void> {
  const { statusCode } = await container.items.create({ ...customer, id: `c-${n}`, tenantId: `t-${n % 50}` });
  if (statusCode !== 201) throw new Error(`a create was answered with ${statusCode}`);
}

/** Of the first ones, which every container has. */
async function read(container: Container, n: number): Promise<void> {
  const at = FILLED.indexOf(container.id) * READ + (n % READ);
  const { resource } = await container.item(`c-${at}`, `t-${at % 50}`).read<typeof customer>();
  if (resource?.["email"] !== customer["email"]) throw new Error("a document was not read back");
}
