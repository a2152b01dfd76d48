/** `cosmoseal keys floor`: the lowest schema version that may write. */
import type { Command } from "commander";
import { wholeNumber } from "../../arguments.js";
import { examples } from "../../help.js";
import { type CommonOptions, runs } from "../../session.js";
import { EXIT } from "../../terminal/exit.js";
import { askConfirmation } from "../../terminal/prompts.js";

interface Options extends CommonOptions {
  readonly container?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Let only a schema version and newer ones write into a container. It never falls. Older instances go on reading.",
    )
    .argument("<version>", "the lowest version that may write")
    .option("-c, --container <database/container>", "the container (default: the only one with a definition)")
    .option("--yes", "don't ask")
    .option("--dry-run", "say what would be done, and change nothing");
  examples(command, "cosmoseal keys floor 3 --container shop/customers");
  runs<Options>(command, async (session, { container, yes = false, dryRun = false }, [given = ""]) => {
    const target = await session.workspace.target(container);
    const version = wholeNumber("The version", given, 1);
    if (dryRun) {
      session.out.result({ dryRun, container: target.name, version }, [
        `${target.name}: versions below ${version} would be kept from writing.`,
      ]);
      return EXIT.ok;
    }
    const isSure = yes || (await askConfirmation(`Is the last instance below version ${version} gone?`, "Give --yes."));
    if (!isSure) {
      session.out.result({ changed: false }, ["Nothing was changed."]);
      return EXIT.refused;
    }
    const { keys } = await session.workspace.client();
    await keys.raiseFloor(target.definition, version, { signal: session.signal });
    session.out.result({ container: target.name, version }, [
      `${target.name}: version ${version} and newer ones write from now on; other processes learn of it within a minute.`,
    ]);
    return EXIT.ok;
  });
}
