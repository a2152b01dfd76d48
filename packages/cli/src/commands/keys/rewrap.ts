/** `cosmoseal keys rewrap`: another key-encryption key in the place of this one. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { keyringOf } from "../../keys/keyrings.js";
import { type CommonOptions, runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";
import { askConfirmation } from "../../terminal/prompts.js";

interface Options extends CommonOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Put the root key under another key-encryption key, in the place of the one of the configuration's keyring. Deploy anyKeyring(old, next) before: clients with the old one alone stop within the hour.",
    )
    .argument("<keyring>", "a name under `keyrings` of the configuration")
    .option("--yes", "don't ask")
    .option("--dry-run", "say what would be done, and change nothing");
  examples(command, "cosmoseal keys rewrap managed-hsm");
  runs<Options>(command, async (session, { yes = false, dryRun = false }, [name = ""]) => {
    const keyring = await keyringOf(session, name);
    const { keys } = await session.workspace.client();
    const pin = await keys.pin();
    if (dryRun) {
      session.out.result({ dryRun, keyring: name, kind: keyring.kind, pin }, [
        `The root key ${pin} would be wrapped under ${name} (${keyring.kind}) alone.`,
      ]);
      return EXIT.ok;
    }
    const isSure = yes || (await askConfirmation(`Do all applications have ${name} already?`, "Give --yes."));
    if (!isSure) {
      session.out.result({ keyring: name, changed: false }, ["Nothing was changed."]);
      return EXIT.refused;
    }
    await keys.rewrap(keyring, { signal: session.signal });
    session.out.result({ keyring: name, changed: true }, [
      `The root key is under ${name} (${keyring.kind}) now. Make it the configuration's keyring, and export a copy of the store.`,
    ]);
    return EXIT.ok;
  });
}
