// The servers under test, each in a process of its own: how it is started, and what it takes.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Server {
  readonly endpoint: string;
  /** From the start of the process to its saying that it listens, in milliseconds. */
  readonly startedIn: number;
  /** Memory that the process holds, in bytes. */
  resident(): number;
  /** Processor time that the process has used, in seconds; NaN where the system doesn't say. */
  processorTime(): number;
  stop(): Promise<void>;
}

/** The built package, as `npx cosmoseal-emulator` would run it. */
export function startOurs(key: string): Promise<Server> {
  const bin = fileURLToPath(new URL("../../packages/emulator/dist/bin.js", import.meta.url));
  return start([...nodeOptions(), bin, "--port", "0", "--key", key], /endpoint\s+(http:\S+)/);
}

/** `@vercel/cosmosdb-server`, as its own command starts it, without TLS. */
export function startVercel(): Promise<Server> {
  const main = createRequire(import.meta.url).resolve("@vercel/cosmosdb-server");
  const cli = main.replace(/index\.js$/, "cli.js");
  return start([cli, "--no-ssl", "--host", "127.0.0.1", "--port", "0"], /connections at (\S+)/);
}

// COSMOSEAL_PROFILE=<folder> has the server write a CPU profile there when it stops.
function nodeOptions(): readonly string[] {
  const folder = process.env["COSMOSEAL_PROFILE"];
  return folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
}

async function start(parameters: readonly string[], listening: RegExp): Promise<Server> {
  const started = performance.now();
  const child = spawn(process.execPath, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  const address = await listeningAt(child, listening);
  const startedIn = performance.now() - started;
  return {
    endpoint: address.startsWith("http") ? address : `http://${address}/`,
    startedIn,
    resident: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)])) * 1024,
    processorTime() {
      if (process.platform !== "linux") return Number.NaN;
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function listeningAt(child: ChildProcess, pattern: RegExp): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const match = pattern.exec(line);
    if (match) {
      child.stdout!.resume();
      return match[1]!;
    }
  }
  throw new Error("The server ended before it listened.");
}
