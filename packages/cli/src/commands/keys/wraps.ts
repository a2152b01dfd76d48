/** `cosmoseal keys wraps`: which key-encryption keys the root key is under. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { headOf } from "../../keys/head.js";
import { type CommonOptions, runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";
import { table } from "../../terminal/table.js";

export function define(command: Command): void {
  command.description("List the wraps of the root key, the pin and the epoch of the key store.");
  examples(command, "cosmoseal keys wraps");
  runs<CommonOptions>(command, async (session) => {
    const { root, epoch, revision, wraps } = await headOf(session);
    const shown = wraps.map(({ keyring, kek }) => ({ keyring, kek }));
    session.out.result({ pin: root, epoch, revision, wraps: shown }, [
      `pin       ${root}`,
      `epoch     ${epoch}`,
      `revision  ${revision}`,
      "",
      ...table(
        ["keyring", "key-encryption key"],
        shown.map(({ keyring, kek }) => [keyring, kek === "" ? "(a passphrase)" : kek]),
      ),
    ]);
    return EXIT.ok;
  });
}
