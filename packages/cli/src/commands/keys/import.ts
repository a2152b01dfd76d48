/** `cosmoseal keys import`: a copy of a key store into an empty one. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { importKeyStore, type KeyStoreCopy } from "cosmoseal";
import { examples } from "../../help.js";
import { keyringOf } from "../../keys/keyrings.js";
import { type CommonOptions, runs } from "../../session.js";
import { CliError, EXIT } from "../../terminal/exit.js";
import { count } from "../../terminal/table.js";

interface Options extends CommonOptions {
  readonly keyring?: string;
  readonly pin?: string;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Put a copy of a key store into the configuration's store, which must be empty. There it goes on as the same store.",
    )
    .argument("<file>", "what `keys export` wrote")
    .option("--keyring <name>", "a keyring of the configuration that opens the copy (default: `seal.keyring`)")
    .option("--pin <id>", "the root key that the copy must be under (default: `seal.pin`)")
    .option("--dry-run", "say what the copy holds, and change nothing");
  examples(command, "cosmoseal keys import keys.backup.json");
  runs<Options>(command, async (session, { keyring: name, pin: asked, dryRun = false }, [given = ""]) => {
    const seal = await session.workspace.seal();
    const copy = readCopy(session.path(given), given);
    const pin = asked ?? (typeof seal.pin === "string" ? seal.pin : undefined);
    if (pin === undefined) {
      throw new CliError(
        EXIT.usage,
        "PIN_MISSING",
        "Say which root key the copy must be under, with --pin: else anybody's copy would do.",
      );
    }
    const keyring = name === undefined ? seal.keyring : await keyringOf(session, name);
    const store = await session.workspace.store();
    if (dryRun) {
      const isEmpty = (await store.readHead()) === undefined;
      session.out.result({ dryRun, scopes: copy.records.length, epoch: copy.head?.epoch, empty: isEmpty }, [
        `The copy holds ${count(copy.records.length, "scope")}; the store (${store.kind}) is ${isEmpty ? "empty" : "not empty, and refuses it"}.`,
      ]);
      return isEmpty ? EXIT.ok : EXIT.found;
    }
    await importKeyStore({ keyring, store, pin }, copy);
    session.out.result({ scopes: copy.records.length, epoch: copy.head.epoch }, [
      `${count(copy.records.length, "scope")} at epoch ${copy.head.epoch} put into ${store.kind}.`,
    ]);
    return EXIT.ok;
  });
}

/** The form alone; all else is verified under the root key. */
function readCopy(file: string, given: string): KeyStoreCopy {
  try {
    const copy = JSON.parse(readFileSync(file, "utf8")) as KeyStoreCopy;
    if (Array.isArray(copy?.records)) return copy;
  } catch (error) {
    throw new CliError(EXIT.usage, "FILE_INVALID", `${given} can't be read as what \`keys export\` writes.`, error);
  }
  throw new CliError(EXIT.usage, "FILE_INVALID", `${given} is not what \`keys export\` writes.`);
}
