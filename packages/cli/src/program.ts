/** The table of commands. Only the one that is run is loaded, so that each starts as fast as it can. */
import { Command, CommanderError } from "commander";
import { EXIT, EXIT_MEANINGS, type ExitCode } from "./terminal/exit.js";
import { VERSION } from "./version.js";

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<{ define(command: Command): void }>;
}

/** By name; those of `keys` and `schema` by both words. In the order of the help. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  init: {
    summary: "make a configuration, a key store and a first schema",
    load: () => import("./commands/init.js"),
  },
  doctor: {
    summary: "check connection, clock, keys, policies, other writers",
    load: () => import("./commands/doctor.js"),
  },
  explain: { summary: "show what a query would send, without sending it", load: () => import("./commands/explain.js") },
  inspect: {
    summary: "show what is stored of a document, what opens and why not",
    load: () => import("./commands/inspect.js"),
  },
  repair: {
    summary: "seal a document that doesn't verify anew, with a reason",
    load: () => import("./commands/repair.js"),
  },
  exposure: {
    summary: "show what the holder of the account key can read",
    load: () => import("./commands/exposure.js"),
  },
  policy: {
    summary: "print container definitions for infrastructure code",
    load: () => import("./commands/policy.js"),
  },
  "schema lock": {
    summary: "add the schema's version to its lock file",
    load: () => import("./commands/schema-lock.js"),
  },
  "schema check": {
    summary: "tell what a change of the schema needs",
    load: () => import("./commands/schema-check.js"),
  },
  "keys create": {
    summary: "make the keys of a container, a tenant, a person",
    load: () => import("./commands/keys/create.js"),
  },
  "keys list": { summary: "list the keys of a scope", load: () => import("./commands/keys/list.js") },
  "keys scopes": { summary: "list all scopes of the key store", load: () => import("./commands/keys/scopes.js") },
  "keys rotate": { summary: "make new generations for new writes", load: () => import("./commands/keys/rotate.js") },
  "keys retire": { summary: "refuse documents under old generations", load: () => import("./commands/keys/retire.js") },
  "keys destroy": { summary: "erase the keys of a scope, for good", load: () => import("./commands/keys/destroy.js") },
  "keys wraps": {
    summary: "list the wraps of the root key, and its pin",
    load: () => import("./commands/keys/wraps.js"),
  },
  "keys rewrap": {
    summary: "put the root key under another key-encryption key",
    load: () => import("./commands/keys/rewrap.js"),
  },
  "keys add-wrap": {
    summary: "put the root key under one more key-encryption key",
    load: () => import("./commands/keys/add-wrap.js"),
  },
  "keys remove-wrap": {
    summary: "take a key-encryption key away from the root key",
    load: () => import("./commands/keys/remove-wrap.js"),
  },
  "keys new-root": {
    summary: "make the next root key, to be deployed",
    load: () => import("./commands/keys/new-root.js"),
  },
  "keys rekey": {
    summary: "put the next root key in the place of the old",
    load: () => import("./commands/keys/rekey.js"),
  },
  "keys usage": { summary: "count the documents on each key", load: () => import("./commands/keys/usage.js") },
  "keys reseal": {
    summary: "put every document under the newest keys",
    load: () => import("./commands/keys/reseal.js"),
  },
  "keys rebuild": {
    summary: "give every document the newest index tokens",
    load: () => import("./commands/keys/rebuild.js"),
  },
  "keys floor": { summary: "let only newer schema versions write", load: () => import("./commands/keys/floor.js") },
  "keys export": {
    summary: "write a copy of the key store to a file",
    load: () => import("./commands/keys/export.js"),
  },
  "keys import": { summary: "put a copy into an empty key store", load: () => import("./commands/keys/import.js") },
};

const GROUPS: Readonly<Record<string, string>> = {
  schema: "lock schema versions and check changes",
  keys: "keys for a lifetime: make, rotate, destroy, back up",
};

/** Runs the command line; the exit code. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const program = await build(argv);
  try {
    await program.parseAsync(argv, { from: "user" });
    return (process.exitCode as ExitCode | undefined) ?? EXIT.ok;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

async function build(argv: readonly string[]): Promise<Command> {
  const program = new Command("cosmoseal")
    .description("The command line of Cosmoseal: look at sealed containers, keep their keys, check and repair.")
    .version(VERSION)
    .helpCommand(false)
    .addHelpText("after", HELP)
    .showSuggestionAfterError();
  const words = argv.filter((word) => !word.startsWith("-"));
  const chosen = [words.slice(0, 2).join(" "), words[0] ?? ""].find((name) => COMMANDS[name] !== undefined);
  const groups = new Map<string, Command>();
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const [first = "", second] = name.split(" ");
    const parent = second === undefined ? program : (groups.get(first) ?? group(program, first));
    if (second !== undefined) groups.set(first, parent);
    const command = parent
      .command(second ?? first)
      .summary(summary)
      .description(sentence(summary));
    if (name === chosen) (await load()).define(command);
  }
  configure(program);
  return program;
}

function group(program: Command, name: string): Command {
  return program
    .command(name)
    .description(sentence(GROUPS[name] ?? name))
    .helpCommand(false);
}

/** Commander copies these to commands that are made afterwards alone. */
function configure(command: Command): void {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, "cosmoseal: ")),
  });
  command.showHelpAfterError(`Run with --help for what there is.`);
  for (const below of command.commands) configure(below);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const HELP = `
Every command takes --config <file> and --json, and tells its own options and an example with --help.

Exit codes:
${EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`).join("\n")}

Example:
  $ cosmoseal init --container shop/customers
`;
