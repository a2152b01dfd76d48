/** One run of one command: its output, its workspace, Ctrl-C, and how it ends. */
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Workspace } from "./config/workspace.js";
import { CliError, EXIT, type ExitCode } from "./terminal/exit.js";
import { createOutput, type Output, wantsColor } from "./terminal/output.js";
import { createProgress, type Progress } from "./terminal/progress.js";

export interface Session {
  readonly out: Output;
  readonly workspace: Workspace;
  /** Aborted by Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Said when Ctrl-C stops the command: what is done, and how to go on. */
  onStop(sentence: string): void;
  /** A path that was given on the command line, whatever folder the configuration made the process work in. */
  path(file: string): string;
  progress(label: string, unit: string): Progress;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/**
 * Makes the command run: gives it a session, tells what it throws in one sentence, sets the exit code. `needsConfig: false` as in
 * createWorkspace.
 */
export function runs<O extends CommonOptions>(
  command: Command,
  run: (session: Session, options: O, args: readonly string[]) => Promise<ExitCode>,
  needsConfig = true,
): void {
  command
    .option("--config <file>", "configuration file (default: cosmoseal.config.ts, here or above)")
    .option("--json", "the result as JSON, for programs");
  command.action(async (...given: unknown[]) => {
    const options = command.opts<O>();
    const args = given
      .slice(0, command.registeredArguments.length)
      .flat()
      .filter((arg) => typeof arg === "string");
    process.exitCode = await perform(options, (session) => run(session, options, args), needsConfig);
  });
}

async function perform(
  options: CommonOptions,
  run: (session: Session) => Promise<ExitCode>,
  needsConfig: boolean,
): Promise<ExitCode> {
  const json = options.json === true;
  const out = createOutput({ json, color: !json && wantsColor(process.env, process.stdout) }, process);
  const { createWorkspace } = await import("./config/workspace.js");
  const cwd = process.cwd();
  const workspace = createWorkspace(cwd, options.config, needsConfig);
  const stopping = new AbortController();
  let onStop = "Nothing was changed.";
  let progress: Progress | undefined;
  const interrupt = (): void => {
    if (stopping.signal.aborted) process.exit(EXIT.interrupted);
    stopping.abort(new CliError(EXIT.interrupted, "INTERRUPTED", "Stopped."));
  };
  process.on("SIGINT", interrupt);
  try {
    return await run({
      out,
      workspace,
      signal: stopping.signal,
      onStop: (sentence) => {
        onStop = sentence;
      },
      path: (file) => resolve(cwd, file),
      progress: (label, unit) => {
        progress = createProgress({ label, unit, json, stream: process.stderr });
        return progress;
      },
    });
  } catch (error) {
    progress?.end();
    if (stopping.signal.aborted) return tell(out, EXIT.interrupted, "INTERRUPTED", `Stopped. ${onStop}`);
    const { failureOf } = await import("./terminal/failure.js");
    const { exit, code, message } = failureOf(error, workspace.endpoint());
    return tell(out, exit, code, message);
  } finally {
    process.off("SIGINT", interrupt);
    workspace.dispose();
  }
}

function tell(out: Output, exit: ExitCode, code: string, message: string): ExitCode {
  if (out.json) out.result({ error: { code, message, exit } }, []);
  else out.note(`cosmoseal: ${message}`);
  return exit;
}
