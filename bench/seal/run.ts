/**
 * `pnpm bench`: what sealing and opening one document costs, beside the peers and beside the limit, in one process, in turns; figures
 * are medians. Writes results.json and docs/images/seal.svg, and ends with a line for each target.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { report, type Target } from "../targets.js";
import { chartOf } from "./chart.js";
import { customer, customers, mostlySealed, PLAIN_BYTES, partsOf } from "./customer.js";
import { type LargeCost, measureLarge } from "./large.js";
import { measure } from "./measure.js";
import type { Cost, Variant } from "./variant.js";
import { aesGcm } from "./variants/aes-gcm.js";
import { aws } from "./variants/aws.js";
import { builtIn } from "./variants/built-in.js";
import { cosmoseal } from "./variants/cosmoseal.js";
import { jose } from "./variants/jose.js";
import { cipherTimePerByte, limit } from "./variants/limit.js";
import { oneGroup } from "./variants/one-group.js";
import { sodiumNative } from "./variants/sodium-native.js";
import { textbook } from "./variants/textbook.js";

const ROUNDS = Number(process.env["COSMOSEAL_BENCH_ROUNDS"] ?? 15);

const bare = limit();
const group = await oneGroup();
const ours = await cosmoseal("cosmoseal", "manifest, six signed paths, two tokens", customers);
const more = await cosmoseal("cosmoseal, 90 % sealed", "the same, eleven fields", mostlySealed);
const azure = await builtIn();
const variants = [bare, group, ours, more, sodiumNative(), aesGcm(), jose(), aws(), azure, await textbook()];
try {
  const measured = await measure(variants, ROUNDS);
  const cipher = cipherTimePerByte() * Buffer.byteLength(JSON.stringify(partsOf(customer).secret));
  const costs = new Map(
    [...measured].map(([variant, cost]) => [variant, variant === bare ? plus(cost, cipher) : cost]),
  );
  const large = await measureLarge(ROUNDS);
  print(costs, large);
  const targets = targetsOf((variant) => costs.get(variant)!, large);
  save(costs, large, targets);
  report(targets);
} finally {
  for (const variant of variants) await variant.close?.();
}

function plus({ bytes, read, write }: Cost, cipher: number): Cost {
  return { bytes, read: read + cipher, write: write + cipher };
}

function both({ read, write }: Cost): number {
  return read + write;
}

function targetsOf(of: (variant: Variant) => Cost, large: LargeCost): readonly Target[] {
  const least = both(of(bare));
  return [
    { name: "one group, of the limit", value: both(of(group)) / least, bound: 1.3, sign: "≤", unit: " ×" },
    { name: "with manifest and tokens, of the limit", value: both(of(ours)) / least, bound: 3, sign: "≤", unit: " ×" },
    { name: "read", value: of(ours).read, bound: 25, sign: "≤", unit: " µs" },
    { name: "create with its reply", value: both(of(ours)), bound: 50, sign: "≤", unit: " µs" },
    {
      name: "faster than the built-in encryption",
      value: both(of(azure)) / both(of(ours)),
      bound: 15,
      sign: "≥",
      unit: " ×",
    },
    { name: "stored size, 45 % sealed", value: of(ours).bytes / PLAIN_BYTES, bound: 1.5, sign: "≤", unit: " ×" },
    { name: "stored size, 90 % sealed", value: of(more).bytes / PLAIN_BYTES, bound: 1.7, sign: "≤", unit: " ×" },
    {
      name: "open 1 MB, of the cipher and the JSON",
      value: large.open / large.limit,
      bound: 1.3,
      sign: "≤",
      unit: " ×",
    },
  ];
}

function print(costs: ReadonlyMap<Variant, Cost>, large: LargeCost): void {
  const least = both(costs.get(bare)!);
  for (const [{ name, note }, cost] of costs) {
    const { bytes, read, write } = cost;
    console.log(
      `${name.padEnd(24)} write ${write.toFixed(1).padStart(7)} µs   read ${read.toFixed(1).padStart(7)} µs   ${(both(cost) / least).toFixed(2).padStart(6)} × the limit   ${String(bytes).padStart(5)} bytes   ${note}`,
    );
  }
  console.log(
    `a document of 1 MB       opened in ${large.open.toFixed(2)} ms, the cipher and the JSON take ${large.limit.toFixed(2)} ms`,
  );
}

function save(costs: ReadonlyMap<Variant, Cost>, large: LargeCost, targets: readonly Target[]): void {
  const machine = `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores, Node ${process.versions.node}`;
  const at = new Date().toISOString().slice(0, 10);
  const least = both(costs.get(bare)!);
  const results = [...costs].map(([{ name, note }, cost]) => ({ name, note, ...cost, ofTheLimit: both(cost) / least }));
  const json = { at, machine, rounds: ROUNDS, plainBytes: PLAIN_BYTES, results, large, targets };
  writeFileSync(fileURLToPath(new URL("results.json", import.meta.url)), `${JSON.stringify(json, null, 2)}\n`);
  const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
  mkdirSync(images, { recursive: true });
  writeFileSync(`${images}seal.svg`, chartOf(results, `medians of ${ROUNDS} rounds in turns, ${machine}, ${at}`));
}
