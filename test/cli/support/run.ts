/** Runs the built command as a person or a program would: its exit code and what it says. */
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Besides PATH and HOME nothing else of this process is there. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const BIN = fileURLToPath(new URL("../../../packages/cli/dist/bin/bin.js", import.meta.url));

export function run(args: readonly string[], { cwd, env }: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env: cleaned(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

/** Started and stopped by a signal after it has said something. */
export function runUntil(
  args: readonly string[],
  { cwd, env }: RunOptions,
  marker: string,
  signal: NodeJS.Signals,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env: cleaned(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr, sent] = ["", "", false];
    const look = (): void => {
      if (sent || !(stdout + stderr).includes(marker)) return;
      sent = true;
      child.kill(signal);
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      look();
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

/** Why there is no terminal to be had; undefined where there is one. */
export const NO_TERMINAL: string | undefined =
  spawnSync("python3", ["-c", "import pty"]).status === 0
    ? undefined
    : "python3, whose pty module makes a terminal, is not there";

/**
 * At a pseudo-terminal: waits for each text and types the answer that goes with it. `stdout` is all that the terminal showed; what is typed
 * without an echo isn't in it.
 */
export function runAtTerminal(
  args: readonly string[],
  { cwd, env }: RunOptions,
  dialogue: readonly (readonly [waitFor: string, type: string])[],
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const script = JSON.stringify({ argv: [process.execPath, BIN, ...args], dialogue });
    const child = spawn("python3", ["-c", PTY, script], {
      cwd,
      env: { ...cleaned(env), TERM: "xterm" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** The terminal: a child under a pty, whose output is shown, and texts that are typed when they are asked for. */
const PTY = `
import json, os, pty, select, sys, time
given = json.loads(sys.argv[1])
dialogue = given["dialogue"]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(given["argv"][0], given["argv"])
seen, end = "", time.time() + 60
while time.time() < end:
    ready, _, _ = select.select([fd], [], [], 0.2)
    if ready:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        text = data.decode("utf-8", "replace")
        sys.stdout.write(text); sys.stdout.flush()
        seen += text
    if dialogue and dialogue[0][0] in seen:
        seen = seen.split(dialogue[0][0], 1)[1]
        time.sleep(0.1)
        os.write(fd, dialogue[0][1].encode())
        dialogue = dialogue[1:]
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) if os.waitstatus_to_exitcode(status) >= 0 else 99)
`;

function cleaned(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  const all = Object.entries({ PATH, HOME, ...env }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all);
}
