/** `cosmoseal keys rekey`: the next root key in the place of the old one. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { NewRoot } from "cosmoseal";
import { examples } from "../../help.js";
import { type CommonOptions, runs } from "../../session.js";
import { CliError, EXIT } from "../../terminal/exit.js";
import { askConfirmation } from "../../terminal/prompts.js";

interface Options extends CommonOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export function define(command: Command): void {
  command
    .description(
      "Put the root key that `keys new-root` made in the place of the old one: earlier copies of the store are refused from the end of the old pin on. Processes that pin the old one alone stop at once.",
    )
    .argument("<file>", "what `keys new-root` wrote")
    .option("--yes", "don't ask")
    .option("--dry-run", "say what would be done, and change nothing");
  examples(command, "cosmoseal keys rekey next-root.json");
  runs<Options>(command, async (session, { yes = false, dryRun = false }, [given = ""]) => {
    const file = session.path(given);
    const { keys } = await session.workspace.client();
    const next = readRoot(file, given);
    const pin = await keys.pin();
    if (dryRun) {
      session.out.result({ dryRun, from: pin, to: next.pin }, [
        `The root key ${pin} would be replaced by ${next.pin}.`,
      ]);
      return EXIT.ok;
    }
    const isSure = yes || (await askConfirmation("Does every process pin both root keys already?", "Give --yes."));
    if (!isSure) {
      session.out.result({ changed: false }, ["Nothing was changed."]);
      return EXIT.refused;
    }
    await keys.rekey(next, { signal: session.signal });
    session.out.result({ changed: true, pin: next.pin }, [
      `The root key is ${next.pin} now. Export a copy of the store; drop the old pin when its \`until\` has passed.`,
    ]);
    return EXIT.ok;
  });
}

function readRoot(file: string, given: string): NewRoot {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CliError(EXIT.usage, "FILE_INVALID", `${given} can't be read as what \`keys new-root\` writes.`, error);
  }
  const { pin, wraps } = (value ?? {}) as Partial<NewRoot>;
  if (typeof pin === "string" && Array.isArray(wraps)) return { pin, wraps };
  throw new CliError(EXIT.usage, "FILE_INVALID", `${given} is not what \`keys new-root\` writes.`);
}
