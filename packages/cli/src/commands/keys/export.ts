/** `cosmoseal keys export`: a copy of the key store, verified, as a file. */
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { exportKeyStore } from "cosmoseal";
import { examples } from "../../help.js";
import { type CommonOptions, runs } from "../../session.js";
import { CliError, EXIT } from "../../terminal/exit.js";
import { count } from "../../terminal/table.js";

interface Options extends CommonOptions {
  readonly out: string;
}

export function define(command: Command): void {
  command
    .description(
      "Write a verified copy of the key store to a file that its owner alone can read. It is as secret as the store: with the key-encryption key it opens everything.",
    )
    .requiredOption("--out <file>", "a file that is not there yet");
  examples(command, "cosmoseal keys export --out keys.backup.json");
  runs<Options>(command, async (session, { out: given }) => {
    const { keys } = await session.workspace.client();
    const { keyring } = await session.workspace.seal();
    const store = await session.workspace.store();
    const copy = await exportKeyStore({ keyring, store, pin: await keys.pin() });
    const file = session.path(given);
    try {
      writeFileSync(file, `${JSON.stringify(copy)}\n`, { mode: 0o600, flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      throw new CliError(EXIT.refused, "FILE_EXISTS", `${given} is there already. Choose another name.`);
    }
    session.out.result({ file, pin: copy.head.root, epoch: copy.head.epoch, scopes: copy.records.length }, [
      `${count(copy.records.length, "scope")} at epoch ${copy.head.epoch} written to ${given}. Keep it where neither the account nor the key-encryption key is.`,
    ]);
    return EXIT.ok;
  });
}
