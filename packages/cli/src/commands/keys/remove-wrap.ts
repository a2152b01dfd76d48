/** `cosmoseal keys remove-wrap`: a key-encryption key that must not open the root key any more. */
import type { Command } from "commander";
import { examples } from "../../help.js";
import { headOf } from "../../keys/head.js";
import { type CommonOptions, runs } from "../../session.js";
import { CliError, EXIT } from "../../terminal/exit.js";
import { count } from "../../terminal/table.js";

interface Options extends CommonOptions {
  readonly kek?: string;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Take the wraps of one kind of keyring, or of one key-encryption key, away from the root key. Refused where the configuration's keyring could not open the rest.",
    )
    .argument("<kind>", "the kind of keyring, as `keys wraps` lists it")
    .option("--kek <id>", "the key-encryption key, as `keys wraps` lists it (default: all of that kind)")
    .option("--dry-run", "say which wraps would be removed, and change nothing");
  examples(command, "cosmoseal keys remove-wrap passphrase");
  runs<Options>(command, async (session, { kek, dryRun = false }, [kind = ""]) => {
    const { keys } = await session.workspace.client();
    const { wraps } = await headOf(session);
    const matches = (wrap: { readonly keyring: string; readonly kek: string }): boolean =>
      wrap.keyring === kind && (kek === undefined || wrap.kek === kek);
    const chosen = wraps.filter(matches);
    if (chosen.length === 0) {
      throw new CliError(
        EXIT.usage,
        "WRAP_UNKNOWN",
        `No wrap of the root key matches. cosmoseal keys wraps lists them.`,
      );
    }
    if (dryRun) {
      session.out.result({ dryRun, wouldRemove: chosen.length, of: wraps.length }, [
        `${count(chosen.length, "wrap")} of ${wraps.length} would be removed.`,
      ]);
      return EXIT.ok;
    }
    const removed = await keys.removeWrap(matches, { signal: session.signal });
    session.out.result({ removed }, [
      `${count(removed, "wrap")} removed. Earlier copies of the store still have them.`,
    ]);
    return EXIT.ok;
  });
}
