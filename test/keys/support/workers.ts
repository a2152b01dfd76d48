/** Runs workers: bundled once, since a process that starts from source takes seconds. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll } from "vitest";
import type { StorePlace } from "./store-worlds.js";
import type { Job } from "./worker.js";

const folder = fileURLToPath(new URL("../../node_modules/.cache/keys", import.meta.url));
let bundled: Promise<string> | undefined;

/** What each worker did, in number, when all have ended. */
export async function runWorkers(place: StorePlace, pin: string, jobs: readonly Job[]): Promise<number[]> {
  return Promise.all(
    jobs.map(async (job) => {
      const worker = await startWorker(place, pin, job);
      await worker.ended;
      return worker.told.length;
    }),
  );
}

export interface Worker {
  readonly process: ChildProcess;
  /** What it has told so far. */
  readonly told: Readonly<Record<string, unknown>>[];
  /** When it has told such a thing, or ended. */
  heard(isIt: (told: Readonly<Record<string, unknown>>) => boolean): Promise<void>;
  /** Rejects where it fails; a signal is no failure. */
  readonly ended: Promise<void>;
}

export async function startWorker(place: StorePlace, pin: string, job: Job): Promise<Worker> {
  bundled ??= bundle();
  const child = spawn(process.execPath, [await bundled, JSON.stringify({ place, pin, job })], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const told: Readonly<Record<string, unknown>>[] = [];
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => told.push(JSON.parse(line) as Record<string, unknown>));
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      code === 0 || signal !== null ? resolve() : reject(new Error(`The worker ended with ${code}: ${errors}`)),
    );
  });
  const heard: Worker["heard"] = (isIt) =>
    Promise.race([ended, new Promise<void>((resolve) => lines.on("line", () => told.some(isIt) && resolve()))]);
  return { process: child, told, heard, ended };
}

async function bundle(): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `worker-${process.pid}.mjs`);
  afterAll(() => rmSync(outfile, { force: true }));
  await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@cosmoseal/source"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
  });
  return outfile;
}
