/** `cosmoseal keys new-root`: the next root key, made and wrapped, before it is used. */
import { existsSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { createRoot } from "cosmoseal";
import { examples } from "../../help.js";
import { type CommonOptions, runs } from "../../session.js";
import { CliError, EXIT } from "../../terminal/exit.js";

interface Options extends CommonOptions {
  readonly out: string;
}

export function define(command: Command): void {
  command
    .description(
      "Make a root key that is not used yet, wrapped by the configuration's keyring. Deploy its pin beside the old one everywhere, then run `keys rekey`.",
    )
    .requiredOption("--out <file>", "where the wrapped root key is written; it may lie where configuration lies");
  examples(command, "cosmoseal keys new-root --out next-root.json");
  runs<Options>(command, async (session, { out: given }) => {
    const seal = await session.workspace.seal();
    const file = session.path(given);
    if (existsSync(file))
      throw new CliError(EXIT.refused, "FILE_EXISTS", `${given} is there already. Choose another name.`);
    const next = await createRoot(seal.keyring);
    writeFileSync(file, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    session.out.result({ pin: next.pin, file }, [
      `The next root key is in ${given}. It is not used yet.`,
      "",
      "Deploy everywhere, with an end for the old pin:",
      `  pin: [{ pin: "<the old one>", until: "<a day, as 2027-01-31>" }, { pin: "${next.pin}" }]`,
      `then: cosmoseal keys rekey ${given}`,
    ]);
    return EXIT.ok;
  });
}
