/** `cosmoseal keys add-wrap`: one more key-encryption key that opens the root key. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { headOf } from "../../keys/head.js";
import { keyringOf } from "../../keys/keyrings.js";
import { type CommonOptions, runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";

interface Options extends CommonOptions {
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Put the root key under one more key-encryption key: from then on either opens. No document is touched.",
    )
    .argument("<keyring>", "a name under `keyrings` of the configuration")
    .option("--dry-run", "try the keyring, and change nothing");
  examples(command, "cosmoseal keys add-wrap northeurope");
  runs<Options>(command, async (session, { dryRun = false }, [name = ""]) => {
    const keyring = await keyringOf(session, name);
    const { keys } = await session.workspace.client();
    const { wraps } = await headOf(session);
    if (dryRun) {
      const known = wraps.filter((wrap) => keyring.accepts(wrap)).length;
      session.out.result({ dryRun, keyring: name, kind: keyring.kind, wraps: wraps.length, known }, [
        `The root key has ${wraps.length} wrap(s), ${known} of this kind; one under ${name} (${keyring.kind}) would be added.`,
      ]);
      return EXIT.ok;
    }
    await keys.addWrap(keyring, { signal: session.signal });
    const after = await headOf(session);
    session.out.result({ keyring: name, wraps: after.wraps.length }, [
      `The root key is under ${name} (${keyring.kind}), too: ${after.wraps.length} wraps. Export a copy of the store now.`,
    ]);
    return EXIT.ok;
  });
}
