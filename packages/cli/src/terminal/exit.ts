/** How a command ends: the exit codes, and the error that carries one. */

/** The exit codes of every command; docs/cli.md and `--help` list them. */
export const EXIT = {
  /** Done, and nothing is wrong. */
  ok: 0,
  /** Done, and something was found that is not in order. */
  found: 1,
  /** The command line can't be understood, or something that must be given is missing. */
  usage: 2,
  /** The configuration file is missing or wrong. */
  config: 3,
  /** The account: not reachable, the key refused, no rights, nothing there by that name. */
  account: 4,
  /** Keyring or key store: a passphrase, a KMS, a pin. */
  keys: 5,
  /** Nothing was done: not confirmed, or not safe to do. */
  refused: 6,
  /** A mistake of this program. */
  internal: 70,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code means, for `--help`. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, "done, nothing is wrong"],
  [EXIT.found, "done, something was found that is not in order"],
  [EXIT.usage, "the command line can't be understood, or lacks something"],
  [EXIT.config, "the configuration is missing or wrong"],
  [EXIT.account, "the account: not reachable, key refused, no rights, nothing there by that name"],
  [EXIT.keys, "keyring or key store: passphrase, KMS, pin"],
  [EXIT.refused, "nothing was done: not confirmed, or not safe to do"],
  [EXIT.internal, "a mistake of this program"],
  [EXIT.interrupted, "stopped by Ctrl-C"],
];

/** One clear sentence, and the code to end with. Never holds a value, a key or a passphrase. */
export class CliError extends Error {
  readonly exit: ExitCode;
  /** Stable, for programs. */
  readonly code: string;

  constructor(exit: ExitCode, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "CliError";
    this.exit = exit;
    this.code = code;
  }
}

/**
 * True for a {@link CliError}, whichever copy of this module made it: a configuration file has its own. `code` asks for that one.
 */
export function isCliError(error: unknown, code?: string): error is CliError {
  if (!(error instanceof Error) || error.name !== "CliError") return false;
  return code === undefined || (error as CliError).code === code;
}
